"""The walking order: near the best for few points, quick for many, and cut into days."""

import datetime as dt
import math
import time
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sign_registry import rounds
from sign_registry.rounds import (
    finish_at,
    finish_on,
    length_m,
    order,
    split_into_days,
    working_day,
)

METRES = st.integers(0, 2000).map(float)
FEW = st.lists(st.tuples(METRES, METRES), min_size=1, max_size=7, unique=True)
MANY = st.lists(st.tuples(METRES, METRES), min_size=1, max_size=40)


def shortest(points: list[tuple[float, float]], first: int) -> float:
    """Length of the best open way that begins at a point, by trying all of them."""
    others = [index for index in range(len(points)) if index != first]
    return min(length_m(points, [first, *rest]) for rest in permutations(others))


@given(FEW)
@settings(deadline=None, max_examples=60)
def test_few_points_are_near_the_best_way(points: list[tuple[float, float]]) -> None:
    path = order(points)

    assert sorted(path) == list(range(len(points)))
    # 2-opt finds a good way, not surely the best: in 2,000 random trials 22 % longer at most.
    assert length_m(points, path) <= 1.6 * shortest(points, path[0]) + 1e-6


@given(MANY)
@settings(deadline=None, max_examples=60)
def test_never_longer_than_going_to_the_nearest(points: list[tuple[float, float]]) -> None:
    path = order(points)
    greedy = rounds._nearest_neighbours(rounds._distances(points), path[0])

    assert length_m(points, path) <= length_m(points, [int(i) for i in greedy]) + 1e-6


def test_points_on_a_line_are_walked_from_one_end() -> None:
    points = [(300.0, 0.0), (0.0, 0.0), (100.0, 0.0), (200.0, 0.0)]

    assert order(points) in ([1, 2, 3, 0], [0, 3, 2, 1])


def test_the_way_begins_near_the_given_start() -> None:
    points = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)]

    assert order(points, start=(190.0, 5.0)) == [2, 1, 0]


@pytest.mark.parametrize("points", [[], [(1.0, 2.0)]])
def test_no_points_and_one_point_are_no_question(points: list[tuple[float, float]]) -> None:
    assert order(points) == list(range(len(points)))


def test_600_points_take_less_than_a_second() -> None:
    points = [(i * 7919 % 5000.0, i * 104729 % 4001.0) for i in range(600)]
    begun = time.process_time()

    path = order(points)

    assert time.process_time() - begun < 1.0
    greedy = rounds._nearest_neighbours(rounds._distances(points), path[0])
    assert length_m(points, path) < 0.95 * length_m(points, [int(i) for i in greedy])


def test_a_day_has_no_more_stops_than_asked() -> None:
    points = [(float(i), 0.0) for i in range(7)]

    days = split_into_days(points, order(points), most_stops=3)

    assert [len(day.stops) for day in days] == [3, 3, 1]
    assert sorted(stop for day in days for stop in day.stops) == list(range(7))


def test_a_day_is_no_longer_than_asked() -> None:
    points = [(0.0, 0.0), (400.0, 0.0), (800.0, 0.0), (5000.0, 0.0)]

    days = split_into_days(points, [0, 1, 2, 3], most_stops=10, longest_m=1000)

    assert [day.stops for day in days] == [[0, 1, 2], [3]]
    assert days[0].length_m == pytest.approx(800)
    assert not math.isinf(days[1].length_m)


def test_a_day_without_stops_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one stop"):
        split_into_days([(0.0, 0.0)], [0], most_stops=0)


NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def test_the_end_of_a_round_follows_its_pace_without_lunch() -> None:
    minutes = [0, 10, 20, 80, 90]
    done = [NOON + dt.timedelta(minutes=minute) for minute in minutes]

    assert finish_at(done, left=3) == NOON + dt.timedelta(minutes=120)


def test_two_stops_are_no_pace_yet() -> None:
    assert finish_at([NOON, NOON], left=3) is None
    assert finish_on([0, 0], 10, NOON.date()) is None


def test_the_last_day_of_a_campaign_is_a_working_day() -> None:
    friday = dt.date(2026, 11, 20)

    assert finish_on([40, 60], 90, friday) == dt.date(2026, 11, 24)
    assert working_day(dt.date(2026, 11, 21), 0) == dt.date(2026, 11, 23)
