"""The SQL of competence: on which ground rules hold, and which rules a place meets.

Raw SQL because many places meet many shapes in one statement, each branch by the GiST index of its
own table; the tests hold it against shapely.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

# One row for each part of a rule's ground: its zone, and its street or drawn shape. `metres` are
# those around the part. A rule with a street and no metres holds on the street's strip of land.
_PARTS = """
    SELECT rule.id AS rule, 'zone' AS part, shape.geometry AS ground, 0 AS metres
    FROM incidents_competencerule AS rule
    JOIN zones_zoneshape AS shape ON shape.zone_id = rule.zone_id
        AND shape.valid_from <= %(on)s AND (shape.valid_until IS NULL OR shape.valid_until > %(on)s)
    WHERE rule.id = ANY(%(rules)s) {near_shape}
    UNION ALL
    SELECT rule.id, 'street', shape.geometry, 0
    FROM incidents_competencerule AS rule
    JOIN zones_street AS street ON street.id = rule.street_id
    JOIN zones_zoneshape AS shape ON shape.zone_id = street.zone_id
        AND shape.valid_from <= %(on)s AND (shape.valid_until IS NULL OR shape.valid_until > %(on)s)
    WHERE rule.id = ANY(%(rules)s) AND rule.within_metres = 0 {near_shape}
    UNION ALL
    SELECT rule.id, 'street', street.axis, rule.within_metres
    FROM incidents_competencerule AS rule
    JOIN zones_street AS street ON street.id = rule.street_id
    WHERE rule.id = ANY(%(rules)s) AND rule.within_metres > 0
        AND street.axis IS NOT NULL {near_axis}
    UNION ALL
    SELECT rule.id, 'drawn', rule.geometry, rule.within_metres
    FROM incidents_competencerule AS rule
    WHERE rule.id = ANY(%(rules)s) AND rule.geometry IS NOT NULL {near_drawn}
"""
_PARTS_ANYWHERE = _PARTS.format(near_shape="", near_axis="", near_drawn="")
_PARTS_NEAR = _PARTS.format(
    near_shape="AND shape.geometry && asked.box",
    near_axis="AND street.axis && asked.box",
    near_drawn="AND rule.geometry && asked.box",
)

# Compiling statements of this size takes seconds, running them less.
WITHOUT_JIT = "SET LOCAL jit = off;"

# The nearest point is looked for in a plane that is true to scale around the place, and measured on
# the ellipsoid: a few centimetres off in a kilometre at most, and much faster than to every edge.
# What of the ground lies around a place is cut out only where the place is more than a point.
_MEETINGS = f"""
    {WITHOUT_JIT}
    WITH asked AS MATERIALIZED (
        SELECT number, is_wide, cos(radians(y)) AS narrow,
               ST_SetSRID(ST_MakePoint(x, y), 4326) AS point,
               ST_MakeEnvelope(west, south, east, north, 4326) AS box
        FROM unnest(%(numbers)s::int[], %(wide)s::bool[], %(xs)s::float8[], %(ys)s::float8[],
                    %(wests)s::float8[], %(souths)s::float8[], %(easts)s::float8[],
                    %(norths)s::float8[])
             AS given (number, is_wide, x, y, west, south, east, north)
    ),
    covered AS (
        SELECT asked.*, met.*, metres = 0 AND ST_Covers(ground, point) AS is_covered
        FROM asked CROSS JOIN LATERAL ({_PARTS_NEAR}) AS met
    ),
    measured AS (
        SELECT covered.*,
               CASE WHEN is_covered OR metres > 0 THEN ST_Distance(
                   point::geography,
                   ST_Scale(ST_ClosestPoint(
                       ST_Scale(CASE WHEN metres > 0 THEN ground ELSE ST_Boundary(ground) END,
                                narrow, 1),
                       ST_Scale(point, narrow, 1)
                   ), 1 / narrow, 1)::geography
               ) END AS away
        FROM covered
    )
    SELECT number, rule, part, metres, is_covered OR (metres > 0 AND away <= metres), away,
           CASE WHEN is_wide THEN ST_AsBinary(ST_Intersection(ground, box)) END
    FROM measured
"""  # noqa: S608 - joins constants of this module

# The ground of each rule as one shape: all its parts at once; a rule without a part holds anywhere.
GROUNDS = f"""
    grounds AS MATERIALIZED (
        SELECT rule,
               CASE WHEN count(*) = 1 THEN (array_agg(ground))[1]
                    ELSE ST_Intersection((array_agg(ground))[1], (array_agg(ground))[2])
               END AS ground
        FROM (
            SELECT rule, CASE WHEN metres = 0 THEN ground
                 ELSE ST_Transform(ST_Buffer(ST_Transform(ground, %(srid)s), metres), 4326) END
                 AS ground
            FROM ({_PARTS_ANYWHERE}) AS part
        ) AS spread
        GROUP BY rule
    )
"""  # noqa: S608 - joins constants of this module


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """A point in EPSG:4326 with the box in which grounds are looked for.

    `is_wide`: whether there is more than the point, so that what lies around it matters.
    """

    x: float
    y: float
    box: tuple[float, float, float, float]
    is_wide: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """One part of a rule's ground near a place; `reached` is WKB in EPSG:4326.

    `away_m` is how far its line, or its border around the place, is; None where it does not fit.
    """

    rule: int
    part: str
    metres: int
    fits: bool
    away_m: float | None
    reached: bytes | None


def meetings(
    places: Sequence[AskedPlace], rules: Iterable[int], on: dt.date
) -> list[list[Meeting]]:
    """For each place the parts of rules it meets on a day; one statement for all of them."""
    found: list[list[Meeting]] = [[] for _place in places]
    wanted = sorted(rules)
    if not places or not wanted:
        return found
    given: dict[str, Any] = {
        "on": on,
        "rules": wanted,
        "numbers": list(range(len(places))),
        "wide": [place.is_wide for place in places],
        "xs": [place.x for place in places],
        "ys": [place.y for place in places],
    }
    for side, name in enumerate(("wests", "souths", "easts", "norths")):
        given[name] = [place.box[side] for place in places]
    with connection.cursor() as cursor:
        cursor.execute(_MEETINGS, given)
        for number, rule, part, metres, fits, away, reached in cursor.fetchall():
            wkb = None if reached is None else bytes(reached)
            found[number].append(Meeting(rule, part, metres, fits, away, wkb))
    return found
