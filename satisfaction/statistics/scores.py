"""The score of a place: its votes, leaned towards its kind where they are few, with an interval.

Votes of place i scatter about its true score theta_i with variance sigma2; true scores of a kind c
scatter about mu_c with variance tau2. A place with n votes keeps the share
B = tau2 / (tau2 + sigma2 / n) of what sets it apart from its kind, as if sigma2 / tau2 average
votes had been added to its own (empirical Bayes: Efron and Morris, 1973; Fay and Herriot, 1979).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar

from satisfaction.statistics.arrays import (
    SCALE,
    SCORES,
    Z95,
    Floats,
    Integers,
    finite,
    group_indexes,
    same_length,
)

#: Whole numbers cannot be more exact than their rounding (Sheppard, 1898).
LEAST_SIGMA2 = 1 / 12
#: Of votes that are anything from 1 to 10 with equal chance: where no place has two votes.
UNKNOWN_SIGMA2 = (SCORES**2 - 1) / 12
#: Scores between 1 and 10 cannot scatter more than half of them at each end.
_WIDEST_TAU = (SCORES - 1) / 2
_COARSE, _FINE = 181, 61
#: Values of tau less likely than the likeliest by e^-12 change no printed digit.
_PLAUSIBLE = 12.0
#: A likelihood that differs by no more than rounding says nothing about tau.
_FLAT = 1e-9


class Spreads(NamedTuple):
    """Values of tau2 that the votes leave plausible, and the kinds' means under each."""

    tau2: Floats  # (m,)
    chance: Floats  # (m,), sums to 1
    means: Floats  # (m, g)
    variances: Floats  # (m, g)


class Model(NamedTuple):
    """What votes of all places say about the ways votes and places scatter; points squared."""

    sigma2: float
    tau2: float
    means: Floats  # (g,) of kinds, 1..10
    variances: Floats  # (g,) of those means
    spreads: Spreads

    @property
    def added_votes(self) -> float:
        """How many average votes of its kind each place is given, as it were; may be infinite."""
        return self.sigma2 / self.tau2 if self.tau2 > 0 else float("inf")


class Scores(NamedTuple):
    """Of each place: score 1..10, interval of 95 %, standard deviation, difference to its kind."""

    score: Floats
    low: Floats
    high: Floats
    deviation: Floats
    residual: Floats


class Votes(NamedTuple):
    """Checked votes of n places: weighted mean (0 without votes), effective votes, kind."""

    mean: Floats
    effective: Floats
    groups: Integers
    within: float  # sum of squares within places
    freedom: float  # what it is divided by


def fit(histograms: ArrayLike, effective: ArrayLike, groups: ArrayLike) -> Model:
    """Learn the model from histograms (n, 10) of weighted votes, effective votes and kinds (n,).

    sigma2 is pooled within places: sum w (y - mean)^2 / sum W (1 - 1/n_eff). ONE tau2 for all kinds
    is estimated by restricted maximum likelihood on the means of places (Patterson and Thompson,
    1971); mu_c is their mean weighted by 1 / (tau2 + sigma2 / n), its variance one over the sum of
    weights. A kind without votes has the mean of all kinds and the variance of a guess.
    """
    votes = checked(histograms, effective, groups)
    sigma2 = _sigma2(votes)
    rated = votes.effective > 0
    kinds = int(votes.groups.max(initial=-1)) + 1
    likelihood = _Likelihood(
        votes.mean[rated], sigma2 / votes.effective[rated], votes.groups[rated], kinds
    )
    tau = _plausible_taus(likelihood)
    logs = likelihood.logs(tau)
    tau2 = _likeliest(likelihood, tau, logs)
    # A flat prior on tau2 keeps intervals honest in towns with few places (Morris and Tang, 2011).
    chance = tau * np.exp(logs - logs.max())
    chance /= chance.sum()
    means, variances = likelihood.kinds(tau)
    mean = chance @ means
    return Model(
        sigma2=sigma2,
        tau2=tau2,
        means=mean,
        variances=chance @ (variances + (means - mean) ** 2),
        spreads=Spreads(tau**2, chance, means, variances),
    )


