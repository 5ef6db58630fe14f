"""Shapes made light enough for a phone, with how far from their edge they can be trusted."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Q

from geo.crs import STORAGE_SRID
from zones.models import Municipality, ZoneKind, ZoneShape

SIMPLER_M = 8.0
"""A light edge keeps within so many metres of the true one."""

TRUSTED_FROM_M = 10.0
"""Farther than this from a light edge a point lies on the same side of the true one: simplifying
moves an edge by `SIMPLER_M` at most and rounding to five decimals by one metre more."""

DECIMALS = 5

#: Polygons, each with its outer ring and its holes; longitude first, EPSG:4326.
Rings = list[list[list[list[float]]]]


@dataclass(frozen=True, slots=True)
class Outline:
    """A zone with its light shape; smaller zones come first, as `locate` prefers them."""

    zone_id: int
    kind_code: str
    names: dict[str, str]
    polygons: Rings


def light_shape(geometry: GEOSGeometry, metric_srid: int) -> Rings:
    """A polygon or several with fewer corners; linear in the corners but for crowded edges."""
    metric = geometry.transform(metric_srid, clone=True)
    simple = metric.simplify(SIMPLER_M, preserve_topology=True)
    stored = simple.transform(STORAGE_SRID, clone=True)
    told = json.loads(stored.geojson)
    polygons = told["coordinates"] if told["type"] == "MultiPolygon" else [told["coordinates"]]
    return [
        [[[round(x, DECIMALS), round(y, DECIMALS)] for x, y, *_z in ring] for ring in one]
        for one in polygons
    ]


def light_zones(municipality: Municipality, on: dt.date, also: Iterable[int] = ()) -> list[Outline]:
    """Areas that people live in on a day, and others by number; streets are too many. One query."""
    wanted = Q(zone__kind__in=ZoneKind.objects.areas()) | Q(zone__in=list(also))
    rows = (
        ZoneShape.objects.in_municipality(municipality)
        .in_force(on)
        .filter(wanted)
        .exclude(zone__kind__code=ZoneKind.STREET)
        .select_related("zone__kind")
        .order_by("area_m2", "zone_id")
    )
    srid = municipality.metric_srid
    return [
        Outline(row.zone_id, row.zone.kind.code, row.zone.names, light_shape(row.geometry, srid))
        for row in rows
    ]
