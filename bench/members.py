"""Who lives in a drawn area of 500 corners, exactly: our statement beside one plain ST_Contains."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import shapely

from bench.harness import Contender, Row, compare, fact, faster, write_results
from bench.people import register_points, store_addresses, store_residents
from bench.reach import ragged
from bench.scratch import DATABASE, owner, scratch_database

COMMAND = "make bench ARGS=members"
PEOPLE, CORNERS, PAGE = 1_000_000, 500, 500
#: Square kilometres of the areas: a few streets, a quarter, half of the town.
SIZES = {"small": 0.4, "medium": 2.5, "half_town": 15.0}
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
_SEED = 20_266
_SPREAD_DEGREES = 0.0004

_INSIDE = """
    WITH piece AS MATERIALIZED (SELECT ST_Subdivide(%(area)s::geometry, 32) AS shape)
    SELECT DISTINCT residence.resident_id
    FROM piece
    JOIN residents_residence AS residence ON ST_Covers(piece.shape, residence.location)
    WHERE residence.valid_from <= %(on)s
      AND (residence.valid_until IS NULL OR residence.valid_until > %(on)s)
"""
_PLAIN = """
    SELECT resident_id FROM residents_residence
    WHERE ST_Contains(%(area)s::geometry, location) AND valid_from <= %(on)s
      AND (valid_until IS NULL OR valid_until > %(on)s)
"""
# The words of the statement, and what stands there in the plain way of asking the same.
_DIVIDED, _WHOLE = "ST_Subdivide(%(area)s::geometry, 32)", "%(area)s::geometry"
_COVERED, _CONTAINED = "ST_Covers(piece.shape", "ST_Contains(piece.shape"


def main(smoke: bool = False) -> list[Row]:
    """Measure, publish and give the rows."""
    people = 50_000 if smoke else PEOPLE
    rows: list[Row] = []
    comparisons = {}
    with scratch_database():
        longitude, latitude = _stored(people)
        for name, km2 in SIZES.items():
            announcement, shape = _announced(longitude, latitude, km2)
            timed = _compared(announcement)
            expected = _exactly(shape, longitude, latitude)
            answers = {one: timed.answer(one) for one in timed.measured}
            if answers.pop("page") != expected[:PAGE] or any(
                one != expected for one in answers.values()
            ):
                raise AssertionError(f"{name}: the ways do not agree on who lives inside")
            comparisons[name] = timed
            start = f"members.{name}"
            rows += [
                fact(f"{start}.people", float(len(expected)), "people", command=COMMAND),
                faster(
                    f"{start}.homes_vs_st_contains",
                    timed,
                    "homes",
                    "plain homes",
                    goal=">= 2" if name == "medium" else None,
                    command=COMMAND,
                ),
                faster(
                    f"{start}.members_vs_st_contains",
                    timed,
                    "members",
                    "plain members",
                    goal=None,
                    command=COMMAND,
                ),
                fact(f"{start}.page_of_500", timed.median("page"), "s", command=COMMAND),
            ]
    write_results("members", rows, comparisons)
    return rows


def _stored(people: int) -> tuple[Any, Any]:
    """Residents near the addresses of the demonstration town; gives where they live."""
    random = np.random.default_rng(_SEED)
    longitude, latitude = register_points()
    home = random.integers(longitude.size, size=people)
    lives = (
        longitude[home] + random.normal(0, _SPREAD_DEGREES, people),
        latitude[home] + random.normal(0, _SPREAD_DEGREES, people),
    )
    with owner(DATABASE) as connection, connection.cursor() as cursor:
        town = store_addresses(cursor, longitude[:1], latitude[:1])
        store_residents(cursor, town, *lives)
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE residents_residence, residents_resident, accounts_user")
    return lives


def _announced(longitude: Any, latitude: Any, km2: float) -> tuple[Any, shapely.Polygon]:
    """A notice for an area of 500 corners around the middle of the town."""
    from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

    from notifications.models import Announcement
    from zones.models import Municipality, TargetArea

    random = np.random.default_rng(_SEED)
    shape = ragged(random, (float(np.median(longitude)), float(np.median(latitude))), CORNERS, km2)
    drawn = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)
    town = Municipality.objects.get(slug="bench")
    target = TargetArea(municipality=town, geometry=MultiPolygon(drawn, srid=4326))
    target.pk = 1
    announcement = Announcement(
        pk=1, municipality=town, target=target, topic="works", send_at=NOW, created_at=NOW
    )
    return announcement, shape


def _compared(announcement: Any) -> Any:
    from django.db import connection

    from notifications.members import members, question

    with connection.cursor() as cursor:
        # For all of them alike, as the program does it.
        cursor.execute("SET jit = off")
    everybody = 10 * PEOPLE
    statement, values = question(announcement, 0, everybody)
    plain = statement.replace(_DIVIDED, _WHOLE).replace(_COVERED, _CONTAINED)
    if plain.count(_DIVIDED) or _CONTAINED not in plain:
        raise AssertionError("the statement no longer reads as this bench expects")

    def asked(words: str) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(words, values)
            return sorted(row[0] for row in cursor.fetchall())

    return compare(
        [
            Contender("homes", lambda: _INSIDE, asked),
            Contender("plain homes", lambda: _PLAIN, asked),
            Contender("members", lambda: statement, asked),
            Contender("plain members", lambda: plain, asked),
            Contender(
                "page",
                lambda: announcement,
                lambda one: [
                    it.resident_pk for it in members(announcement=one, after=0, limit=PAGE)
                ],
            ),
        ],
        rounds=5,
    )


def _exactly(shape: shapely.Polygon, longitude: Any, latitude: Any) -> list[int]:
    """Numbers of the residents that shapely finds inside, without any index."""
    shapely.prepare(shape)
    inside = np.flatnonzero(shapely.intersects_xy(shape, longitude, latitude))
    found: list[int] = (inside + 1).tolist()
    return found
