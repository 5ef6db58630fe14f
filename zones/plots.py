"""Plots of addresses: the ground nearer to one address than to any other, in metres; pure.

An area made of plots holds an address exactly if its plot was chosen. Addresses at one point (to
the millimetre; registers give seven decimals of a degree) share one plot: no area parts them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPoint, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

PLOT_M = 60.0
"""How far from its address a plot reaches at most, in metres."""

GRID_M = 0.001
"""Corners lie on this grid, and points are the same that fall on one knot of it."""

LEAST_M2 = 1.0
"""A part or a hole smaller than this is a sliver, unless an address makes it one's plot."""

LEAST_WIDTH_M = 0.2
"""So is one that is nowhere wider than this."""

_ROUND_SIDES = 8

Points = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Shapes = npt.NDArray[np.object_]

NOTHING = MultiPolygon()


@dataclass(frozen=True)
class Plots:
    """The plots of chosen addresses.

    Attributes:
        area: their union.
        shared: how many addresses were not chosen and share the point of a chosen one.
    """

    area: BaseGeometry = NOTHING
    shared: int = 0


def plots(
    points: Points, chosen: Mask, *, strip: BaseGeometry = NOTHING, reach_m: float = PLOT_M
) -> Plots:
    """The plots of the chosen among some addresses.

    Exact wherever `points` holds every address within twice `reach_m` of a chosen one and of the
    strip.

    Args:
        points: (n, 2), metres east and north, in a stable order.
        chosen: which of them are meant.
        strip: land that is added, but for the plots of the addresses that were not chosen.
    """
    if not len(points):
        return Plots(strip)
    spots, owner = _spots(points)
    picked = np.zeros(len(spots), dtype=bool)
    np.logical_or.at(picked, owner, chosen)
    cells = _cells(spots, reach_m)
    area = _clipped(cells, spots, picked, reach_m)
    if not strip.is_empty:
        shapely.prepare(strip)
        others = ~picked & shapely.intersects(strip, cells)
        rest = shapely.difference(strip, _clipped(cells, spots, others, reach_m), grid_size=GRID_M)
        area = union([area, rest])
    return Plots(area, int((picked[owner] & ~chosen).sum()))


def tidy(shape: BaseGeometry, spots: Points) -> MultiPolygon:
    """The areas of a shape on the grid, without slivers; a sliver that holds a spot stays."""
    snapped = shapely.set_precision(shape, GRID_M)
    parts = areas(snapped).geoms
    kept = [_without_thin_holes(part, spots) for part in parts if not _is_sliver(part, spots)]
    return shapely.normalize(MultiPolygon(kept)) if kept else NOTHING


def spots_that_count(shape: BaseGeometry, spots: Points) -> Points:
    """The spots for whose sake `tidy` leaves a part or a hole that would be a sliver."""
    parts = list(areas(shape).geoms)
    holes = [Polygon(hole) for part in parts for hole in part.interiors]
    small = [part for part in [*parts, *holes] if part.area < LEAST_M2 or _is_thin(part)]
    found = [_inside(part, spots) for part in small]
    return np.unique(np.concatenate(found), axis=0) if found else np.empty((0, 2))


def areas(shape: BaseGeometry) -> MultiPolygon:
    """A shape without the lines and points that are left where two areas only touch."""
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    return MultiPolygon(parts) if parts else NOTHING


def union(shapes: "list[BaseGeometry] | Shapes") -> BaseGeometry:
    """Join areas on the grid."""
    return shapely.union_all(np.asarray(shapes, dtype=object), grid_size=GRID_M)


def _spots(points: Points) -> tuple[Points, npt.NDArray[np.intp]]:
    """The different points, each as its first address has it, and the one of each address."""
    rounded = np.round(points / GRID_M).astype(np.int64)
    _, first, owner = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    return points[first], owner.reshape(-1)


def _cells(spots: Points, reach_m: float) -> Shapes:
    around = shapely.box(*(spots.min(axis=0) - 3 * reach_m), *(spots.max(axis=0) + 3 * reach_m))
    if len(spots) == 1:
        return np.array([around], dtype=object)
    diagram = shapely.voronoi_polygons(MultiPoint(spots), extend_to=around, ordered=True)
    cells: Shapes = shapely.get_parts(diagram)
    return cells


def _clipped(cells: Shapes, spots: Points, picked: Mask, reach_m: float) -> BaseGeometry:
    """The union of cells, each cut where it is farther than `reach_m` from its point."""
    if not picked.any():
        return NOTHING
    own, middles = cells[picked].copy(), spots[picked]
    corners, cell = shapely.get_coordinates(own, return_index=True)
    far = np.hypot(*(corners - middles[cell]).T) > reach_m
    wide = np.unique(cell[far])
    discs = shapely.buffer(shapely.points(middles[wide]), reach_m, quad_segs=_ROUND_SIDES)
    own[wide] = shapely.intersection(own[wide], discs)
    return shapely.set_precision(shapely.union_all(own), GRID_M)


def _is_sliver(part: Polygon, spots: Points) -> bool:
    if part.area >= LEAST_M2 and not _is_thin(part):
        return False
    return not len(_inside(part, spots))


def _is_thin(part: Polygon) -> bool:
    # A shape nowhere wider than that has less area than half its border times the width.
    if part.area > part.length * LEAST_WIDTH_M / 2:
        return False
    return bool(shapely.buffer(part, -LEAST_WIDTH_M / 2).is_empty)


def _inside(part: Polygon, spots: Points) -> Points:
    west, south, east, north = part.bounds
    x, y = spots[:, 0], spots[:, 1]
    close = spots[(x >= west) & (x <= east) & (y >= south) & (y <= north)]
    return close[shapely.intersects_xy(part, close[:, 0], close[:, 1])]


def _without_thin_holes(part: Polygon, spots: Points) -> Polygon:
    holes = [hole for hole in part.interiors if not _is_sliver(Polygon(hole), spots)]
    if len(holes) == len(part.interiors):
        return part
    return Polygon(part.exterior, holes)
