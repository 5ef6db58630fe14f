"""Says where many reports lie by one statement: zones, street and words, as `place_incident` does.

Words are the address within reach, else the name of the street.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.utils.translation import override

from incidents.services.placing import AT_ADDRESS_M
from zones.labels import address_label
from zones.models import Address, Municipality, Street
from zones.names import in_language

# Degrees of latitude and longitude that hold thirty metres anywhere south of 70 degrees.
_NEAR_DEGREES = 0.0009
_PLACES = """
WITH spot AS MATERIALIZED (
    SELECT number, ST_SetSRID(shape::geometry, 4326) AS shape
    FROM unnest(%(shapes)s::text[]) WITH ORDINALITY AS given(shape, number)
)
SELECT spot.number,
       ARRAY(SELECT DISTINCT shape.zone_id
             FROM zones_zoneshape AS shape
             JOIN zones_zone AS zone ON zone.id = shape.zone_id
             JOIN zones_zonekind AS kind ON kind.id = zone.kind_id
             WHERE kind.municipality_id = %(town)s AND shape.valid_from <= %(on)s
               AND (shape.valid_until IS NULL OR shape.valid_until > %(on)s)
               AND ST_Intersects(shape.geometry, spot.shape)
             ORDER BY 1),
       (SELECT street.id
        FROM zones_zoneshape AS shape
        JOIN zones_street AS street ON street.zone_id = shape.zone_id
        WHERE street.municipality_id = %(town)s AND shape.valid_from <= %(on)s
          AND (shape.valid_until IS NULL OR shape.valid_until > %(on)s)
          AND ST_Covers(shape.geometry, ST_PointOnSurface(spot.shape))
        ORDER BY shape.area_m2, shape.zone_id LIMIT 1),
       (SELECT address.id FROM zones_address AS address
        WHERE address.municipality_id = %(town)s
          AND address.location && ST_Expand(ST_PointOnSurface(spot.shape), %(near)s)
          AND ST_DWithin(address.location::geography,
                         ST_PointOnSurface(spot.shape)::geography, %(metres)s)
        ORDER BY address.location::geography <-> ST_PointOnSurface(spot.shape)::geography,
                 address.id LIMIT 1)
FROM spot ORDER BY spot.number
"""


@dataclass(frozen=True, slots=True)
class PastPlace:
    """What a geometry belongs to."""

    zone_ids: list[int]
    street_id: int | None
    words: str


def places_of(
    municipality: Municipality, shapes: Sequence[GEOSGeometry], on: dt.date
) -> list[PastPlace]:
    """Where each geometry lies, in the order given. Three queries."""
    given: dict[str, Any] = {
        "shapes": [shape.hex.decode() for shape in shapes],
        "town": municipality.pk,
        "on": on,
        "near": _NEAR_DEGREES,
        "metres": AT_ADDRESS_M,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, given)
        found = cursor.fetchall()
    streets = Street.objects.in_bulk({row[2] for row in found if row[2]})
    languages = municipality.languages
    with override(languages[0]):
        addresses = _addresses(municipality, {row[3] for row in found if row[3]})
        words = {pk: in_language(one.names, languages) for pk, one in streets.items()}
    return [
        PastPlace(zones, street, (addresses.get(address) or words.get(street, ""))[:240])
        for _number, zones, street, address in found
    ]


def _addresses(municipality: Municipality, numbers: set[int]) -> dict[int, str]:
    known = Address.objects.select_related("street").defer("street__axis").in_bulk(numbers)
    for one in known.values():
        one.municipality = municipality
    return {pk: address_label(one) for pk, one in known.items()}
