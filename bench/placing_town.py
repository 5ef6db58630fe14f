"""Store the synthetic town in a database of its own, as the tables of zones hold it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.town import Town

LOADED = "2026-01-01"


def store(cursor: Any, town: Town) -> int:
    """Write the town with two kinds of zone, `neighbourhood` and `street`; give its number.

    No address names a street, so that both kinds are answered by polygon.
    """
    cursor.execute("SET synchronous_commit = off")
    municipality, dataset = store_municipality()
    for code, areas in (("neighbourhood", town.neighbourhoods), ("street", town.street_areas)):
        _store_zones(cursor, municipality, dataset, code, areas)
    _store_addresses(cursor, municipality, dataset, town)
    cursor.execute("ANALYZE")
    return municipality


def store_municipality() -> tuple[int, int]:
    """An empty town and its data set, committed; gives the numbers of both."""
    from zones.models import Dataset, Municipality

    town = Municipality.objects.create(
        slug="bench",
        names={"en": "Bench"},
        country="RO",
        timezone="Europe/Bucharest",
        languages=["en"],
        metric_srid=3844,
    )
    dataset = Dataset.objects.create(
        municipality=town, source="bench", licence="CC0-1.0", is_synthetic=True
    )
    return town.pk, dataset.pk


def insert(cursor: Any, table: str, **fields: Any) -> int:
    """Write one row and give its number."""
    names, marks = ", ".join(fields), ", ".join(["%s"] * len(fields))
    cursor.execute(
        f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id", [*fields.values()]
    )
    return int(cursor.fetchone()[0])


def _store_zones(
    cursor: Any, municipality: int, dataset: int, code: str, areas: NDArray[np.object_]
) -> None:
    kind = insert(
        cursor,
        "zones_zonekind",
        municipality_id=municipality,
        code=code,
        names='{"en": "Kind"}',
        plurals="{}",
        is_partition=True,
    )
    edition = insert(
        cursor,
        "zones_zoneedition",
        municipality_id=municipality,
        kind_id=kind,
        dataset_id=dataset,
        valid_from=LOADED,
        loaded_at=LOADED,
        report="{}",
    )
    for index, area in enumerate(areas):
        zone = insert(
            cursor, "zones_zone", kind_id=kind, code=str(index), names=f'{{"en": "{code} {index}"}}'
        )
        cursor.execute(
            "INSERT INTO zones_zoneshape (zone_id, edition_id, geometry, area_m2, valid_from) "
            "SELECT %s, %s, shape, ST_Area(shape::geography), %s "
            "FROM (SELECT ST_Multi(ST_GeomFromWKB(%s, 4326)) AS shape) AS given",
            [zone, edition, LOADED, shapely.to_wkb(area)],
        )


def _store_addresses(cursor: Any, municipality: int, dataset: int, town: Town) -> None:
    points = shapely.set_srid(shapely.points(town.longitude, town.latitude), 4326)
    lines = shapely.to_wkb(points, hex=True, include_srid=True)
    text = "".join(
        f"{municipality}\t{dataset}\t\t\t\t\t\t\t\tsurveyed\tk{index}\t{line}\n"
        for index, line in enumerate(lines)
    )
    cursor.copy_expert(
        "COPY zones_address (municipality_id, dataset_id, thoroughfare, address_number, block, "
        "entrance, quarter, locality, postal_code, position_quality, source_key, location) "
        "FROM STDIN",
        io.StringIO(text),
    )
