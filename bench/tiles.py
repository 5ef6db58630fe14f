"""Tiles drawn on demand beside django-vectortiles, kept tiles, a whole bake, sizes and slivers."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import numpy as np
import psycopg2
import shapely

from bench.harness import Contender, Row, compare, fact, faster, share, write_results
from bench.town import Town, make_town

COMMAND = "bench/run.sh tiles"
SCRATCH = "megdan_bench_tiles"
LOADED = dt.date(2026, 1, 1)
NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
ZOOMS = range(10, 17)
BUFFER = 64


@contextmanager
def scratch_database() -> Iterator[None]:
    """A database beside the given one for the time of the bench; Django is set up on it."""
    given = os.environ["DATABASE_OWNER_URL"]
    parts = urlsplit(given)
    mine = urlunsplit(parts._replace(path=f"/{SCRATCH}"))
    plain = given.replace("postgis://", "postgresql://", 1)
    with closing(psycopg2.connect(plain)) as admin:
        admin.autocommit = True
        _run(admin, f"DROP DATABASE IF EXISTS {SCRATCH}", f"CREATE DATABASE {SCRATCH}")
    os.environ.update(
        DATABASE_URL=mine, DATABASE_OWNER_URL=mine, DJANGO_SETTINGS_MODULE="config.settings"
    )
    os.environ.setdefault("MEGDAN_SECRET_KEY", "measured and thrown away")
    _set_up_django()
    try:
        yield
    finally:
        _disconnect()
        with closing(psycopg2.connect(plain)) as admin:
            admin.autocommit = True
            _run(admin, f"DROP DATABASE {SCRATCH}")


def _run(connection: Any, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _set_up_django() -> None:
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    _run(
        connections["owner"],
        *(f"CREATE EXTENSION {one}" for one in ("postgis", "btree_gist", "pg_trgm")),
    )
    call_command("migrate", database="owner", verbosity=0)


def _disconnect() -> None:
    from django.db import connections

    for connection in connections.all():
        connection.close()


def store(town: Town) -> Any:
    """Keep the town's neighbourhoods, street axes and street areas; returns the municipality."""
    from zones import models

    row = models.Municipality.objects.create(
        slug="bench", names={"en": "Bench"}, country="RO", timezone="Europe/Bucharest",
        languages=["en", "ro"], metric_srid=3844,
    )  # fmt: skip
    dataset = models.Dataset.objects.create(municipality=row, source="bench", licence="CC0-1.0")
    for code, areas in (("neighbourhood", town.neighbourhoods), ("street", town.street_areas)):
        kind = models.ZoneKind.objects.create(
            municipality=row, code=code, names={"en": code}, is_partition=True
        )
        edition = models.ZoneEdition.objects.create(
            municipality=row, kind=kind, dataset=dataset, valid_from=LOADED, loaded_at=NOW
        )
        zones = models.Zone.objects.bulk_create(
            [
                models.Zone(kind=kind, code=str(index), names={"en": f"{code} {index}"})
                for index in range(len(areas))
            ]
        )
        models.ZoneShape.objects.bulk_create(
            [
                models.ZoneShape(
                    zone=zone, edition=edition, geometry=_multi(area), area_m2=1,
                    valid_from=LOADED,
                )
                for zone, area in zip(zones, areas, strict=True)
            ]
        )  # fmt: skip
    models.Street.objects.bulk_create(
        [
            models.Street(
                municipality=row, code=str(index), type_code="street",
                names={"en": f"Street number {index}"}, axis=_multi(axis), dataset=dataset,
            )
            for index, axis in enumerate(town.street_axes)
        ]
    )  # fmt: skip
    return row


def _multi(shape: shapely.Geometry) -> Any:
    from django.contrib.gis.geos import GEOSGeometry

    whole = (
        shapely.multipolygons if shape.geom_type.endswith("Polygon") else shapely.multilinestrings
    )
    many = shape if shape.geom_type.startswith("Multi") else whole([shape])
    return GEOSGeometry(memoryview(shapely.to_wkb(many)), srid=4326)


