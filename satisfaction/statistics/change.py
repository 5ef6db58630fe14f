"""Whether a score changed by more than chance: between two periods, and somewhere along the way."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erfc

from satisfaction.statistics.arrays import SCALE, SCORES, Z95, Flags, Floats, finite, same_length

#: Of a hundred changes that are reported, so many may be chance.
RATE = 0.05
#: Votes of ten steps have longer tails than the normal curve, so falls are asked for a little more;
#: measured, one in twenty of those reported is then chance (docs/statistics.md).
FALL_RATE = 0.03
#: A change that may be larger than this, in points, is not called about the same: it is unknown.
SAME_WITHIN = 1.0
#: Logarithm of the likelihood ratio from which a fall is called crossed; p decides, not this.
THRESHOLD = 5.0
#: Votes of the pooled variance that a place's own variance is mixed with.
_VARIANCE_VOTES = 20.0
_DRAWS = 2000
_SEED = 4_1954  # Page's paper


class Estimate(NamedTuple):
    """Scores with standard deviations; numbers or arrays of one shape."""

    score: ArrayLike
    deviation: ArrayLike


class Difference(NamedTuple):
    """After less before, with intervals of 95 % and two-sided p values."""

    change: Floats
    low: Floats
    high: Floats
    p: Floats


class Discoveries(NamedTuple):
    """q values, and which tests stand out at the chosen rate of false discoveries."""

    q: Floats
    flags: Flags


class CusumResult(NamedTuple):
    """How strongly a row of votes speaks for a lasting fall, and since which of them.

    `statistic` is the logarithm of the likelihood ratio; `since` the index of the first lot of
    votes after the likeliest fall, `crossed` the first lot at which the statistic had reached
    `THRESHOLD`; both None where there is none. `p` is how often chance alone would go so far.
    """

    statistic: float
    crossed: int | None
    since: int | None
    p: float


def mean_estimate(histograms: ArrayLike, effective: ArrayLike, sigma2: float) -> Estimate:
    """Plain means of votes with standard errors sqrt(sigma2 / n_eff); each row has votes.

    histograms (..., 10) weighted, effective (...,). Not leaned towards any kind, so that the change
    of a place is its own.
    """
    counted = finite("histograms", histograms, least=0.0)
    number = finite("effective", effective, least=0.0)
    if (number <= 0).any() or (counted.sum(axis=-1) <= 0).any():
        raise ValueError("effective: a mean needs votes.")
    mean = counted @ SCALE / counted.sum(axis=-1)
    return Estimate(mean, np.sqrt(finite("sigma2", sigma2, least=0.0) / number))


def own_sigma2(histogram: ArrayLike, pooled: float) -> float:
    """Variance of one place's votes (10,), leaned towards the town's: (20 pooled + SS) / (19 + n).

    Scores near the end of the scale scatter less, those in the middle more, than on average
    (conjugate shrinkage of variances; Lindley, 1971).
    """
    counted = finite("histogram", histogram, least=0.0)
    votes = float(counted.sum())
    mean = float(counted @ SCALE) / votes if votes else 0.0
    squares = float(counted @ (SCALE - mean) ** 2)
    return (_VARIANCE_VOTES * pooled + squares) / (_VARIANCE_VOTES + max(votes - 1.0, 0.0))


def difference(before: Estimate, after: Estimate) -> Difference:
    """Change of independent estimates, any common shape: interval +-1.96 sd, p = 2 Phi(-|z|)."""
    change = finite("after", after.score) - finite("before", before.score)
    deviation = np.hypot(
        finite("before", before.deviation, least=0.0), finite("after", after.deviation, least=0.0)
    )
    change, deviation = np.broadcast_arrays(change, deviation)
    z = np.where(change == 0, 0.0, np.inf)
    np.divide(np.abs(change), deviation, out=z, where=deviation > 0)
    half = Z95 * deviation
    return Difference(change, change - half, change + half, np.asarray(erfc(z / np.sqrt(2))))


def discoveries(p: ArrayLike, rate: float = RATE) -> Discoveries:
    """q values of p values (n,) and flags q <= rate (Benjamini and Hochberg, 1995).

    q_(i) = min over j >= i of p_(j) n / j: of all tests flagged at a rate, on average no larger
    share is chance.
    """
    values = finite("p", p, least=0.0)
    if (values > 1).any():
        raise ValueError("p: no value may be above 1.")
    size = same_length(p=values)
    order = np.argsort(values, kind="stable")
    steps = values[order] * size / np.arange(1, size + 1)
    q = np.empty(size)
    q[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return Discoveries(q, q <= rate)


def cusum(
    means: ArrayLike,
    votes: ArrayLike,
    baseline: float,
    sigma2: float,
    *,
    fall: float = 1.0,
    deviation: float = 0.0,
) -> CusumResult:
    """Look for a lasting fall of `fall` points in successive lots of votes of one place.

    means, votes (k,): mean and (effective) number of votes of each lot, oldest first; `baseline`
    and `deviation` what was known of the score before the first lot (points), sigma2 the variance
    of single votes. Statistic: S = max(0, max over j of log p(lots | fall after lot j) /
    p(lots | no fall)); with a known baseline the cumulative sum of Page (1954),
    S = max(0, S + n ((mu0 - mean) - fall/2) fall / sigma2), otherwise lots before j sharpen the
    baseline (self-starting: Hawkins, 1987). p by importance sampling from the falls themselves
    (Siegmund, 1976), fixed seed, so that p of many places can go through `discoveries`.
    """
    values, number = finite("means", means), finite("votes", votes, least=0.0)
    size = same_length(means=values, votes=number)
    finite("baseline, deviation, sigma2, fall", [baseline, deviation, sigma2, fall])
    if (number <= 0).any() or (values > SCORES).any():
        raise ValueError("Lots need votes, and means of at most 10.")
    if not (sigma2 > 0 and fall > 0 and deviation >= 0):
        raise ValueError("sigma2 and fall must be above 0, deviation not below.")
    walk = _Walk(number / sigma2, deviation, fall)
    found = [walk.until(k).ratios((baseline - values[:k])[None, :])[0] for k in range(1, size + 1)]
    if size == 0 or found[-1].max() <= 0:
        return CusumResult(0.0, None, None, 1.0)
    statistic, since = float(found[-1].max()), int(found[-1].argmax())
    crossed = next(
        (k for k in range(since, size) if found[k].max() >= THRESHOLD),
        None,
    )
    return CusumResult(statistic, crossed, since, walk.chance(statistic))


class _Walk(NamedTuple):
    """Lots by their information n / sigma2 (k,), and the uncertainty of the score before them."""

    information: Floats
    deviation: float
    fall: float

    def until(self, lot: int) -> "_Walk":
        return self._replace(information=self.information[:lot])

    def ratios(self, drops: Floats) -> Floats:
        """Log likelihood ratios (m, k) of a fall before each lot, for drops below baseline (m, k).

        Given the lots before it, the mean of the lots from j on is normal about what is then known
        of the score, lowered by the fall or not, with variance V = 1/precision before +
        1/information after: log ratio = (drop - fall/2) fall / V.
        """
        sums = np.cumsum(drops * self.information, axis=1)
        informed = np.cumsum(self.information)
        # What lots before j say counts by how unsure the baseline was.
        variance = self.deviation**2
        known_before = np.concatenate([[0.0], informed[:-1]])
        said_before = np.concatenate([np.zeros((len(drops), 1)), sums[:, :-1]], axis=1)
        doubt = variance / (1 + variance * known_before)
        after = informed[-1] - known_before
        drop = (sums[:, -1:] - said_before) / after - doubt * said_before
        return np.asarray((drop - self.fall / 2) * self.fall / (doubt + 1 / after))

    def chance(self, statistic: float) -> float:
        """How often S reaches the statistic without a fall.

        Lots are drawn with a fall before a lot drawn at random, and each draw that reaches the
        statistic counts by p(lots | no fall) / p(lots | such falls) = 1 / mean of the ratios.
        """
        random = np.random.default_rng(_SEED)
        size = len(self.information)
        start = random.integers(size, size=(_DRAWS, 1))
        score = self.deviation * random.standard_normal((_DRAWS, 1))
        noise = random.standard_normal((_DRAWS, size)) / np.sqrt(self.information)
        ratios = self.ratios(score + noise + self.fall * (np.arange(size) >= start))
        reached = ratios.max(axis=1) >= statistic
        # The mean of the ratios, freed of its largest part lest it overflow.
        top = ratios[reached].max(axis=1)
        means = np.exp(ratios[reached] - top[:, None]).mean(axis=1)
        return float(min((np.exp(-top) / means).sum() / _DRAWS, 1.0))
