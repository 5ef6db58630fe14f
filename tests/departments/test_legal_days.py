"""Working days and terms, against known dates and against counting on one's fingers."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from departments.legal_days import (
    LegalCalendar,
    UnknownCountryError,
    UnknownYearError,
    public_holidays,
)

BULGARIA, ROMANIA = LegalCalendar("BG"), LegalCalendar("RO")
# Public holidays by law, written down by hand: Easter of the year, fixed days, substitutes.
BG_2027 = {
    (1, 1), (3, 3), (4, 30), (5, 1), (5, 2), (5, 3), (5, 4), (5, 6), (5, 24), (9, 6), (9, 22),
    (12, 24), (12, 25), (12, 26), (12, 27), (12, 28),
}  # fmt: skip
RO_2026 = {
    (1, 1), (1, 2), (1, 6), (1, 7), (1, 24), (4, 10), (4, 12), (4, 13), (5, 1), (5, 31), (6, 1),
    (8, 15), (11, 30), (12, 1), (12, 25), (12, 26),
}  # fmt: skip
days = st.dates(dt.date(2027, 1, 1), dt.date(2027, 11, 1))


def off_by_hand(day: dt.date) -> bool:
    """The oracle: the list above and weekends, knowing nothing of the package."""
    return day.weekday() >= 5 or (day.month, day.day) in BG_2027


@pytest.mark.parametrize(
    ("country", "year", "by_hand"), [("BG", 2027, BG_2027), ("RO", 2026, RO_2026)]
)
def test_holidays_of_a_year_are_those_of_the_law(
    country: str, year: int, by_hand: set[tuple[int, int]]
) -> None:
    assert {(day.month, day.day) for day in public_holidays(country, year)} == by_hand


@pytest.mark.parametrize(
    ("calendar", "day", "is_working"),
    [
        (ROMANIA, "2026-04-10", False),  # Orthodox Good Friday
        (ROMANIA, "2026-04-13", False),  # Orthodox Easter Monday; Easter is 12 April
        (ROMANIA, "2026-04-14", True),
        (ROMANIA, "2026-06-01", False),  # Pentecost Monday and Children's Day
        (BULGARIA, "2027-05-03", False),  # Easter Monday; Easter is 2 May
        (BULGARIA, "2027-05-04", False),  # for 1 May, which was Holy Saturday
        (BULGARIA, "2027-05-05", True),
        (BULGARIA, "2027-05-06", False),
    ],
)
def test_known_days(calendar: LegalCalendar, day: str, is_working: bool) -> None:
    assert calendar.is_working(dt.date.fromisoformat(day)) is is_working


def test_what_was_declared_goes_before_holidays_and_weekends() -> None:
    bridge, made_up_for = dt.date(2026, 1, 5), dt.date(2026, 1, 10)
    calendar = LegalCalendar("RO", {bridge: False, made_up_for: True})
    assert ROMANIA.is_working(bridge)
    assert not calendar.is_working(bridge)
    assert calendar.is_working(made_up_for)


def test_the_day_of_the_event_is_not_counted() -> None:
    friday = dt.date(2026, 9, 4)
    assert ROMANIA.add_working_days(friday, 1) == dt.date(2026, 9, 7)
    assert ROMANIA.add_working_days(friday, 0) == friday


def test_a_term_over_easter_in_bulgaria() -> None:
    # 28, 29 April; then Good Friday to Tuesday are off; 5 May; 6 May is off; 7 May
    assert BULGARIA.add_working_days(dt.date(2027, 4, 27), 4) == dt.date(2027, 5, 7)


def test_a_term_of_days_that_ends_on_a_day_off_can_roll() -> None:
    start = dt.date(2026, 4, 1)
    assert ROMANIA.add_calendar_days(start, 10, roll_to_working=False) == dt.date(2026, 4, 11)
    assert ROMANIA.add_calendar_days(start, 10, roll_to_working=True) == dt.date(2026, 4, 14)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-10-31", 4, "2027-02-28"),
        ("2026-11-15", 1, "2026-12-15"),
        ("2026-11-15", 0, "2026-11-15"),
    ],
)
def test_months_end_on_the_same_day_or_the_last(start: str, months: int, end: str) -> None:
    found = ROMANIA.add_months(dt.date.fromisoformat(start), months, roll_to_working=False)
    assert found == dt.date.fromisoformat(end)


def test_years_end_on_the_same_day_or_the_last_of_february() -> None:
    leap_day = dt.date(2028, 2, 29)
    assert ROMANIA.add_years(leap_day, 1, roll_to_working=False) == dt.date(2029, 2, 28)
    assert ROMANIA.add_years(leap_day, 4, roll_to_working=False) == dt.date(2032, 2, 29)


@given(day=days, count=st.integers(0, 25))
def test_working_days_are_added_as_by_hand(day: dt.date, count: int) -> None:
    expected = day
    for _ in range(count):
        expected += dt.timedelta(days=1)
        while off_by_hand(expected):
            expected += dt.timedelta(days=1)
    assert BULGARIA.add_working_days(day, count) == expected


@given(first=days, length=st.integers(-5, 50))
def test_working_days_between_are_counted_as_by_hand(first: dt.date, length: int) -> None:
    span = [first + dt.timedelta(days=n) for n in range(max(length, 0))]
    counted = BULGARIA.working_days_between(first, first + dt.timedelta(days=length))
    assert counted == sum(not off_by_hand(day) for day in span)


@given(day=days, count=st.integers(1, 25))
def test_adding_and_counting_agree(day: dt.date, count: int) -> None:
    last = BULGARIA.add_working_days(day, count)
    following = day + dt.timedelta(days=1), last + dt.timedelta(days=1)
    assert BULGARIA.working_days_between(*following) == count


def test_a_country_or_year_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownCountryError):
        LegalCalendar("XX").is_working(dt.date(2026, 1, 1))
    with pytest.raises(UnknownYearError):
        ROMANIA.is_working(dt.date(2201, 1, 1))
    with pytest.raises(UnknownYearError):
        ROMANIA.add_calendar_days(dt.date(9999, 12, 30), 30, roll_to_working=False)


@pytest.mark.parametrize("count", [-1, 1_000_000])
def test_a_term_backwards_or_for_ever_is_refused(count: int) -> None:
    with pytest.raises(Exception, match="term"):
        ROMANIA.add_working_days(dt.date(2026, 1, 1), count)
