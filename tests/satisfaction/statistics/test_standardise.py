"""Groups compared like with like: a zone of bus stops is not a bad zone."""

import numpy as np
import pytest

from satisfaction.statistics.scores import Model, fit
from satisfaction.statistics.standardise import group_score, zone_scores
from tests.satisfaction.statistics.towns import Town, town, vote


def fitted(
    seed: int = 1, *, places: int, kinds: int, each: int | None = None
) -> tuple[Town, Model]:
    made = town(seed, places, kinds, each=each)
    return made, fit(*made.voted)


def pooled_tau2(model: Model) -> float:
    return float(model.spreads.chance @ model.spreads.tau2)


def test_a_kind_alone_is_its_own_mean() -> None:
    made, model = fitted(places=200, kinds=4)
    of_kind = made.groups == 2
    found = group_score(model, *(one[of_kind] for one in made.voted))
    assert found.score == pytest.approx(model.means[2], abs=0.01)
    assert found.deviation**2 == pytest.approx(model.variances[2], rel=0.05)


def test_a_town_is_the_mean_of_its_kinds_by_their_places() -> None:
    made, model = fitted(places=200, kinds=4)
    found = group_score(model, *made.voted)
    share = np.bincount(made.groups) / 200
    assert found.score == pytest.approx(share @ model.means, abs=0.01)
    assert found.deviation**2 == pytest.approx(share**2 @ model.variances, rel=0.05)


def test_the_variance_is_that_of_the_sum_written_out() -> None:
    """Every score of a zone is a weighted sum of all places' means: add it up place by place."""
    made, model = fitted(seed=2, places=90, kinds=3, each=12)
    zones = np.random.default_rng(2).integers(4, size=90)
    mix = np.array([5.0, 3.0, 1.0])
    found = zone_scores(model, *made.voted, zones, mix)
    variance = pooled_tau2(model) + model.sigma2 / made.votes
    weight, share = 1 / variance, mix / mix.sum()
    means = made.histograms @ np.arange(1, 11) / made.votes
    for zone in range(4):
        inside = zones == zone
        factors = np.where(inside, weight, 0) / weight[inside].sum()
        for kind in range(3):
            of_kind = made.groups == kind
            lean = share[kind] - factors[of_kind & inside].sum()
            factors = factors + lean * np.where(of_kind, weight, 0) / weight[of_kind].sum()
        assert found.score[zone] == pytest.approx(factors @ means, abs=0.01)
        assert found.deviation[zone] ** 2 == pytest.approx(factors**2 @ variance, rel=0.03)


def test_a_zone_with_more_of_a_disliked_kind_is_not_worse() -> None:
    random = np.random.default_rng(3)
    groups = np.repeat([0, 1, 0, 1], [40, 10, 10, 40])
    zones = np.repeat([0, 0, 1, 1], [40, 10, 10, 40])
    histograms = np.zeros((100, 10))
    scores = np.where(groups == 0, 8, 4)[:, None] + random.integers(-1, 2, (100, 12))
    for row, votes in enumerate(scores):
        histograms[row] = np.bincount(votes, minlength=11)[1:]
    votes = np.full(100, 12.0)
    found = zone_scores(fit(histograms, votes, groups), histograms, votes, groups, zones, [50, 50])
    plain = [scores[zones == zone].mean() for zone in (0, 1)]
    assert plain[0] - plain[1] > 2
    assert found.score == pytest.approx([6.0, 6.0], abs=0.2)


def test_intervals_of_zones_hold_their_true_scores() -> None:
    held = []
    for seed in range(12):
        made = town(seed)
        random = np.random.default_rng([seed, 1])
        zones = random.integers(25, size=600)
        shift = random.normal(0, 0.4, 25)
        truth = np.clip(made.truth + shift[zones], 1.2, 9.8)
        histograms = vote(random, truth, made.votes.astype(int))
        model = fit(histograms, made.votes, made.groups)
        mix = np.bincount(made.groups, minlength=10)
        found = zone_scores(model, histograms, made.votes, made.groups, zones, mix)
        of_zones = made.usual @ (mix / 600) + shift
        held.append(np.mean((found.low <= of_zones) & (of_zones <= found.high)))
    assert 0.9 <= np.mean(held) <= 0.99


def test_zones_without_votes_have_no_score() -> None:
    made, model = fitted(places=30, kinds=2)
    found = zone_scores(model, *made.voted, np.full(30, 2), [1, 1])
    assert np.isnan(found.score[:2]).all()
    assert np.isnan(found.low[:2]).all()
    assert np.isfinite(found.score[2])


def test_groups_that_cannot_be_scored_are_refused() -> None:
    made, model = fitted(places=30, kinds=2)
    with pytest.raises(ValueError, match="without votes"):
        group_score(model, np.zeros((1, 10)), [0], [0])
    with pytest.raises(ValueError, match="at least one kind"):
        zone_scores(model, *made.voted, np.zeros(30, dtype=int), [0, 0])
    with pytest.raises(ValueError, match="one number for each kind"):
        zone_scores(model, *made.voted, np.zeros(30, dtype=int), [1])
    with pytest.raises(ValueError, match="one index for each place"):
        zone_scores(model, *made.voted, [0], [1, 1])
    with pytest.raises(ValueError, match="not fitted"):
        group_score(model, made.histograms, made.votes, made.groups + 5)
