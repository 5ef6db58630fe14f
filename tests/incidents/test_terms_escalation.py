"""On which day a term warns, how far up, and in which hours letters leave."""

import datetime as dt

import pytest

from departments.legal_days import LegalCalendar
from incidents.escalation import is_quiet, levels_of, stage_of

ROMANIA = LegalCalendar("RO")
DUE = dt.date(2026, 6, 17)  # a Wednesday
LONG_BEFORE = dt.date(2026, 5, 18)
DAY = dt.timedelta(days=1)


def stage(
    today: dt.date, *sent: int, started: dt.date = LONG_BEFORE, due: dt.date = DUE
) -> int | None:
    """The warning of a day."""
    return stage_of(started_on=started, due_on=due, today=today, calendar=ROMANIA, sent=sent)


@pytest.mark.parametrize(
    ("days_before", "expected"),
    [(13, None), (9, 10), (2, 3), (0, 0), (-1, -1), (-2, -1), (-5, -3), (-12, -10), (-19, -17)],
)
def test_warnings_come_ten_and_three_days_before_on_the_day_and_after(
    days_before: int, expected: int | None
) -> None:
    assert stage(DUE - DAY * days_before) == expected


def test_each_warning_comes_once_and_a_run_of_all_days_gives_each() -> None:
    sent: list[int] = []
    for number in range(80):
        today = LONG_BEFORE + DAY * number
        found = stage(today, *sent) if ROMANIA.is_working(today) else None
        if found is not None:
            sent.append(found)
    assert sent == [10, 3, 0, -1, -3, -10, -17, -24, -31, -38, -45]


def test_a_warning_of_a_day_off_comes_on_the_working_day_before() -> None:
    sunday, friday = dt.date(2026, 6, 21), dt.date(2026, 6, 19)
    assert stage(friday, 10, 3, due=sunday) == 0
    assert stage(friday - DAY, 10, 3, due=sunday) is None
    monday = sunday + DAY
    assert stage(friday, 10, 3, 0, due=sunday) is None
    assert stage(monday, 10, 3, 0, due=sunday) == -1


def test_a_short_term_is_not_warned_of_on_its_first_day() -> None:
    assert stage(DUE - DAY * 6, started=DUE - DAY * 6) is None
    assert stage(DUE - DAY * 3, started=DUE - DAY * 6) == 3
    assert stage(DUE - DAY * 1, started=DUE - DAY * 2) is None


def test_only_what_binds_climbs_to_the_mayor() -> None:
    assert levels_of(10, is_binding=True) == ("handler",)
    assert levels_of(3, is_binding=True) == levels_of(0, is_binding=True) == ("handler", "head")
    assert levels_of(-1, is_binding=True)[-1] == "deputy"
    assert levels_of(-3, is_binding=True)[-1] == levels_of(-10, is_binding=True)[-1] == "mayor"
    assert levels_of(-10, is_binding=False) == ("handler", "head")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-06-17T06:59", True),
        ("2026-06-17T07:00", False),
        ("2026-06-17T19:59", False),
        ("2026-06-17T20:00", True),
        ("2026-06-20T12:00", True),  # a Saturday
        ("2026-06-01T12:00", True),  # a holiday
    ],
)
def test_letters_wait_at_night_and_on_days_off(moment: str, expected: bool) -> None:
    assert is_quiet(dt.datetime.fromisoformat(moment), ROMANIA) is expected
