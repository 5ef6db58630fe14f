"""Merging and leaving out: a reader who reckons with everything published finds no small number."""

from collections.abc import Mapping
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from consultations.suppression import (
    NOWHERE,
    Protected,
    Size,
    Why,
    least_told,
    merge,
    protect,
)

K = 5
Table = dict[int, dict[str, int]]


# --- The attack ----------------------------------------------------------------------------------


def reckoned_back(
    table: Protected[int, str], counts: Mapping[int, Mapping[str, int]], ceilings: Mapping[int, int]
) -> dict[tuple[int, str], tuple[int, int]]:
    """What a reader finds out about each cell left out: from what to what it can be.

    It knows the cells shown, the sums of rows and columns, and the ballots of each row. The bounds
    of such a system are whole numbers, so the solver's are exact.
    """
    hidden = [cell for cell, count in table.cells.items() if count is None]
    place = {cell: number for number, cell in enumerate(hidden)}
    lines = [[(row, column) for column in table.columns] for row in table.rows]
    lines += [[(row, column) for row in table.rows] for column in table.columns]
    matrix, sums = [], []
    for line in lines:
        unknown = [cell for cell in line if cell in place]
        if unknown:
            matrix.append([1 if cell in unknown else 0 for cell in hidden])
            sums.append(sum(counts[row].get(column, 0) for row, column in unknown))
    found = {}
    for cell in hidden:
        aim = np.zeros(len(hidden))
        aim[place[cell]] = 1
        bounds = [(0, ceilings[row]) for row, _ in hidden]
        low, high = (
            linprog(sign * aim, A_eq=matrix, b_eq=sums, bounds=bounds, method="highs").fun or 0
            for sign in (1, -1)
        )
        found[cell] = (round(low), round(-high))
    return found


def told_by_sums(
    counts: Mapping[int, Mapping[str, int]], ceilings: Mapping[int, int]
) -> dict[tuple[int, str], tuple[int, int]]:
    """What the sums alone tell of each cell, where no cell at all is shown."""
    blank = protect(counts, ceilings=ceilings, k=10**6)
    return reckoned_back(blank, counts, ceilings)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Table, dict[int, int]]:
    """Small tables with many small cells; ballots of a row at least as many as its greatest."""
    rows, columns = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    cell = st.one_of(st.integers(0, 7), st.integers(0, 40))
    counts = {
        row: {f"P{column}": draw(cell) for column in range(columns)} for row in range(1, rows + 1)
    }
    ceilings = {row: max(line.values()) + draw(st.integers(0, 30)) for row, line in counts.items()}
    return counts, ceilings


@settings(max_examples=60, deadline=None)
@given(tables())
def test_no_cell_left_out_can_be_reckoned_back(drawn: tuple[Table, dict[int, int]]) -> None:
    counts, ceilings = drawn
    table = protect(counts, ceilings=ceilings, k=K)
    told = told_by_sums(counts, ceilings)
    for cell, (low, high) in reckoned_back(table, counts, ceilings).items():
        least, most = told[cell]
        assert low <= counts[cell[0]][cell[1]] <= high
        assert high - low >= min(K, most - least)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_no_small_cell_is_shown(drawn: tuple[Table, dict[int, int]]) -> None:
    counts, ceilings = drawn
    table = protect(counts, ceilings=ceilings, k=K)
    for (row, column), count in table.cells.items():
        if count is not None:
            assert count == counts[row][column]
            assert K <= count < ceilings[row]


# One cell of four people: subtracting the rest of its row from the sum gives it away.
TELLING = {
    1: {"A": 4, "B": 30, "C": 20},
    2: {"A": 25, "B": 31, "C": 22},
    3: {"A": 40, "B": 9, "C": 50},
}


def test_control_the_attack_succeeds_where_only_small_cells_are_left_out() -> None:
    ceilings = dict.fromkeys(TELLING, 99)
    table = protect(TELLING, ceilings=ceilings, k=K, complementary=False)
    assert reckoned_back(table, TELLING, ceilings) == {(1, "A"): (4, 4)}


def test_the_attack_finds_nothing_where_others_are_left_out_with_it() -> None:
    ceilings = dict.fromkeys(TELLING, 99)
    table = protect(TELLING, ceilings=ceilings, k=K)
    found = reckoned_back(table, TELLING, ceilings)
    assert table.left_out == 4
    assert all(high - low >= K for low, high in found.values())


def test_what_everybody_of_a_row_chose_is_left_out() -> None:
    counts = {1: {"A": 20, "B": 12}, 2: {"A": 30, "B": 25}, 3: {"A": 33, "B": 26}}
    table = protect(counts, ceilings={1: 20, 2: 60, 3: 60}, k=K)
    assert table.cells[1, "A"] is None


