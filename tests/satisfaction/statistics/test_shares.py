"""Shares with Wilson's interval, and what weighted votes are worth."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from satisfaction.statistics.shares import happy, unhappy, wilson
from satisfaction.statistics.weights import effective_votes, recency


@pytest.mark.parametrize("votes", [1, 7, 10, 250, 12.5])
def test_intervals_are_those_of_statsmodels(votes: float) -> None:
    hits = np.array([0, 0.3, 0.5, 0.9, 1]) * votes
    found = wilson(hits, np.full(5, votes))
    low, high = proportion_confint(hits, votes, method="wilson")
    assert found.low == pytest.approx(low, abs=1e-12)
    assert found.high == pytest.approx(high, abs=1e-12)
    assert found.share == pytest.approx(hits / votes)


def test_without_votes_nothing_is_known() -> None:
    found = wilson(0, 0)
    assert np.isnan(found.share)
    assert (float(found.low), float(found.high)) == (0.0, 1.0)


def test_happy_are_eight_to_ten_and_unhappy_one_to_four() -> None:
    votes = np.arange(1.0, 11.0)[None, :]
    assert happy(votes, [55]).share[0] == pytest.approx(27 / 55)
    assert unhappy(votes, [55]).share[0] == pytest.approx(10 / 55)
    fewer = happy(votes, [20.0])
    assert fewer.low[0] < happy(votes, [55]).low[0]
    assert np.isnan(happy(np.zeros((1, 10)), [0]).share[0])


@pytest.mark.parametrize(("hits", "votes"), [(np.nan, 1), (2, 1), (-1, 1), (1, np.inf), (0, -1)])
def test_impossible_shares_are_refused(hits: float, votes: float) -> None:
    with pytest.raises(ValueError, match=r"must|may|no more"):
        wilson(hits, votes)


def test_votes_count_half_after_the_half_life() -> None:
    assert recency([0, 120, 240]) == pytest.approx([1, 0.5, 0.25])
    assert recency(30, half_life=30) == pytest.approx(0.5)


@pytest.mark.parametrize(("age", "half"), [(-1, 120), (np.nan, 120), (1, 0), (1, np.nan)])
def test_impossible_ages_are_refused(age: float, half: float) -> None:
    with pytest.raises(ValueError, match=r"must|may"):
        recency(age, half)


def test_weighted_votes_are_worth_less() -> None:
    single = np.repeat([1.0, 0.5], [10, 30])
    expected = single.sum() ** 2 / (single**2).sum()
    assert effective_votes([1, 0.5], [10, 30]) == pytest.approx(expected)
    assert effective_votes([0.2, 0.2], [10, 30]) == pytest.approx(40)
    assert effective_votes([[0, 0], [1, 1]], [[5, 5], [0, 0]]) == pytest.approx([0, 0])
