"""The town's home page: what goes on near a place, whom to tell, and where everything else is."""

from dataclasses import replace
from typing import Any, cast
from urllib.parse import parse_qsl

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from geo.crs import STORAGE_SRID
from geo.intake import GeometryRefused
from portal.around import USUAL_RADIUS, Around, NearRow
from portal.near_places import NearPlace, asked_place, home_of
from portal.nearby import KINDS, near
from portal.present import place_at_point
from portal.town_now import town_now
from portal.views.nearby import box_around, numbered, pins_of
from portal.views.town import kinds_with_zones
from zones.labels import address_label
from zones.models import Address, Dataset, Street, ZoneShape
from zones.querysets import ZoneShapeQuerySet
from zones.views import TownView

EXAMPLES = 2
LISTED_ZONES = 60
LISTED = 5
#: Told as a number with a way to all of them: there are many, and they stay.
COUNTED = ("reports", "ratings")


class HomeView(TownView, TemplateView):
    """Search, three doors, what is near; a visitor's place stands in the page's address alone."""

    template_name = "portal/town.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A fixed number of queries; the map loads its tiles by itself."""
        town = self.municipality
        kinds = kinds_with_zones(town, self.today)
        main = main_kind(kinds)
        shapes = self._shapes(main)
        rows = numbered(self._listed)
        return super().get_context_data(
            kinds=kinds,
            map_kind=main,
            street_count=Street.objects.in_municipality(town).count(),
            examples=self._examples(),
            zones=[
                {"id": shape.zone_id, "name": shape.zone.name}
                for shape in shapes.select_related("zone")
                .defer("geometry")
                .by_name(self.language)[:LISTED_ZONES]
            ],
            has_invented=Dataset.objects.in_municipality(town).filter(is_synthetic=True).exists(),
            has_home=self.home is not None,
            place=self.place,
            place_error=self._asked[1],
            place_zone=dict(parse_qsl(self.place.query)).get("zone", "") if self.place else "",
            rows=rows,
            places=pins_of(rows),
            counts=self._counts(),
            pin=self._pin(),
            bbox=self._box() or shapes.extent() or self.bbox,
            limits=self.bbox,
            **kwargs,
        )

    @cached_property
    def home(self) -> NearPlace | None:
        """Where the reader lives, if this town knows it."""
        return home_of(self.request.user, self.municipality, timezone.now())

    @cached_property
    def _asked(self) -> tuple[NearPlace | None, str]:
        """The place of the page's address and what is wrong with it."""
        if "notices" not in self.municipality.modules:
            return None, ""
        try:
            asked = asked_place(self.municipality, self.request.GET.dict(), self.today)
            return self._named(asked), ""
        except GeometryRefused as refused:
            return None, str(refused)
        except ValidationError as refused:
            return None, " ".join(refused.messages)

    def _named(self, place: NearPlace | None) -> NearPlace | None:
        """A bare point is called by what is there. Five queries, for a point alone."""
        if place is None or not place.query.startswith("lon="):
            return place
        found = place_at_point(self.municipality, cast(Point, place.geometry), self.today)
        zone = next((row["name"] for row in found["zones"]), "") if found.get("zones") else ""
        return replace(place, label=found.get("label") or zone or place.label)

    @property
    def place(self) -> NearPlace | None:
        """What the reader asks about, else their home."""
        return self._asked[0] or self.home

    @cached_property
    def _rows(self) -> list[NearRow]:
        if "notices" not in self.municipality.modules:
            return []
        now, place = timezone.now(), self.place
        if place is None:
            whole = Around(self.municipality, Point(0, 0, srid=STORAGE_SRID), 0, now)
            return town_now(whole, LISTED)
        around = Around(self.municipality, place.geometry, USUAL_RADIUS, now, place.street)
        return near(around, KINDS)

    @property
    def _listed(self) -> list[NearRow]:
        return [row for row in self._rows if row.kind not in COUNTED][:LISTED]

    def _counts(self) -> dict[str, int]:
        """How many there are near the place, of all and of each kind that is only counted."""
        found = {kind: sum(row.kind == kind for row in self._rows) for kind in COUNTED}
        others = sum(row.kind not in COUNTED for row in self._rows)
        return {**found, "more": max(0, others - LISTED)}

    def _pin(self) -> tuple[float, float] | None:
        geometry = self.place.geometry if self.place else None
        return (geometry.x, geometry.y) if isinstance(geometry, Point) else None

    def _box(self) -> tuple[float, ...] | None:
        if self.place is None:
            return None
        points = [row.point for row in self._listed if row.point]
        return box_around([self.place.geometry, *points])

    def _examples(self) -> list[str]:
        """A few addresses of the register, spread by id, so that a reader sees what to type."""
        with_number = (
            Address.objects.in_municipality(self.municipality)
            .exclude(address_number="")
            .filter(street__isnull=False)
            .select_related("street", "municipality")
        )
        per_street = with_number.order_by("street_id", "pk").distinct("street_id")
        return [address_label(address) for address in per_street[:EXAMPLES]]

    def _shapes(self, kind: str) -> ZoneShapeQuerySet:
        """What the map of the home page shows."""
        return (
            ZoneShape.objects.in_municipality(self.municipality).in_force(self.today).of_kind(kind)
        )


def main_kind(kinds: list[dict[str, Any]]) -> str:
    """The kind that map and list of the home page show: neighbourhoods, else the town's first."""
    codes = [kind["code"] for kind in kinds]
    return "neighbourhood" if "neighbourhood" in codes else next(iter(codes), "")
