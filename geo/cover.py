"""Tell for a million points at once which polygon covers each, exactly; knows nothing of towns.

A grid is laid over the polygons. Cells that no border touches are answered by one look at the
grid; points in the other cells are tested against the few polygons whose border runs there. The
answer equals testing every point against every polygon (`find_exact`), which the tests prove.
Whoever doubts the grid leaves it out and asks `find_exact` or PostGIS.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

Polygons = Sequence[shapely.Polygon | shapely.MultiPolygon]
Floats = NDArray[np.floating[Any]]
Indices = NDArray[np.int32]
Keys = NDArray[np.int64]
Geometries = NDArray[Any]

#: A border is held to touch cells this close to it, in cells; rounding errors are far smaller.
MARGIN = 1e-6
#: A cell must be this many times wider than the spacing of floating-point numbers there.
FINEST = 1e8
#: Cells are joined where they share a side, not where they share only a corner.
SIDE_BY_SIDE = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])
SMALLEST_SIDE, DEFAULT_SIDE, LARGEST_SIDE = 64, 1024, 2048


def side_for(points: int) -> int:
    """How many cells a side of the grid should have for so many points, building included.

    About one cell per point: with fewer, too many points need a test; more are never asked.
    """
    return min(max(1 << max(points, 1).bit_length() // 2, SMALLEST_SIDE), LARGEST_SIDE)


def find_exact(polygons: Polygons, longitude: Floats, latitude: Floats) -> Indices:
    """Tell the first polygon that covers each point, by testing it; -1 where none does.

    Coordinates in the CRS of the polygons. A point on an edge is covered.
    """
    answer = np.full(longitude.size, -1, dtype=np.int32)
    by_longitude = np.argsort(longitude, kind="stable")
    ordered = longitude[by_longitude]
    for index, polygon in enumerate(polygons):
        west, south, east, north = polygon.bounds
        first, end = np.searchsorted(ordered, west), np.searchsorted(ordered, east, side="right")
        near = by_longitude[first:end]
        near = near[(answer[near] < 0) & (latitude[near] >= south) & (latitude[near] <= north)]
        shapely.prepare(polygon)
        answer[near[shapely.intersects_xy(polygon, longitude[near], latitude[near])]] = index
    return answer


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells, `side` in each direction, over the bounding box of the polygons."""

    west: float
    south: float
    east: float
    north: float
    side: int

    @classmethod
    def over(cls, polygons: Geometries, side: int) -> Grid:
        """Lay a grid over the polygons, coarser where the box is too small for the wanted side."""
        west, south, east, north = (float(value) for value in shapely.total_bounds(polygons))
        spacing = math.ulp(max(abs(west), abs(south), abs(east), abs(north)))
        finest = int(min(east - west, north - south) / (spacing * FINEST))
        return cls(west, south, east, north, max(1, min(side, finest)))

    def scaled(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        """Express coordinates in cells from the south-west corner."""
        return (
            (longitude - self.west) * (self.side / (self.east - self.west)),
            (latitude - self.south) * (self.side / (self.north - self.south)),
        )

    def cells(self, longitude: Floats, latitude: Floats) -> Keys:
        """Number the cell of each point, row by row from the south-west."""
        column, row = self.scaled(longitude, latitude)
        return self.clipped(row) * self.side + self.clipped(column)

    def clipped(self, scaled: Floats) -> Keys:
        """Round down to a row or column of the grid."""
        return np.clip(np.floor(scaled), 0, self.side - 1).astype(np.int64)

    def centres(self, columns: Keys, rows: Keys) -> tuple[Floats, Floats]:
        """Give the middle points of cells."""
        return (
            self.west + (columns + 0.5) * ((self.east - self.west) / self.side),
            self.south + (rows + 0.5) * ((self.north - self.south) / self.side),
        )

    def holds(self, longitude: Floats, latitude: Floats) -> NDArray[np.bool_]:
        """Tell which points lie in the box; not-a-number does not."""
        return (
            (longitude >= self.west)
            & (longitude <= self.east)
            & (latitude >= self.south)
            & (latitude <= self.north)
        )


@dataclass(frozen=True, slots=True)
class Cover:
    """A grid whose cells hold the polygon that covers them whole, or the polygons to be tested.

    `answers` per cell: a polygon (or their number, meaning none), or -1 - k for border cell k.
    Its polygons to test are candidates[first[k]:first[k + 1]]; `otherwise[k]` answers if none does.
    """

    polygons: Geometries
    grid: Grid | None
    answers: Indices
    first: Keys
    candidates: Indices
    otherwise: Indices

    @classmethod
    def build(cls, polygons: Polygons, *, side: int | None = None) -> Cover:
        """Lay the grid over valid polygons in order of preference: the first that covers wins."""
        shapes = np.empty(len(polygons), dtype=object)
        shapes[:] = polygons
        empty = np.zeros(0, dtype=np.int32)
        if not len(shapes):
            return cls(shapes, None, empty, np.zeros(1, dtype=np.int64), empty, empty)
        shapely.prepare(shapes)
        grid = Grid.over(shapes, side or DEFAULT_SIDE)
        owners, cells = _border_cells(shapes, grid)
        whole = _whole_cells(shapes, grid, owners, cells)
        # A border matters only where it may win over the polygon that covers the whole cell.
        matters = owners < whole[cells]
        owners, cells = owners[matters], cells[matters]
        order = np.argsort(cells, kind="stable")
        owners, cells = owners[order], cells[order]
        border, first = np.unique(cells, return_index=True)
        answers = whole.copy()
        answers[border] = -1 - np.arange(border.size, dtype=np.int32)
        return cls(
            polygons=shapes,
            grid=grid,
            answers=answers,
            first=np.append(first, cells.size).astype(np.int64),
            candidates=owners.astype(np.int32),
            otherwise=whole[border],
        )

    def find(self, longitude: Floats, latitude: Floats) -> Indices:
        """Tell the first polygon that covers each point, an edge included; -1 where none does."""
        if self.grid is None:
            return np.full(longitude.size, -1, dtype=np.int32)
        held = self.grid.holds(longitude, latitude)
        # Points out of the box, infinite ones among them, borrow its corner until the last line.
        longitude = np.where(held, longitude, self.grid.west)
        latitude = np.where(held, latitude, self.grid.south)
        answer = self.answers[self.grid.cells(longitude, latitude)]
        open_points = np.flatnonzero(answer < 0)
        border = -1 - answer[open_points].astype(np.int64)
        answer[open_points] = self._test(border, longitude[open_points], latitude[open_points])
        answer[answer == len(self.polygons)] = -1
        answer[~held] = -1
        return answer

    def _test(self, border: Keys, longitude: Floats, latitude: Floats) -> Indices:
        """Test points of border cells against the cells' polygons, the preferred one first."""
        answer = self.otherwise[border]
        position, end = self.first[border], self.first[border + 1]
        left = np.arange(border.size)
        while left.size:
            polygon = self.candidates[position[left]]
            # Grouping the points by polygon keeps one polygon's index in the processor's cache.
            order = np.argsort(polygon, kind="stable")
            left, polygon = left[order], polygon[order]
            covered = shapely.intersects_xy(self.polygons[polygon], longitude[left], latitude[left])
            answer[left[covered]] = polygon[covered]
            left = left[~covered]
            position[left] += 1
            left = left[position[left] < end[left]]
        return answer


def _border_cells(shapes: Geometries, grid: Grid) -> tuple[Keys, Keys]:
    """Pair each polygon with the cells its border touches, sorted by polygon, then cell."""
    parts, owner_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    column, row = grid.scaled(coordinates[:, 0], coordinates[:, 1])
    start = np.flatnonzero(ring[1:] == ring[:-1])
    owner = owner_of_part[part_of_ring[ring[start]]]
    # Pieces of at most half a cell touch no cell but those of their two ends and the corners
    # between them.
    across, along = column[start + 1] - column[start], row[start + 1] - row[start]
    pieces = np.ceil(2 * np.maximum(np.abs(across), np.abs(along))).astype(np.int64)
    pieces = np.maximum(pieces, 1)
    segment = np.repeat(np.arange(start.size), pieces)
    step = np.arange(segment.size) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    columns = _touched(column[start][segment], across[segment], step, pieces[segment], grid)
    rows = _touched(row[start][segment], along[segment], step, pieces[segment], grid)
    owners = owner[segment].astype(np.int64) * grid.side**2
    keys = [owners + rows[0] * grid.side + columns[0]]
    for high_row, high_column in ((0, 1), (1, 0), (1, 1)):
        differs = (rows[high_row] != rows[0]) | (columns[high_column] != columns[0])
        key = owners + rows[high_row] * grid.side + columns[high_column]
        keys.append(key[differs])
    # Sorting and comparing neighbours is ten times faster here than numpy's unique.
    pairs = np.sort(np.concatenate(keys))
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])]
    return pairs // grid.side**2, pairs % grid.side**2


