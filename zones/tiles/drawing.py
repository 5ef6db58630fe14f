"""Draw tiles of one layer: simplify once for each zoom, cut, keep under the size limit. No queries.

Zones that share borders are simplified together as one coverage (GEOS 3.12, Visvalingam-Whyatt)
and then rounded to the grid of the zoom, so a border stays one line in both zones: no slivers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from zones.tiles import grid
from zones.tiles.encoding import EXTENT, TileLayer, Value, geometry_bytes, tile_bytes

#: No tile is larger than this before compression.
LARGEST_TILE = 100_000
#: Shapes are cut this far outside their tile, so that a drawn line's edge does not show.
MARGIN = 64
#: Detail left out, in grid units; at 512 screen pixels a tile, eight units are one pixel.
TOLERANCE, FINEST_TOLERANCE, COARSE_TOLERANCE = 4.0, 1.0, 32.0

Geometries = NDArray[Any]
Properties = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Features:
    """One source layer: shapes of one dimension in the unit square, with ids and properties.

    `coverage` numbers the shapes that share borders and are simplified together; -1 stands alone.
    `weight` says who stays when a tile is too full: the heaviest.
    """

    name: str
    shapes: Geometries
    ids: Sequence[int]
    properties: Sequence[Properties]
    coverage: NDArray[np.int64]
    weight: NDArray[np.float64]
    min_zoom: int = grid.MIN_ZOOM


@dataclass(frozen=True, slots=True)
class _Level:
    """The shapes of a source layer as one zoom shows them, in its grid units."""

    shapes: Geometries
    tree: shapely.STRtree
    is_points: bool


def with_matching_borders(shapes: Geometries, coverage: NDArray[np.int64]) -> Geometries:
    """Make neighbours of one coverage share every point of their border, where they do not yet.

    Gaps stay as they are; an overlap of a partition goes to the neighbour with the longer border.
    """
    out = np.array(shapes, dtype=object)
    for group in np.unique(coverage[coverage >= 0]):
        mine = coverage == group
        if not shapely.coverage_is_valid(shapes[mine]):
            # shapely 2.2 has it; its type stubs do not yet.
            out[mine] = shapely.coverage_clean(shapes[mine])  # type: ignore[attr-defined]
    return out


def _simplified(shapes: Geometries, coverage: NDArray[np.int64], tolerance: float) -> Geometries:
    out = np.array(shapes, dtype=object)
    for group in np.unique(coverage):
        mine = coverage == group
        if group < 0:
            out[mine] = shapely.simplify(shapes[mine], tolerance / 2)
        else:
            out[mine] = shapely.coverage_simplify(shapes[mine], tolerance)
    return out


def at_zoom(features: Features, zoom: int, tolerance: float) -> Geometries:
    """Simplify and round to the grid of a zoom; shapes too small for it become empty."""
    wide = grid.units(zoom)
    shapes = shapely.transform(features.shapes, lambda world: world * wide)
    dimension = int(shapely.get_dimensions(shapes).max(initial=0))
    if dimension == 0:
        return np.asarray(shapes)
    shapes = _simplified(shapes, features.coverage, tolerance)
    if dimension == 1:
        return np.asarray(shapely.transform(shapes, np.rint))
    shapes = shapely.transform(shapes, np.rint)
    bad = ~shapely.is_valid(shapes)
    if bad.any():
        # Rounding folded a narrow part; the structure method only takes such folds away.
        shapes[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    return np.asarray(shapes)


@dataclass
class Drawing:
    """All source layers of one tile layer, ready to draw any tile; safe for several threads."""

    sources: Sequence[Features]
    _levels: dict[tuple[int, int, float], _Level] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def _level(self, index: int, zoom: int, tolerance: float) -> _Level:
        key = (index, zoom, tolerance)
        with self._lock:
            if key not in self._levels:
                shapes = at_zoom(self.sources[index], zoom, tolerance)
                dimension = int(shapely.get_dimensions(shapes).max(initial=-1))
                self._levels[key] = _Level(shapes, shapely.STRtree(shapes), dimension == 0)
            return self._levels[key]

    def forget(self, zoom: int) -> None:
        """Let go of what was kept for a zoom."""
        with self._lock:
            self._levels = {key: one for key, one in self._levels.items() if key[1] != zoom}

    def tile(self, z: int, x: int, y: int) -> bytes:
        """The tile as bytes, not compressed, at most LARGEST_TILE; empty when nothing is there.

        A tile that is too full loses, in this order: names in further languages, detail of the
        shapes, and its lightest shapes.
        """
        fine = FINEST_TOLERANCE if z == grid.MAX_ZOOM else TOLERANCE
        data = b""
        for tolerance, all_names in ((fine, True), (fine, False), (COARSE_TOLERANCE, False)):
            cut = self._cut(z, x, y, tolerance)
            data = tile_bytes([_layer(one, all_names) for one in cut])
            if len(data) <= LARGEST_TILE:
                return data
        return _thinned(cut)

    def _cut(self, z: int, x: int, y: int, tolerance: float) -> list[_Cut]:
        cuts = []
        for index, features in enumerate(self.sources):
            if z < features.min_zoom or not len(features.ids):
                continue
            cut = _cut(features, self._level(index, z, tolerance), x, y)
            if cut.rows:
                cuts.append(cut)
        return cuts


@dataclass(frozen=True, slots=True)
class _Cut:
    """What of a source layer lies in one tile: encoded shapes and the rows they belong to."""

    features: Features
    kind: int
    rows: list[int]
    encoded: list[bytes]


def _cut(features: Features, level: _Level, x: int, y: int) -> _Cut:
    box = grid.tile_box(x, y, 0 if level.is_points else MARGIN)
    rows = np.sort(level.tree.query(shapely.box(*box)))
    shapes = level.shapes[rows]
    corner = (x * EXTENT, y * EXTENT)
    if level.is_points:
        # Half-open, so that a point on the line between two tiles is in one of them only.
        spots = shapely.get_coordinates(shapes)
        inside = ((spots >= corner) & (spots < np.add(corner, EXTENT))).all(axis=1)
        rows, shapes = rows[inside], shapes[inside]
    elif len(rows):
        shapes = shapely.clip_by_rect(shapes, *box)
    if not len(rows):
        return _Cut(features, 0, [], [])
    kind, encoded = geometry_bytes(shapes, corner)
    kept = [index for index, part in enumerate(encoded) if part]
    return _Cut(features, kind, rows[kept].tolist(), [encoded[index] for index in kept])


def _fewer_names(properties: Properties) -> Properties:
    return {key: value for key, value in properties.items() if not key.startswith("name_")}


def _layer(cut: _Cut, all_names: bool, keep: frozenset[int] | None = None) -> TileLayer:
    layer = TileLayer(cut.features.name)
    for row, encoded in zip(cut.rows, cut.encoded, strict=True):
        if keep is None or row in keep:
            properties = cut.features.properties[row]
            layer.add(
                cut.kind,
                encoded,
                cut.features.ids[row],
                properties if all_names else _fewer_names(properties),
            )
    return layer


def _thinned(cuts: Sequence[_Cut]) -> bytes:
    """Keep the heaviest rows of every source layer, by halves, until the tile fits."""
    share = 0.5
    while True:
        layers = [_layer(cut, False, _heaviest(cut, share)) for cut in cuts]
        data = tile_bytes(layers)
        if len(data) <= LARGEST_TILE:
            return data
        share /= 2


def _heaviest(cut: _Cut, share: float) -> frozenset[int]:
    by_weight = sorted(cut.rows, key=lambda row: -cut.features.weight[row])
    return frozenset(by_weight[: int(len(by_weight) * share)])
