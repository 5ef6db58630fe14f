"""The web Mercator tile grid: from degrees to grid units of a zoom, and tiles of a box. Pure.

Grid units count from the north-west corner of the world, x to the right and y down; a tile is
EXTENT wide at every zoom, so that a shape rounded to whole units fits its neighbours in
every tile it touches.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from zones.tiles.encoding import EXTENT

MIN_ZOOM, MAX_ZOOM = 8, 16
#: Web Mercator ends where its square world ends.
_LAST_LATITUDE = 85.05112877980659

Geometries = NDArray[Any]
Box = tuple[float, float, float, float]
#: First and last column, first and last row of tiles.
TileRange = tuple[int, int, int, int]


def _to_world(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """EPSG:4326 to the unit square: the spherical formulas of EPSG method 1024."""
    latitude = np.radians(np.clip(degrees[:, 1], -_LAST_LATITUDE, _LAST_LATITUDE))
    x = degrees[:, 0] / 360 + 0.5
    y = 0.5 - np.arcsinh(np.tan(latitude)) / (2 * math.pi)
    return np.column_stack([x, y])


def to_world(geometries: Geometries) -> Geometries:
    """Project shapes from EPSG:4326 to the unit square of the world."""
    projected: Geometries = shapely.transform(geometries, _to_world)
    return projected


def units(zoom: int) -> int:
    """How many grid units wide the world is at a zoom."""
    return EXTENT << zoom


def tile_box(x: int, y: int, margin: float) -> Box:
    """A tile's box in grid units of its zoom, wider by `margin` units on each side."""
    left, top = x * EXTENT, y * EXTENT
    return (left - margin, top - margin, left + EXTENT + margin, top + EXTENT + margin)


def tiles_of(bounds: Box, zoom: int) -> TileRange:
    """Tiles that a box (west, south, east, north in degrees) touches at a zoom."""
    corners = np.array([[bounds[0], bounds[3]], [bounds[2], bounds[1]]], dtype=np.float64)
    found = np.floor(_to_world(corners) * (1 << zoom)).astype(int)
    (left, top), (right, bottom) = np.clip(found, 0, (1 << zoom) - 1).tolist()
    return left, right, top, bottom


def exists(z: int, x: int, y: int) -> bool:
    """Whether the numbers name a tile of a zoom we draw."""
    return MIN_ZOOM <= z <= MAX_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z
