"""Terms of reports against counting on one's fingers, day by day and quarter hour by quarter hour.

The oracle knows neither LegalCalendar nor incidents.terms: it walks through the days and asks the
list of holidays, the declared days and the pauses about each one.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from departments.legal_days import LegalCalendar
from incidents.regimes import FOLDER, Regime, read_regime, regimes
from incidents.terms import Basis, Edition, Happening, Term, earliest_due, reckon

DAY = dt.timedelta(days=1)
QUARTER = dt.timedelta(minutes=15)
ZONES = {"RO": "Europe/Bucharest", "BG": "Europe/Sofia"}
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
days = st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))
countries = st.sampled_from(["RO", "BG"])
Spans = Sequence[tuple[dt.date, dt.date | None]]


def off(country: str, overlay: Mapping[dt.date, bool], day: dt.date) -> bool:
    """The oracle's own answer whether a day is free."""
    if day in overlay:
        return not overlay[day]
    return day.weekday() >= 5 or day in holidays.country_holidays(country, years=day.year)


def counted(start: dt.date, count: int, counts: Any) -> dt.date:
    """The day on which the last of so many days that count is reached."""
    day = start
    while count:
        day += DAY
        count -= bool(counts(day))
    return day


def paused(spans: Spans, day: dt.date) -> bool:
    """Whether a day lies in a pause: its first day does, the day it ends does not."""
    return any(begins <= day < (ends or dt.date.max) for begins, ends in spans)


def at(day: dt.date, country: str = "RO", hour: int = 10) -> dt.datetime:
    """An hour of a civil day."""
    return dt.datetime.combine(day, dt.time(hour), ZoneInfo(ZONES[country])).astimezone(dt.UTC)


def told(*events: tuple[str, dt.datetime, Mapping[str, Any]]) -> list[Happening]:
    """Numbered events, the first of which is a report by somebody with a name."""
    return [Happening(number, *event) for number, event in enumerate(events, 1)]


def report(when: dt.datetime, **data: Any) -> tuple[str, dt.datetime, Mapping[str, Any]]:
    """The first event."""
    return "reported", when, {"is_anonymous": False, "is_confirmed": True} | data


def register(when: dt.datetime, on: dt.date) -> tuple[str, dt.datetime, Mapping[str, Any]]:
    """The event of the town's register."""
    return "registered", when, {"number": "7", "on": on.isoformat()}


def basis(
    *used: Regime,
    country: str = "RO",
    overlay: Mapping[dt.date, bool] | None = None,
    hours: int | None = None,
) -> Basis:
    """One calendar for every department."""
    edition = Edition(1, LONG_AGO, LegalCalendar(country, overlay or {}))
    return Basis(used, ZONES[country], {None: [edition]}, hours)


def term(found: Iterable[Term], code: str) -> Term:
    """The only term of a kind."""
    (one,) = [one for one in found if one.code == code]
    return one


def regime(code: str, **replaced: str) -> Regime:
    """A regime as its file has it, with words replaced, such as by those of a lawyer."""
    text = (FOLDER / f"{code}.toml").read_text("utf-8")
    for before, after in replaced.items():
        assert before.replace("_is_", " = ") in text
        text = text.replace(before.replace("_is_", " = "), after)
    return read_regime(text, code)


RO, BG = regimes()["ro-petition"], regimes()["bg-proposal"]
# As if a lawyer had confirmed pauses and the last day off.
RO_SURE = regime("ro-petition", is_confirmed_is_false="is_confirmed = true")
BG_SURE = regime("bg-proposal", is_confirmed_is_false="is_confirmed = true")
WORKING = read_regime(
    (FOLDER / "ro-petition.toml")
    .read_text("utf-8")
    .replace("is_confirmed = false", "is_confirmed = true")
    .replace('unit = "days"', 'unit = "working_days"'),
    "ro-petition",
)
overlays = st.dictionaries(
    st.dates(dt.date(2026, 1, 1), dt.date(2029, 6, 30)), st.booleans(), max_size=40
)
gaps = st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), max_size=3)


def spans_of(start: dt.date, given: Sequence[tuple[int, int]]) -> list[tuple[dt.date, dt.date]]:
    """Pauses one after the other, each so many days after the one before, and so long."""
    found, day = [], start
    for after, length in given:
        begins = day + DAY * after
        day = begins + DAY * length
        found.append((begins, day))
    return found


