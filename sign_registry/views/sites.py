"""Sites for everybody: the list with its map, and as files; never a score here."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import ListView

from sign_registry.models import Site, SiteCategory
from sign_registry.querysets import SiteQuerySet
from sign_registry.site_present import pins, site_row, with_shown
from zones.exports import csv_file, geojson_file
from zones.models import Zone
from zones.querysets import collated
from zones.views import ExportedView

LONGEST_QUERY = 100


class SiteListView(ExportedView, ListView[Site]):
    """Open sites by name, category, zone and kind; paged, and as CSV or GeoJSON."""

    template_name = "signs/sites.html"
    paginate_by = 50

    @cached_property
    def zone(self) -> Zone | None:
        """The zone the list is narrowed to; an unknown one is not found."""
        number = self.request.GET.get("zone", "")
        if not number:
            return None
        if not number.isdecimal() or len(number) > 18:
            raise Http404
        return get_object_or_404(Zone.objects.in_municipality(self.municipality), pk=int(number))

    @property
    def sites(self) -> SiteQuerySet:
        """Every site that may be listed here."""
        return Site.objects.in_municipality(self.municipality).public().open_on(self.today)

    def get_queryset(self) -> QuerySet[Site]:
        """The sites of the choice, alphabetical."""
        chosen, asked = self.sites, self.request.GET
        if query := search_text(self.request):
            chosen = chosen.matching(query)
        if category := asked.get("category", "").replace("\x00", ""):
            chosen = chosen.of_category(category, self.today)
        if (kind := asked.get("kind", "")) in Site.Kind.values:
            chosen = chosen.of_kind(kind)
        if self.zone:
            chosen = chosen.in_zone(self.zone.pk)
        shown = with_shown(chosen.select_related("municipality"), self.today)
        return shown.by_name(self.language)

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """Tables and shapes."""
        return {"csv": self._csv, "geojson": self._geojson}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows of the page, what can be chosen, and the points for the map."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        page.object_list = [site_row(site) for site in page.object_list]
        found = pins(page.object_list, page.start_index())
        return {
            **context,
            "page": page,
            "first": page.start_index(),
            "places": found,
            "bbox": _around(found) or self.bbox,
            "limits": self.bbox,
            "query": search_text(self.request),
            "categories": SiteCategory.objects.in_municipality(self.municipality)
            .in_use()
            .filter(periods__isnull=False)
            .distinct()
            .order_by("pk"),
            "category": self.request.GET.get("category", ""),
            "kinds": Site.Kind.choices,
            "kind": self.request.GET.get("kind", ""),
            "zone": self.zone,
            "zones": Zone.objects.in_municipality(self.municipality)
            .exclude(kind__code__in=["street", "built"])
            .order_by("kind", collated(self.language)),
        }

    def _csv(self) -> HttpResponseBase:
        columns = ("id", "code", "name", "kind", "category", "owner", "address", "longitude",
                   "latitude", "position", "source", "licence", "is_synthetic")  # fmt: skip
        rows = (_table_row(site) for site in self.get_queryset().iterator(chunk_size=500))
        return csv_file(f"{self.municipality.slug}-sites", columns, rows)

    def _geojson(self) -> HttpResponseBase:
        features = (
            (site.geometry, _properties(site))
            for site in self.get_queryset().iterator(chunk_size=200)
        )
        return geojson_file(f"{self.municipality.slug}-sites", features)


def search_text(request: HttpRequest) -> str:
    """The text a reader filters by, cut to a sensible length."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]


def _around(places: list[dict[str, Any]]) -> tuple[float, float, float, float] | None:
    """West, south, east, north of some points, with a little room."""
    if not places:
        return None
    longitudes, latitudes = zip(*(one["place"] for one in places), strict=True)
    room = 0.003
    return (
        min(longitudes) - room,
        min(latitudes) - room,
        max(longitudes) + room,
        max(latitudes) + room,
    )


def _table_row(site: Site) -> tuple[object, ...]:
    row = site_row(site)
    centre = row["centre"]
    return (
        site.pk,
        site.code,
        site.name,
        site.kind,
        row["category"].code if row["category"] else "",
        row["owner"].code if row["owner"] else "",
        site.address_text,
        centre.x if centre else "",
        centre.y if centre else "",
        site.position_quality,
        site.dataset.source,
        site.dataset.licence,
        site.dataset.is_synthetic,
    )


def _properties(site: Site) -> dict[str, object]:
    row = site_row(site)
    return {
        "id": site.pk,
        "code": site.code,
        "name": site.name,
        "kind": site.kind,
        "category": row["category"].code if row["category"] else "",
        "owner": row["owner"].code if row["owner"] else "",
        "address": site.address_text,
        "position": site.position_quality,
        "source": site.dataset.source,
        "licence": site.dataset.licence,
        "is_synthetic": site.dataset.is_synthetic,
    }
