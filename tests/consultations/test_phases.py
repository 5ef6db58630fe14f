"""Phases: half-open windows, what each opens, and that a running vote shows nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.phases import (
    OPENS,
    Action,
    PhaseKind,
    faults_of,
    holds,
    opening,
    under_way,
)

DAY = dt.timedelta(days=1)
START = dt.datetime(2026, 5, 4, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Phase:
    """From one day to another, counted from the start."""

    kind: str
    starts_at: dt.datetime
    ends_at: dt.datetime | None


def phase(kind: PhaseKind, first: float, until: float | None) -> Phase:
    ends_at = None if until is None else START + DAY * until
    return Phase(kind, START + DAY * first, ends_at)


PLAN = [
    phase(PhaseKind.INFORMATION, 0, None),
    phase(PhaseKind.PROPOSALS, 1, 5),
    phase(PhaseKind.VOTE, 7, 9),
    phase(PhaseKind.RESULT, 9, None),
]


def test_the_end_is_not_part_of_a_phase() -> None:
    vote = PLAN[2]
    assert holds(vote, vote.starts_at)
    assert not holds(vote, vote.starts_at - dt.timedelta.resolution)
    assert vote.ends_at is not None
    assert holds(vote, vote.ends_at - dt.timedelta.resolution)
    assert not holds(vote, vote.ends_at)


@given(st.integers(0, 12 * 24))
def test_phases_that_follow_each_other_never_hold_at_once(hour: int) -> None:
    now = START + dt.timedelta(hours=hour)
    kinds = {one.kind for one in under_way(PLAN, now)}
    assert not kinds >= {PhaseKind.VOTE, PhaseKind.RESULT}


@given(st.integers(-24, 12 * 24), st.sampled_from(Action))
def test_an_action_is_open_just_where_a_phase_of_its_own_holds(hour: int, action: Action) -> None:
    now = START + dt.timedelta(hours=hour)
    expected = any(action in OPENS[PhaseKind(one.kind)] for one in PLAN if holds(one, now))
    assert opening(action, PLAN, now).is_open == expected


def test_it_says_when_it_opens_and_when_it_was_open() -> None:
    before = opening(Action.VOTE, PLAN, START)
    assert (before.is_open, before.opens_at) == (False, START + DAY * 7)
    after = opening(Action.VOTE, PLAN, START + DAY * 10)
    assert (after.opens_at, after.closed_at) == (None, START + DAY * 9)


def test_nothing_of_a_running_vote_is_seen_in_any_phase() -> None:
    early = [phase(PhaseKind.RESULT, 0, None), phase(PhaseKind.VOTE, 2, 4)]
    assert opening(Action.SEE_RESULT, early, START + DAY).is_open
    during = opening(Action.SEE_RESULT, early, START + DAY * 3)
    assert (during.is_open, during.opens_at) == (False, START + DAY * 4)
    assert opening(Action.SEE_RESULT, early, START + DAY * 4).is_open


@pytest.mark.parametrize(
    ("plan", "faults"),
    [
        ([], ["empty"]),
        (PLAN, []),
        ([phase(PhaseKind.SURVEY, 3, 2)], ["backwards"]),
        ([phase(PhaseKind.VOTE, 1, None)], ["endless_vote"]),
        ([phase(PhaseKind.VOTE, 1, 4), phase(PhaseKind.VOTE, 3, 5)], ["two_votes"]),
        ([phase(PhaseKind.VOTE, 1, 4), phase(PhaseKind.RESULT, 3, None)], ["result_first"]),
    ],
)
def test_a_plan_that_cannot_be_published_is_told(plan: Sequence[Phase], faults: list[str]) -> None:
    assert faults_of(plan) == faults
