"""Areas from lines or points by the rule of the nearest one; pure geometry in metres, no rows.

The rule: a spot belongs to the nearest seed (a street's axis, or the known points of a quarter)
when that lies within `reach_m` and inside the outline; to no seed otherwise. Nearest is judged
against points set every STEP_M along the axes, so that a border may stray from the exact middle
by at most STEP_M squared over eight times the distance to the axes (0.3 m at 10 m).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

STEP_M = 5.0
"""Distance of the points that stand for an axis."""

GRID_M = 0.01
"""Corners are rounded to the centimetre, so that neighbours share them exactly."""

SIMPLER_M = 0.5
"""Borders may stray by about this much to get rid of the saw-teeth the points leave."""

LEAST_M2 = 1.0
"""A scrap smaller than this is left out of an area."""

_ROUND_SIDES = 4

Areas = list[MultiPolygon | None]
Shapes = npt.NDArray[np.object_]


def nearest_areas(
    seeds: Sequence[BaseGeometry | None],
    *,
    reach_m: float,
    outline: BaseGeometry | None = None,
    step_m: float = STEP_M,
) -> Areas:
    """The area of each seed, in the order of `seeds`; None for a seed that gets none.

    The areas do not overlap and neighbours share their borders corner by corner. Where two seeds
    touch, as at a crossing, the point itself goes to the earlier one.

    Args:
        seeds: points or lines in a metric system; None is passed over.
        reach_m: greatest distance from the seed, in metres.
        outline: nothing reaches beyond it; None for no limit.
        step_m: distance of the points that stand for a line.
    """
    points, owners = _samples(seeds, step_m)
    areas: Areas = [None] * len(seeds)
    if not len(points):
        return areas
    for owner, cells in _cells_of(points, owners, reach_m).items():
        seed = seeds[owner]
        if seed is not None:
            near = seed.buffer(reach_m, quad_segs=_ROUND_SIDES)
            areas[owner] = _polygons(cells.intersection(near))
    return _clean(areas, outline)


def _samples(
    seeds: Sequence[BaseGeometry | None], step_m: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Points along all seeds and the index of the seed of each; every point once."""
    usable = [index for index, seed in enumerate(seeds) if seed is not None and not seed.is_empty]
    lines: Shapes = np.array([seeds[index] for index in usable], dtype=object)
    dense = shapely.segmentize(lines, step_m)
    coordinates, at = shapely.get_coordinates(dense, return_index=True)
    rounded = np.round(coordinates / GRID_M) * GRID_M
    _, first = np.unique(rounded, axis=0, return_index=True)
    first.sort()
    return rounded[first], np.array(usable, dtype=np.int64)[at[first]]


def _cells_of(
    points: npt.NDArray[np.float64], owners: npt.NDArray[np.int64], reach_m: float
) -> dict[int, BaseGeometry]:
    """The union of the Voronoi cells of each owner's points."""
    around = shapely.box(*points.min(axis=0), *points.max(axis=0)).buffer(2 * reach_m)
    if len(points) == 1:
        return {int(owners[0]): around}
    diagram = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=around, ordered=True)
    cells = shapely.get_parts(diagram)
    return {int(owner): _union(cells[owners == owner]) for owner in np.unique(owners)}


def _union(cells: Shapes) -> BaseGeometry:
    """Join cells; those that rounding made cross each other are joined on the grid (slower)."""
    try:
        return shapely.union_all(cells)
    except shapely.GEOSException:
        return shapely.union_all(shapely.make_valid(cells), grid_size=GRID_M)


def _clean(areas: Areas, outline: BaseGeometry | None) -> Areas:
    """Cut along the outline, round the corners to the grid, and make neighbours share borders."""
    kept = [index for index, area in enumerate(areas) if area is not None]
    shapes: Shapes = np.array([areas[index] for index in kept], dtype=object)
    if outline is not None:
        shapes = shapely.intersection(shapes, outline)
    shapes = np.array([_polygons(shape) or MultiPolygon() for shape in shapes], dtype=object)
    shapes = shapely.coverage_clean(  # type: ignore[attr-defined]  # newer than its stubs
        shapes, snapping_distance=GRID_M, merge_strategy="min_index"
    )
    shapes = shapely.coverage_simplify(shapes, SIMPLER_M)
    cleaned: Areas = [None] * len(areas)
    for index, shape in zip(kept, shapes, strict=True):
        cleaned[index] = _polygons(shape)
    return cleaned


def _polygons(shape: BaseGeometry) -> MultiPolygon | None:
    """The areas of a shape without lines, points and scraps; None when nothing is left."""
    parts = [
        part
        for part in shapely.get_parts(shapely.get_parts(shape))
        if isinstance(part, Polygon) and part.area >= LEAST_M2
    ]
    return MultiPolygon(parts) if parts else None