def test_large_tables_show_everything() -> None:
    counts = {1: {"A": 20, "B": 12}, 2: {"A": 30, "B": 25}}
    assert protect(counts, ceilings={1: 40, 2: 60}, k=K).left_out == 0


def test_a_table_does_not_depend_on_the_order_it_came_in() -> None:
    random = Random(7)
    counts = {row: {f"P{j}": random.randrange(30) for j in range(5)} for row in range(6)}
    ceilings = dict.fromkeys(counts, 40)
    turned = {row: dict(reversed(list(counts[row].items()))) for row in reversed(list(counts))}
    assert protect(counts, ceilings=ceilings) == protect(turned, ceilings=ceilings)


@pytest.mark.parametrize(("rows", "columns"), [(20, 30)])
def test_a_table_of_a_town_is_protected_in_time(rows: int, columns: int) -> None:
    random = Random(3)
    counts = {
        row: {f"P{j:02}": int(random.paretovariate(0.7) * 4) % 200 for j in range(columns)}
        for row in range(rows)
    }
    table = protect(counts, ceilings=dict.fromkeys(counts, 300))
    assert 0 < table.left_out < rows * columns


# --- Merging -------------------------------------------------------------------------------------


@st.composite
def towns(draw: st.DrawFn) -> tuple[dict[int, Size], dict[int, list[int]]]:
    """Zones with sizes, homes in none of them at times, and who touches whom."""
    count = draw(st.integers(1, 7))
    names = draw(st.permutations(range(count)))
    sizes = {zone: Size(draw(st.integers(0, 12)), draw(st.integers(0, 40))) for zone in names}
    pairs = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=9))
    neighbours: dict[int, list[int]] = {}
    for one, other in pairs:
        if NOWHERE not in (one, other):
            neighbours.setdefault(one, []).append(other)
    return sizes, neighbours


@given(towns())
def test_each_group_is_large_enough_or_nothing_is_shown(
    town: tuple[dict[int, Size], dict[int, list[int]]],
) -> None:
    sizes, neighbours = town
    groups = merge(sizes, neighbours, K)
    assert sorted(zone for group in groups for zone in group.zones) == sorted(sizes)
    if all(group.is_shown for group in groups):
        assert all((group.ballots or 0) >= K and (group.residents or 0) >= K for group in groups)
        assert sum(group.ballots or 0 for group in groups) == sum(
            size.ballots for size in sizes.values()
        )
    else:
        assert [(group.ballots, group.residents) for group in groups] == [(None, None)]


@given(towns(), st.randoms(use_true_random=False))
def test_merging_does_not_depend_on_the_order_it_came_in(
    town: tuple[dict[int, Size], dict[int, list[int]]], random: Random
) -> None:
    sizes, neighbours = town
    turned = random.sample(sorted(sizes), len(sizes))
    other_way: dict[int, list[int]] = {zone: [] for zone in turned}
    for zone, others in neighbours.items():
        for other in others:
            other_way[other].append(zone)
    assert merge({zone: sizes[zone] for zone in turned}, other_way, K) == merge(
        sizes, neighbours, K
    )


def test_a_small_zone_joins_its_smallest_neighbour() -> None:
    sizes = {1: Size(2, 50), 2: Size(60, 90), 3: Size(20, 40), 4: Size(8, 100)}
    groups = merge(sizes, {1: [2, 3]}, 8)
    assert [(group.zones, group.ballots, group.why) for group in groups] == [
        ((1, 3), 22, Why.MERGED),
        ((2,), 60, Why.ALONE),
        ((4,), 8, Why.ALONE),
    ]


def test_a_zone_without_neighbours_cannot_be_found_by_subtraction() -> None:
    groups = merge({1: Size(3, 50), 2: Size(60, 90), 3: Size(20, 40)}, {2: [3]}, K)
    assert [group.zones for group in groups] == [(1, 3), (2,)]


def test_a_town_with_too_few_shows_nothing() -> None:
    groups = merge({NOWHERE: Size(1, 1), 1: Size(2, 9)}, {}, K)
    assert [(group.zones, group.is_shown) for group in groups] == [((NOWHERE, 1), False)]


@given(st.dictionaries(st.integers(1, 6), st.tuples(st.integers(0, 30), st.integers(0, 30))))
def test_ballots_that_name_no_zone_are_not_found_by_subtraction(
    rows: dict[int, tuple[int, int]],
) -> None:
    named = {row: number for row, (number, _more) in rows.items()}
    all_of = {row: number + more for row, (number, more) in rows.items()}
    told = least_told(all_of, named, K)
    apart = {row: told[row] for row in rows if told[row] not in (None, named[row])}
    assert all((count or 0) - named[row] >= K for row, count in apart.items())
    rest = sum(rows[row][1] for row in rows if row not in apart)
    assert rest == 0 or rest >= K or not apart
