"""Zones as a list, as a file, and one by one: the twin of the map."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.generic import ListView, TemplateView

from portal.present import neighbours_of
from portal.views.town import kinds_with_zones
from zones.describe import describe
from zones.exports import csv_file, geojson_file
from zones.models import AddressPlacement, Street, Zone, ZoneKind, ZoneShape
from zones.paths import street_path, zone_path
from zones.views import ExportedView, TownView

LONGEST_QUERY = 100
LISTED_STREETS = 60


class ZoneListView(ExportedView, ListView[ZoneShape]):
    """Areas in force today, filtered by kind and name, paged, and as CSV or GeoJSON."""

    template_name = "portal/zones.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[ZoneShape]:
        """Shapes of zones; streets have a list of their own."""
        shapes = (
            ZoneShape.objects.in_municipality(self.municipality)
            .in_force(self.today)
            .filter(zone__kind__in=ZoneKind.objects.areas())
            .select_related("zone__kind", "edition__dataset")
        )
        if kind := self.request.GET.get("kind", ""):
            shapes = shapes.of_kind(kind)
        if query := search_text(self.request):
            shapes = shapes.named_like(query)
        return shapes.by_name(self.language)

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """Tables and shapes."""
        return {"csv": self._csv, "geojson": self._geojson}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Two queries more than the page itself: kinds, and addresses counted for its rows."""
        context = super().get_context_data(**kwargs)
        shapes = list(context["page_obj"].object_list)
        counts = address_counts([shape.zone_id for shape in shapes])
        page = context["page_obj"]
        page.object_list = [
            _row(self.municipality.slug, shape, counts.get(shape.zone_id, 0)) for shape in shapes
        ]
        return {
            **context,
            "page": page,
            "kinds": kinds_with_zones(self.municipality, self.today),
            "kind": self.request.GET.get("kind", ""),
            "query": search_text(self.request),
            "bbox": self.bbox,
            "has_synthetic": any(row["is_synthetic"] for row in page.object_list),
        }

    def _csv(self) -> HttpResponseBase:
        columns = ("id", "kind", "code", "name", "area_m2", "valid_from", "source", "licence")
        shapes = self.get_queryset().defer("geometry")
        rows = (
            (
                shape.zone_id,
                shape.zone.kind.code,
                shape.zone.code,
                shape.zone.name,
                round(shape.area_m2),
                shape.valid_from,
                shape.edition.dataset.source,
                shape.edition.dataset.licence,
            )
            for shape in shapes.iterator(chunk_size=500)
        )
        return csv_file(f"{self.municipality.slug}-zones", columns, rows)

    def _geojson(self) -> HttpResponseBase:
        features = (
            (
                shape.geometry,
                {
                    "id": shape.zone_id,
                    "kind": shape.zone.kind.code,
                    "code": shape.zone.code,
                    "name": shape.zone.name,
                    "valid_from": shape.valid_from.isoformat(),
                    "source": shape.edition.dataset.source,
                    "licence": shape.edition.dataset.licence,
                    "is_synthetic": shape.edition.dataset.is_synthetic,
                },
            )
            for shape in self.get_queryset().iterator(chunk_size=100)
        )
        return geojson_file(f"{self.municipality.slug}-zones", features)


class ZoneView(TownView, TemplateView):
    """One zone: its border on the map, its streets, neighbours, addresses and history."""

    template_name = "portal/zone.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A fixed number of queries."""
        zone = get_object_or_404(
            Zone.objects.in_municipality(self.municipality).select_related("kind", "parent"),
            pk=self.kwargs["pk"],
        )
        shapes = list(
            zone.shapes.select_related("edition__dataset", "zone__kind").order_by("-valid_from")
        )
        if not shapes:
            raise Http404
        shape = shapes[0]
        streets = _streets_in(zone).by_name(self.language)
        return super().get_context_data(
            zone=self._facts(zone, shape),
            bbox=shape.geometry.extent,
            streets=[
                {"name": street.name, "url": street_path(self.municipality.slug, street.pk)}
                for street in streets[:LISTED_STREETS]
            ],
            street_total=streets.count(),
            neighbours=neighbours_of(self.municipality, shape, self.today),
            address_count=address_counts([zone.pk]).get(zone.pk, 0),
            dataset=shape.edition.dataset,
            editions=[
                {
                    "valid_from": one.valid_from,
                    "valid_until": one.valid_until,
                    "source": one.edition.dataset.source,
                }
                for one in shapes
            ],
            description=self._described(zone, shape),
            **kwargs,
        )

    def _described(self, zone: Zone, shape: ZoneShape) -> str:
        """What it takes of the town's division; a part of that division would only name itself."""
        if zone.kind.is_partition:
            return ""
        return describe(shape.geometry, self.municipality, on=self.today, streets=False)

    def _facts(self, zone: Zone, shape: ZoneShape) -> dict[str, Any]:
        parent = zone.parent
        slug = self.municipality.slug
        return {
            "id": zone.pk,
            "name": zone.name,
            "code": zone.code,
            "kind": zone.kind.code,
            "kind_label": zone.kind.name,
            "area_m2": shape.area_m2,
            "valid_from": shape.valid_from,
            "valid_until": shape.valid_until,
            "is_synthetic": shape.edition.dataset.is_synthetic,
            "parent": {"name": parent.name, "url": zone_path(slug, parent.pk)} if parent else None,
        }


def search_text(request: HttpRequest) -> str:
    """The text a reader filters by, cut to a sensible length."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]


def address_counts(zone_ids: list[int]) -> dict[int, int]:
    """Addresses placed now in each of some zones. One grouped query."""
    placed = AddressPlacement.objects.current().filter(zone_id__in=zone_ids)
    return dict(placed.values_list("zone").annotate(count=Count("pk")).order_by())


def _streets_in(zone: Zone) -> Any:
    """Streets that have an address placed in a zone."""
    named = AddressPlacement.objects.current().filter(zone=zone).values("address__street")
    return Street.objects.in_municipality(zone.kind.municipality).filter(pk__in=named)


def _row(slug: str, shape: ZoneShape, address_count: int) -> dict[str, Any]:
    return {
        "id": shape.zone_id,
        "code": shape.zone.code,
        "name": shape.zone.name,
        "kind_label": shape.zone.kind.name,
        "area_m2": shape.area_m2,
        "address_count": address_count,
        "valid_from": shape.valid_from,
        "source": shape.edition.dataset.source,
        "is_synthetic": shape.edition.dataset.is_synthetic,
        "url": zone_path(slug, shape.zone_id),
    }
