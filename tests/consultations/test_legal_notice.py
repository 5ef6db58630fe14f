"""The days of a legal notice: known dates, counting on fingers, and what is wrong with them."""

import datetime as dt
from dataclasses import replace

import holidays
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from consultations.legal_notice import Days, Flaw, Given, flaws, moved, reckon
from consultations.regimes import BadRegimeError, Edition, read_regime, regimes, regimes_of
from departments.legal_days import LegalCalendar

DAY = dt.timedelta(days=1)
ROMANIA, BULGARIA = LegalCalendar("RO"), LegalCalendar("BG")
announced = st.dates(dt.date(2025, 1, 1), dt.date(2026, 10, 1))
CONFIRMED = """
code = "test"
country = "RO"
law = {}
names = { en = "Test" }
sources = ["a test"]
[[editions]]
valid_from = 2020-01-01
[[editions.figures]]
code = "wait"
source = { en = "article 1" }
is_confirmed = true
unit = "working_days"
count = 30
clear = { is_on = true, is_confirmed = false }
"""


def day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


def romanian() -> Edition:
    found = regimes()["ro-normative-act"].on(day("2026-01-01"))
    assert found is not None
    return found


def bulgarian() -> Edition:
    found = regimes()["bg-normative-act"].on(day("2026-01-01"))
    assert found is not None
    return found


def confirmed() -> Edition:
    return read_regime(CONFIRMED, "test").editions[0]


def codes(found: list[Flaw]) -> dict[str, bool]:
    return {one.code: one.is_blocking for one in found}


@pytest.mark.parametrize(
    ("announced_on", "thirtieth"),
    [("2026-03-30", "2026-05-14"), ("2026-06-01", "2026-07-13"), ("2026-11-20", "2027-01-11")],
)
def test_thirty_working_days_end_where_they_are_known_to(announced_on: str, thirtieth: str) -> None:
    days = reckon(romanian(), ROMANIA, Given(day(announced_on)))

    assert days.wait is not None
    assert days.wait.sure == day(thirtieth)
    assert days.wait.safe == day(thirtieth) + DAY
    assert days.earliest == day(thirtieth) + DAY


def by_hand(country: str, start: dt.date, count: int) -> dt.date:
    """The oracle: one day after the other, asking the package of holidays alone."""
    off = holidays.country_holidays(country, years=[start.year, start.year + 1])
    at, counted = start, 0
    while counted < count:
        at += DAY
        counted += at.weekday() < 5 and at not in off
    return at


@drawn(announced)
def test_working_days_are_those_counted_on_ones_fingers(announced_on: dt.date) -> None:
    days = reckon(romanian(), ROMANIA, Given(announced_on))

    assert days.wait is not None
    assert days.wait.sure == by_hand("RO", announced_on, 30)


@drawn(announced)
def test_calendar_days_end_on_the_thirtieth_and_roll_to_a_working_day(on: dt.date) -> None:
    days = reckon(bulgarian(), BULGARIA, Given(on))

    assert days.proposals is not None
    assert days.proposals.sure == on + 30 * DAY
    assert days.proposals.safe == by_hand("BG", on + 29 * DAY, 1)
    assert days.earliest == days.proposals.safe + DAY


@drawn(announced, st.sampled_from(["RO", "BG"]))
def test_the_last_day_to_announce_is_the_last_one_that_fits(step: dt.date, country: str) -> None:
    edition, calendar = (romanian(), ROMANIA) if country == "RO" else (bulgarian(), BULGARIA)
    by = reckon(edition, calendar, Given(decides_on=step)).announce_by

    assert by is not None
    in_time = reckon(edition, calendar, Given(by, decides_on=step))
    late = reckon(edition, calendar, Given(by + DAY, decides_on=step))
    assert in_time.earliest is not None
    assert in_time.earliest <= step
    assert late.earliest is not None
    assert late.earliest > step


def test_a_declared_working_day_counts_and_another_digest_is_kept() -> None:
    given = Given(day("2026-03-30"))
    plain = reckon(romanian(), ROMANIA, given)
    worked = LegalCalendar("RO", {day("2026-04-11"): True})
    declared = reckon(romanian(), worked, given)

    assert plain.wait
    assert declared.wait
    assert declared.wait.sure == day("2026-05-13")
    assert declared.digest != plain.digest
    assert reckon(romanian(), ROMANIA, given).digest == plain.digest


@pytest.mark.parametrize(
    ("decides_on", "found"),
    [
        ("2026-05-13", {"too_early": True}),
        ("2026-05-14", {"too_early": False}),  # no confirmed text says whether the day itself is
        ("2026-05-15", {}),
    ],
)
def test_a_confirmed_rule_blocks_and_what_no_text_decides_warns(
    decides_on: str, found: dict[str, bool]
) -> None:
    given = Given(day("2026-03-30"), decides_on=day(decides_on))

    assert codes(flaws(reckon(confirmed(), ROMANIA, given), given)) == found


def test_an_unconfirmed_rule_only_warns() -> None:
    given = Given(day("2026-03-30"), decides_on=day("2026-04-30"))

    assert codes(flaws(reckon(romanian(), ROMANIA, given), given)) == {"too_early": False}


