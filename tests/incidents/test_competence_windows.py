"""Hours of rules: over midnight, on weekdays, on the wall of the town hall."""

import datetime as dt

import pytest

from incidents.windows import Window, moments_of

NIGHT = (dt.time(22), dt.time(6))
FRIDAY, SATURDAY, SUNDAY, MONDAY = 5, 6, 7, 1


@pytest.mark.parametrize(
    ("weekday", "clock", "holds"),
    [
        (FRIDAY, dt.time(21, 59), False),
        (FRIDAY, dt.time(22), True),
        (FRIDAY, dt.time(23, 59, 59), True),
        (SATURDAY, dt.time(5, 59), True),
        (SATURDAY, dt.time(6), False),
        (SATURDAY, dt.time(22), False),
        (FRIDAY, dt.time(5), False),
    ],
)
def test_a_night_belongs_to_the_day_it_begins_on(
    weekday: int, clock: dt.time, *, holds: bool
) -> None:
    assert Window((FRIDAY,), *NIGHT).holds(weekday, clock) is holds


def test_the_night_of_sunday_ends_on_monday() -> None:
    night = Window((SUNDAY,), *NIGHT)
    assert night.holds(MONDAY, dt.time(3))
    assert not night.holds(SUNDAY, dt.time(3))


def test_without_hours_it_is_the_whole_day() -> None:
    assert Window((MONDAY,)).holds(MONDAY, dt.time(23, 59))
    assert not Window((MONDAY,)).holds(SUNDAY, dt.time(0))
    assert Window().is_always


def test_until_midnight_is_until_the_end_of_the_day() -> None:
    evening = Window((), dt.time(18), dt.time(0))
    assert evening.holds(MONDAY, dt.time(23, 59))
    assert not evening.holds(MONDAY, dt.time(0))


def test_the_moments_of_a_week_meet_each_change() -> None:
    moments = set(moments_of([Window((FRIDAY,), *NIGHT)]))
    assert (SATURDAY, dt.time(6)) in moments
    assert len(moments) == 7 * 3
