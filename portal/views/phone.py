"""The town as an app: its worker, manifest and pictures, and pages that need no network."""

import hashlib
import json
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from notifications.paths import inbox_path
from portal.brand import LIGHT_PAPER
from portal.context import VERSION
from portal.phone_ground import ground_file
from portal.phone_icons import icon_png
from sign_registry.codes import MistypedError, normalise, sign_url
from zones.names import in_language
from zones.views import TownView

#: What pages without a network need, kept at once: some 150 KB as they travel.
FILES = (
    "style.css",
    "theme.js",
    "app.js",
    "phone.js",
    "waiting.js",
    "reporting.js",
    "icon.svg",
    "fonts/noto-sans-latin.woff2",
    "fonts/noto-sans-latin-ext.woff2",
    "fonts/noto-sans-cyrillic.woff2",
)
#: Heavier: kept when seen, and for the crew.
PROGRAM = ("crew.js", "map.js", "map-worker.js", "scan.js")


class WorkerView(TownView):
    """The one worker of the town's pages: what it may keep, and the program that keeps it."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """JavaScript; it says nothing but public addresses. A new version has another `version`."""
        told, program = self._told(slug), static("worker.js")
        mark = json.dumps([VERSION, program, told], sort_keys=True)
        told["version"] = hashlib.sha256(mark.encode()).hexdigest()[:12]
        answer = HttpResponse(
            f"self.megdan = {json.dumps(told)};\nimportScripts({json.dumps(program)});\n",
            content_type="text/javascript; charset=utf-8",
        )
        answer["Cache-Control"] = "no-cache"
        return answer

    def _told(self, slug: str) -> dict[str, Any]:
        report, crew = reverse("incidents:report", args=[slug]), reverse("signs:crew", args=[slug])
        phone, scan = reverse("portal:phone", args=[slug]), reverse("portal:scan", args=[slug])
        modules = self.municipality.modules
        open_pages = {report: "reports", scan: "ratings"}
        return {
            "town": slug,
            "hashed": isinstance(staticfiles_storage, ManifestFilesMixin),
            "files": [static(name) for name in FILES],
            "program": [static(name) for name in PROGRAM],
            "shell": [phone, *(page for page, module in open_pages.items() if module in modules)],
            "phone": phone,
            "report": report,
            "sync": reverse("incidents:report_sync", args=[slug]),
            "tiles": f"/{slug}/tiles/",
            "small": [
                f"/{slug}/brand.css",
                reverse("portal:ground", args=[slug]),
                *([f"/{slug}/arms.png"] if self.municipality.arms else []),
            ],
            "crew": {
                "home": crew,
                "data": reverse("signs:crew_data", args=[slug]),
                "sync": reverse("signs:crew_sync", args=[slug]),
            },
            "push": {"home": inbox_path(slug), "icon": static("icon.svg"), "name": "Megdan"},
        }


class ManifestView(TownView):
    """Name, colour, pictures and shortcuts for a phone's first screen."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """In the language of the page that named it (`?language=`); no cookie comes along."""
        wanted = request.GET.get("language", "")
        known = wanted in dict(settings.LANGUAGES)
        with translation.override(wanted if known else self.municipality.languages[0]):
            told = self._told(slug)
        answer = JsonResponse(told, content_type="application/manifest+json")
        answer["Cache-Control"] = "public, max-age=900"
        return answer

    def _told(self, slug: str) -> dict[str, Any]:
        town, home = self.municipality, f"/{slug}/"
        name = in_language(town.names, town.languages)
        return {
            "id": home,
            "name": name,
            "short_name": name,
            "description": _("Reports, signs and news of the town, also without a network."),
            "lang": translation.get_language(),
            "start_url": home,
            "scope": home,
            "display": "standalone",
            "theme_color": town.accent,
            "background_color": LIGHT_PAPER,
            "icons": [
                _picture(slug, "icon_small", 192, "any"),
                _picture(slug, "icon", 512, "any"),
                _picture(slug, "icon_maskable", 512, "maskable"),
            ],
            "shortcuts": [
                {"name": label, "url": f"{home}{path}"}
                for module, path, label in (
                    ("reports", "report/", _("Report a fault")),
                    ("ratings", "scan/", _("Scan a sign")),
                    ("notices", "nearby/", _("Near you")),
                )
                if module in town.modules
            ],
        }


class IconView(TownView):
    """The town's picture among the apps of a phone."""

    size = 512
    is_maskable = False

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """A PNG; drawn again only when colour or arms changed."""
        town = self.municipality
        mark = hashlib.sha256(bytes(town.arms or b"") + town.accent.encode()).hexdigest()[:16]
        etag = quote_etag(f"{mark}-{self.size}-{self.is_maskable}")
        known = get_conditional_response(request, etag=etag)
        if known is not None and known.status_code != 200:
            return known
        drawn = icon_png(town, size=self.size, is_maskable=self.is_maskable)
        answer = HttpResponse(drawn, content_type="image/png")
        answer["ETag"] = etag
        answer["Cache-Control"] = "public, max-age=86400"
        return answer


class GroundView(TownView):
    """Areas, kinds of faults and who is likely to answer, for a phone without a network."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Public data; asked for again with its mark, it is sent only when something changed."""
        told = ground_file(self.municipality, self.today)
        etag = quote_etag(hashlib.sha256(told.encode()).hexdigest()[:24])
        known = get_conditional_response(request, etag=etag)
        answer = known if known is not None and known.status_code != 200 else HttpResponse(told)
        answer["Content-Type"] = "application/json"
        answer["ETag"] = etag
        answer["Cache-Control"] = "no-cache"
        return answer


class PhoneView(TownView, TemplateView):
    """What waits on this phone; stands in for other pages where there is no network."""

    template_name = "portal/phone.html"


class ScanView(TownView, TemplateView):
    """Opens the page of a sign by its code: scanned, from a photo, or typed."""

    template_name = "portal/scan.html"
    needs: ClassVar[str] = "ratings"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; a typed code leads on, also without a script."""
        if self.needs not in self.municipality.modules:
            raise Http404
        typed, problem, link = request.GET.get("code", ""), "", ""
        if typed:
            try:
                # A link and no redirect: the policy sends forms to no other host than this.
                link = sign_url(self.origin, normalise(typed))
            except MistypedError:
                problem = _("No sign has this code. Compare it with the sign, letter by letter.")
        context = self.get_context_data(
            origin=self.origin, typed=typed[:20], problem=problem, link=link, **kwargs
        )
        return self.render_to_response(context, status=400 if problem else 200)

    @property
    def origin(self) -> str:
        """Scheme and host of the town's signs; of this page where it has none of its own."""
        own = self.municipality.sign_origin or f"{self.request.scheme}://{self.request.get_host()}"
        return own.rstrip("/")


def _picture(slug: str, name: str, size: int, purpose: str) -> dict[str, str]:
    return {
        "src": reverse(f"portal:{name}", args=[slug]),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }
