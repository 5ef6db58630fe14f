"""Where phones of the crew hand in what they recorded, and the worker that lets them wait."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sign_registry.crew_items import parse_item
from sign_registry.services.crew import Outcome, Result, Sender, record_item
from sign_registry.views.crew import CrewView
from zones.views import TownView

# A photo leaves the phone at most 2000 pixels wide; a larger body is no photo of ours.
LARGEST_PHOTO = 12 * 1024 * 1024
LARGEST_ENTRY = 16 * 1024


class CrewSyncView(CrewView):
    """Records one entry of a phone's queue; sending it twice records it once."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Answer recorded, already, refused with a sentence, or other (somebody else's entry)."""
        photo = request.FILES.get("photo")
        is_form = request.content_type == "multipart/form-data"
        text = request.POST.get("entry", "") if is_form else request.body.decode("utf-8", "replace")
        if photo is not None and (photo.size or 0) > LARGEST_PHOTO:
            return _answer(Outcome(Result.REFUSED, _("The photo is too large. Take a new one.")))
        try:
            raw = _read(text)
            item = parse_item(raw)
        except ValidationError as refused:
            return _answer(Outcome(Result.REFUSED, " ".join(refused.messages)))
        if raw.get("member") not in {None, self.membership.pk}:
            return JsonResponse({"result": "other", "sentence": ""})
        sender = Sender(self.municipality, self.membership, timezone.now(), self.own_departments)
        picture = photo.read() if photo is not None else None
        return _answer(record_item(item=item, photo=picture, sender=sender))


class CrewWorkerView(TownView):
    """The worker of the crew's pages: a list of what to keep, and the program that keeps it."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """JavaScript; it says nothing but public addresses."""
        kept = {
            "town": slug,
            "home": reverse("signs:crew", args=[slug]),
            "tiles": f"/{slug}/tiles/",
            "brand": f"/{slug}/brand.css",
            "files": [static(name) for name in _FILES],
        }
        program = static("crew-worker.js")
        answer = HttpResponse(
            f"self.crew = {json.dumps(kept)};\nimportScripts({json.dumps(program)});\n",
            content_type="text/javascript; charset=utf-8",
        )
        answer["Cache-Control"] = "no-cache"
        return answer


_RETRY_S = "60"
_FILES = (
    "style.css",
    "theme.js",
    "app.js",
    "crew.js",
    "map.js",
    "map-worker.js",
    "icon.svg",
    "fonts/noto-sans-latin.woff2",
    "fonts/noto-sans-latin-ext.woff2",
    "fonts/noto-sans-cyrillic.woff2",
)


def _read(text: str) -> dict[str, Any]:
    unreadable = ValidationError(
        _("This entry cannot be read. Enter it again; if that does not help, tell the office."),
        code="unreadable",
    )
    if len(text) > LARGEST_ENTRY:
        raise unreadable
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise unreadable from error
    if not isinstance(raw, dict):
        raise unreadable
    return raw


def _answer(outcome: Outcome) -> JsonResponse:
    is_later = outcome.result is Result.LATER
    answer = JsonResponse(
        {"result": outcome.result, "sentence": outcome.sentence}, status=503 if is_later else 200
    )
    if is_later:
        answer["Retry-After"] = _RETRY_S
    return answer
