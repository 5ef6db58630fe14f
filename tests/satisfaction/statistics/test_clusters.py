"""Clusters: Gi* equal to another program's, false ones rare, planted ones found."""

import os
from typing import Any

import numpy as np
import pytest
from esda.getisord import G_Local
from libpysal.weights import W

from satisfaction.statistics import clusters
from satisfaction.statistics.clusters import Clusters, getis_ord, usual_distance
from satisfaction.statistics.scores import estimate, fit
from tests.satisfaction.statistics.towns import town, vote

DRILL = os.environ.get("MEGDAN_DRILL") == "1"


def ground(seed: int, size: int = 120) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    x, y = random.uniform(0, 4000, (2, size))
    return x, y, random.normal(0, 0.3, size) + 0.4 * np.exp(-(x**2 + y**2) / 800**2)


@pytest.mark.slow
@pytest.mark.parametrize("distance", [None, 600.0])
@pytest.mark.filterwarnings(
    "ignore:The alternative hypothesis:DeprecationWarning", "ignore:`row_stack`:DeprecationWarning"
)
def test_z_and_p_are_those_of_esda(distance: float | None) -> None:
    x, y, residual = ground(1)
    reach = usual_distance(x, y) if distance is None else distance
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    near = np.argsort(apart, axis=1)[:, :10]
    neighbours = {
        place: [int(one) for one in near[place] if one != place and apart[place, one] <= reach]
        for place in range(120)
    }
    weights = W(
        {place: [place, *others] for place, others in neighbours.items()}, silence_warnings=True
    )
    # It divides by the sum, so values must be positive; z does not depend on where 0 is.
    oracle = G_Local(residual + 5, weights, transform="B", star=True, permutations=9999, seed=5)
    found = getis_ord(x, y, residual, distance=distance)
    assert min(len(others) for others in neighbours.values()) > 0
    assert found.z == pytest.approx(oracle.Zs)
    doubled = np.minimum(2 * oracle.p_sim, 1)
    scatter = 5 * np.sqrt(doubled / 5000) + 2e-3
    assert (np.abs(found.p - doubled) <= scatter).all()


def test_a_neighbourhood_is_ten_places_and_none_too_far() -> None:
    x = np.arange(30.0) * 100
    near = clusters._neighbourhoods(x, np.zeros(30), 250.0)
    assert near[10].nonzero()[0].tolist() == [8, 9, 10, 11, 12]
    assert clusters._neighbourhoods(x, np.zeros(30), 1e6).sum(axis=1).tolist() == [10] * 30
    assert usual_distance(x, np.zeros(30)) == pytest.approx(3 * 500)
    same = clusters._neighbourhoods(np.zeros(30), np.zeros(30), 0.0)
    assert same.diagonal().all()


def test_draws_are_different_others_with_equal_chance() -> None:
    near = np.ones((6, 6), dtype=bool)
    near[:, 4:] = False
    np.fill_diagonal(near, True)
    drawn = clusters._Shuffles(near, np.arange(6.0), 1)._draw(20_000)
    assert all(len(set(row)) == len(drawn) for row in drawn.T[:500].tolist())
    for row in drawn:
        assert np.bincount(row, minlength=5) / 20_000 == pytest.approx(np.full(5, 0.2), abs=0.02)


def test_the_same_map_always_says_the_same() -> None:
    first, again = getis_ord(*ground(2)), getis_ord(*ground(2))
    assert all((one == other).all() for one, other in zip(first, again, strict=True))


@pytest.mark.parametrize("size", [0, 1, 2, 5])
def test_few_places_make_no_cluster(size: int) -> None:
    found = getis_ord(*ground(3, size))
    assert found.z.shape == (size,)
    assert not (found.hot | found.cold).any()


def test_equal_places_make_no_cluster() -> None:
    x, y, _ = ground(4)
    found = getis_ord(x, y, np.full(120, 0.3))
    assert not found.z.any()
    assert (found.p == 1).all()


def test_a_hollow_is_cold_and_a_hill_is_hot() -> None:
    x, y, residual = ground(5)
    residual[np.hypot(x - 1000, y - 1000) < 700] += 1.5
    residual[np.hypot(x - 3000, y - 3000) < 700] -= 1.5
    found = getis_ord(x, y, residual)
    assert found.hot.sum() >= 5
    assert found.cold.sum() >= 5
    assert (np.hypot(x - 1000, y - 1000)[found.hot] < 1500).all()
    assert (np.hypot(x - 3000, y - 3000)[found.cold] < 1500).all()


@pytest.mark.parametrize("wrong", [{"distance": -1.0}, {"distance": np.nan}, {"permutations": 0}])
def test_impossible_questions_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must|at least"):
        getis_ord(*ground(6, 5), **wrong)
    with pytest.raises(ValueError, match="finite"):
        getis_ord([0.0, np.nan], [0.0, 1.0], [0.0, 1.0])
    with pytest.raises(ValueError, match="same length"):
        getis_ord([0.0, 1.0], [0.0, 1.0], [0.0])


def invented(seed: int, shift: float) -> tuple[Clusters, np.ndarray]:
    """Clusters of a town of 12 votes a place; ten neighbouring places are better by the shift."""
    made = town(seed, each=12)
    random = np.random.default_rng([seed, 3])
    middle = random.integers(600)
    planted = np.argsort(np.hypot(made.x - made.x[middle], made.y - made.y[middle]))[:10]
    truth = made.truth.copy()
    truth[planted] = np.clip(truth[planted] + shift, 1.5, 9.6)
    histograms = vote(random, truth, made.votes.astype(int))
    found = estimate(fit(histograms, made.votes, made.groups), histograms, made.votes, made.groups)
    return getis_ord(made.x, made.y, found.residual), planted


@pytest.mark.slow
@pytest.mark.drill
@pytest.mark.timeout(1800)
def test_chance_makes_few_clusters_and_planted_ones_are_found() -> None:
    """Of 100 maps (the drill; 5 otherwise): few false ones, most planted ones found.

    The aim is 5 false and 80 found; this town gives 8 and 77 (docs/statistics.md). Ten false ones
    in a hundred are what a true rate of 5 gives once in forty drills, so more of them is a fault.
    """
    maps, false_ones, least = (100, 10, 70) if DRILL else (5, 2, 2)
    chance = [invented(seed, 0.0)[0] for seed in range(maps)]
    planted = [invented(seed, 1.5) for seed in range(maps)]
    assert sum((one.hot | one.cold).any() for one in chance) <= false_ones
    assert sum(one.hot[places].any() for one, places in planted) >= least