def estimate(
    model: Model, histograms: ArrayLike, effective: ArrayLike, groups: ArrayLike
) -> Scores:
    """Scores of places by the model; shapes as in `fit`. A place without votes gets its kind's.

    score_i = mu_c + B_i (mean_i - mu_c), variance B_i sigma2 / n_i + (1 - B_i)^2 var(mu_c), both
    averaged over the plausible values of tau2, whose own scatter is added (law of total variance;
    Morris, 1983). So a town of ten places does not look surer than it is.
    """
    votes = checked(histograms, effective, groups)
    if votes.groups.max(initial=-1) >= len(model.means):
        raise ValueError("groups: a kind the model was not fitted with.")
    some = votes.effective > 0
    noise = np.full(len(votes.mean), np.inf)
    np.divide(model.sigma2, votes.effective, out=noise, where=some)
    tau2 = model.spreads.tau2[:, None]
    kept = np.where(tau2 > 0, tau2 / (tau2 + noise), 0.0)
    centre = model.spreads.means[:, votes.groups]
    apart = kept * np.where(some, votes.mean - centre, 0.0)
    variance = tau2 * (1 - kept)
    variance += (1 - kept) ** 2 * model.spreads.variances[:, votes.groups]
    chance = model.spreads.chance
    score = chance @ (centre + apart)
    deviation = np.sqrt(chance @ (variance + (centre + apart - score) ** 2))
    return Scores(
        score=score,
        low=np.clip(score - Z95 * deviation, 1.0, SCORES),
        high=np.clip(score + Z95 * deviation, 1.0, SCORES),
        deviation=deviation,
        residual=chance @ apart,
    )


def checked(histograms: ArrayLike, effective: ArrayLike, groups: ArrayLike) -> Votes:
    """Read votes as `fit` takes them; ValueError says what is wrong with them."""
    counted = finite("histograms", histograms, least=0.0).reshape(-1, SCORES)
    number = finite("effective", effective, least=0.0)
    kinds = group_indexes(groups)
    weight = counted.sum(axis=1)
    same_length(effective=number, groups=kinds, histograms=weight)
    if ((weight > 0) != (number > 0)).any():
        raise ValueError("effective: votes are worth something exactly where there are some.")
    mean = np.zeros_like(weight)
    np.divide(counted @ SCALE, weight, out=mean, where=weight > 0)
    squares = (counted * (SCALE - mean[:, None]) ** 2).sum()
    share = np.zeros_like(weight)
    np.divide(1.0, number, out=share, where=number > 0)
    # A single vote has no scatter, and weights cannot make it worth less than one.
    freedom = (weight * np.maximum(1 - share, 0.0)).sum()
    return Votes(mean, number, kinds, float(squares), float(freedom))


def _sigma2(votes: Votes) -> float:
    if votes.freedom <= 0:
        return UNKNOWN_SIGMA2
    return max(votes.within / votes.freedom, LEAST_SIGMA2)


class _Likelihood:
    """Restricted likelihood of tau given means of places with known noise (variances)."""

    def __init__(self, means: Floats, noise: Floats, groups: Integers, kinds: int) -> None:
        self.means, self.noise = means, noise
        self.member = (groups[:, None] == np.arange(kinds)).astype(np.float64)
        self.rated_kinds = self.member.any(axis=0)

    def kinds(self, tau: Floats) -> tuple[Floats, Floats]:
        """Means of kinds (m, g) and their variances for each tau (m,)."""
        weights = 1 / (tau[:, None] ** 2 + self.noise)
        total = weights @ self.member
        rated = self.rated_kinds
        means = np.zeros_like(total)
        np.divide((weights * self.means) @ self.member, total, out=means, where=rated)
        variances = np.full_like(total, UNKNOWN_SIGMA2)
        np.divide(1.0, total, out=variances, where=rated)
        if rated.any() and not rated.all():
            means[:, ~rated] = means[:, rated].mean(axis=1, keepdims=True)
        elif not rated.any():
            means[:] = SCALE.mean()
        return means, variances

    def logs(self, tau: Floats) -> Floats:
        """Logarithm of the restricted likelihood for each tau (m,), up to a constant."""
        variances = tau[:, None] ** 2 + self.noise
        means, of_means = self.kinds(tau)
        apart = self.means - means @ self.member.T
        return -0.5 * np.asarray(
            np.log(variances).sum(axis=1)
            - np.log(of_means[:, self.rated_kinds]).sum(axis=1)
            + (apart**2 / variances).sum(axis=1)
        )


def _plausible_taus(likelihood: _Likelihood) -> Floats:
    """Evenly spread values of tau that hold all that is plausible."""
    coarse = np.linspace(0.0, _WIDEST_TAU, _COARSE)
    logs = likelihood.logs(coarse)
    near = np.flatnonzero(logs >= logs.max() - _PLAUSIBLE)
    low, high = coarse[max(near[0] - 1, 0)], coarse[min(near[-1] + 1, _COARSE - 1)]
    return np.linspace(low, high, _FINE)


def _likeliest(likelihood: _Likelihood, tau: Floats, logs: Floats) -> float:
    """Value of tau2 at the top of the likelihood, which may be 0."""
    best = int(logs.argmax())
    if np.ptp(logs) < _FLAT:
        return 0.0
    bounds = tau[max(best - 1, 0)], tau[min(best + 1, _FINE - 1)]
    found = minimize_scalar(
        lambda one: -likelihood.logs(np.array([one]))[0],
        bounds=bounds,
        method="bounded",
        options={"xatol": 1e-9},
    )
    return float(found.x) ** 2 if -found.fun > logs[best] else float(tau[best]) ** 2
