"""What all pages of a town have in common: the town, its language, and its lists as files."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.generic import View

from zones.days import civil_day
from zones.models import Municipality, ZoneShape

# Around the town hall of nowhere in particular: shown while a town has no outline and no zones.
WHOLE_WORLD = (-180.0, -85.0, 180.0, 85.0)


class TownView(View):
    """Finds the town of the address and speaks its language to a reader who named none."""

    municipality: Municipality

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Put the town on the view and the request before anything else runs."""
        super().setup(request, *args, **kwargs)
        self.municipality = get_object_or_404(Municipality, slug=kwargs["slug"])
        request.municipality = self.municipality  # type: ignore[attr-defined]
        if not reader_named_a_language(request):
            translation.activate(self.municipality.languages[0])

    @cached_property
    def today(self) -> dt.date:
        """The civil day of the town."""
        return civil_day(timezone.now(), self.municipality.timezone)

    @cached_property
    def language(self) -> str:
        """Code of the language the page is shown in."""
        return translation.get_language() or settings.LANGUAGE_CODE

    @cached_property
    def bbox(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the town in degrees."""
        if self.municipality.outline:
            return self.municipality.outline.extent
        shapes = ZoneShape.objects.in_municipality(self.municipality).in_force(self.today)
        return shapes.extent() or WHOLE_WORLD


class ExportedView(TownView):
    """A list that can also be had as a file, by `?format=` on the same filters."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The file where one is asked for, else the page."""
        export = self.exports().get(request.GET.get("format", ""))
        if export and request.method == "GET":
            return export()
        return super().dispatch(request, *args, **kwargs)

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """What makes each format."""
        return {}


def reader_named_a_language(request: HttpRequest) -> bool:
    """Whether a cookie or the browser asks for one of our languages."""
    known = dict(settings.LANGUAGES)
    if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) in known:
        return True
    wanted = parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    return any(code.split("-")[0] in known for code, _ in wanted)
