"""Votes are released in whole weeks, ten at least, each once; whatever was voted."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from satisfaction.statistics import blocks as rule
from satisfaction.statistics.blocks import COLUMNS, SCORES, UNKNOWN, Block, Ground, Integers

# The last week that counts for September 2026, and so for its quarter, begins on the 21st.
QUARTER_END = rule.week_of(dt.date(2026, 9, 21))
MONTH_END = rule.week_of(dt.date(2026, 8, 24))
MID_MONTH = rule.week_of(dt.date(2026, 8, 10))
ROWS = 8


def ground(rows: int = ROWS, **given: list[int]) -> Ground:
    """Each row a place of its own, all of one kind, zone and group unless told."""
    alike = np.zeros(rows, dtype=np.int64)
    own = np.arange(rows, dtype=np.int64)
    fields: dict[str, Any] = {
        "unit": own, "place": own, "category": alike, "zone": alike, "group": alike,
    }  # fmt: skip
    return Ground(**{**fields, **{name: np.array(values) for name, values in given.items()}})


def waiting(*votes: int, **changes: dict[int, int]) -> Integers:
    """So many votes of 8 for each row; changes are counters of a row, as r0={1: -2}."""
    found = np.zeros((len(votes), COLUMNS), dtype=np.int64)
    found[:, 7] = votes
    for name, counters in changes.items():
        for column, value in counters.items():
            found[int(name[1:]), column] = value
    return found


def released(
    pending: Integers, where: Ground, week: int, weeks: int = rule.PATIENT_WEEKS
) -> list[tuple[str, list[int], int]]:
    """Level, rows and votes of each block of a week, when the oldest votes waited so long."""
    since = np.full(len(pending), week - weeks, dtype=np.int64)
    found = rule.release(pending, where, since, week)
    return [(block.level, block.rows.tolist(), int(block.counted.sum())) for block in found]


# --- Weeks ---------------------------------------------------------------------------------------


def test_a_week_counts_for_the_month_of_its_thursday() -> None:
    week = rule.week_of(dt.date(2026, 10, 1))
    assert rule.monday_of(week) == dt.date(2026, 9, 28)
    assert rule.month_of(week) == dt.date(2026, 10, 1)
    assert rule.ends_quarter(week - 1)
    assert not rule.ends_month(week)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_the_last_week_of_a_month_is_the_one_after_which_another_begins(day: dt.date) -> None:
    last = rule.last_week_of(day.replace(day=1))
    assert rule.ends_month(last)
    assert rule.month_of(last) == day.replace(day=1)


# --- One week ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("week", "votes", "is_released"),
    [
        (MID_MONTH, 19, False),
        (MID_MONTH, 20, True),
        (MONTH_END, 9, False),
        (MONTH_END, 10, True),
        (QUARTER_END, 9, False),
    ],
)
def test_a_place_waits_until_its_votes_are_enough(week: int, votes: int, is_released: bool) -> None:
    assert bool(released(waiting(votes), ground(1), week)) is is_released


def test_a_line_is_released_with_all_its_vehicles() -> None:
    where = ground(3, unit=[4, 4, 9], place=[4, 4, 9])
    assert released(waiting(6, 4, 9), where, MONTH_END) == [("place", [0, 1], 10)]


def test_what_may_not_stand_alone_waits_for_company() -> None:
    where = ground(2, unit=[UNKNOWN, UNKNOWN])
    assert released(waiting(90, 3), where, MONTH_END) == []
    assert released(waiting(90, 3), where, QUARTER_END) == [("zone", [0, 1], 93)]


def test_small_places_are_released_with_their_nearest_like() -> None:
    where = ground(
        7,
        category=[0, 0, 0, 0, 1, 2, UNKNOWN],
        zone=[0, 0, 1, 1, 0, 0, 0],
        group=[0, 0, 0, 0, 1, 1, UNKNOWN],
    )
    found = released(waiting(5, 5, 4, 2, 7, 3, 9), where, QUARTER_END)
    assert found == [("zone", [0, 1], 10), ("group", [4, 5], 10), ("town", [2, 3, 6], 15)]


@pytest.mark.parametrize(
    ("votes", "weeks", "is_pooled"), [(4, 0, True), (5, 51, False), (5, 52, True)]
)
def test_a_place_half_way_waits_a_year_for_a_figure_of_its_own(
    votes: int, weeks: int, is_pooled: bool
) -> None:
    pending = waiting(votes, 4, 4, 4)
    (pool,) = released(pending, ground(4), QUARTER_END, weeks)
    assert (0 in pool[1]) is is_pooled


def test_one_place_is_no_company() -> None:
    where = ground(2, unit=[UNKNOWN, UNKNOWN], place=[3, 3])
    assert released(waiting(30, 30), where, QUARTER_END) == []


def test_votes_set_aside_after_their_release_are_made_up_first() -> None:
    pending = waiting(30, 8, r0={0: -2})
    assert released(pending, ground(2), MID_MONTH) == []
    assert released(pending, ground(2), QUARTER_END) == []
    pending[1, 0] = 2
    assert released(pending, ground(2), QUARTER_END) == [("place", [1], 10)]
    pending[1, 7] = 7
    assert released(pending, ground(2), QUARTER_END) == [("zone", [0, 1], 37)]


def test_votes_counted_again_keep_no_place_from_its_release() -> None:
    pending = waiting(20, r0={SCORES: -8})
    (block,) = rule.release(pending, ground(1), np.array([MID_MONTH]), MID_MONTH)
    assert block.set_aside == 0
    assert (pending[0] - block.shares[0])[SCORES] == -8


# --- Any weeks -----------------------------------------------------------------------------------

counts = arrays.arrays(np.int64, st.tuples(st.just(14), st.just(ROWS), st.just(COLUMNS)),
                       elements=st.integers(0, 3), fill=st.just(0))  # fmt: skip
corrections = arrays.arrays(np.int64, (14, ROWS, COLUMNS), elements=st.integers(-2, 2),
                            fill=st.just(0))  # fmt: skip
numbers = st.lists(st.integers(-1, 2), min_size=ROWS, max_size=ROWS)


@dataclass(frozen=True)
class Told:
    """Weeks of votes and what the rows belong to."""

    weeks: Integers
    where: Ground

    def blocks(self, upto: int | None = None) -> list[Block]:
        """What is released in the first weeks."""
        since = np.full(ROWS, UNKNOWN, dtype=np.int64)
        return list(rule.run(self.weeks[:upto], MID_MONTH - 2, lambda _week: self.where, since))


@st.composite
def told(draw: st.DrawFn, *, corrected: bool = True) -> Told:
    weeks = draw(counts)
    if corrected:
        weeks = weeks + draw(corrections)
    fields = {name: np.array(draw(numbers)) for name in ("unit", "category", "zone", "group")}
    place = np.where(fields["unit"] >= 0, fields["unit"], 100 + np.arange(ROWS))
    return Told(weeks, Ground(place=place, **fields))


def same(first: list[Block], second: list[Block]) -> bool:
    """Whether two lists hold the same blocks in the same order."""

    def plain(block: Block) -> tuple[object, ...]:
        return (block.level, block.rows.tolist(), block.shares.tolist(), block.since, block.week)

    return [plain(block) for block in first] == [plain(block) for block in second]


@given(told())
@settings(max_examples=100, deadline=None)
def test_a_block_has_ten_votes_of_one_unit_or_of_several_places(story: Told) -> None:
    for block in story.blocks():
        assert block.counted.sum() >= rule.LEAST_VOTES
        assert (block.counted >= 0).all()
        assert block.set_aside >= 0
        assert block.since <= block.week
        units = set(story.where.unit[block.rows].tolist())
        if block.level == rule.PLACE:
            assert len(units) == 1
            assert units != {UNKNOWN}
        else:
            assert block.places >= rule.LEAST_PLACES
            assert len(set(story.where.place[block.rows].tolist())) >= block.places


@given(told())
@settings(max_examples=100, deadline=None)
def test_released_and_waiting_make_the_total_and_no_vote_is_released_twice(story: Told) -> None:
    taken = np.zeros((ROWS, COLUMNS), dtype=np.int64)
    for block in story.blocks():
        upto = block.week - (MID_MONTH - 2) + 1
        before = story.weeks[:upto].sum(axis=0) - taken
        # A share is all that waits of its rows: nothing that was taken before is taken again.
        assert (block.shares[:, :SCORES] == before[block.rows, :SCORES]).all()
        taken[block.rows] += block.shares


@given(told(corrected=False))
@settings(max_examples=100, deadline=None)
def test_without_corrections_no_more_is_released_than_was_voted(story: Told) -> None:
    taken = np.zeros((ROWS, COLUMNS), dtype=np.int64)
    for block in story.blocks():
        assert (block.shares >= 0).all()
        taken[block.rows] += block.shares
    assert (taken <= story.weeks.sum(axis=0)).all()


@given(told(), st.integers(1, 13), st.integers(0, ROWS - 1), st.integers(1, 40))
@settings(max_examples=100, deadline=None)
def test_later_votes_change_nothing_that_was_released(
    story: Told, week: int, row: int, votes: int
) -> None:
    early = story.blocks(week)
    more = story.weeks.copy()
    more[week, row, 3] += votes
    later = Told(more, story.where).blocks()
    assert same(early, story.blocks(week))
    assert same(early, later[: len(early)])


@given(told(), st.integers(1, 13))
@settings(max_examples=100, deadline=None)
def test_week_by_week_and_all_at_once_are_the_same(story: Told, cut: int) -> None:
    first = story.blocks(cut)
    taken = np.zeros((ROWS, COLUMNS), dtype=np.int64)
    since = np.full(ROWS, UNKNOWN, dtype=np.int64)
    touched = story.weeks[:cut].any(axis=2)
    since[touched.any(axis=0)] = MID_MONTH - 2 + touched.argmax(axis=0)[touched.any(axis=0)]
    for block in first:
        taken[block.rows] += block.shares
        since[block.rows] = block.week + 1
    rest = story.weeks[cut:].copy()
    rest[0] += story.weeks[:cut].sum(axis=0) - taken
    second = list(rule.run(rest, MID_MONTH - 2 + cut, lambda _week: story.where, since))
    assert same([*first, *second], story.blocks())


def test_six_hundred_places_of_sixty_weeks_are_released() -> None:
    chance = np.random.default_rng(4)
    weeks = np.zeros((60, 600, COLUMNS), dtype=np.int64)
    weeks[:, :, :SCORES] = chance.poisson(chance.gamma(0.5, 0.6, (1, 600, 1)), (60, 600, SCORES))
    where = ground(
        600, category=(np.arange(600) % 10).tolist(), zone=(np.arange(600) % 25).tolist()
    )
    found = list(rule.run(weeks, MID_MONTH, lambda _week: where, np.full(600, UNKNOWN)))
    assert len(found) > 2000
