"""The door: choose a municipality; its data sources, its colour and arms."""

import datetime as dt
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import quote_etag
from django.views.generic import TemplateView

from portal.brand import brand_css
from zones.models import Dataset, Municipality, Zone, ZoneKind
from zones.views import TownView


class IndexView(TemplateView):
    """Every municipality this installation serves."""

    template_name = "portal/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One query, linear in the municipalities."""
        real = Municipality.objects.real().defer("outline", "arms")
        towns = sorted(real, key=lambda town: town.name)
        return super().get_context_data(municipalities=towns, **kwargs)


class DataView(TownView, TemplateView):
    """Where the town's data comes from, under which licence, and how many rows each gave."""

    template_name = "portal/data.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One query with a counted sub-select for each kind of row."""
        datasets = (
            Dataset.objects.in_municipality(self.municipality)
            .order_by("source", "pk")
            .annotate(
                row_count=row_count("addresses")
                + row_count("streets")
                + row_count("places")
                + row_count("editions__shapes")
            )
        )
        return super().get_context_data(datasets=datasets, **kwargs)


class BrandView(TownView):
    """The town's colour as a style sheet, because the policy forbids styles inside pages."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Small and cacheable for a quarter of an hour."""
        response = HttpResponse(brand_css(self.municipality.accent), content_type="text/css")
        response["Cache-Control"] = "public, max-age=900"
        return response


class ArmsView(TownView):
    """The coat of arms as we re-encoded it when it was handed in."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Answer the picture, or 404 where the town gave none."""
        if not self.municipality.arms:
            raise Http404
        picture = bytes(self.municipality.arms)
        response = HttpResponse(picture, content_type="image/png")
        response["Cache-Control"] = "public, max-age=900"
        response["ETag"] = quote_etag(f"{self.municipality.pk}-{len(picture)}")
        return response


def row_count(relation: str) -> Subquery:
    """How many rows of a relation a data set has, counted apart so that joins never multiply."""
    counted = (
        Dataset.objects.filter(pk=OuterRef("pk"))
        .order_by()
        .values("pk")
        .annotate(count=Count(relation))
        .values("count")
    )
    return Subquery(counted, output_field=IntegerField())


def kinds_with_zones(municipality: Municipality, on: dt.date) -> list[dict[str, Any]]:
    """Kinds of zone with how many are in force, streets left out. Two queries."""
    counts = dict(
        Zone.objects.in_municipality(municipality)
        .in_force(on)
        .values_list("kind")
        .annotate(count=Count("pk", distinct=True))
    )
    kinds = ZoneKind.objects.in_municipality(municipality).areas().order_by("pk")
    return [
        {"code": kind.code, "label": kind.plural, "count": counts[kind.pk]}
        for kind in kinds
        if kind.pk in counts
    ]