def peers() -> dict[str, list[Any]]:
    """The same layers as django-vectortiles draws them, with the same fields and buffer."""
    from django.db.models import F
    from django.db.models.fields.json import KeyTextTransform
    from vectortiles.backends.postgis import VectorLayer

    from zones.models import Street, ZoneShape

    def layer(name: str, queryset: Any, field: str, first: int, fields: tuple[str, ...]) -> Any:
        made = VectorLayer()
        made.id, made.queryset, made.geom_field, made.min_zoom = name, queryset, field, first
        made.tile_fields, made.tile_buffer = fields, BUFFER
        return made

    shapes = ZoneShape.objects.current().annotate(
        kind=F("zone__kind__code"), name=KeyTextTransform("en", "zone__names"), name_en=F("name"),
        is_synthetic=F("edition__dataset__is_synthetic"),
    )  # fmt: skip
    axes = Street.objects.filter(axis__isnull=False).annotate(
        kind=F("type_code"), name=KeyTextTransform("en", "names"), name_en=F("name"),
        is_synthetic=F("dataset__is_synthetic"),
    )  # fmt: skip
    shared = ("kind", "name", "name_en", "is_synthetic")
    areas = [shapes.filter(zone__kind__code=code) for code in ("neighbourhood", "street")]
    return {
        "zones": [layer("zones", areas[0], "geometry", 0, ("zone_id", *shared))],
        "streets": [
            layer("streets", axes, "axis", 0, ("id", *shared)),
            layer("street_areas", areas[1], "geometry", 15, ("zone_id", *shared)),
        ],
    }


