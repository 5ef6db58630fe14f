"""Drawn corners on street axes: how far they are pulled, and when the axis is followed."""

import numpy as np
import pytest
from shapely.geometry import LineString

from geo.snapping import snapped

STREET = LineString([(0, 0), (50, 10), (100, 0)])
RING = LineString([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])


def test_corners_near_a_street_lie_on_it_and_follow_it() -> None:
    found = snapped(np.array([[0.0, 3.0], [100.0, -4.0]]), [STREET], 15)
    assert found.tolist() == [[0, 0], [50, 10], [100, 0]]


def test_corners_farther_away_stay() -> None:
    drawn = np.array([[0.0, 16.0], [100.0, 40.0]])
    assert snapped(drawn, [STREET], 15).tolist() == drawn.tolist()
    assert snapped(drawn, [], 15).tolist() == drawn.tolist()


def test_two_streets_are_not_followed_into_each_other() -> None:
    other = LineString([(100, 50), (200, 50)])
    found = snapped(np.array([[1.0, 1.0], [150.0, 52.0]]), [STREET, other], 5)
    assert found.tolist() == [pytest.approx([0, 0]), pytest.approx([150, 50])]


def test_a_border_that_closes_is_followed_the_shorter_way() -> None:
    found = snapped(np.array([[0.0, 20.0], [20.0, 0.0]]), [RING], 5)
    assert found.tolist() == [[0, 20], [0, 0], [20, 0]]
    back = snapped(np.array([[20.0, 0.0], [0.0, 20.0]]), [RING], 5)
    assert back.tolist() == [[20, 0], [0, 0], [0, 20]]


def test_a_long_way_round_is_not_what_was_meant() -> None:
    bend = LineString([(0, 0), (0, 500), (10, 500), (10, 0)])
    found = snapped(np.array([[0.0, 1.0], [10.0, 1.0]]), [bend], 2)
    assert len(found) == 2
