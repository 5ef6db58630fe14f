"""Whole passes of placing in PostGIS, written rows included, and single look-ups.

Import it inside bench.scratch: Django is set up there.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point
from django.db import connection as app

from bench.harness import Comparison, Contender, Row, compare, fact, faster, share
from bench.placing_town import store
from bench.scratch import DATABASE, owner
from bench.town import Town
from zones.locating import locate
from zones.models import Address, Municipality
from zones.placing import place_addresses

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
LOOKUPS = 2_000


def measure_database(town: Town, command: str) -> tuple[list[Row], dict[str, Comparison]]:
    """Store the town in the scratch database and measure there."""
    with owner(DATABASE) as connection, connection.cursor() as cursor:
        store(cursor, town)
        connection.commit()
        return _passes(connection, command)


def _passes(connection: Any, command: str) -> tuple[list[Row], dict[str, Comparison]]:
    with app.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backends = [cursor.fetchone()[0], connection.get_backend_pid()]
    whole = compare(
        [
            Contender("place_addresses", lambda: connection, _place, _empty),
            Contender("naive_update", lambda: connection, _naive, _make_register),
            Contender("naive_update_of_bare_table", lambda: connection, _naive, _make_bare_table),
        ],
        watch=backends,
        # A first round takes minutes and warms nothing that the set-up has not warmed.
        warm_up=False,
    )
    _make_bare_table(connection)
    _naive(connection)
    _empty(connection)
    _place(connection)
    agreed = _agreement(connection)
    unchanged = compare([Contender("nothing_changed", lambda: connection, _place)], watch=backends)
    rows = [
        _times_faster(whole, "naive_update", ">= 4", command),
        _times_faster(whole, "naive_update_of_bare_table", None, command),
        fact("placing.pass.agreement_with_naive", agreed, "share", goal=">= 1", command=command),
    ]
    for name in ("naive_update", "place_addresses"):
        rows.append(
            share(
                f"placing.pass.nothing_changed_vs_{name}",
                unchanged.median("nothing_changed"),
                whole.median(name),
                "s",
                goal="<= 0.25",
                command=command,
                noisy=unchanged.noisy or whole.noisy,
            )
        )
    rows += _lookups(command, noisy=unchanged.noisy)
    return rows, {"pass": whole, "nothing_changed": unchanged}


def _times_faster(whole: Comparison, theirs: str, goal: str | None, command: str) -> Row:
    return faster(
        f"placing.pass.whole_vs_{theirs}",
        whole,
        "place_addresses",
        theirs,
        goal=goal,
        command=command,
    )


def _place(_connection: Any) -> Any:
    return place_addresses(municipality=Municipality.objects.get(), now=NOW)


def _empty(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE zones_addressplacement")
    connection.commit()


def _make_register(connection: Any) -> None:
    """The usual design: the register itself with a foreign key per kind, as Django makes it."""
    _make_table(
        connection,
        "CREATE TABLE naive (LIKE zones_address INCLUDING DEFAULTS INCLUDING CONSTRAINTS); "
        "ALTER TABLE naive ADD neighbourhood bigint, ADD street bigint; "
        "INSERT INTO naive SELECT *, NULL, NULL FROM zones_address; "
        "ALTER TABLE naive ADD PRIMARY KEY (id); "
        "CREATE UNIQUE INDEX ON naive (municipality_id, source_key); "
        "CREATE INDEX ON naive (municipality_id); CREATE INDEX ON naive (dataset_id); "
        "CREATE INDEX ON naive (street_id); CREATE INDEX ON naive USING gist (location); "
        + "".join(
            f"CREATE INDEX ON naive ({kind}); ALTER TABLE naive ADD FOREIGN KEY ({kind}) "
            "REFERENCES zones_zone DEFERRABLE INITIALLY DEFERRED; "
            for kind in ("neighbourhood", "street")
        ),
    )


def _make_bare_table(connection: Any) -> None:
    """The least that can hold an answer: a point and two columns, no key, nothing to check."""
    _make_table(
        connection,
        "CREATE TABLE naive AS SELECT id, location, NULL::bigint AS neighbourhood, "
        "NULL::bigint AS street FROM zones_address; "
        "CREATE INDEX ON naive USING gist (location)",
    )


def _make_table(connection: Any, statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS naive; {statements}")
        connection.commit()
        cursor.execute("ANALYZE naive")
    connection.commit()


def _naive(connection: Any) -> None:
    """One UPDATE..FROM per kind with the server's own settings, as it is usually written."""
    with connection.cursor() as cursor:
        for kind in ("neighbourhood", "street"):
            cursor.execute(
                f"UPDATE naive SET {kind} = shape.zone_id FROM zones_zoneshape AS shape "
                "JOIN zones_zone AS zone ON zone.id = shape.zone_id "
                "JOIN zones_zonekind AS kind ON kind.id = zone.kind_id "
                "WHERE kind.code = %s AND ST_Covers(shape.geometry, naive.location)",
                [kind],
            )
    connection.commit()


def _agreement(connection: Any) -> float:
    """Share of addresses on which the two passes gave the same zones, or the same lack of one."""
    query = """
        SELECT avg((n.neighbourhood IS NOT DISTINCT FROM p.neighbourhood
                    AND n.street IS NOT DISTINCT FROM p.street)::int)
        FROM naive AS n LEFT JOIN (
            SELECT address_id, min(zone_id) FILTER (WHERE code = 'neighbourhood') AS neighbourhood,
                   min(zone_id) FILTER (WHERE code = 'street') AS street
            FROM zones_addressplacement AS placement
            JOIN zones_zonekind AS kind ON kind.id = placement.kind_id
            GROUP BY address_id) AS p ON p.address_id = n.id
    """
    with connection.cursor() as cursor:
        cursor.execute(query)
        agreed = float(cursor.fetchone()[0])
    connection.commit()
    return agreed


def _lookups(command: str, *, noisy: bool) -> Iterator[Row]:
    """One point through the public function beside the smallest question of all."""
    municipality = Municipality.objects.get()
    places = Address.objects.order_by("?").values_list("location", flat=True)[:LOOKUPS]
    points = [Point(place.x + 1e-5, place.y, srid=4326) for place in places]
    floor, located = [], []
    for point in points:
        start = time.perf_counter()
        with app.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
        floor.append(time.perf_counter() - start)
        start = time.perf_counter()
        locate(municipality=municipality, point=point, on=NOW.date())
        located.append(time.perf_counter() - start)
    for percent in (50, 99):
        yield share(
            f"placing.single.locate_p{percent}_vs_select_1",
            float(np.percentile(located, percent)) * 1000,
            float(np.percentile(floor, percent)) * 1000,
            "ms",
            goal=None,
            command=command,
            noisy=noisy,
        )
