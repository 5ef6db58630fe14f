"""The door: choose a municipality, its home page, its data sources, its colour and arms."""

import datetime as dt
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import quote_etag
from django.views.generic import TemplateView

from notifications.models import Announcement
from portal.brand import brand_css
from portal.near_places import home_of
from portal.nearby import KINDS, USUAL_RADIUS, Around, near
from zones.labels import address_label
from zones.models import Address, Dataset, Municipality, Street, Zone, ZoneKind, ZoneShape
from zones.paths import zone_path
from zones.querysets import ZoneShapeQuerySet
from zones.views import TownView

EXAMPLES = 3
LISTED_ZONES = 60
NEAR_ROWS = 3


class IndexView(TemplateView):
    """Every municipality this installation serves."""

    template_name = "portal/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One query, linear in the municipalities."""
        towns = sorted(Municipality.objects.defer("outline", "arms"), key=lambda town: town.name)
        return super().get_context_data(municipalities=towns, **kwargs)


class HomeView(TownView, TemplateView):
    """The town's map with its zones and streets, and the search."""

    template_name = "portal/town.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A fixed number of queries; the map loads its tiles by itself."""
        town = self.municipality
        datasets = Dataset.objects.in_municipality(town)
        kinds = kinds_with_zones(town, self.today)
        main = main_kind(kinds)
        return super().get_context_data(
            kinds=kinds,
            map_kind=main,
            street_count=Street.objects.in_municipality(town).count(),
            bbox=self._shapes(main).extent() or self.bbox,
            limits=self.bbox,
            examples=self._examples(),
            zones=self._zones(main),
            has_synthetic=datasets.filter(is_synthetic=True).exists(),
            **(self._near() if "notices" in town.modules else {}),
            **kwargs,
        )

    def _near(self) -> dict[str, Any]:
        """What happens near the home of a resident, else the newest news of the town."""
        now, town = timezone.now(), self.municipality
        home = home_of(self.request.user, town, now)
        if home is None:
            news = Announcement.objects.in_municipality(town).current(now).newest_first()
            return {"news": news.select_related("municipality")[:NEAR_ROWS]}
        around = Around(town, home.geometry, USUAL_RADIUS, now, home.street)
        rows = near(around, KINDS)
        return {
            "home": home,
            "near_rows": [{"row": row} for row in rows[:NEAR_ROWS]],
            "near_count": len(rows),
        }

    def _examples(self) -> list[str]:
        """A few addresses of the register, spread by id, so that a reader sees what to type."""
        numbered = (
            Address.objects.in_municipality(self.municipality)
            .exclude(address_number="")
            .filter(street__isnull=False)
            .select_related("street", "municipality")
        )
        per_street = numbered.order_by("street_id", "pk").distinct("street_id")
        return [address_label(address) for address in per_street[:EXAMPLES]]

    def _shapes(self, kind: str) -> ZoneShapeQuerySet:
        """What the map of the home page shows."""
        return (
            ZoneShape.objects.in_municipality(self.municipality).in_force(self.today).of_kind(kind)
        )

    def _zones(self, kind: str) -> list[dict[str, Any]]:
        shapes = self._shapes(kind).select_related("zone__kind", "edition__dataset")
        return [
            {
                "name": shape.zone.name,
                "kind_label": shape.zone.kind.name,
                "url": zone_path(self.municipality.slug, shape.zone_id),
                "is_synthetic": shape.edition.dataset.is_synthetic,
            }
            for shape in shapes.defer("geometry").by_name(self.language)[:LISTED_ZONES]
        ]


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


def main_kind(kinds: list[dict[str, Any]]) -> str:
    """The kind that map and list of the home page show: neighbourhoods, else the town's first."""
    codes = [kind["code"] for kind in kinds]
    return "neighbourhood" if "neighbourhood" in codes else next(iter(codes), "")


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
