"""Where dots, ribbons and pins stand in the drawings of pages: pure arithmetic."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satisfaction.facts import Period
from satisfaction.present.scales import EDGE, along, lying
from satisfaction.present.trends import Pin, Point, trend

MONTHS = [dt.date(2026, month, 1) for month in range(1, 8)]


def month(number: int, score: float | None = 7.0, half: float = 0.5) -> Point:
    period = Period("month", MONTHS[number], MONTHS[number + 1])
    if score is None:
        return Point(period)
    return Point(period, score, score - half, score + half, 20)


@given(st.floats(-5, 20))
def test_everything_stands_inside_the_drawing(score: float) -> None:
    assert EDGE <= along(score) <= 100 - EDGE


@given(st.floats(1, 10), st.floats(1, 10))
def test_a_higher_score_stands_further_to_the_right(one: float, other: float) -> None:
    assert (along(one) <= along(other)) == (one <= other) or abs(one - other) < 1e-9


def test_without_a_score_there_is_no_dot() -> None:
    assert lying(None, None, None) is None
    dot = lying(5.5, 1, 10)
    assert dot is not None
    assert (dot.dot, dot.low, dot.high) == ("50.00%", "3.00%", "97.00%")


def test_one_period_is_no_trend() -> None:
    assert trend([month(0)], "en") is None
    assert trend([month(0), month(1, None)], "en") is None


def test_no_line_is_drawn_over_a_gap() -> None:
    drawn = trend([month(0), month(1), month(2, None), month(3), month(4)], "en")
    assert drawn is not None
    assert [line.count(",") for line in drawn["lines"]] == [2, 2]
    assert [row["y"] is None for row in drawn["rows"]] == [False, False, True, False, False]


def test_a_better_period_stands_higher() -> None:
    drawn = trend([month(0, 5.0), month(1, 8.0)], "en")
    assert drawn is not None
    worse, better = (float(row["y"].rstrip("%")) for row in drawn["rows"])
    assert better < worse


@pytest.mark.parametrize(
    ("day", "is_pinned"),
    [(dt.date(2025, 12, 31), False), (dt.date(2026, 1, 1), True), (dt.date(2026, 3, 1), False)],
)
def test_only_works_that_began_within_the_drawing_are_pinned(day: dt.date, is_pinned: bool) -> None:
    drawn = trend([month(0), month(1)], "en", [Pin(day, "New sand")])
    assert drawn is not None
    assert bool(drawn["pins"]) == is_pinned


def test_twelve_months_to_the_end_of_a_month_stand_in_that_month() -> None:
    points = [
        Point(
            Period("rolling", dt.date(2025, last + 1, 1), dt.date(2026, last + 1, 1)), 7, 6, 8, 90
        )
        for last in (9, 10)
    ]
    drawn = trend(points, "en")
    assert drawn is not None
    first, second = (float(row["x"].rstrip("%")) for row in drawn["rows"])
    assert first < 30
    assert second > 70
