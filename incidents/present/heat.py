"""Where reports are dense: by kilometre of street and by people of a neighbourhood."""

import datetime as dt
import json
from typing import Any

import shapely
from django.db.models import Count, F, Func

from geo.metres import length_m
from incidents.querysets import IncidentQuerySet
from incidents.statistics import LEAST, per_unit
from zones.models import Municipality, Street, ZoneShape
from zones.names import in_language
from zones.paths import street_path, zone_path
from zones.reach import estimate

MOST_STREETS = 100
#: Steps of the map; each has its number in the list beside it.
STEPS = 4


def by_street(rows: IncidentQuerySet, municipality: Municipality) -> list[dict[str, Any]]:
    """Streets with enough reports, the densest first. Two queries."""
    counted = dict(
        rows.filter(street__isnull=False)
        .order_by()
        .values_list("street")
        .annotate(number=Count("pk"))
        .filter(number__gte=LEAST)
    )
    found = []
    for street in Street.objects.filter(pk__in=counted, axis__isnull=False):
        axis = shapely.from_wkb(bytes(street.axis.wkb))  # type: ignore[union-attr]
        metres = length_m(axis, metric_srid=municipality.metric_srid)
        number = counted[street.pk]
        found.append(
            {
                "name": street.name,
                "url": street_path(municipality.slug, street.pk),
                "number": number,
                "length_m": metres,
                "rate": per_unit(number, metres, 1000),
                "geometry": street.axis,
            }
        )
    return _densest(found)[:MOST_STREETS]


def by_area(
    rows: IncidentQuerySet, municipality: Municipality, kind: str, today: dt.date
) -> list[dict[str, Any]]:
    """Neighbourhoods with enough reports; people only as the published reach tells them."""
    counted = number_by_zone(rows)
    shapes = (
        ZoneShape.objects.in_municipality(municipality)
        .in_force(today)
        .of_kind(kind)
        .filter(zone__in=[zone for zone, number in counted.items() if number >= LEAST])
        .select_related("zone")
    )
    found = []
    for shape in shapes:
        number = counted[shape.zone_id]
        people = estimate(shape.geometry, municipality, today).residents
        found.append(
            {
                "name": in_language(shape.zone.names, municipality.languages),
                "url": zone_path(municipality.slug, shape.zone_id),
                "number": number,
                "people": people,
                "rate": per_unit(number, people or 0, 1000),
                "geometry": shape.geometry,
            }
        )
    return _densest(found)


def shapes_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What the map draws: stronger where it is denser."""
    rated = [row for row in rows if row["rate"] is not None]
    most = max((row["rate"] for row in rated), default=0) or 1
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": json.loads(row["geometry"].json),
                "properties": {
                    "role": "area",
                    "opacity": 0.1 + 0.15 * step(row["rate"], most),
                    "width": 2 + step(row["rate"], most),
                },
            }
            for row in rated
        ],
    }


def step(rate: float, most: float) -> int:
    """One of the steps of the map, 1 to STEPS."""
    return min(STEPS, 1 + int(STEPS * rate / most))


def number_by_zone(rows: IncidentQuerySet) -> dict[int, int]:
    """How many reports lie in each zone that has any. One query."""
    unnested = Func(F("zone_ids"), function="unnest")
    return dict(
        rows.order_by().annotate(zone=unnested).values_list("zone").annotate(number=Count("pk"))
    )


def _densest(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda row: (-(row["rate"] or 0), -row["number"], row["name"]))
