"""Tells what a point belongs to, in two queries, for one page or one call; writes nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from math import isfinite

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.crs import STORAGE_SRID
from geo.metres import DistanceMetres, within_metres
from zones.days import civil_day
from zones.labels import address_label
from zones.models import Address, AddressPlacement, Municipality, Zone, ZoneKind, ZoneShape
from zones.names import in_language

#: Farther away, an address says nothing about the point.
NEAREST_WITHIN_M = 100.0


@dataclass(frozen=True, slots=True)
class LocatedZone:
    """A zone that the point lies in, and why: its polygon covers it."""

    zone_id: int
    kind_code: str
    code: str
    names: dict[str, str]
    area_m2: float
    basis: str = AddressPlacement.Basis.POLYGON.value
    languages: tuple[str, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """The zone's name for the reader, else in the town's first language."""
        return in_language(self.names, self.languages)


@dataclass(frozen=True, slots=True)
class LocatedStreet:
    """The street whose strip of land the point lies in: its axis is the nearest."""

    street_id: int
    zone_id: int
    names: dict[str, str]
    basis: str = AddressPlacement.Basis.POLYGON.value
    languages: tuple[str, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """The street's name for the reader, else in the town's first language."""
        return in_language(self.names, self.languages)


@dataclass(frozen=True, slots=True)
class NearestAddress:
    """The nearest address of the register and how far it is; coordinates in EPSG:4326."""

    address_id: int
    label: str
    street_id: int | None
    distance_m: float
    longitude: float
    latitude: float
    position_quality: str


@dataclass(frozen=True, slots=True)
class Located:
    """What a point belongs to; at most one zone per kind, in the order of the kinds' codes."""

    zones: tuple[LocatedZone, ...]
    street: LocatedStreet | None
    nearest_address: NearestAddress | None
    inside: bool


def locate(*, municipality: Municipality, point: Point, on: dt.date | None = None) -> Located:
    """Tell the zones, the street and the nearest address of a bare point, in two queries.

    An edge counts as inside; of several zones of a kind the smallest answers, then the lowest id.
    Zones are those in force on `on` (today in the town if not said); addresses are today's.

    Args:
        point: longitude and latitude, EPSG:4326.

    Raises:
        ValidationError: `invalid_point`, not a place on Earth in EPSG:4326.
    """
    _require_place(point)
    on = on or civil_day(timezone.now(), municipality.timezone)
    languages = tuple(municipality.languages)
    zones, street = [], None
    for row in _first_of_each_kind(municipality, point, on):
        zones.append(
            LocatedZone(
                zone_id=row.zone_id,
                kind_code=row.zone.kind.code,
                code=row.zone.code,
                names=row.zone.names,
                area_m2=row.area_m2,
                languages=languages,
            )
        )
        if row.zone.kind.code == ZoneKind.STREET:
            street = _street_of(row.zone, languages)
    return Located(
        zones=tuple(zones),
        street=street,
        nearest_address=_nearest_address(municipality, point),
        inside=municipality.outline is None or bool(municipality.outline.covers(point)),
    )


def _first_of_each_kind(municipality: Municipality, point: Point, on: dt.date) -> list[ZoneShape]:
    """The shape that answers for each kind, in the order of the kinds' codes."""
    covering = (
        ZoneShape.objects.in_municipality(municipality)
        .in_force(on)
        .covering(point)
        .filter(zone__kind__in=ZoneKind.objects.belonged_to())
        .select_related("zone__kind", "zone__street")
        .defer("geometry", "zone__street__axis")
    )
    first: dict[str, ZoneShape] = {}
    for row in covering:
        first.setdefault(row.zone.kind.code, row)
    return [first[code] for code in sorted(first)]


def _street_of(zone: Zone, languages: tuple[str, ...]) -> LocatedStreet | None:
    street = getattr(zone, "street", None)
    if street is None:
        return None
    return LocatedStreet(
        street_id=street.pk, zone_id=zone.pk, names=street.names, languages=languages
    )


def _require_place(point: Point) -> None:
    """Refuse what is no point on Earth before it reaches a spatial query."""
    fits = (
        isinstance(point, Point)
        and not point.empty
        and point.srid == STORAGE_SRID
        and isfinite(point.x)
        and isfinite(point.y)
        and abs(point.x) <= 180
        and abs(point.y) <= 90
    )
    if not fits:
        raise ValidationError(
            _(
                "This is not a point on the map. Give longitude between -180 and 180 and latitude "
                "between -90 and 90."
            ),
            code="invalid_point",
        )


def _nearest_address(municipality: Municipality, point: Point) -> NearestAddress | None:
    nearest = (
        Address.objects.in_municipality(municipality)
        .filter(within_metres("location", point, NEAREST_WITHIN_M))
        .annotate(distance_m=DistanceMetres("location", point))
        .select_related("street")
        .defer("street__axis")
        .order_by("distance_m", "pk")
        .first()
    )
    if nearest is None:
        return None
    nearest.municipality = municipality
    return NearestAddress(
        address_id=nearest.pk,
        label=address_label(nearest),
        street_id=nearest.street_id,
        distance_m=nearest.distance_m,  # type: ignore[attr-defined]
        longitude=nearest.location.x,
        latitude=nearest.location.y,
        position_quality=nearest.position_quality,
    )