def asked(spans: Spans, country: str) -> list[tuple[str, dt.datetime, Mapping[str, Any]]]:
    """Questions and answers."""
    events: list[tuple[str, dt.datetime, Mapping[str, Any]]] = []
    for number, (begins, ends) in enumerate(spans):
        events.append(("asked", at(begins, country, 11) + dt.timedelta(minutes=number), {}))
        if ends is not None:
            events.append(("replied", at(ends, country, 11) + dt.timedelta(minutes=number), {}))
    return events


@settings(max_examples=300, deadline=None)
@given(days, countries, overlays, st.integers(0, 20), gaps)
def test_thirty_days_and_an_extension_are_counted_one_by_one(
    start: dt.date,
    country: str,
    overlay: dict[dt.date, bool],
    longer: int,
    given_pauses: list[tuple[int, int]],
) -> None:
    spans = spans_of(start, given_pauses)
    events = [report(at(start, country)), register(at(start, country), start)]
    events += [("extended", at(start, country), {"code": "answer", "days": longer})]
    events += asked(spans, country)
    found = term(reckon(told(*events), basis(RO_SURE, country=country, overlay=overlay)), "answer")
    due = counted(start, 30 + min(longer, 15), lambda day: not paused(spans, day))
    while off(country, overlay, due):
        due += DAY
    assert (found.due_on, found.state) == (due, "running")


@settings(max_examples=150, deadline=None)
@given(days, countries, overlays, gaps)
def test_working_days_are_counted_one_by_one(
    start: dt.date,
    country: str,
    overlay: dict[dt.date, bool],
    given_pauses: list[tuple[int, int]],
) -> None:
    spans = spans_of(start, given_pauses)
    events = [report(at(start, country)), register(at(start, country), start)]
    events += asked(spans, country)
    found = term(reckon(told(*events), basis(WORKING, country=country, overlay=overlay)), "answer")
    due = counted(start, 30, lambda day: not paused(spans, day) and not off(country, overlay, day))
    assert found.due_on == due


@settings(max_examples=200, deadline=None)
@given(days, countries, overlays, gaps)
def test_two_months_end_on_the_same_number_or_the_last_day(
    start: dt.date,
    country: str,
    overlay: dict[dt.date, bool],
    given_pauses: list[tuple[int, int]],
) -> None:
    spans = spans_of(start, given_pauses)
    events = [report(at(start, country)), *asked(spans, country)]
    found = term(reckon(told(*events), basis(BG_SURE, country=country, overlay=overlay)), "answer")
    end, passed = start, 0
    while passed < 2 or (end.day != start.day and (end + DAY).day != 1):
        end += DAY
        passed += end.day == 1
    due = counted(start, (end - start).days, lambda day: not paused(spans, day))
    while off(country, overlay, due):
        due += DAY
    assert found.due_on == due


def worked_quarters(
    start: dt.datetime, hours: int, country: str, is_open: Any, waits: Sequence[tuple[Any, Any]]
) -> dt.datetime:
    """The moment after so many worked quarter hours; instants go on in UTC, walls show local."""
    moment, left = start, hours * 4
    while left:
        local = moment.astimezone(ZoneInfo(ZONES[country]))
        waiting = any(begins <= moment < ends for begins, ends in waits)
        left -= bool(is_open(local)) and not waiting
        moment += QUARTER
    return moment


ROUND_THE_CLOCK = read_regime(
    (FOLDER / "operational.toml")
    .read_text("utf-8")
    .replace("office_opens = 08:00:00", "office_opens = 01:00:00")
    .replace("office_closes = 16:00:00", "office_closes = 23:00:00"),
    "operational",
)
SWITCHES = [  # the Sundays of 2026-2028 on which the clock jumps
    dt.date(year, month, number)
    for year, month, number in [
        (2026, 3, 29), (2026, 10, 25), (2027, 3, 28), (2027, 10, 31), (2028, 3, 26), (2028, 10, 29),
    ]
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(days, st.sampled_from(SWITCHES).map(lambda day: day - DAY)),
    st.integers(0, 95),
    st.integers(1, 40),
    countries,
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 300)), max_size=2),
)
def test_working_hours_are_counted_in_quarters(
    start: dt.date,
    quarter: int,
    hours: int,
    country: str,
    is_round: bool,
    given_waits: list[tuple[int, int]],
) -> None:
    overlay = dict.fromkeys(SWITCHES, True)
    used = ROUND_THE_CLOCK if is_round else regimes()["operational"]
    moment = at(start, country, 0) + QUARTER * quarter
    waits, last = [], moment
    for after, length in given_waits:
        begins = last + QUARTER * after
        last = begins + QUARTER * length
        waits.append((begins, last))
    events = [report(moment)]
    for begins, ends in waits:
        events += [("asked", begins, {}), ("replied", ends, {})]
    found = term(
        reckon(told(*events), basis(used, country=country, overlay=overlay, hours=hours)), "target"
    )

    def is_open(local: dt.datetime) -> bool:
        wall = local.time()
        return used.opens <= wall < used.closes and not off(country, overlay, local.date())

    due = worked_quarters(moment, hours, country, is_open, waits)
    assert found.due_at == due
    assert found.due_on == (due - QUARTER / 2).astimezone(ZoneInfo(ZONES[country])).date()


