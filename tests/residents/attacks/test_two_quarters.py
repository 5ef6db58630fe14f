"""Who moved between two quarters: found by comparing the usual counts, invisible in ours."""

import numpy as np
import pytest
import shapely

from tests.residents.attacks.towns import Town, ground, invent, ours, published
from zones.reach_squares import CHANGES


def _moved(town: Town, seed: int) -> Town:
    """A resident of a lone house has gone to another lone house, which was empty."""
    random = np.random.default_rng(seed)
    goal = int(random.choice(town.lone[~town.lived_in]))
    return town.moved(int(random.integers(town.home.size - 50, town.home.size)), goal)


def _areas(number: int, seed: int) -> list[shapely.Polygon]:
    random = np.random.default_rng(seed)
    middles = random.uniform(500, 4500, (number, 2))
    return [shapely.Point(one).buffer(random.uniform(250, 1500)) for one in middles]


def test_by_the_usual_counts_the_move_is_seen() -> None:
    """The control: somewhere a number changes for every one of twenty moves."""
    town = invent(7)
    areas = _areas(150, 7)
    before = [town.naive(area) for area in areas]
    seen = 0
    for seed in range(20):
        later = _moved(town, seed)
        seen += before != [later.naive(area) for area in areas]
    assert seen >= 19


def test_one_move_changes_no_square_and_no_answer() -> None:
    town = invent(7)
    told = published(town, secret=b"town")
    where = ground(town, told)
    areas = _areas(150, 7)
    before = [ours(where, area) for area in areas]
    for seed in range(20):
        later = _moved(town, seed)
        told_again = published(later, secret=b"town", before=told)
        assert told_again == told
        now = ground(later, told_again)
        assert [ours(now, area) for area in areas] == before


@pytest.mark.parametrize("movers", [1, 2, CHANGES - 1])
def test_fewer_than_five_moves_change_nothing_wherever_they_go(movers: int) -> None:
    town = invent(8)
    told = published(town, secret=b"town")
    random = np.random.default_rng(movers)
    for _turn in range(15):
        later = town
        for resident in random.choice(town.home.size, movers, replace=False).tolist():
            later = later.moved(resident, int(random.integers(town.x.size)))
        assert published(later, secret=b"town", before=told) == told


def test_many_moves_do_change_squares() -> None:
    """The control of the test above: the numbers are not simply frozen."""
    town = invent(8)
    told = published(town, secret=b"town")
    later = town
    for resident in range(200):
        later = later.moved(resident, int(town.lone[0]))
    assert published(later, secret=b"town", before=told) != told