def test_the_day_for_endorsement_goes_before_that_of_the_decision() -> None:
    given = Given(day("2026-03-30"), goes_on=day("2026-05-01"), decides_on=day("2026-06-01"))

    assert "too_early" in codes(flaws(reckon(romanian(), ROMANIA, given), given))
    turned = replace(given, goes_on=day("2026-06-02"))
    assert codes(flaws(reckon(romanian(), ROMANIA, turned), turned)) == {"backwards": True}


@pytest.mark.parametrize(
    ("until", "found"),
    [
        ("2026-06-02", {"proposals_short": True}),
        ("2026-06-03", {}),
        ("2026-07-03", {}),
    ],
)
def test_a_short_term_for_proposals_blocks_in_bulgaria(until: str, found: dict[str, bool]) -> None:
    given = Given(day("2026-05-04"), proposals_until=day(until))

    assert codes(flaws(reckon(bulgarian(), BULGARIA, given), given)) == found


def test_fourteen_days_need_published_reasons() -> None:
    given = Given(day("2026-05-04"), proposals_until=day("2026-05-18"), is_shortened=True)
    days = reckon(bulgarian(), BULGARIA, given)

    assert codes(flaws(days, given)) == {"no_reasons": True}
    assert flaws(days, replace(given, has_reasons=True)) == []
    shorter = replace(given, has_reasons=True, proposals_until=day("2026-05-17"))
    assert codes(flaws(reckon(bulgarian(), BULGARIA, shorter), shorter)) == {
        "proposals_short": True
    }


def test_romania_has_no_shortened_term_in_its_file() -> None:
    given = Given(day("2026-05-04"), is_shortened=True, has_reasons=True)

    assert codes(flaws(reckon(romanian(), ROMANIA, given), given)) == {"cannot_shorten": False}


def test_nobody_decides_while_proposals_can_be_sent() -> None:
    until = day("2026-06-10")
    given = Given(day("2026-05-04"), proposals_until=until, decides_on=until)

    assert codes(flaws(reckon(bulgarian(), BULGARIA, given), given)) == {"while_open": True}
    later = replace(given, decides_on=until + DAY)
    assert flaws(reckon(bulgarian(), BULGARIA, later), later) == []


def test_without_the_day_of_the_announcement_nothing_is_counted_forward() -> None:
    given = Given(decides_on=day("2026-06-10"))
    days = reckon(bulgarian(), BULGARIA, given)

    assert (days.proposals, days.earliest) == (None, None)
    assert days.announce_by is not None
    assert codes(flaws(days, given)) == {"no_announcement": True}


@drawn(announced, st.booleans())
def test_what_is_kept_is_read_back_as_it_was(on: dt.date, is_shortened: bool) -> None:
    given = Given(on, decides_on=on + 90 * DAY, is_shortened=is_shortened)
    for edition, calendar in ((romanian(), ROMANIA), (bulgarian(), BULGARIA)):
        days = reckon(edition, calendar, given)
        assert Days.of(days.as_json()) == days
    assert Days.of({}) == Days(step="decision")


def test_a_later_step_keeps_the_terms_that_were_told() -> None:
    given = Given(day("2026-05-04"), decides_on=day("2026-07-01"))
    kept = reckon(bulgarian(), BULGARIA, given)
    longer = moved(kept, replace(given, proposals_until=day("2026-06-20")))

    assert (longer.proposals, longer.digest) == (kept.proposals, kept.digest)
    assert longer.earliest == day("2026-06-21")


def test_the_files_are_read_and_offered_by_country() -> None:
    assert [one.code for one in regimes_of("BG")] == ["bg-normative-act", "none"]
    assert [one.code for one in regimes_of("RO")] == ["ro-normative-act", "none"]
    assert regimes()["bg-normative-act"].on(day("2016-11-03")) is None
    none = regimes()["none"].on(day("2026-01-01"))
    assert none is not None
    assert not none.is_law


def test_what_binds_is_this_and_nothing_else() -> None:
    editions = [edition for regime in regimes().values() for edition in regime.editions]
    binding = set()
    for edition in editions:
        terms, others = edition.figures.values(), (*edition.channels, *edition.duties.values())
        binding |= {(edition.regime, one.code) for one in terms if one.is_confirmed}
        binding |= {(edition.regime, one.code) for one in others if one.is_confirmed}

    assert binding == {
        ("bg-normative-act", code)
        for code in ("proposals", "proposals_shortened", "site", "reasons", "statement", "answers")
    }


@pytest.mark.parametrize(
    ("instead", "by"),
    [
        ('unit = "working_days"', 'unit = "weeks"'),
        ("count = 30", "count = 0"),
        ('code = "wait"', 'code = "waiting"'),
        ('sources = ["a test"]', "sources = []"),
        ('code = "test"', 'code = "other"'),
        ("valid_from = 2020-01-01", 'valid_from = 2020-01-01\nstep = "signature"'),
    ],
)
def test_a_file_that_says_something_impossible_is_refused(instead: str, by: str) -> None:
    with pytest.raises(BadRegimeError):
        read_regime(CONFIRMED.replace(instead, by), "test")