def _touched(start: Floats, length: Floats, step: Keys, pieces: Keys, grid: Grid) -> list[Keys]:
    """Give the lowest and the highest row or column that each piece of a segment touches."""
    here, there = start + length * (step / pieces), start + length * ((step + 1) / pieces)
    return [
        grid.clipped(np.minimum(here, there) - MARGIN),
        grid.clipped(np.maximum(here, there) + MARGIN),
    ]


def _whole_cells(shapes: Geometries, grid: Grid, owners: Keys, cells: Keys) -> Indices:
    """Tell for each cell the first polygon that covers all of it; their number where none does."""
    whole = np.full((grid.side, grid.side), len(shapes), dtype=np.int32)
    starts = np.searchsorted(owners, np.arange(len(shapes) + 1))
    for index, polygon in enumerate(shapes):
        own = cells[starts[index] : starts[index + 1]]
        if not own.size:
            continue
        rows, columns = own // grid.side, own % grid.side
        low_row, low_column = int(rows.min()), int(columns.min())
        free = np.ones((int(rows.max()) - low_row + 1, int(columns.max()) - low_column + 1), bool)
        free[rows - low_row, columns - low_column] = False
        # Cells joined without a border between them lie all inside or all outside the polygon.
        regions, count = ndimage.label(free, SIDE_BY_SIDE)
        sample = np.zeros(count + 1, dtype=np.int64)
        sample[regions.ravel()] = np.arange(regions.size)
        row, column = np.divmod(sample, free.shape[1])
        inside = shapely.intersects_xy(polygon, *grid.centres(column + low_column, row + low_row))
        inside[0] = False
        window = whole[low_row : low_row + free.shape[0], low_column : low_column + free.shape[1]]
        window[inside[regions] & (window == len(shapes))] = index
    return whole.ravel()
