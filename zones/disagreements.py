"""Lists the addresses that lie outside the polygon of the street they name; corrects nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from geo.metres import distance_m
from zones.days import civil_day
from zones.labels import address_label
from zones.models import Address, Municipality, ZoneKind, ZoneShape
from zones.querysets import AddressQuerySet


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An address, the street it names, and the street whose polygon it lies in instead.

    `distance_m` leads from the address to the polygon of the named street; None where that street
    has no polygon. `polygon_zone_id` is None where no street's polygon covers the address.
    """

    address_id: int
    address_label: str
    named_street_id: int
    named_zone_id: int
    polygon_zone_id: int | None
    distance_m: float | None


def disagreeing_addresses(municipality: Municipality, on: dt.date) -> AddressQuerySet:
    """Addresses outside the polygon of the street they name, annotated with `polygon_zone_id`.

    A street without a polygon disagrees only where another street's polygon covers the address.
    """
    strips = ZoneShape.objects.in_municipality(municipality).of_kind(ZoneKind.STREET).in_force(on)
    own = strips.filter(zone=OuterRef("street__zone"))
    covering = strips.filter(geometry__covers=OuterRef("location"))
    answer = covering.order_by("area_m2", "zone_id").values("zone_id")[:1]
    return (
        Address.objects.in_municipality(municipality)
        .filter(street__zone__kind__code=ZoneKind.STREET)
        .filter(~Exists(own.filter(geometry__covers=OuterRef("location"))))
        .annotate(polygon_zone_id=Subquery(answer))
        .filter(Q(Exists(own)) | Q(polygon_zone_id__isnull=False))
    )


def disagreements(*, municipality: Municipality, on: dt.date | None = None) -> list[Disagreement]:
    """Where the named street and the polygon differ, farthest first, streets without one last.

    Args:
        on: the civil day whose shapes count; today in the town if not said.
    """
    on = on or civil_day(timezone.now(), municipality.timezone)
    rows = list(
        disagreeing_addresses(municipality, on)
        .select_related("street")
        .defer("street__axis")
        .order_by("pk")
    )
    for row in rows:
        row.municipality = municipality
    shapes = {
        zone: shapely.from_wkb(bytes(geometry.wkb))
        for zone, geometry in ZoneShape.objects.in_force(on)
        .filter(zone__in={row.street.zone_id for row in rows if row.street})
        .values_list("zone_id", "geometry")
    }
    found = [
        Disagreement(
            address_id=row.pk,
            address_label=address_label(row),
            named_street_id=row.street.pk,
            named_zone_id=row.street.zone_id,
            polygon_zone_id=row.polygon_zone_id,  # type: ignore[attr-defined]
            distance_m=distance,
        )
        for row, distance in zip(rows, _distances(rows, shapes, municipality), strict=True)
        if row.street and row.street.zone_id
    ]
    return sorted(
        found, key=lambda one: -1 if one.distance_m is None else one.distance_m, reverse=True
    )


def _distances(
    rows: list[Address], shapes: Mapping[int, BaseGeometry], municipality: Municipality
) -> list[float | None]:
    """Metres from each address to the polygon of its named street, None without a polygon."""
    own = [shapes.get(row.street.zone_id or 0) if row.street else None for row in rows]
    known = [index for index, shape in enumerate(own) if shape is not None]
    distances: list[float | None] = [None] * len(rows)
    if known:
        points = shapely.points([rows[index].location.coords for index in known])
        measured = distance_m(
            np.atleast_1d(points),
            np.array([own[index] for index in known], dtype=object),
            metric_srid=municipality.metric_srid,
        )
        for index, metres in zip(known, measured.tolist(), strict=True):
            distances[index] = metres
    return distances
