"""The table of a sign's moves: every pair that is not meant is forbidden."""

import itertools

import pytest

from departments.access import Right
from sign_registry.workflow import (
    ANSWERING,
    BACK_FROM_HOLD,
    FAR_M,
    MOVES,
    ON_PAPER,
    IllegalTransition,
    Need,
    State,
    Who,
    has_ended,
    move_for,
    moves_of,
    needs_of,
)

# Written out a second time, on purpose: a slip in the table must not pass unseen.
ALLOWED = {
    "planned": "approved retired",
    "approved": "planned printed on_hold retired",
    "printed": "installed on_hold lost_in_store approved retired",
    "lost_in_store": "printed approved retired",
    "installed": "damaged missing suspected_tampered replaced approved on_hold retired",
    "damaged": "installed missing suspected_tampered replaced approved retired",
    "missing": "installed replaced approved retired",
    "suspected_tampered": "installed missing replaced approved retired",
    "on_hold": "approved printed installed missing retired",
    "replaced": "",
    "retired": "",
}
PAIRS = list(itertools.product(State, State))


def is_allowed(start: State, to: State) -> bool:
    return to in ALLOWED[start].split()


@pytest.mark.parametrize(("start", "to"), [pair for pair in PAIRS if not is_allowed(*pair)])
def test_forbidden_move_is_refused(start: State, to: State) -> None:
    with pytest.raises(IllegalTransition, match=f"{start} → {to}"):
        move_for(start, to)


@pytest.mark.parametrize(("start", "to"), [pair for pair in PAIRS if is_allowed(*pair)])
def test_allowed_move_is_known(start: State, to: State) -> None:
    assert Who.OFFICE in move_for(start, to).who


def test_unknown_state_is_refused() -> None:
    with pytest.raises(IllegalTransition):
        move_for("planned", "framed")


def test_every_sign_can_end_and_no_ended_sign_comes_back() -> None:
    assert {state for state in State if has_ended(state)} == {State.REPLACED, State.RETIRED}
    assert all((state, State.RETIRED) in MOVES for state in State if not has_ended(state))


def test_only_the_office_approves_prints_and_retires() -> None:
    decided = [move for (_, to), move in MOVES.items() if to in {State.APPROVED, State.RETIRED}]
    assert all(move.who == {Who.OFFICE} for move in decided)
    assert MOVES[State.APPROVED, State.PRINTED].who == {Who.OFFICE}


def test_link_of_a_village_mayor_only_hangs_a_printed_sign() -> None:
    assert {pair for pair, move in MOVES.items() if Who.LINK in move.who} == {
        (State.PRINTED, State.INSTALLED)
    }
    assert list(moves_of("printed", Who.LINK)) == [State.INSTALLED]


def test_sign_that_was_out_of_our_hands_is_printed_again_only_with_a_new_code() -> None:
    again = {start for (start, to), move in MOVES.items() if Need.NEW_CODE in move.needs}
    assert again == ON_PAPER


def test_hanging_needs_a_point_and_far_away_a_reason() -> None:
    assert needs_of("printed", "installed", distance_m=FAR_M) == {Need.POINT}
    assert needs_of("printed", "installed", distance_m=FAR_M + 1) == {Need.POINT, Need.REASON}
    assert needs_of("installed", "damaged", distance_m=900) == set()


def test_cleared_suspicion_needs_a_photo() -> None:
    assert needs_of("suspected_tampered", "installed") == {Need.PHOTO}


def test_crew_sees_its_own_moves_only() -> None:
    assert State.RETIRED not in set(moves_of("installed", Who.CREW))
    assert State.DAMAGED in set(moves_of("installed", Who.CREW))


def test_hold_goes_back_only_by_moves_of_the_table() -> None:
    assert all((State.ON_HOLD, state) in MOVES for state in BACK_FROM_HOLD)
    assert all((state, State.ON_HOLD) in MOVES for state in BACK_FROM_HOLD)
    assert ANSWERING < ON_PAPER


def test_who_may_is_a_right_of_the_departments() -> None:
    assert {Who.OFFICE, Who.CREW} <= {right.value for right in Right}
