"""Bands of ranks: exact where two places make it easy, wide where votes are few."""

import numpy as np
import pytest
from scipy.stats import norm

from satisfaction.statistics.bands import rank_bands
from satisfaction.statistics.scores import estimate, fit
from tests.satisfaction.statistics.towns import town


@pytest.mark.parametrize("apart", [0.0, 0.5, 1.0, 1.1, 1.25, 2.0])
def test_of_two_places_the_better_is_first_when_chance_says_so(apart: float) -> None:
    found = rank_bands([7 + apart, 7.0], [0.3, 0.6], [0, 0], draws=20_000)
    first = norm.cdf(apart / np.hypot(0.3, 0.6))
    assert found.high[0] == (1 if first > 0.95 else 2)
    assert found.low[1] == (2 if first > 0.95 else 1)
    assert found.ranked.tolist() == [2, 2]


def test_clearly_below_and_above_are_chances_about_the_usual_score() -> None:
    means = [7.0]
    edge = 7 - 0.5 - 0.4 * norm.ppf(0.9)
    found = rank_bands(
        [edge - 0.01, edge + 0.01, 14 - edge + 0.01, 14 - edge - 0.01], [0.4] * 4, [0] * 4,
        means=means,
    )  # fmt: skip
    assert found.below.tolist() == [True, False, False, False]
    assert found.above.tolist() == [False, False, True, False]


def test_a_group_is_ranked_by_itself() -> None:
    score = np.linspace(6, 7, 60)
    alone = rank_bands(score, [0.5] * 60, [2] * 60)
    among = rank_bands([9.9, *score, 1.0], [0.5] * 62, [0, *[2] * 60, 1])
    assert among.low[1:-1].tolist() == alone.low.tolist()
    assert among.high[1:-1].tolist() == alone.high.tolist()
    assert among.ranked.tolist() == [1, *[60] * 60, 1]
    assert (among.low[0], among.high[0]) == (1, 1)


def test_equal_places_may_all_be_first_or_last() -> None:
    found = rank_bands([7.0] * 5, [0.0] * 5, [0] * 5)
    assert found.low.tolist() == [1] * 5
    assert found.high.tolist() == [5] * 5


def test_nothing_to_rank() -> None:
    assert rank_bands([], [], []).low.tolist() == []


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_no_number_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        rank_bands([wrong], [1.0], [0])
    with pytest.raises(ValueError, match="below"):
        rank_bands([5.0], [-1.0], [0])


def test_bands_hold_the_true_rank_nine_times_in_ten() -> None:
    held, wide = [], []
    for seed in range(5):
        made = town(seed, places=200, kinds=1)
        found = estimate(fit(*made.voted), *made.voted)
        bands = rank_bands(found.score, found.deviation, made.groups)
        ranks = 1 + np.argsort(np.argsort(-made.truth))
        held.append(np.mean((bands.low <= ranks) & (ranks <= bands.high)))
        wide.append(np.median(bands.high - bands.low))
    assert 0.86 <= np.mean(held) <= 0.97
    assert np.mean(wide) > 60  # of 200: why no rank is ever shown
