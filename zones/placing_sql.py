"""The SQL of bulk placing: reads the register in one go and writes what changed; decides nothing.

Raw SQL because a million rows go through it: COPY both ways and set-based statements are some
hundred times faster than the ORM's row by row. The tests hold it against the ORM's slow answer.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray

from zones.models import Municipality, ZoneKind

#: A zone number that says: the address names a street that is no zone, so no polygon may answer.
UNKNOWN_STREET = -1

_COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = b"\xff\xff"

# Values in PostgreSQL's binary COPY format: each behind its length, each row behind its count.
_REGISTER_ROW = np.dtype(
    [("fields", ">i2")]
    + [
        pair
        for name, kind in (
            ("address", ">i8"),
            ("longitude", ">f8"),
            ("latitude", ">f8"),
            ("named", ">i8"),
            ("current", ">i8"),
        )
        for pair in ((f"{name}_length", ">i4"), (name, kind))
    ]
)
_CHANGE_ROW = np.dtype(
    [
        ("fields", ">i2"),
        ("address_length", ">i4"),
        ("address", ">i8"),
        ("zone_length", ">i4"),
        ("zone", ">i8"),
        ("named_length", ">i4"),
        ("named", "?"),
    ]
)

_NAMED_ZONE = """
    CASE WHEN address.street_id IS NULL AND address.thoroughfare = '' THEN 0
         ELSE COALESCE(named.id, -1) END
"""
_FROM_ADDRESS = """
    FROM zones_address AS address
    LEFT JOIN zones_street AS street ON street.id = address.street_id
    LEFT JOIN zones_zone AS named ON named.id = street.zone_id AND named.kind_id = %(kind)s
    LEFT JOIN zones_addressplacement AS placement
        ON placement.address_id = address.id AND placement.kind_id = %(kind)s
        AND placement.valid_until IS NULL
"""


_SHAPES_IN_FORCE = """
    (SELECT shape.* FROM zones_zoneshape AS shape
     JOIN zones_zone AS zone ON zone.id = shape.zone_id
     WHERE zone.kind_id = %(kind)s AND shape.valid_from <= %(on)s
       AND (shape.valid_until IS NULL OR shape.valid_until > %(on)s)) AS shape
"""
_SHAPES = f"""
    SELECT shape.zone_id, ST_AsBinary(shape.geometry) FROM {_SHAPES_IN_FORCE}
    ORDER BY shape.area_m2, shape.zone_id
"""  # noqa: S608 - joins constants of this module


@dataclass(frozen=True, slots=True)
class RegisterRows:
    """Columns of a town's addresses, EPSG:4326.

    `named`: zone of the street the address names, 0 if it names none, UNKNOWN_STREET otherwise.
    `current`: zone of the open placement, negative where its basis is "named", 0 without one.
    """

    address: NDArray[np.int64]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    named: NDArray[np.int64]
    current: NDArray[np.int64]


def pin_plans() -> None:
    """Keep the planner, until the transaction ends, from plans that are ten times slower here.

    A parallel or just-in-time compiled plan tries every polygon per point, which throws away
    PostGIS's prepared polygon each time: 11.8 s instead of 1.5 s for a million points. And right
    after a load, without statistics, the planner takes full tables for empty ones and loops over
    them row by row; only the spatial join wants a loop, and it turns loops on for itself.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0; "
            "SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '128MB'"
        )


def read_shapes(kind: ZoneKind, on: dt.date) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Zones of a kind and their areas in force on a day: smallest area first, then lowest id."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SHAPES,
            {"kind": kind.pk, "on": on},
        )
        rows = cursor.fetchall()
    shapes = shapely.from_wkb([bytes(wkb) for _zone, wkb in rows])
    return np.array([zone for zone, _wkb in rows], dtype=np.int64), np.atleast_1d(shapes)


def read_register(municipality: Municipality, kind: ZoneKind) -> RegisterRows:
    """Read every address of a town with its open placement of one kind, by one binary COPY."""
    named = _NAMED_ZONE if kind.code == ZoneKind.STREET else "0"
    query = f"""
        SELECT address.id, ST_X(address.location), ST_Y(address.location), ({named})::bigint,
               COALESCE(CASE placement.basis WHEN 'named' THEN -placement.zone_id
                        ELSE placement.zone_id END, 0)
        {_FROM_ADDRESS}
        WHERE address.municipality_id = %(municipality)s
    """
    received = io.BytesIO()
    with connection.cursor() as cursor:
        query = cursor.mogrify(query, {"kind": kind.pk, "municipality": municipality.pk}).decode()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", received)
    start, end = len(_COPY_HEADER), received.tell() - len(_COPY_END)
    rows = np.frombuffer(received.getbuffer()[start:end], dtype=_REGISTER_ROW)
    return RegisterRows(
        address=rows["address"].astype(np.int64),
        longitude=rows["longitude"].astype(np.float64),
        latitude=rows["latitude"].astype(np.float64),
        named=rows["named"].astype(np.int64),
        current=rows["current"].astype(np.int64),
    )