# --- What starts, stops, ends and resumes --------------------------------------------------------

MONDAY = dt.date(2026, 5, 4)


def test_the_day_of_registration_counts_and_not_that_of_the_report() -> None:
    events = told(report(at(MONDAY)), register(at(MONDAY + DAY * 3), MONDAY + DAY * 2))
    found = term(reckon(events, basis(RO)), "answer")
    assert (found.started_on, found.due_on) == (dt.date(2026, 5, 6), dt.date(2026, 6, 5))
    assert (found.started_seq, found.is_binding, found.state) == (2, True, "running")


def test_a_corrected_day_of_the_register_replaces_the_first() -> None:
    events = told(
        report(at(MONDAY)),
        register(at(MONDAY), MONDAY),
        register(at(MONDAY + DAY), MONDAY - DAY * 4),
    )
    found = term(reckon(events, basis(RO)), "answer")
    assert (found.started_seq, found.due_on) == (3, dt.date(2026, 5, 30))


def test_before_the_register_a_term_warns_and_does_not_bind() -> None:
    found = term(reckon(told(report(at(MONDAY))), basis(RO)), "answer")
    assert (found.is_binding, found.due_on) == (False, dt.date(2026, 6, 3))


def test_an_unconfirmed_report_has_no_term_before_its_confirmation() -> None:
    unconfirmed = report(at(MONDAY), is_confirmed=False)
    assert not reckon(told(unconfirmed), basis(RO, regimes()["operational"], hours=8))
    later = told(unconfirmed, ("confirmed", at(MONDAY + DAY), {}))
    assert term(reckon(later, basis(RO)), "answer").started_on == MONDAY + DAY


@pytest.mark.parametrize("used", [RO, BG, regimes()["bg-signal"]])
def test_nobody_s_report_has_no_legal_term_but_a_target(used: Regime) -> None:
    events = told(report(at(MONDAY), is_anonymous=True), register(at(MONDAY), MONDAY))
    found = reckon(events, basis(used, regimes()["operational"], hours=8))
    assert [one.code for one in found] == ["target"]


def test_unconfirmed_pauses_and_last_days_off_never_make_a_term_longer() -> None:
    start = dt.date(2026, 5, 1)  # thirty days later is a Sunday and Pentecost
    events = told(report(at(start)), register(at(start), start), ("asked", at(start + DAY), {}))
    found = term(reckon(events, basis(RO)), "answer")
    assert (found.due_on, found.state) == (dt.date(2026, 5, 31), "running")
    sure = term(reckon(events, basis(RO_SURE)), "answer")
    assert sure.state == "paused"


def test_the_receiver_s_clock_starts_at_its_registration() -> None:
    events = told(
        report(at(MONDAY)),
        register(at(MONDAY), MONDAY),
        ("forwarded", at(MONDAY + DAY * 5), {"leg": 9}),
    )
    found = reckon(events, basis(RO))
    assert term(found, "answer").state == "ended"
    assert (term(found, "forward").state, term(found, "leg").is_binding) == ("met", False)
    there = {"leg": 9, "registered_on": (MONDAY + DAY * 8).isoformat()}
    accepted = [*events, Happening(4, "leg_accepted", at(MONDAY + DAY * 9), there)]
    leg = term(reckon(accepted, basis(RO)), "leg")
    assert (leg.started_on, leg.due_on) == (MONDAY + DAY * 8, MONDAY + DAY * 38)
    assert leg.is_binding
    assert earliest_due(reckon(accepted, basis(RO))) == leg.due_on


