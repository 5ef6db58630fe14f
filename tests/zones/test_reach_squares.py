"""Dividing a town into squares: against a slow definition, and what may change when."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zones.reach_squares import (
    CHANGES,
    LEAST,
    LEAST_HOMES,
    TOP,
    Basis,
    Dice,
    Leaf,
    Square,
    divide,
    leaves,
    owners,
)

DICE = Dice(b"secret", "residents")
leaf = st.tuples(st.integers(-5, 40), st.integers(-5, 12))
# A few full squares among empty ground, as towns are.
towns = st.builds(
    lambda full, thin: dict(enumerate([one for one, count in full for _ in range(count)] + thin)),
    st.lists(st.tuples(leaf, st.integers(1, 30)), max_size=12),
    st.lists(leaf, max_size=15),
)


def homes_of(*members: dict[int, Leaf]) -> Counter[Leaf]:
    """Enough addresses wherever anybody ever lived."""
    return Counter({one: LEAST_HOMES for some in members for one in some.values()})


def slowly(
    members: dict[int, Leaf], homes: Counter[Leaf], square: Square
) -> tuple[dict[Square, frozenset[int]], frozenset[int], int]:
    """From above: squares told within this one, and whom and how many homes they leave."""
    if square.level == 0:
        at = (square.column, square.row)
        told: dict[Square, frozenset[int]] = {}
        rest = frozenset(one for one, where in members.items() if where == at)
        around = homes.get(at, 0)
    else:
        told, rest, around = {}, frozenset(), 0
        for column in (2 * square.column, 2 * square.column + 1):
            for row in (2 * square.row, 2 * square.row + 1):
                below = Square(square.level - 1, column, row)
                if any(_holds(below, one) for one in homes):
                    inner, left, homes_left = slowly(members, homes, below)
                    told, rest, around = told | inner, rest | left, around + homes_left
    if len(rest) >= DICE.threshold(square) and around >= LEAST_HOMES:
        return told | {square: rest}, frozenset(), 0
    return told, rest, around


def _holds(square: Square, leaf: Leaf) -> bool:
    return (leaf[0] >> square.level, leaf[1] >> square.level) == square[1:]


@settings(max_examples=150, deadline=None)
@given(towns)
def test_a_first_division_is_that_of_the_slow_definition(members: dict[int, Leaf]) -> None:
    homes = homes_of(members)
    told = divide(members, homes=homes, before={}, dice=DICE)
    expected: dict[Square, frozenset[int]] = {}
    for column, row in {(one[0] >> TOP, one[1] >> TOP) for one in homes}:
        expected |= slowly(members, homes, Square(TOP, column, row))[0]
    assert {one: basis.members for one, basis in told.items() if basis.count} == expected


@settings(max_examples=150, deadline=None)
@given(towns)
def test_everybody_stands_in_one_square_and_no_number_is_below_ten(
    members: dict[int, Leaf],
) -> None:
    told = divide(members, homes=homes_of(members), before={}, dice=DICE)
    counted = Counter(one for basis in told.values() for one in basis.members)
    assert counted == Counter(members.keys())
    for square, basis in told.items():
        if basis.count:
            assert len(basis.members) >= LEAST
            assert abs(basis.count - len(basis.members)) < 5
            assert basis.count % 5 == 0
        else:
            assert square.level == TOP


@settings(max_examples=150, deadline=None)
@given(towns, leaf, st.integers(0, CHANGES - 1))
def test_what_fewer_than_five_do_changes_nothing(
    members: dict[int, Leaf], goal: Leaf, movers: int
) -> None:
    homes = homes_of(members, {0: goal})
    before = divide(members, homes=homes, before={}, dice=DICE)
    moved = members | dict.fromkeys(list(members)[:movers], goal)
    after = divide(moved, homes=homes, before=before, dice=DICE)
    assert after == before


@settings(max_examples=100, deadline=None)
@given(towns, towns)
def test_a_number_that_changed_had_five_changes(
    members: dict[int, Leaf], later: dict[int, Leaf]
) -> None:
    homes = homes_of(members, later)
    before = divide(members, homes=homes, before={}, dice=DICE)
    after = divide(later, homes=homes, before=before, dice=DICE)
    for square in before.keys() & after.keys():
        if before[square] != after[square]:
            assert len(before[square].members ^ after[square].members) >= CHANGES
    assert all(not basis.count or basis.count >= LEAST for basis in after.values())


def test_whether_somebody_lives_in_a_lone_house_leaves_the_squares_as_they_are() -> None:
    crowd: dict[int, Leaf] = dict.fromkeys(range(40), (1, 0))
    few_homes: dict[int, Leaf] = dict.fromkeys(range(100, 130), (0, 0))
    # The house on its own is what makes the addresses around the other thirty people enough.
    homes = {(1, 0): LEAST_HOMES, (0, 0): LEAST_HOMES - 1, (0, 1): 1}
    empty = divide(crowd | few_homes, homes=homes, before={}, dice=DICE)
    lived_in = divide(crowd | few_homes | {999: (0, 1)}, homes=homes, before={}, dice=DICE)
    told = {one for one, basis in empty.items() if basis.count}
    assert told == {one for one, basis in lived_in.items() if basis.count}
    assert told == {Square(0, 1, 0), Square(1, 0, 0)}


def test_a_house_full_of_people_is_not_told_by_itself() -> None:
    house: dict[int, Leaf] = dict.fromkeys(range(30), (3, 3))
    around = {100 + number: (8, 8) for number in range(30)}
    told = divide(house | around, homes={(3, 3): 1, (8, 8): LEAST_HOMES}, before={}, dice=DICE)
    assert Square(0, 3, 3) not in told
    assert Square(0, 8, 8) in told


def test_rounding_is_right_on_the_average() -> None:
    members = frozenset(range(12))
    drawn = [DICE.rounded(Square(0, column, 0), members) for column in range(4000)]
    assert set(drawn) == {10, 15}
    assert np.mean(drawn) == pytest.approx(12, abs=0.15)


def test_chances_depend_on_the_secret_the_measure_the_square_and_the_members() -> None:
    here = Square(0, 1, 1)
    asked = {
        DICE.chance(here, {1, 2}),
        DICE.chance(here, {1, 3}),
        DICE.chance(here.parent, {1, 2}),
        Dice(b"other", "residents").chance(here, {1, 2}),
        Dice(b"secret", "email").chance(here, {1, 2}),
    }
    assert len(asked) == 5
    assert DICE.chance(here, [2, 1]) == DICE.chance(here, {1, 2})


def test_five_newcomers_let_a_square_be_divided() -> None:
    before_members: dict[int, Leaf] = {number: (number % 4, 0) for number in range(16)}
    homes = homes_of(before_members)
    before = divide(before_members, homes=homes, before={}, dice=DICE)
    newcomers = {50 + number: (0, 0) for number in range(12)}
    after = divide(before_members | newcomers, homes=homes, before=before, dice=DICE)
    assert Square(0, 0, 0) in after
    assert Square(0, 0, 0) not in before


def test_each_point_belongs_to_the_smallest_square_that_holds_it() -> None:
    squares = [Square(2, 0, 0), Square(0, 1, 1), Square(1, -1, -1)]
    column, row = leaves(
        np.array([150.0, 250.0, -50.0, 500.0]), np.array([150.0, 50.0, -50.0, 0.0])
    )
    assert owners(column, row, squares).tolist() == [1, 0, 2, -1]


def test_nothing_is_told_of_nobody() -> None:
    assert divide({}, homes={}, before={}, dice=DICE) == {}
    told = divide({}, homes={(0, 0): 5}, before={}, dice=DICE)
    assert told == {Square(TOP, 0, 0): Basis(frozenset(), 0)}
