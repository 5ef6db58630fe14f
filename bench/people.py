"""Fills a scratch database with addresses and residents, for benches of reach and of sending."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.placing_town import store_municipality

Floats = NDArray[np.float64]
_REGISTER = (
    Path(__file__).resolve().parent.parent
    / "fixtures/geojson/piatra-neamt/addresses_SYNTHETIC.csv.gz"
)
LOADED = "2026-01-01"


def register_points() -> tuple[Floats, Floats]:
    """Longitudes and latitudes of the address register of the demonstration town."""
    with gzip.open(_REGISTER, "rt", encoding="utf-8") as file:
        found = [line.rsplit(",", 2)[1:] for line in list(file)[1:]]
    columns = np.array(found, dtype=np.float64)
    return columns[:, 0], columns[:, 1]


def store_addresses(
    cursor: Any, longitude: Floats, latitude: Floats, into: int | None = None
) -> int:
    """Addresses of a new town, or further ones of a town that has some; gives its number."""
    if into is None:
        municipality, dataset = store_municipality()
    else:
        municipality = into
        cursor.execute("SELECT min(id) FROM zones_dataset WHERE municipality_id = %s", [into])
        dataset = cursor.fetchone()[0]
    start = f"{municipality}\t{dataset}\t{'more' if into else 'first'}-"
    quality = 8 * "\t" + "surveyed"
    _copy(
        cursor,
        "zones_address",
        "municipality_id, dataset_id, source_key, thoroughfare, address_number, block, entrance, "
        "quarter, locality, postal_code, position_quality, location",
        (
            f"{start}{number}{quality}\tSRID=4326;POINT({x} {y})"
            for number, (x, y) in enumerate(zip(longitude, latitude, strict=True))
        ),
    )
    return municipality


def store_residents(cursor: Any, municipality: int, longitude: Floats, latitude: Floats) -> None:
    """One resident for each point. Constraints are taken away first: they are not what is timed."""
    cursor.execute(
        "ALTER TABLE residents_residence DROP CONSTRAINT residents_residence_one_at_a_time"
    )
    cursor.execute("DROP INDEX residents_residence_location")
    people = longitude.size
    cursor.execute(
        "INSERT INTO accounts_user (id, password, email, phone, full_name, language, is_active, "
        "created_at, visits_round) SELECT n, '!', n || '@bench.example', '', '', 'en', true, "
        "%s, 0 FROM generate_series(1, %s) AS n",
        [LOADED, people],
    )
    cursor.execute(
        "INSERT INTO residents_resident (id, municipality_id, user_id, registered_at, origin, "
        "finished_at) SELECT n, %s, n, %s, 'web', %s FROM generate_series(1, %s) AS n",
        [municipality, LOADED, LOADED, people],
    )
    _copy(
        cursor,
        "residents_residence",
        "resident_id, written, unit, valid_from, assurance, declared_at, location",
        (
            f"{number}\there\t\t{LOADED}\t1\t{LOADED}\tSRID=4326;POINT({x} {y})"
            for number, (x, y) in enumerate(zip(longitude, latitude, strict=True), start=1)
        ),
    )
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(
        "CREATE INDEX residents_residence_location ON residents_residence USING gist (location)"
    )
    cursor.execute("ANALYZE")


def _copy(cursor: Any, table: str, columns: str, rows: Any) -> None:
    cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO("\n".join(rows)))