def make_change_table() -> None:
    """Make the temporary table of what changes: zone 0 means that the address loses its zone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS pg_temp.placing_change; "
            "CREATE TEMPORARY TABLE placing_change "
            "(address_id bigint, zone_id bigint, is_named boolean) ON COMMIT DROP"
        )


def send_changes(
    address: NDArray[np.int64], zone: NDArray[np.int64], named: NDArray[np.bool_]
) -> None:
    """Fill the table of changes by one binary COPY."""
    rows = np.zeros(address.size, dtype=_CHANGE_ROW)
    rows["fields"] = 3
    rows["address_length"] = rows["zone_length"] = 8
    rows["named_length"] = 1
    rows["address"], rows["zone"], rows["named"] = address, zone, named
    with connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY placing_change FROM STDIN (FORMAT binary)",
            io.BytesIO(_COPY_HEADER + rows.tobytes() + _COPY_END),
        )


# LATERAL with OFFSET 0 keeps the shapes outside the loop, whatever the statistics say: PostGIS
# then prepares each polygon once. Turned round, as old statistics made the planner do, it took
# minutes for a town.
ANSWER = f"""
    CREATE TEMPORARY TABLE placing_answer ON COMMIT DROP AS
    SELECT DISTINCT ON (address.id) address.id AS address_id, shape.zone_id
    FROM {_SHAPES_IN_FORCE}
    CROSS JOIN LATERAL (
        SELECT address.id FROM zones_address AS address
        WHERE address.municipality_id = %(municipality)s
          AND ST_Covers(shape.geometry, address.location)
        OFFSET 0) AS address
    ORDER BY address.id, shape.area_m2, shape.zone_id
"""  # noqa: S608 - joins constants of this module
_DECIDED = f"""
    CREATE TEMPORARY TABLE placing_decided ON COMMIT DROP AS
    SELECT address.id AS address_id,
        CASE WHEN {{named}} = 0 THEN COALESCE(answer.zone_id, 0)
             ELSE GREATEST({{named}}, 0) END AS zone_id,
        {{named}} > 0 AS is_named,
        COALESCE(placement.zone_id, 0) AS was_zone,
        COALESCE(placement.basis = 'named', FALSE) AS was_named
    {_FROM_ADDRESS}
    LEFT JOIN placing_answer AS answer ON answer.address_id = address.id
    WHERE address.municipality_id = %(municipality)s
"""


@dataclass(frozen=True, slots=True)
class FoundChanges:
    """Numbers of addresses: in all, with a zone afterwards, changed, changed that had a zone."""

    total: int
    placed: int
    changed: int
    closing: int


def find_changes(municipality: Municipality, kind: ZoneKind, on: dt.date) -> FoundChanges:
    """Fill the table of changes inside PostGIS, without the raster cover."""
    named = _NAMED_ZONE if kind.code == ZoneKind.STREET else "0"
    values: dict[str, int | dt.date] = {
        "kind": kind.pk,
        "municipality": municipality.pk,
        "on": on,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = on")
        cursor.execute(ANSWER, values)
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_DECIDED.format(named=named), values)
        cursor.execute(
            "INSERT INTO placing_change SELECT address_id, zone_id, is_named FROM placing_decided "
            "WHERE zone_id <> was_zone OR is_named <> was_named"
        )
        changed = cursor.rowcount
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE zone_id <> 0), count(*) FILTER (WHERE "
            "was_zone <> 0 AND (zone_id <> was_zone OR is_named <> was_named)) FROM placing_decided"
        )
        total, placed, closing = cursor.fetchone()
        cursor.execute("DROP TABLE placing_answer, placing_decided")
    return FoundChanges(total, placed, changed, closing)


def close_changed(kind: ZoneKind, now: dt.datetime) -> int:
    """End the open placements of the changed addresses; one that began just now never was.

    Returns:
        How many were ended or taken away; one that begins after `now` is left.
    """
    values: dict[str, int | dt.datetime] = {"kind": kind.pk, "now": now}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE placing_change")
        cursor.execute(
            """
            UPDATE zones_addressplacement AS placement SET valid_until = %(now)s
            FROM placing_change AS change
            WHERE placement.address_id = change.address_id AND placement.kind_id = %(kind)s
              AND placement.valid_until IS NULL AND placement.valid_from < %(now)s
            """,
            values,
        )
        ended = int(cursor.rowcount)
        cursor.execute(
            """
            DELETE FROM zones_addressplacement AS placement USING placing_change AS change
            WHERE placement.address_id = change.address_id AND placement.kind_id = %(kind)s
              AND placement.valid_until IS NULL AND placement.valid_from = %(now)s
            """,
            values,
        )
        return ended + int(cursor.rowcount)


def open_changed(kind: ZoneKind, now: dt.datetime) -> int:
    """Open a placement for each changed address that has a zone; tell how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO zones_addressplacement (address_id, kind_id, zone_id, basis, valid_from) "
            "SELECT address_id, %s, zone_id, CASE WHEN is_named THEN 'named' ELSE 'polygon' END, "
            "%s FROM placing_change WHERE zone_id <> 0",
            [kind.pk, now],
        )
        return int(cursor.rowcount)
