"""What all addresses of open geodata share: form, refusals, open reading, known versions."""

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAcceptable, Throttled
from rest_framework.throttling import SimpleRateThrottle

from portal.geodata.asking import RefusedError, only_known
from portal.geodata.documents import JSON, Addresses
from portal.geodata.registry import collections_of
from portal.geodata.systems import System, systems_of
from zones.api.problems import problem_response
from zones.published import Collection
from zones.views import TownView

READ_HEADERS = "Content-Crs, ETag, Link, Retry-After"
ANSWERED = (ValidationError, Http404, NotAcceptable, Throttled)


class OpenRate(SimpleRateThrottle):
    """As many requests a minute as the API answers, whoever asks: no session is looked at."""

    scope = "anon"

    def get_cache_key(self, request: Any, view: Any) -> str:
        """One count for each address of the network, shared with the API."""
        return str(self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)})


class GeodataView(TownView):
    """One document as JSON or as a page; `?f=` decides, else what the reader accepts."""

    http_method_names = ["get", "head", "options"]
    template_name = ""
    media_type = JSON
    lost: Http404 | None = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """As usual; a town that is not there is told in the form that was asked for."""
        try:
            super().setup(request, *args, **kwargs)
        except Http404 as error:
            self.lost = error

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, or say as a problem document what is wrong with the question."""
        if request.method == "OPTIONS":
            return _opened(HttpResponse(status=204))
        try:
            response = self._answered(request, *args, **kwargs)
        except ANSWERED as error:
            problem = problem_response(error, {"request": request})
            if problem is None or (isinstance(error, Http404) and self._is_page(request)):
                raise
            response = problem
        patch_vary_headers(response, ["Accept", "Accept-Language"])
        return _opened(response)

    def _answered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.lost is not None:
            raise self.lost
        throttle = OpenRate()
        if not throttle.allow_request(request, self):  # type: ignore[arg-type] # only META is read
            raise Throttled(wait=throttle.wait())
        self.is_page  # noqa: B018 # a form that is not ours is refused before anything is read
        return super().dispatch(request, *args, **kwargs)

    def _is_page(self, request: HttpRequest) -> bool:
        try:
            return self.is_page
        except ANSWERED:
            return False

    @cached_property
    def is_page(self) -> bool:
        """Whether a page is wanted, not a document for programs."""
        wanted = self.request.GET.get("f")
        if wanted is not None:
            if wanted not in ("json", "html"):
                raise RefusedError(
                    "f", _("There is no such format. Choose json or html."), "format"
                )
            return wanted == "html"
        preferred = self.request.get_preferred_type([self.media_type, JSON, "text/html"])
        if preferred is None:
            raise NotAcceptable
        return preferred == "text/html"

    @cached_property
    def at(self) -> Addresses:
        """Whole addresses of everything below the landing page."""
        root = self.request.build_absolute_uri(f"/{self.municipality.slug}/ogc/")
        home = self.request.build_absolute_uri(f"/{self.municipality.slug}/")
        return Addresses(root, home)

    @cached_property
    def systems(self) -> dict[str, System]:
        """Coordinate systems that can be asked for."""
        return systems_of(self.municipality)

    @cached_property
    def collections(self) -> list[Collection]:
        """What the town publishes."""
        return collections_of(self.municipality, timezone.now())

    @cached_property
    def collection(self) -> Collection:
        """The one of the address."""
        code = self.kwargs["collection"]
        for one in self.collections:
            if one.code == code:
                return one
        raise Http404(_("There is no such collection. See the list of collections."))

    def only_form(self) -> None:
        """Refuse every parameter but the form."""
        only_known(self.request.GET, ("f",))

    def answer(self, document: dict[str, Any], **context: Any) -> HttpResponseBase:
        """The document, or the page that shows the same."""
        if self.is_page:
            given = {"document": document, "at": self.at, "bbox": self.bbox, **context}
            return render(self.request, self.template_name, given)
        response = JsonResponse(
            document,
            encoder=DjangoJSONEncoder,
            content_type=self.media_type,
            json_dumps_params={"ensure_ascii": False},
        )
        etag = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        # Of a row that was taken back no copy may be shown.
        response["Cache-Control"] = "public, no-cache"
        return get_conditional_response(self.request, etag=etag, response=response) or response


def _opened(response: HttpResponseBase) -> HttpResponseBase:
    """Other sites may read it from the browser; it holds nothing that depends on who asks."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    response["Access-Control-Expose-Headers"] = READ_HEADERS
    return response
