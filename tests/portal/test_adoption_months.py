"""Registrations by month: whoever reckons with all that is told finds no small number."""

import datetime as dt
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from consultations.suppression import NOWHERE, K
from portal.adoption.months import WAYS, Month, last_months, months_told, rounded
from residents.services.adoption import Joined

ZONES = (1, 2, 3, 4)
NEAR = {1: {2}, 2: {3}, 3: {4}}
OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
Cell = tuple[int, int]

cells = st.dictionaries(
    st.tuples(st.sampled_from((NOWHERE, *ZONES)), st.sampled_from(range(len(WAYS)))),
    st.integers(0, 14),
)


def joined(counts: dict[Cell, int], month: dt.date = OCTOBER) -> list[Joined]:
    return [
        Joined(month, WAYS[way], zone or None, number)
        for (zone, way), number in counts.items()
        if number
    ]


def told(counts: dict[Cell, int]) -> Month:
    (month,) = months_told(joined(counts), [OCTOBER], ZONES, NEAR)
    return month


def bounds(month: Month, counts: dict[Cell, int], cell: Cell, axis: int) -> float:
    """How many values a reader finds possible for a zone (axis 0) or a way (axis 1) at least.

    The reader knows more than is shown: the sums before they were rounded.
    """
    every = [(zone, way) for zone in (NOWHERE, *ZONES) for way in range(len(WAYS))]
    groups = [(0, part.members) for part in month.zones] + [(1, p.members) for p in month.ways]
    groups.append((0, (NOWHERE, *ZONES)))  # the sum of the month
    rows = [[float(one[place] in members) for one in every] for place, members in groups]
    sums = [
        sum(counts.get(one, 0) for one in every if one[place] in members)
        for place, members in groups
    ]
    aim = np.array([float(one[axis] == cell[axis]) for one in every])
    most = linprog(-aim, A_eq=rows, b_eq=sums, bounds=(0, None))
    least = linprog(aim, A_eq=rows, b_eq=sums, bounds=(0, None))
    assert most.fun is not None
    assert least.fun is not None
    return float(-most.fun - least.fun) + 1


@settings(max_examples=60, deadline=None)
@given(cells)
def test_no_small_zone_and_no_small_way_can_be_reckoned_back(counts: dict[Cell, int]) -> None:
    month = told(counts)
    if month.number is None:
        return
    for axis, names in ((0, (NOWHERE, *ZONES)), (1, range(len(WAYS)))):
        for name in names:
            number = sum(n for one, n in counts.items() if one[axis] == name)
            if number < K:
                asked = (name, 0) if axis == 0 else (NOWHERE, name)
                assert bounds(month, counts, asked, axis) > K


@settings(max_examples=100, deadline=None)
@given(cells)
def test_every_group_holds_enough_and_every_zone_stands_once(counts: dict[Cell, int]) -> None:
    month = told(counts)
    if month.number is None:
        assert sum(counts.values()) < K
        assert not month.zones
        assert not month.ways
        return
    members = [zone for part in month.zones for zone in part.members]
    assert sorted(members) == [NOWHERE, *ZONES]
    by_zone = Counter(dict.fromkeys(members, 0))
    for (zone, _way), number in counts.items():
        by_zone[zone] += number
    for part in month.zones:
        exact = sum(by_zone[zone] for zone in part.members)
        assert exact >= K
        assert part.number == rounded(exact)


@settings(max_examples=60, deadline=None)
@given(cells, cells)
def test_a_month_is_told_the_same_whatever_happens_in_others(
    counts: dict[Cell, int], later: dict[Cell, int]
) -> None:
    both = [*joined(counts), *joined(later, NOVEMBER)]

    october, _november = months_told(both, [OCTOBER, NOVEMBER], ZONES, NEAR)

    assert october == told(counts)


def test_a_small_zone_joins_its_neighbour_so_that_the_sum_does_not_tell_it() -> None:
    month = told({(1, 0): 40, (2, 0): 3, (3, 0): 30, (4, 0): 20, (NOWHERE, 0): 10})

    assert [(part.members, part.number) for part in month.zones] == [
        ((0,), 10), ((1,), 40), ((2, 3), 35), ((4,), 20),
    ]  # fmt: skip


def test_one_who_leaves_is_seldom_seen() -> None:
    changes = sum(rounded(number) != rounded(number - 1) for number in range(K + 1, K + 51))

    assert changes == 10  # of fifty: one in five


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (dt.date(2026, 11, 24), dt.date(2025, 11, 1), dt.date(2026, 10, 1)),
        (dt.date(2026, 1, 1), dt.date(2025, 1, 1), dt.date(2025, 12, 1)),
    ],
)
def test_only_months_that_are_over_are_told(today: dt.date, first: dt.date, last: dt.date) -> None:
    months = last_months(today)

    assert (len(months), months[0], months[-1]) == (12, first, last)
