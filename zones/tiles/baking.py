"""Bake the tiles of a layer ahead of time, once for each version of the register.

A bake is a row. Workers claim due rows by SKIP LOCKED and hold the lock while they work, so a dead
worker's row is free at once; it falls due again after a pause that doubles with every attempt.
Tiles become visible with the commit that finishes the row; until then the version before is served.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Q
from shapely.errors import GEOSException

from zones.days import civil_day
from zones.models import LayerTile, Municipality, TileBake, ZoneShape
from zones.services.register import bump
from zones.tiles import grid
from zones.tiles.drawing import Drawing
from zones.tiles.layers import LAYERS, bounds_of, drawing_of

logger = structlog.get_logger(__name__)

#: A bake stops before the zoom that would bring it above this many tiles; deeper ones are drawn
#: when somebody asks.
MOST_TILES = 50_000
#: A failed or abandoned bake is tried again after this, doubled with every attempt up to an hour.
FIRST_PAUSE = dt.timedelta(seconds=15)
LONGEST_PAUSE = dt.timedelta(hours=1)
_BATCH = 1_000


class Outcome(StrEnum):
    """How a claimed bake ended; a superseded one was asked for again with the new version."""

    FINISHED = "finished"
    SUPERSEDED = "superseded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Baked:
    """What became of a bake: tiles with content, the largest before compression, seconds."""

    slug: str
    layer: str
    version: int
    outcome: Outcome
    tiles: int = 0
    largest: int = 0
    seconds: float = 0.0


@transaction.atomic
def request_bake(*, municipality: Municipality, now: dt.datetime) -> int:
    """Ask for all layers of the town's current register version; returns how many were new."""
    rows = TileBake.objects.in_municipality(municipality)
    wanted = set(LAYERS) - set(
        rows.filter(version=municipality.register_version).values_list("layer", flat=True)
    )
    TileBake.objects.bulk_create(
        [
            TileBake(
                municipality=municipality,
                layer=layer,
                version=municipality.register_version,
                requested_at=now,
                next_attempt_at=now,
            )
            for layer in sorted(wanted)
        ],
        ignore_conflicts=True,
    )
    return len(wanted)


def request_missing_bakes(*, now: dt.datetime) -> int:
    """Ask for what no town has for its register version yet; returns how many were new."""
    asked = 0
    for municipality in Municipality.objects.defer("outline", "arms").order_by("pk"):
        turn_the_day(municipality=municipality, now=now)
        asked += request_bake(municipality=municipality, now=now)
    return asked


@transaction.atomic
def turn_the_day(*, municipality: Municipality, now: dt.datetime) -> bool:
    """Count the register on when a shape came into or went out of force since the last bake.

    Nobody writes anything on such a morning, yet what is true of the town has changed.
    """
    newest = TileBake.objects.in_municipality(municipality).order_by("-version").first()
    if newest is None or newest.version != municipality.register_version:
        return False
    baked_on = civil_day(newest.requested_at, municipality.timezone)
    today = civil_day(now, municipality.timezone)
    turned = (
        ZoneShape.objects.in_municipality(municipality)
        .filter(
            Q(valid_from__gt=baked_on, valid_from__lte=today)
            | Q(valid_until__gt=baked_on, valid_until__lte=today)
        )
        .exists()
    )
    if turned:
        bump(municipality)
    return turned


def bake_next(*, now: dt.datetime) -> Baked | None:
    """Claim and bake the next due layer; nothing when none is due.

    A failed bake raises nothing: it is logged, noted in its row, and falls due again.
    """
    claimed = _claim(now)
    if claimed is None:
        return None
    try:
        return _bake(claimed, now)
    except (DatabaseError, GEOSException, ValueError) as error:
        logger.exception("tile_bake_failed", layer=claimed.layer, attempt=claimed.attempts)
        TileBake.objects.filter(pk=claimed.pk).update(problem=f"{type(error).__name__}: {error}")
        return _ended(claimed, Outcome.FAILED)


@transaction.atomic
def _claim(now: dt.datetime) -> TileBake | None:
    """Take the oldest due row, and put its next attempt off before the work begins.

    Should the work kill the worker, the pause keeps it from doing so every few seconds.
    """
    bake = (
        TileBake.objects.due(now)
        .select_related("municipality")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if bake is None:
        return None
    bake.next_attempt_at = now + min(FIRST_PAUSE * 2 ** min(bake.attempts, 12), LONGEST_PAUSE)
    bake.attempts += 1
    bake.save(update_fields=["attempts", "next_attempt_at"])
    return bake


@transaction.atomic
def _bake(claimed: TileBake, now: dt.datetime) -> Baked | None:
    """Make all tiles of a row and drop older versions; nothing when somebody else has the row."""
    started = time.monotonic()
    bake = (
        TileBake.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("municipality")
        .filter(pk=claimed.pk, finished_at__isnull=True)
        .first()
    )
    if bake is None:
        return None
    town = bake.municipality
    if town.register_version != bake.version:
        # The register went on while this row waited: its version can no longer be drawn.
        bake.delete()
        request_bake(municipality=town, now=now)
        return _ended(claimed, Outcome.SUPERSEDED)
    count, largest = _write_tiles(bake, civil_day(now, town.timezone))
    bake.finished_at, bake.problem = now, ""
    bake.save(update_fields=["finished_at", "problem"])
    TileBake.objects.in_municipality(town).filter(
        layer=bake.layer, version__lt=bake.version
    ).delete()
    return replace(
        _ended(bake, Outcome.FINISHED),
        tiles=count,
        largest=largest,
        seconds=time.monotonic() - started,
    )


def _ended(bake: TileBake, outcome: Outcome) -> Baked:
    return Baked(bake.municipality.slug, bake.layer, bake.version, outcome)


def _write_tiles(bake: TileBake, on: dt.date) -> tuple[int, int]:
    bounds = bounds_of(bake.municipality, on)
    if bounds is None:
        return 0, 0
    drawing = drawing_of(bake.municipality, bake.layer, on)
    LayerTile.objects.filter(bake=bake).delete()
    count = largest = 0
    batch: list[LayerTile] = []
    for z, x, y, data in _all_tiles(drawing, bounds):
        batch.append(LayerTile(bake=bake, z=z, x=x, y=y, data=pack(data), etag=etag_of(data)))
        count, largest = count + bool(data), max(largest, len(data))
        if len(batch) == _BATCH:
            LayerTile.objects.bulk_create(batch)
            batch.clear()
    LayerTile.objects.bulk_create(batch)
    return count, largest


def _all_tiles(drawing: Drawing, bounds: grid.Box) -> Iterator[tuple[int, int, int, bytes]]:
    total = 0
    for z in range(grid.MIN_ZOOM, grid.MAX_ZOOM + 1):
        left, right, top, bottom = grid.tiles_of(bounds, z)
        total += (right - left + 1) * (bottom - top + 1)
        if total > MOST_TILES:
            return
        for x in range(left, right + 1):
            for y in range(top, bottom + 1):
                yield z, x, y, drawing.tile(z, x, y)
        drawing.forget(z)


def pack(data: bytes) -> bytes:
    """Compress a tile as it is sent; an empty tile stays empty. The same bytes each time."""
    return gzip.compress(data, compresslevel=6, mtime=0) if data else b""


def etag_of(data: bytes) -> str:
    """A name of the content, the same compressed or not."""
    return hashlib.sha256(data).hexdigest()[:32]
