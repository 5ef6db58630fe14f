"""Find the bytes of a tile: in this process, among the baked ones, or drawn at once. No HTTP.

Reading never writes: a tile that is not baked yet is drawn and kept in this process, and the
worker bakes it for good. Each process asks the database at most once a second which version of a
layer is the one to serve.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock, RLock

from django.db.models import OuterRef, Subquery

from zones.days import civil_day
from zones.models import LayerTile, Municipality, TileBake
from zones.tiles import grid
from zones.tiles.baking import etag_of, pack
from zones.tiles.drawing import Drawing
from zones.tiles.layers import bounds_of, drawing_of

MOST_BYTES = 32_000_000
RECHECK_S = 1.0
_MOST_DRAWINGS = 6
#: About what a kept tile costs beside its bytes.
_OVERHEAD = 400

#: Zoom, column, row.
At = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Edition:
    """Which version of a layer is served now; without a bake its tiles are drawn when asked for."""

    town_id: int
    timezone: str
    version: int
    bake_id: int | None


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile as stored: gzip bytes (none when empty) and the name of its content."""

    packed: bytes
    etag: str


def find_edition(slug: str, layer: str) -> Edition:
    """The newest finished bake, or the register as it is when nothing was baked yet.

    Raises:
        Municipality.DoesNotExist: no town has this short name.
    """
    newest = TileBake.objects.filter(municipality=OuterRef("pk"), layer=layer).finished()
    town_id, timezone, version, bake_id, baked = (
        Municipality.objects.filter(slug=slug)
        .values_list(
            "pk",
            "timezone",
            "register_version",
            Subquery(newest.values("pk")[:1]),
            Subquery(newest.values("version")[:1]),
        )
        .get()
    )
    return Edition(town_id, timezone, version if baked is None else baked, bake_id)


@lru_cache(maxsize=64)
def bounds(town_id: int, version: int, on: dt.date) -> grid.Box | None:
    """West, south, east, north of what a version of the register draws; `version` only as key."""
    return bounds_of(Municipality.objects.get(pk=town_id), on)


@dataclass
class Shelf:
    """What one process keeps: editions for a second, tiles up to MOST_BYTES, a few drawings."""

    _editions: dict[tuple[str, str], tuple[float, Edition]] = field(default_factory=dict)
    _tiles: OrderedDict[tuple[int | str, ...], Tile] = field(default_factory=OrderedDict)
    _size: int = 0
    _drawings: OrderedDict[tuple[int, str, int, dt.date], Drawing] = field(
        default_factory=OrderedDict
    )
    _lock: Lock = field(default_factory=Lock)
    _drawing_lock: RLock = field(default_factory=RLock)

    def clear(self) -> None:
        """Forget everything; the database has it all."""
        with self._lock, self._drawing_lock:
            self._editions.clear()
            self._tiles.clear()
            self._drawings.clear()
            self._size = 0
        bounds.cache_clear()

    def edition(self, slug: str, layer: str) -> Edition:
        """As `find_edition`, at most RECHECK_S old."""
        asked_at, found = self._editions.get((slug, layer), (float("-inf"), None))
        if found is None or time.monotonic() - asked_at > RECHECK_S:
            found = find_edition(slug, layer)
            self._editions[slug, layer] = (time.monotonic(), found)
        return found

    def tile(self, edition: Edition, layer: str, at: At, now: dt.datetime) -> Tile:
        """One tile of an edition; `now` says which shapes are in force should it be drawn."""
        key = (edition.town_id, layer, edition.version, edition.bake_id or 0, *at)
        with self._lock:
            if key in self._tiles:
                self._tiles.move_to_end(key)
                return self._tiles[key]
        found = self._baked(edition, at) or self._drawn(edition, layer, at, now)
        self._keep(key, found)
        return found

    def _baked(self, edition: Edition, at: At) -> Tile | None:
        if edition.bake_id is None:
            return None
        rows = LayerTile.objects.filter(bake=edition.bake_id).at(*at)
        row = rows.values_list("data", "etag").first()
        return None if row is None else Tile(bytes(row[0]), row[1])

    def _drawn(self, edition: Edition, layer: str, at: At, now: dt.datetime) -> Tile:
        on = civil_day(now, edition.timezone)
        box = bounds(edition.town_id, edition.version, on)
        if box is None or not _touches(box, *at):
            return Tile(b"", etag_of(b""))
        data = self._drawing(edition, layer, on).tile(*at)
        return Tile(pack(data), etag_of(data))

    def _drawing(self, edition: Edition, layer: str, on: dt.date) -> Drawing:
        key = (edition.town_id, layer, edition.version, on)
        # One thread reads the rows; the others wait for it instead of reading them again.
        with self._drawing_lock:
            if key not in self._drawings:
                town = Municipality.objects.get(pk=edition.town_id)
                self._drawings[key] = drawing_of(town, layer, on)
                while len(self._drawings) > _MOST_DRAWINGS:
                    self._drawings.popitem(last=False)
            return self._drawings[key]

    def _keep(self, key: tuple[int | str, ...], tile: Tile) -> None:
        with self._lock:
            if key not in self._tiles:
                self._tiles[key] = tile
                self._size += len(tile.packed) + _OVERHEAD
            while self._size > MOST_BYTES:
                _, dropped = self._tiles.popitem(last=False)
                self._size -= len(dropped.packed) + _OVERHEAD


def _touches(box: grid.Box, z: int, x: int, y: int) -> bool:
    left, right, top, bottom = grid.tiles_of(box, z)
    return left <= x <= right and top <= y <= bottom


shelf = Shelf()
