"""Scores of groups of places that compare like with like: a zone is not bad for having bus stops.

Every place is first compared with its kind; what is left over is averaged over the group and added
to the score of a stated mix of kinds (direct standardisation). Places count by
1 / (tau2 + sigma2 / n), the random-effects mean of DerSimonian and Laird (1986).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from satisfaction.statistics.arrays import SCORES, Z95, Floats, Integers, finite, group_indexes
from satisfaction.statistics.scores import Model, Votes, checked


class Interval(NamedTuple):
    """Score of one group 1..10 with its interval of 95 % and standard deviation."""

    score: float
    low: float
    high: float
    deviation: float


class Intervals(NamedTuple):
    """Scores of several groups with intervals of 95 % and standard deviations; nan where empty."""

    score: Floats
    low: Floats
    high: Floats
    deviation: Floats


def group_score(
    model: Model, histograms: ArrayLike, effective: ArrayLike, groups: ArrayLike
) -> Interval:
    """Score of the places given, with their own mix of kinds: a kind, small places, a whole town.

    Rows as in `scores.fit`, a part or all of those the model was fitted with; at least one with
    votes. For all places of a kind it is that kind's mean, for all places of a town the mean of its
    kinds by their number of places.
    """
    votes = checked(histograms, effective, groups)
    mix = np.bincount(votes.groups, minlength=len(model.means)).astype(np.float64)
    every = np.zeros(len(votes.mean), dtype=np.int64)
    scores = _standardised(model, votes, every, 1, mix)
    if np.isnan(scores.score[0]):
        raise ValueError("histograms: a group without votes has no score.")
    return Interval(*(float(one[0]) for one in scores))


def zone_scores(
    model: Model,
    histograms: ArrayLike,
    effective: ArrayLike,
    groups: ArrayLike,
    zones: ArrayLike,
    mix: ArrayLike,
) -> Intervals:
    """Scores of zones as if each had the same mix of kinds of place, usually the whole town's.

    Rows as in `scores.fit`; `zones` (n,) index of each row's zone, `mix` (g,) how many places of
    each kind, not all 0. Gives arrays (z,), z the highest index + 1, nan for zones without votes.
    """
    votes = checked(histograms, effective, groups)
    index = group_indexes(zones)
    if index.shape != votes.groups.shape:
        raise ValueError("zones: one index for each place.")
    share = finite("mix", mix, least=0.0)
    if share.shape != model.means.shape:
        raise ValueError("mix: one number for each kind of the model.")
    return _standardised(model, votes, index, int(index.max(initial=-1)) + 1, share)


def _standardised(model: Model, votes: Votes, zones: Integers, size: int, mix: Floats) -> Intervals:
    """Mean of the mix plus the weighted mean of what sets places apart from their kinds.

    The kinds' means come from the same places, so variances do not simply add up. With q_c the
    weight of kind c in the zone and m_c its share in the mix, the variance of the sum is
    1 / sum of weights + sum_c (m_c^2 - q_c^2) var(mu_c).
    """
    if mix.sum() <= 0:
        raise ValueError("mix: at least one kind must have a place.")
    mix = mix / mix.sum()
    some = votes.effective > 0
    kinds, zone, number = votes.groups[some], zones[some], votes.effective[some]
    if kinds.max(initial=-1) >= len(model.means):
        raise ValueError("groups: a kind the model was not fitted with.")
    tau2 = float(model.spreads.chance @ model.spreads.tau2)
    weight = 1 / (tau2 + model.sigma2 / number)
    part = np.zeros((size, len(model.means)))
    np.add.at(part, (zone, kinds), weight)
    total = part.sum(axis=1)
    rated = total > 0
    apart = np.bincount(zone, weight * (votes.mean[some] - model.means[kinds]), minlength=size)
    score, variance = np.full(size, np.nan), np.full(size, np.nan)
    part[rated] /= total[rated, None]
    score[rated] = mix @ model.means + apart[rated] / total[rated]
    variance[rated] = 1 / total[rated] + (mix**2 - part[rated] ** 2) @ model.variances
    deviation = np.sqrt(np.maximum(variance, 0.0))
    return Intervals(
        score=np.clip(score, 1.0, SCORES),
        low=np.clip(score - Z95 * deviation, 1.0, SCORES),
        high=np.clip(score + Z95 * deviation, 1.0, SCORES),
        deviation=deviation,
    )