def test_sent_on_too_late_is_late_even_after_a_department_had_it() -> None:
    events = told(
        report(at(MONDAY)),
        register(at(MONDAY), MONDAY),
        ("routed", at(MONDAY), {"department": 1}),
        ("forwarded", at(MONDAY + DAY * 6), {"leg": 9}),
    )
    assert term(reckon(events[:3], basis(RO)), "forward").state == "ended"
    assert term(reckon(events, basis(RO)), "forward").state == "late"


def test_what_comes_back_runs_on_from_the_old_day() -> None:
    events = told(
        report(at(MONDAY)),
        register(at(MONDAY), MONDAY),
        ("forwarded", at(MONDAY + DAY), {"leg": 9}),
        ("leg_refused", at(MONDAY + DAY * 20), {"leg": 9}),
        ("forwarded", at(MONDAY + DAY * 21), {"leg": 10}),
        ("leg_refused", at(MONDAY + DAY * 22), {"leg": 10}),
    )
    found = reckon(events, basis(RO))
    answer = term(found, "answer")
    assert (answer.state, answer.due_on) == ("running", MONDAY + DAY * 30)
    assert [one.state for one in found if one.code == "leg"] == ["ended", "ended"]


def test_an_answer_in_time_an_answer_too_late_and_what_is_opened_again() -> None:
    events = told(report(at(MONDAY)), register(at(MONDAY), MONDAY))
    for after, state in ((30, "met"), (31, "late")):
        answered = [*events, Happening(3, "answered", at(MONDAY + DAY * after), {})]
        found = term(reckon(answered, basis(RO)), "answer")
        assert (found.state, found.ended_on) == (state, MONDAY + DAY * after)
    again = [*answered, Happening(4, "reopened", at(MONDAY + DAY * 40), {})]
    first, second = (one for one in reckon(again, basis(RO)) if one.code == "answer")
    assert (first.state, second.state, second.is_binding) == ("late", "running", False)
    assert second.started_on == MONDAY + DAY * 40


def test_a_merged_report_that_is_parted_again_has_its_old_term() -> None:
    events = told(
        report(at(MONDAY)), register(at(MONDAY), MONDAY), ("merged", at(MONDAY + DAY), {})
    )
    assert term(reckon(events, basis(RO)), "answer").state == "ended"
    parted = [*events, Happening(4, "unmerged", at(MONDAY + DAY * 5), {})]
    found = term(reckon(parted, basis(RO)), "answer")
    assert (found.state, found.due_on) == ("running", MONDAY + DAY * 30)


def test_bulgarian_decisions_are_sent_within_seven_days() -> None:
    events = told(report(at(MONDAY)), ("passed_on", at(MONDAY + DAY * 9), {"step": "relations"}))
    found = reckon(events, basis(BG, country="BG"))
    assert term(found, "answer").due_on == dt.date(2026, 7, 4)
    assert term(found, "notice").due_on == MONDAY + DAY * 16


def test_an_extension_in_bulgaria_ends_at_six_months_altogether() -> None:
    events = told(
        report(at(MONDAY)), ("extended", at(MONDAY + DAY), {"code": "answer", "days": 300})
    )
    found = term(reckon(events, basis(BG, country="BG")), "answer")
    assert found.due_on == dt.date(2026, 11, 4)


def test_a_calendar_counts_only_once_recalculated_and_never_for_what_ended() -> None:
    start = dt.date(2026, 5, 1)
    later = at(start + DAY * 10)
    bridge = LegalCalendar("RO", {dt.date(2026, 6, 2): False})
    editions = [Edition(1, LONG_AGO, LegalCalendar("RO")), Edition(2, later, bridge)]
    used = Basis([RO_SURE], "Europe/Bucharest", {None: editions})
    events = told(report(at(start)), register(at(start), start), ("noted", later + DAY, {}))
    before = term(reckon(events, used), "answer")
    assert (before.due_on, before.calendar_version) == (dt.date(2026, 6, 2), 1)
    said = [*events, Happening(4, "recalculated", later + DAY, {})]
    after = term(reckon(said, used), "answer")
    assert (after.due_on, after.calendar_version) == (dt.date(2026, 6, 3), 2)
    ended = [*events, Happening(4, "answered", later + DAY, {})]
    ended += [Happening(5, "recalculated", later + DAY * 2, {})]
    assert term(reckon(ended, used), "answer").calendar_version == 1
