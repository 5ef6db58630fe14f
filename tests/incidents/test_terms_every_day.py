"""Every day of three years as the first day of every legal term of both countries.

Counted one by one without the program's own arithmetic of days; the events happen in the hours in
which a wrong clock gives another day: just after and before midnight, and where the clock jumps.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from incidents.regimes import FOLDER, read_regime, regimes
from incidents.terms import Happening, Term, reckon
from tests.incidents.test_terms_reckoning import DAY, ZONES, basis, counted

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2028, 12, 31)
MOMENTS = (dt.time(0, 0), dt.time(3, 30), dt.time(23, 59, 59))
Events = list[Happening]
Step = tuple[str, dt.datetime, Mapping[str, Any]]
#: Regime, term, what it counts, and whether it binds: as a reader of the laws would list them.
TERMS = [
    ("RO", "ro-petition", "answer", 30, True),
    ("RO", "ro-petition", "forward", 5, True),
    ("RO", "ro-petition", "leg", 30, True),
    ("BG", "bg-proposal", "answer", "2 months", True),
    ("BG", "bg-proposal", "notice", 7, True),
    ("BG", "bg-signal", "answer", "2 months", False),
    ("BG", "bg-signal", "forward", 7, False),
    ("BG", "bg-signal", "notice", 7, True),
]


def every_start(country: str) -> Iterator[tuple[dt.date, dt.datetime]]:
    """Each day with moments that lie in it by the clock of the country."""
    zone, day = ZoneInfo(ZONES[country]), FIRST
    while day <= LAST:
        for time in MOMENTS:
            moment = dt.datetime.combine(day, time, zone).astimezone(dt.UTC)
            if moment.astimezone(zone).date() == day:
                yield day, moment
        day += DAY


def started(code: str, day: dt.date, moment: dt.datetime) -> Events:
    """A report whose term of a kind starts at a moment, and what comes before that."""
    before = moment - DAY * 3
    who = {"is_anonymous": False, "is_confirmed": True}
    registered = {"number": "7", "on": day.isoformat()}
    there = {"leg": 1, "registered_on": day.isoformat()}
    ways: Mapping[str, list[Step]] = {
        "answer": [("reported", moment, who), ("registered", moment, registered)],
        "forward": [("reported", moment, who), ("registered", moment, registered)],
        "notice": [("reported", before, who), ("passed_on", moment, {"step": "relations"})],
        "leg": [
            ("reported", before, who),
            ("forwarded", before, {"leg": 1}),
            ("leg_accepted", moment + DAY * 2, there),
        ],
    }
    return [Happening(number, *step) for number, step in enumerate(ways[code], 1)]


def last_day(start: dt.date, length: int | str) -> dt.date:
    """On one's fingers: days, or the same number of the second month after, or its last day."""
    if isinstance(length, int):
        return counted(start, length, lambda _day: True)
    day, months = start, 0
    while months < 2 or (day.day != start.day and (day + DAY).day != 1):
        day += DAY
        months += day.day == 1
    return day


def only(found: tuple[Term, ...], code: str) -> Term:
    """The term of a kind."""
    (one,) = [one for one in found if one.code == code]
    return one


@pytest.mark.parametrize(("country", "regime", "code", "length", "binds"), TERMS)
def test_every_day_of_three_years_is_counted_one_by_one(
    country: str, regime: str, code: str, length: int | str, binds: bool
) -> None:
    used = basis(regimes()[regime], country=country)
    seen = 0
    for day, moment in every_start(country):
        found = only(reckon(started(code, day, moment), used), code)
        assert (found.started_on, found.due_on) == (day, last_day(day, length)), moment
        assert found.is_binding is binds
        seen += 1
    assert seen >= 1096 * len(MOMENTS)


@pytest.mark.parametrize("country", ["RO", "BG"])
def test_an_answer_a_second_before_midnight_is_in_time_and_one_after_it_is_late(
    country: str,
) -> None:
    """Also on the days on which the clock jumps: the civil day of the town decides."""
    regime = {"RO": "ro-petition", "BG": "bg-proposal"}[country]
    used, zone = basis(regimes()[regime], country=country), ZoneInfo(ZONES[country])
    for day, moment in every_start(country):
        events = started("answer", day, moment)
        due = only(reckon(events, used), "answer").due_on
        for on, time, state in (
            (due, dt.time(23, 59, 59), "met"),
            (due + DAY, dt.time(0, 0), "late"),
        ):
            at = dt.datetime.combine(on, time, zone).astimezone(dt.UTC)
            answered = [*events, Happening(9, "answered", at, {"outcome": "done"})]
            assert only(reckon(answered, used), "answer").state == state, (day, on)


def test_an_entry_of_a_later_day_changes_no_term_that_started_before_it() -> None:
    text = (FOLDER / "bg-signal.toml").read_text("utf-8")
    entry = text[text.index("[[terms]]") : text.index("[[terms]]", text.index("[[terms]]") + 1)]
    sure = entry.replace("2019-01-01", "2027-01-01").replace("= false", "= true")
    used = basis(read_regime(text + "\n" + sure, "bg-signal"), country="BG")
    for day, binds in ((dt.date(2026, 12, 31), False), (dt.date(2027, 1, 1), True)):
        noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
        assert only(reckon(started("answer", day, noon), used), "answer").is_binding is binds
