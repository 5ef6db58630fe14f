"""How much older votes count, and how many fresh votes they are worth together."""

import numpy as np
from numpy.typing import ArrayLike

from satisfaction.statistics.arrays import Floats, finite

#: After so many days a vote counts half.
HALF_LIFE = 120.0


def recency(age_days: ArrayLike, half_life: float = HALF_LIFE) -> Floats:
    """Weight of votes by age, any shape: w = 2^(-age / half_life), 1 for votes of today.

    Ages in days, none negative. Exponential smoothing (Brown, 1959) with its memory said as a half
    life.
    """
    if not (np.isfinite(half_life) and half_life > 0):
        raise ValueError("half_life: must be a number of days above 0.")
    return np.exp2(-finite("age_days", age_days, least=0.0) / half_life)


def effective_votes(weights: ArrayLike, votes: ArrayLike) -> Floats:
    """Votes that weighted votes are worth: n_eff = (sum w n)^2 / sum w^2 n over the last axis.

    Shapes (..., k): weight and number of votes of each of k lots. Equal weights give the plain
    number; no votes, or weights that sum to 0, give 0. Effective sample size of Kish (1965).
    """
    weight = finite("weights", weights, least=0.0)
    number = finite("votes", votes, least=0.0)
    total = np.asarray((weight * number).sum(axis=-1))
    square = np.asarray((weight**2 * number).sum(axis=-1))
    worth = np.zeros_like(total)
    np.divide(total**2, square, out=worth, where=square > 0)
    return worth
