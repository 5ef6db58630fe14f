"""Street areas follow the nearest axis, share borders and never overlap."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, box

from zones.importing.street_areas import nearest_areas

REACH_M = 40.0
coordinate = st.integers(0, 300).map(float)
axis = st.tuples(coordinate, coordinate, coordinate, coordinate).filter(
    lambda ends: abs(ends[0] - ends[2]) + abs(ends[1] - ends[3]) > 20
)


def test_two_parallel_streets_meet_in_the_middle() -> None:
    areas = nearest_areas(
        [LineString([(0, 0), (100, 0)]), LineString([(0, 30), (100, 30)])], reach_m=REACH_M
    )
    south, north = areas
    assert south is not None
    assert north is not None
    assert south.covers(Point(50, 14))
    assert north.covers(Point(50, 16))
    assert south.intersection(north).area == 0


def test_nothing_reaches_beyond_the_distance_or_the_outline() -> None:
    outline = box(0, -20, 100, 100)
    (area,) = nearest_areas([LineString([(0, 0), (100, 0)])], reach_m=REACH_M, outline=outline)
    assert area is not None
    assert area.difference(outline).area < 1
    assert not area.covers(Point(50, 41.5))
    assert area.covers(Point(50, 39))


def test_a_street_without_an_axis_gets_no_area_and_shifts_nobody() -> None:
    areas = nearest_areas([None, LineString([(0, 0), (50, 0)]), LineString()], reach_m=REACH_M)
    assert areas[0] is None
    assert areas[1] is not None
    assert areas[2] is None


def test_a_single_known_point_is_enough_for_a_quarter() -> None:
    (area,) = nearest_areas([shapely.multipoints([(5, 5)])], reach_m=REACH_M)
    assert area is not None
    assert area.area == pytest.approx(np.pi * REACH_M**2, rel=0.05)


@settings(max_examples=25, deadline=None)
@given(axes=st.lists(axis, min_size=2, max_size=7), seed=st.integers(0, 1000))
def test_a_spot_belongs_to_the_nearest_axis(
    axes: list[tuple[float, float, float, float]], seed: int
) -> None:
    lines = [LineString([(x, y), (u, v)]) for x, y, u, v in axes]
    areas = nearest_areas(lines, reach_m=REACH_M)
    for x, y in np.random.default_rng(seed).uniform(-50, 350, (60, 2)):
        spot = Point(x, y)
        distances = sorted((line.distance(spot), index) for index, line in enumerate(lines))
        nearest_m, runner_up_m = distances[0][0], distances[1][0]
        # Close calls are decided by the sampled axis, the simplified border or the round ends.
        if runner_up_m - nearest_m < 3 or abs(nearest_m - REACH_M) < 4:
            continue
        owners = {index for index, area in enumerate(areas) if area and area.covers(spot)}
        assert owners == ({distances[0][1]} if nearest_m < REACH_M else set())


@settings(max_examples=15, deadline=None)
@given(axes=st.lists(axis, min_size=2, max_size=7, unique=True))
def test_areas_form_a_coverage(axes: list[tuple[float, float, float, float]]) -> None:
    lines = [LineString([(x, y), (u, v)]) for x, y, u, v in axes]
    areas: list[MultiPolygon] = [
        area for area in nearest_areas(lines, reach_m=REACH_M) if area is not None
    ]
    assert all(area.is_valid for area in areas)
    assert shapely.coverage_is_valid(areas)
