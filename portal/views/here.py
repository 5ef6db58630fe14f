"""“You are in …”: a point, an address or a text, and what it belongs to."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from geo.intake import parse_point
from portal.forms import CorrectionForm
from portal.present import place_at_address, place_at_answer, place_at_point
from zones.forms import add_refusal
from zones.geocoder import OutsideGeocoderError, geocode_text
from zones.models import Address
from zones.paths import address_path, here_path, search_path
from zones.services.corrections import file_correction
from zones.views import TownView

DETAIL_DEGREES = 0.004


class HereView(TownView):
    """What lies at a point (`lon`, `lat`), an address (`address`) or a typed text (`q`)."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show the place, or say what is missing."""
        query = request.GET
        if query.get("address"):
            return self._at_address(query["address"])
        if query.get("q"):
            return self._at_text(query["q"])
        try:
            point = point_from(query)
        except ValidationError as refused:
            return self._refused(refused)
        place = place_at_point(self.municipality, point, self.today)
        return self._show(place, here_path(slug, point.x, point.y))

    def _at_address(self, number: str) -> HttpResponse:
        if not number.isdecimal() or len(number) > 18:
            return self._refused(ValidationError(_("This address is not in the register.")))
        address = get_object_or_404(
            Address.objects.in_municipality(self.municipality).select_related(
                "street", "municipality"
            ),
            pk=int(number),
        )
        place = place_at_address(self.municipality, address, self.today)
        return self._show(place, address_path(self.municipality.slug, address.pk))

    def _at_text(self, text: str) -> HttpResponse:
        slug = self.municipality.slug
        try:
            answers = geocode_text(self.municipality, text)
        except OutsideGeocoderError:
            return HttpResponseRedirect(search_path(slug, text))
        if len(answers) != 1 or answers[0].ambiguous:
            return HttpResponseRedirect(search_path(slug, text))
        answer = answers[0]
        if answer.address_id is not None:
            return HttpResponseRedirect(address_path(slug, answer.address_id))
        place = place_at_answer(self.municipality, answer, self.today)
        return self._show(place, f"/{slug}/here/?" + urlencode({"q": text}))

    def _refused(self, refused: ValidationError) -> HttpResponse:
        context = {"query": "", "results": [], "error": " ".join(refused.messages)}
        return render(self.request, "portal/search.html", context, status=400)

    def _show(self, place: dict[str, Any], share_path: str) -> HttpResponse:
        longitude, latitude = place["longitude"], place["latitude"]
        form = CorrectionForm(initial={"longitude": longitude, "latitude": latitude})
        context = {
            "place": place,
            "bbox": (
                longitude - DETAIL_DEGREES,
                latitude - DETAIL_DEGREES,
                longitude + DETAIL_DEGREES,
                latitude + DETAIL_DEGREES,
            ),
            "share_url": self.request.build_absolute_uri(share_path),
            "correction_form": form,
            "sent": self.request.GET.get("sent") == "1",
        }
        is_fragment = self.request.GET.get("fragment") == "1"
        template = "portal/here_fragment.html" if is_fragment else "portal/here.html"
        return render(self.request, template, context)


class CorrectionView(TownView, View):
    """“Not right?”: files what a resident says for the town."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """File it and show the place again, or show the form with what is wrong."""
        form = CorrectionForm(request.POST)
        point = form.point()
        if point is None:
            missing = {"query": "", "results": [], "error": form.point_error}
            return render(request, "portal/search.html", missing, status=400)
        place = place_at_point(self.municipality, point, self.today)
        if form.is_valid() and self._file(form, point, place["label"]):
            return HttpResponseRedirect(here_path(slug, point.x, point.y) + "&sent=1")
        context = {
            "place": place,
            "bbox": self.bbox,
            "share_url": request.build_absolute_uri(here_path(slug, point.x, point.y)),
            "correction_form": form,
            "sent": False,
        }
        return render(request, "portal/here.html", context, status=400)

    def _file(self, form: CorrectionForm, point: Point, said: str) -> bool:
        try:
            file_correction(
                municipality=self.municipality,
                location=point,
                said=said,
                text=form.cleaned_data["text"],
                now=timezone.now(),
            )
        except ValidationError as refused:
            add_refusal(form, refused)
            return False
        return True


def point_from(query: Any) -> Point:
    """Read `lon` and `lat` of a query.

    Raises:
        ValidationError: when one is missing or they are no point of the world.
    """
    if not query.get("lon") or not query.get("lat"):
        raise ValidationError(
            _("Say which place you mean: choose a point on the map or type an address."),
            code="missing_point",
        )
    parsed = parse_point(query["lon"], query["lat"])
    return Point(parsed.x, parsed.y, srid=4326)
