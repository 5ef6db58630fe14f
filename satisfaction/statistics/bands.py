"""Where a place stands among its like: a band of ranks, because one rank would claim too much."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from satisfaction.statistics.arrays import (
    Flags,
    Floats,
    Integers,
    finite,
    group_indexes,
    same_length,
)

#: Clearly below or above its kind: by half a point, with nine chances in ten.
CLEAR_POINTS = 0.5
CLEAR_CHANCE = 0.9


class Bands(NamedTuple):
    """Of each place: ranks it may have (1 is the best) of how many, and whether it stands out."""

    low: Integers
    high: Integers
    ranked: Integers
    below: Flags
    above: Flags


def rank_bands(
    score: ArrayLike,
    deviation: ArrayLike,
    groups: ArrayLike,
    *,
    means: ArrayLike | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> Bands:
    """Ranks within each group from the 5th to the 95th hundredth of simulated true scores.

    Arrays (n,) of scores with standard deviations and group indexes; `means` (g,) are the groups'
    usual scores, otherwise the mean of their places. Ranks are of `draws` independent draws of
    Normal(score, deviation^2) (Goldstein and Spiegelhalter, 1996). `below` says
    P(theta < mean - 0.5) > 0.9, `above` P(theta > mean + 0.5) > 0.9. A group's ranks do not depend
    on other groups.
    """
    value = finite("score", score)
    # Without any spread equal places would be ranked by their order in the list.
    spread = np.maximum(finite("deviation", deviation, least=0.0), 1e-9)
    kinds = group_indexes(groups)
    size = same_length(score=value, deviation=spread, groups=kinds)
    low, high, ranked = (np.ones(size, dtype=np.int64) for _ in range(3))
    usual = np.zeros(size)
    for kind in np.unique(kinds):
        places = np.flatnonzero(kinds == kind)
        usual[places] = value[places].mean()
        ranked[places] = len(places)
        random = np.random.default_rng([seed, int(kind)])
        drawn = value[places] + spread[places] * random.standard_normal((draws, len(places)))
        ranks = _ranks(drawn)
        low[places], high[places] = np.quantile(ranks, [0.05, 0.95], axis=0, method="inverted_cdf")
    if means is not None:
        usual = finite("means", means)[kinds]
    below = ndtr((usual - CLEAR_POINTS - value) / spread) > CLEAR_CHANCE
    above = ndtr((value - usual - CLEAR_POINTS) / spread) > CLEAR_CHANCE
    return Bands(low, high, ranked, np.asarray(below), np.asarray(above))


def _ranks(drawn: Floats) -> Integers:
    """Rank of each place in each row of draws (draws, k); 1 is the highest."""
    order = np.argsort(-drawn, axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, drawn.shape[1] + 1)[None, :], axis=1)
    return ranks
