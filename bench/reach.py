"""How near the told reach comes to the truth, and how soon it is told."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.harness import Row, fact, write_results
from bench.people import Floats, register_points, store_addresses, store_residents
from bench.scratch import DATABASE, owner, scratch_database

COMMAND = "make bench ARGS=reach"
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
PEOPLE, SHAPES, ADDRESSES, ASKED = 25_000, 400, 100_000, 200
_SEED = 20_265
# Metres in a degree at the latitude of the town.
_LONGITUDE, _LATITUDE = 76_100.0, 111_200.0


def main(smoke: bool = False) -> list[Row]:
    """Measure, publish and give the rows."""
    with scratch_database():
        rows = [*_errors(60 if smoke else SHAPES), *_latency(40 if smoke else ASKED)]
    write_results("reach", rows)
    return rows


def _errors(shapes: int) -> list[Row]:
    from residents.services.reach_cells import publish_reach
    from zones.models import Municipality

    random = np.random.default_rng(_SEED)
    longitude, latitude = register_points()
    home = random.choice(longitude.size, PEOPLE, p=_registered(longitude, latitude, random))
    town = _stored(longitude, latitude, home)
    took = time.perf_counter()
    publish_reach(municipality=Municipality.objects.get(pk=town), now=NOW, ways={})
    took = time.perf_counter() - took
    errors, too_few = _asked(town, (longitude, latitude), home, shapes)
    middle, worst = np.quantile(errors, [0.5, 0.95]).tolist()
    return [
        fact("reach.error.median", middle, "share", goal="<= 0.03", command=COMMAND),
        fact("reach.error.p95", worst, "share", command=COMMAND),
        fact("reach.too_few", too_few / shapes, "share", command=COMMAND),
        fact("reach.publishing", took, "s", command=COMMAND),
    ]  # fmt: skip


def _registered(longitude: Floats, latitude: Floats, random: np.random.Generator) -> Floats:
    """How likely it is that somebody registers at each home: by quarter, then home by home."""
    x, y = longitude * _LONGITUDE, latitude * _LATITUDE
    weight = np.zeros(x.size)
    for centre in random.integers(x.size, size=12).tolist():
        weight += random.uniform(0.3, 2) * np.exp(
            -((x - x[centre]) ** 2 + (y - y[centre]) ** 2) / (2 * 600.0**2)
        )
    # Homes differ: a house of one family beside one of three floors.
    weight = (0.3 + weight) * random.gamma(3, 1 / 3, x.size)
    share: Floats = weight / weight.sum()
    return share


def _stored(longitude: Floats, latitude: Floats, home: NDArray[np.int64]) -> int:
    with owner(DATABASE) as connection, connection.cursor() as cursor:
        town = store_addresses(cursor, longitude, latitude)
        store_residents(cursor, town, longitude[home], latitude[home])
        connection.commit()
    return town


def _asked(
    town: int, homes: tuple[Floats, Floats], home: NDArray[np.int64], shapes: int
) -> tuple[Floats, int]:
    """Relative errors of the told numbers, and how many areas were too small to be told of."""
    from zones.models import Municipality
    from zones.reach import estimate

    municipality = Municipality.objects.get(pk=town)
    random = np.random.default_rng(_SEED + 1)
    longitude, latitude = homes
    errors: list[float] = []
    too_few = 0
    while len(errors) + too_few < shapes:
        middle = int(random.integers(longitude.size))
        shape = ragged(random, (longitude[middle], latitude[middle]), 24, random.uniform(0.1, 2))
        exact = int(np.count_nonzero(shapely.intersects_xy(shape, longitude[home], latitude[home])))
        told = estimate(_geos(shape), municipality, NOW.date()).residents
        if told is None:
            too_few += 1
        else:
            errors.append(abs(told - exact) / max(exact, 1))
    return np.array(errors), too_few


def _latency(asked: int) -> list[Row]:
    """A register of 100,000 addresses, areas of 500 corners up to half the town."""
    from zones.models import Municipality
    from zones.reach import estimate

    random = np.random.default_rng(_SEED + 2)
    longitude, latitude = register_points()
    copies = random.integers(longitude.size, size=ADDRESSES - longitude.size)
    away = random.normal(0, 15, (2, copies.size))
    with owner(DATABASE) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM zones_municipality")
        (town,) = cursor.fetchone()
        store_addresses(
            cursor,
            longitude[copies] + away[0] / _LONGITUDE,
            latitude[copies] + away[1] / _LATITUDE,
            into=town,
        )
        cursor.execute("UPDATE zones_municipality SET register_version = register_version + 1")
        connection.commit()
    municipality = Municipality.objects.get(pk=town)
    centre = (float(np.median(longitude)), float(np.median(latitude)))
    shapes = [_geos(ragged(random, centre, 500, one)) for one in random.uniform(0.5, 15, asked)]
    first = _timed(estimate, shapes[0], municipality)
    took = [_timed(estimate, shape, municipality) for shape in shapes]
    middle, worst = np.quantile(took, [0.5, 0.95]).tolist()
    return [
        fact("reach.answer.p95", worst, "s", goal="<= 0.2", command=COMMAND),
        fact("reach.answer.median", middle, "s", command=COMMAND),
        fact("reach.answer.first_after_a_change", first, "s", command=COMMAND),
    ]  # fmt: skip


def _timed(estimate: Any, shape: Any, municipality: Any) -> float:
    start = time.perf_counter()
    estimate(shape, municipality, NOW.date())
    return time.perf_counter() - start


def ragged(
    random: np.random.Generator, middle: tuple[float, float], corners: int, km2: float
) -> shapely.Polygon:
    """A star of so many corners around a point, in degrees, of so many square kilometres."""
    angle = np.sort(random.uniform(0, 2 * np.pi, corners))
    far = random.uniform(0.6, 1, corners)
    x, y = far * np.cos(angle), far * np.sin(angle)
    size = np.sqrt(km2 * 1e6 / shapely.Polygon(np.column_stack([x, y])).area)
    return shapely.Polygon(
        np.column_stack([middle[0] + size * x / _LONGITUDE, middle[1] + size * y / _LATITUDE])
    )


def _geos(shape: shapely.Polygon) -> Any:
    from django.contrib.gis.geos import GEOSGeometry

    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)
