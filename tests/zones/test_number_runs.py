"""Runs of house numbers hold the chosen numbers and no other known one."""

from hypothesis import given
from hypothesis import strategies as st

from zones.number_runs import Side, sides

numbers = st.sets(st.integers(1, 60))


def test_a_gap_in_the_choice_parts_a_run() -> None:
    assert sides({1, 3, 7, 2}, {1, 3, 5, 7, 2}) == [
        Side(is_odd=True, is_whole=False, runs=((1, 3), (7, 7))),
        Side(is_odd=False, is_whole=True, runs=((2, 2),)),
    ]


@given(known=numbers, chosen=numbers)
def test_runs_spell_out_exactly_the_choice(known: set[int], chosen: set[int]) -> None:
    known |= chosen
    spelled = {
        number
        for side in sides(chosen, known)
        for first, last in side.runs
        for number in range(first, last + 1, 2)
        if number in known
    }
    assert spelled == chosen