def sample(bounds: Any, per_zoom: int) -> list[tuple[int, int, int]]:
    """Tiles of the town at every zoom, the same for the same seed."""
    from zones.tiles import grid

    random = np.random.default_rng(5)
    tiles = []
    for z in ZOOMS:
        left, right, top, bottom = grid.tiles_of(bounds, z)
        every = [(z, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
        tiles += [every[one] for one in random.permutation(len(every))[:per_zoom]]
    return tiles


def _ours(drawing: Any, tiles: list[tuple[int, int, int]]) -> Contender:
    return Contender("megdan", lambda: None, lambda _: [len(drawing.tile(*one)) for one in tiles])


def _theirs(layers: list[Any], tiles: list[tuple[int, int, int]]) -> Contender:
    return Contender(
        "django-vectortiles",
        lambda: None,
        lambda _: [sum(len(layer.get_tile(x, y, z)) for layer in layers) for z, x, y in tiles],
    )


def on_demand(municipality: Any, per_zoom: int) -> tuple[list[Row], dict[str, Any]]:
    """Drawing single tiles that are not baked, rows read and simplified before."""
    from django.db import connection

    from zones.tiles.layers import bounds_of, drawing_of

    tiles = sample(bounds_of(municipality, LOADED), per_zoom)
    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    rows, comparisons = [], {}
    for name, layers in peers().items():
        drawing = drawing_of(municipality, name, LOADED)
        contenders = [_ours(drawing, tiles), _theirs(layers, tiles)]
        measured = compare(contenders, watch=[backend])
        comparisons[f"cold {name}"] = measured
        ours, theirs = "megdan", "django-vectortiles"
        rows += [
            faster(f"tiles.cold.{name}", measured, ours, theirs, goal=">= 1.5", command=COMMAND),
            share(
                f"tiles.cold.{name}.cpu", measured.cpu(ours), measured.cpu(theirs), "s",
                goal="<= 0.7", command=COMMAND, noisy=measured.noisy,
            ),
            share(
                f"tiles.largest.{name}", max(measured.answer(ours)), max(measured.answer(theirs)),
                "bytes", goal=None, command=COMMAND,
            ),
        ]  # fmt: skip
    return rows, comparisons


def kept(municipality: Any, per_zoom: int) -> tuple[list[Row], dict[str, Any]]:
    """The view answering from the process, by drawing and from the table; and a whole bake."""
    from zones.tiles import shelf
    from zones.tiles.baking import bake_next, request_bake
    from zones.tiles.layers import bounds_of

    tiles = sample(bounds_of(municipality, LOADED), per_zoom)
    # A process asks once a second which version is served; that question is not measured here.
    shelf.RECHECK_S = float("inf")
    drawn = compare([_viewed("kept", tiles, keep=True), _viewed("drawn", tiles, keep=False)])
    request_bake(municipality=municipality, now=NOW)
    baked = []
    while one := bake_next(now=NOW):
        baked.append(one)
    table = compare([_viewed("kept", tiles, keep=True), _viewed("table", tiles, keep=False)])
    rows = [
        faster("tiles.warm", drawn, "kept", "drawn", goal=">= 10", command=COMMAND),
        faster("tiles.table", table, "table", "kept", goal=None, command=COMMAND),
        fact("tiles.bake", sum(one.seconds for one in baked), "s", command=COMMAND),
        fact("tiles.bake.count", sum(one.tiles for one in baked), "tiles", command=COMMAND),
        fact(
            "tiles.largest", max(one.largest for one in baked), "bytes", goal="<= 100000",
            command=COMMAND,
        ),
    ]  # fmt: skip
    return rows, {"warm": drawn, "table": table}


def _viewed(name: str, tiles: list[tuple[int, int, int]], *, keep: bool) -> Contender:
    """The view with a shelf of its own, which forgets every tile at once unless `keep`."""
    from django.test import RequestFactory

    from zones.tiles import views
    from zones.tiles.shelf import Shelf

    requests, own = RequestFactory(), Shelf()

    def ask(_: object) -> int:
        views.shelf, size = own, 0
        for z, x, y in tiles:
            request = requests.get("/", headers={"Accept-Encoding": "gzip"})
            size += len(views.tile(request, slug="bench", layer="zones", z=z, x=x, y=y).content)
            if not keep:
                own._tiles.clear()
        return size

    return Contender(name, lambda: None, ask)


def slivers(municipality: Any) -> Row:
    """Gaps and overlaps of the neighbourhoods at the worst zoom, in grid units of width."""
    from zones.tiles import grid
    from zones.tiles.drawing import FINEST_TOLERANCE, TOLERANCE, at_zoom
    from zones.tiles.layers import drawing_of

    zones = drawing_of(municipality, "zones", LOADED).sources[0]
    worst = 0.0
    for zoom in range(grid.MIN_ZOOM, grid.MAX_ZOOM + 1):
        fine = FINEST_TOLERANCE if zoom == grid.MAX_ZOOM else TOLERANCE
        shapes = at_zoom(zones, zoom, fine)
        union = shapely.union_all(shapes)
        rings = [ring for part in shapely.get_parts(union) for ring in part.interiors]
        gaps = sum(shapely.Polygon(ring).area for ring in rings)
        overlaps = float(shapely.area(shapes).sum()) - union.area
        worst = max(worst, (gaps + overlaps) / float(shapely.length(shapes).sum()))
    return fact("tiles.slivers", worst, "grid units", goal="<= 0.01", command=COMMAND)


def main(smoke: bool) -> list[Row]:
    """Measure and write var/bench/tiles.json."""
    size = {"neighbourhoods": 20, "streets": 200} if smoke else {}
    town = make_town(addresses=1_000, **size)
    per_zoom = 4 if smoke else 20
    with scratch_database():
        municipality = store(town)
        cold, cold_rounds = on_demand(municipality, per_zoom)
        warm, warm_rounds = kept(municipality, per_zoom)
        rows = [*cold, *warm, slivers(municipality)]
    write_results("tiles", rows, cold_rounds | warm_rounds)
    return rows
