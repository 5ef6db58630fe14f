"""Zones that share a border keep sharing it at every zoom, and no tile grows over the limit."""

import numpy as np
import pytest
import shapely

from zones.tiles import grid
from zones.tiles.drawing import (
    FINEST_TOLERANCE,
    TOLERANCE,
    Drawing,
    Features,
    at_zoom,
    with_matching_borders,
)

RANDOM = np.random.default_rng(11)


def winding_partition(cells: int = 12, wobble: int = 6) -> np.ndarray:
    """Voronoi cells near 26.35 E 46.93 N with bent borders: a clean partition of a box."""
    points = RANDOM.uniform(0, 1, (cells, 2))
    diagram = shapely.voronoi_polygons(
        shapely.multipoints(points), extend_to=shapely.box(0, 0, 1, 1)
    )
    edges = shapely.union_all(
        shapely.boundary(shapely.intersection(shapely.get_parts(diagram), shapely.box(0, 0, 1, 1)))
    )
    bent = [_bend(shapely.get_coordinates(edge), wobble) for edge in shapely.get_parts(edges)]
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(bent))))
    return np.array(shapely.transform(faces, lambda at: at * 0.05 + [26.33, 46.91]))


def _bend(line: np.ndarray, levels: int) -> shapely.LineString:
    for _ in range(levels):
        step = np.diff(line, axis=0)
        across = np.column_stack([-step[:, 1], step[:, 0]])
        middle = line[:-1] + step / 2 + across * RANDOM.uniform(-0.12, 0.12, (len(step), 1))
        bent = np.empty((2 * len(line) - 1, 2))
        bent[::2], bent[1::2] = line, middle
        line = bent
    return shapely.LineString(line)


def features(shapes: np.ndarray, *, group: int = 1, name: str = "Name") -> Features:
    world = grid.to_world(shapes)
    count = len(shapes)
    return Features(
        name="zones",
        shapes=with_matching_borders(world, np.full(count, group)),
        ids=list(range(1, count + 1)),
        properties=[{"id": number, "name": name, "name_ro": name} for number in range(count)],
        coverage=np.full(count, group),
        weight=np.asarray(shapely.area(world)),
    )


def gaps_and_overlaps(shapes: np.ndarray) -> tuple[float, float]:
    """Area in square grid units that no zone has inside their union, and that two have."""
    union = shapely.union_all(shapes)
    holes = [ring for part in shapely.get_parts(union) for ring in part.interiors]
    return (
        float(sum(shapely.Polygon(ring).area for ring in holes)),
        float(shapely.area(shapes).sum() - union.area),
    )


@pytest.mark.parametrize("zoom", range(grid.MIN_ZOOM, grid.MAX_ZOOM + 1))
def test_a_partition_has_no_slivers_at_any_zoom(zoom: int) -> None:
    tolerance = FINEST_TOLERANCE if zoom == grid.MAX_ZOOM else TOLERANCE
    drawn = at_zoom(features(winding_partition()), zoom, tolerance)
    border = float(shapely.length(drawn).sum())
    gaps, overlaps = gaps_and_overlaps(drawn)
    # What rounding to whole units may fold away; a sliver would be its length times several units.
    assert gaps <= 0.001 * border
    assert overlaps <= 0.001 * border


def test_simplifying_each_zone_alone_would_open_slivers() -> None:
    drawn = at_zoom(features(winding_partition(), group=-1), 12, TOLERANCE * 2)
    gaps, overlaps = gaps_and_overlaps(drawn)
    assert gaps + overlaps > 0.01 * float(shapely.length(drawn).sum())


def test_borders_that_do_not_match_point_by_point_are_made_to_match() -> None:
    left = shapely.Polygon([(0, 0), (1, 0), (1, 2), (0, 2)])
    # Its border has a corner in the middle that the neighbour's straight line does not have.
    right = shapely.Polygon([(1, 0), (2, 0), (2, 2), (1, 2), (1, 1)])
    shapes = np.array([left, right], dtype=object)
    assert not shapely.coverage_is_valid(shapes)
    assert shapely.coverage_is_valid(with_matching_borders(shapes, np.array([1, 1])))


def test_shapes_that_overlap_by_right_keep_their_own_form() -> None:
    shapes = np.array([shapely.box(26.3, 46.9, 26.4, 47.0), shapely.box(26.35, 46.9, 26.5, 47.0)])
    drawn = at_zoom(features(shapes, group=-1), 12, TOLERANCE)
    assert shapely.area(shapely.intersection(*drawn)) > 0.4 * shapely.area(drawn[0])


def many_points(count: int) -> Drawing:
    spots = np.asarray(shapely.points(RANDOM.uniform([26.35, 46.93], [26.36, 46.94], (count, 2))))
    return Drawing([features(spots, group=-1, name="A name of some length")])


@pytest.mark.parametrize("count", [2_000, 40_000])
def test_a_crowded_tile_stays_under_the_limit_and_is_not_empty(count: int) -> None:
    left, _right, top, _bottom = grid.tiles_of((26.35, 46.93, 26.36, 46.94), 10)
    assert 50_000 < len(many_points(count).tile(10, left, top)) <= 100_000


def test_a_border_too_long_for_a_tile_loses_detail_and_not_the_zone() -> None:
    shapes = winding_partition(cells=40, wobble=9)
    left, _right, top, _bottom = grid.tiles_of((26.35, 46.93, 26.351, 46.931), 12)
    data = Drawing([features(shapes)]).tile(12, left, top)
    assert 0 < len(data) <= 100_000


def test_a_point_between_two_tiles_is_in_one_of_them() -> None:
    wide = 360 / (1 << 12)
    edge = np.array([shapely.Point(2342 * wide - 180, 46.93)])
    _left, _right, top, _bottom = grid.tiles_of((26, 46.93, 26, 46.93), 12)
    drawing = Drawing([features(edge, group=-1)])
    drawn = [bool(drawing.tile(12, x, top)) for x in (2341, 2342)]
    assert drawn == [False, True]


def test_a_tile_is_drawn_the_same_twice() -> None:
    shapes = winding_partition()
    left, _right, top, _bottom = grid.tiles_of((26.35, 46.93, 26.351, 46.931), 12)
    first, second = (Drawing([features(shapes)]).tile(12, left, top) for _ in range(2))
    assert first == second
