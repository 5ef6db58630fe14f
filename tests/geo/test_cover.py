"""The raster cover answers exactly as testing every point against every polygon does."""

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.cover import Cover, find_exact

Shape = shapely.Polygon | shapely.MultiPolygon
Shapes = Sequence[Shape]

SIDES = (1, 3, 16, 64, 257)


def brute_force(polygons: Shapes, points: np.ndarray) -> list[int]:
    """The oracle: shapely's own predicate on every pair, the first polygon that covers wins."""
    return [
        next((i for i, polygon in enumerate(polygons) if polygon.covers(point)), -1)
        for point in map(shapely.Point, points)
    ]


def assert_exact(polygons: Shapes, points: np.ndarray, side: int) -> None:
    expected = brute_force(polygons, points)
    longitude, latitude = points[:, 0].copy(), points[:, 1].copy()
    assert Cover.build(polygons, side=side).find(longitude, latitude).tolist() == expected
    assert find_exact(polygons, longitude, latitude).tolist() == expected


def telling_points(polygons: Shapes, seed: int) -> np.ndarray:
    """Vertices, middles of edges, points a hair beside them, and points all over the town."""
    random = np.random.default_rng(seed)
    rings = [shapely.get_coordinates(polygon) for polygon in polygons]
    vertices = np.concatenate(rings)
    middles = np.concatenate([(ring[1:] + ring[:-1]) / 2 for ring in rings])
    edge = np.concatenate([vertices, middles])
    hair = edge + random.choice([-1, 1], edge.shape) * np.spacing(edge)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    anywhere = random.uniform(low - 0.1 * (high - low), high + 0.1 * (high - low), (200, 2))
    return np.concatenate([edge, hair, anywhere])


def voronoi_town(random: np.random.Generator, count: int) -> list[Shape]:
    """A partition: every border is shared by two neighbours."""
    seeds = shapely.MultiPoint(random.uniform((26.3, 46.88), (26.4, 46.95), (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds))
    cut = [shapely.intersection(cell, seeds.envelope) for cell in cells]
    return [cell for cell in cut if isinstance(cell, shapely.Polygon) and cell.area > 0]


def minus(area: shapely.Polygon | shapely.MultiPolygon, hole: shapely.Polygon) -> shapely.Polygon:
    rest = area.difference(hole)
    assert isinstance(rest, shapely.Polygon)
    return rest


@st.composite
def towns(draw: st.DrawFn) -> Shapes:
    """A partition with an enclave cut out, a hole left open, and areas that overlap."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    polygons = voronoi_town(random, draw(st.integers(3, 12)))
    centre = polygons[0].representative_point()
    disc = centre.buffer(polygons[0].area ** 0.5 / 8)
    if draw(st.booleans()):
        polygons[0] = minus(polygons[0], disc)
    if draw(st.booleans()):
        polygons.append(disc)
    for _ in range(draw(st.integers(0, 3))):
        corner = random.uniform((26.3, 46.88), (26.38, 46.93))
        polygons.append(shapely.box(*corner, *(corner + random.uniform(0.001, 0.04, 2))))
    two_parts = [shapely.box(26.31, 46.89, 26.32, 46.90), shapely.box(26.35, 46.92, 26.36, 46.93)]
    if draw(st.booleans()):
        polygons.append(shapely.MultiPolygon(two_parts))
    order = draw(st.permutations(range(len(polygons))))
    return [polygons[index] for index in order]


@settings(max_examples=60, deadline=None)
@given(polygons=towns(), side=st.sampled_from(SIDES), seed=st.integers(0, 1000))
def test_cover_equals_brute_force_on_random_towns(polygons: Shapes, side: int, seed: int) -> None:
    assert_exact(polygons, telling_points(polygons, seed), side)


lattice = st.integers(0, 8)


@settings(max_examples=100, deadline=None)
@given(
    corners=st.lists(st.tuples(lattice, lattice, lattice, lattice), min_size=1, max_size=6),
    side=st.sampled_from(SIDES),
)
@example(corners=[(0, 0, 8, 8), (2, 2, 4, 4)], side=16)
def test_cover_is_exact_where_borders_run_along_the_lines_of_the_grid(
    corners: list[tuple[int, int, int, int]], side: int
) -> None:
    boxes = [shapely.box(a, b, c, d) for a, b, c, d in corners if a < c and b < d]
    if boxes:
        columns, rows = np.meshgrid(np.arange(-1, 10, 0.5), np.arange(-1, 10, 0.5))
        assert_exact(boxes, np.stack([columns.ravel(), rows.ravel()], axis=1), side)


def test_an_edge_counts_and_the_first_polygon_wins_it() -> None:
    west, east = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    edge = np.array([1.0]), np.array([0.5])
    assert Cover.build([west, east]).find(*edge).tolist() == [0]
    assert Cover.build([east, west]).find(*edge).tolist() == [0]


def test_a_hole_belongs_to_nobody_and_an_enclave_to_itself() -> None:
    ring = minus(shapely.box(0, 0, 4, 4), shapely.box(1, 1, 3, 3))
    middle = np.array([2.0]), np.array([2.0])
    assert Cover.build([ring]).find(*middle).tolist() == [-1]
    assert Cover.build([ring, shapely.box(1, 1, 3, 3)]).find(*middle).tolist() == [1]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_a_coordinate_that_is_no_place_is_nowhere(bad: float) -> None:
    square = [shapely.box(0, 0, 1, 1)]
    for longitude, latitude in ((bad, 0.5), (0.5, bad), (bad, bad)):
        point = np.array([longitude]), np.array([latitude])
        assert Cover.build(square).find(*point).tolist() == [-1]
        assert find_exact(square, *point).tolist() == [-1]


def test_without_polygons_every_point_is_nowhere() -> None:
    points = np.array([1.0, 2.0]), np.array([1.0, 2.0])
    assert Cover.build([]).find(*points).tolist() == [-1, -1]
    assert Cover.build([shapely.box(0, 0, 1, 1)]).find(np.array([]), np.array([])).tolist() == []


@pytest.mark.parametrize("size", [1e-13, 1e-11, 1e-7, 1e-3])
def test_a_tiny_town_gets_a_coarser_grid_and_the_same_answers(size: float) -> None:
    west, south = 26.3, 46.9
    polygons = [
        shapely.box(west, south, west + size, south + size),
        shapely.box(west + size, south, west + 2 * size, south + size),
    ]
    assert_exact(polygons, telling_points(polygons, 5), 2048)


def test_needles_thinner_than_a_cell_are_found() -> None:
    needles = [
        shapely.Polygon([(0, y), (100, y + 0.3), (100, y + 0.3 + 1e-7)]) for y in range(0, 50, 7)
    ]
    assert_exact(needles, telling_points(needles, 3), 64)


def test_cover_knows_neither_django_nor_a_database() -> None:
    program = "import sys, geo.cover; sys.exit(any(m.startswith('django') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
