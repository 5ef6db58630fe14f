"""Streets as a list, as a file, and one by one with their addresses and postal codes."""

from collections.abc import Callable
from typing import Any

from django.contrib.gis.db.models.functions import Length
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from portal.views.zones import search_text
from zones.exports import csv_file, geojson_file
from zones.labels import address_label
from zones.models import AddressPlacement, PostalRange, Street, Zone, ZoneKind
from zones.paths import address_path, street_path, zone_path
from zones.views import ExportedView, TownView


class StreetListView(ExportedView, ListView[Street]):
    """Streets filtered by name and zone, paged, and as CSV or GeoJSON."""

    template_name = "portal/streets.html"
    paginate_by = 100

    def get_queryset(self) -> QuerySet[Street]:
        """Streets with their length in metres and how many addresses name them."""
        streets = Street.objects.in_municipality(self.municipality).select_related("dataset")
        if query := search_text(self.request):
            streets = streets.named_like(query)
        if self.zone:
            placed = AddressPlacement.objects.current().filter(zone=self.zone)
            streets = streets.filter(pk__in=placed.values("address__street"))
        return streets.by_name(self.language)

    @cached_property
    def zone(self) -> Zone | None:
        """The area the list is narrowed to; an unknown one is not found."""
        number = self.request.GET.get("zone", "")
        if not number:
            return None
        if not number.isdecimal() or len(number) > 18:
            raise Http404
        return get_object_or_404(Zone.objects.in_municipality(self.municipality), pk=int(number))

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """Tables and axes."""
        return {"csv": self._csv, "geojson": self._geojson}

    def _csv(self) -> HttpResponseBase:
        columns = ("id", "code", "name", "settlement", "source", "licence")
        streets = self.get_queryset().defer("axis").iterator(chunk_size=500)
        return csv_file(self._file_name, columns, (_csv_row(street) for street in streets))

    def _geojson(self) -> HttpResponseBase:
        streets = self.get_queryset().iterator(chunk_size=200)
        return geojson_file(self._file_name, (_feature(street) for street in streets))

    @property
    def _file_name(self) -> str:
        return f"{self.municipality.slug}-streets"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Lengths and counts are asked for the rows of the page only."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        shown = (
            Street.objects.filter(pk__in=[street.pk for street in page.object_list])
            .with_address_count()
            .annotate(length=Length("axis"))
            .in_bulk()
        )
        page.object_list = [
            _row(self.municipality.slug, shown[street.pk], street.dataset.is_synthetic)
            for street in page.object_list
        ]
        return {
            **context,
            "page": page,
            "query": search_text(self.request),
            "zone": self.zone,
        }


class StreetView(TownView, TemplateView):
    """One street: its line on the map, its addresses, zones and postal codes."""

    template_name = "portal/street.html"
    addresses_per_page = 100

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A fixed number of queries; addresses are paged."""
        street = get_object_or_404(
            Street.objects.in_municipality(self.municipality)
            .select_related("dataset")
            .annotate(length=Length("axis")),
            pk=self.kwargs["pk"],
        )
        addresses = street.addresses.select_related("street", "municipality").order_by("pk").all()
        page = Paginator(addresses, self.addresses_per_page).get_page(self.request.GET.get("page"))
        slug = self.municipality.slug
        rows: list[Any] = [
            {
                "label": address_label(address),
                "postal_code": address.postal_code,
                "quality": address.position_quality,
                "url": address_path(slug, address.pk),
            }
            for address in page.object_list
        ]
        page.object_list = rows
        return super().get_context_data(
            street=_row(slug, street, street.dataset.is_synthetic),
            bbox=street.axis.extent if street.axis else self.bbox,
            zones=self._zones(street),
            addresses=page,
            address_count=page.paginator.count,
            dataset=street.dataset,
            postal_ranges=[
                {"text": postal_range_text(row), "postal_code": row.postal_code}
                for row in street.postal_ranges.order_by("number_from", "parity", "pk")
            ],
            **kwargs,
        )

    def _zones(self, street: Street) -> list[dict[str, str]]:
        placed = AddressPlacement.objects.current().filter(address__street=street)
        zones = (
            Zone.objects.filter(pk__in=placed.values("zone"))
            .exclude(kind__code=ZoneKind.STREET)
            .select_related("kind")
            .by_name(self.language)
        )
        return [
            {
                "name": zone.name,
                "kind_label": zone.kind.name,
                "url": zone_path(self.municipality.slug, zone.pk),
            }
            for zone in zones
        ]


def postal_range_text(row: PostalRange) -> str:
    """Say which house numbers share a postal code."""
    if row.block:
        return _("block %(block)s") % {"block": row.block}
    if row.number_from is None:
        return str(row.get_parity_display())
    if row.number_from == row.number_to:
        return _("number %(number)d") % {"number": row.number_from}
    if row.number_to is None:
        numbers = _("from %(first)d to the end") % {"first": row.number_from}
    else:
        numbers = _("%(first)d to %(final)d") % {"first": row.number_from, "final": row.number_to}
    return (
        numbers
        if row.parity == PostalRange.Parity.ANY
        else f"{numbers}, {row.get_parity_display()}"
    )


def _row(slug: str, street: Any, is_synthetic: bool) -> dict[str, Any]:
    return {
        "id": street.pk,
        "name": street.name,
        "variants": street.variants,
        "locality": street.locality,
        "address_count": getattr(street, "address_count", None),
        "length_m": street.length.m if street.length is not None else None,
        "is_synthetic": is_synthetic,
        "url": street_path(slug, street.pk),
    }


def _csv_row(street: Street) -> tuple[object, ...]:
    dataset = street.dataset
    return (
        street.pk,
        street.code,
        street.name,
        street.locality,
        dataset.source,
        dataset.licence,
    )


def _feature(street: Street) -> tuple[Any, dict[str, object]]:
    properties: dict[str, object] = {
        "id": street.pk,
        "code": street.code,
        "name": street.name,
        "settlement": street.locality,
        "source": street.dataset.source,
        "licence": street.dataset.licence,
        "is_synthetic": street.dataset.is_synthetic,
    }
    return street.axis, properties
