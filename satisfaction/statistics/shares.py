"""Shares of the happy and the unhappy with intervals that hold for few votes too."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from satisfaction.statistics.arrays import SCORES, Z95, Floats, finite

#: Scores from here up are of the happy, and up to there of the unhappy.
HAPPY_FROM = 8
UNHAPPY_TO = 4


class Share(NamedTuple):
    """Shares 0..1 with intervals of 95 %."""

    share: Floats
    low: Floats
    high: Floats


def wilson(successes: ArrayLike, votes: ArrayLike) -> Share:
    """Share of successes among votes, any common shape; votes may be effective ones.

    Score interval of Wilson (1927): (p + z2/2n -+ z sqrt(p (1-p)/n + z2/4n2)) / (1 + z2/n) with
    z2 = 1.96^2. Without votes the share is not a number (nan) and the interval 0..1.
    """
    number = finite("votes", votes, least=0.0)
    hits = finite("successes", successes, least=0.0)
    if (hits > number * (1 + 1e-9)).any():
        raise ValueError("successes: no more than there are votes.")
    some = number > 0
    share = np.full(np.broadcast_shapes(hits.shape, number.shape), np.nan)
    np.divide(hits, number, out=share, where=some)
    share = np.minimum(share, 1.0)
    p, n = np.where(some, share, 0.5), np.where(some, number, 1.0)
    square = Z95**2
    centre = (p + square / (2 * n)) / (1 + square / n)
    half = Z95 * np.sqrt(p * (1 - p) / n + square / (4 * n**2)) / (1 + square / n)
    # At 0 % and 100 % the limit is exact; rounding would leave it a hair beside.
    low = np.where(some & (p > 0), np.maximum(centre - half, 0.0), 0.0)
    high = np.where(some & (p < 1), np.minimum(centre + half, 1.0), 1.0)
    return Share(share, low, high)


def happy(histograms: ArrayLike, effective: ArrayLike) -> Share:
    """Share of votes of 8 to 10; histograms (n, 10) weighted, effective votes (n,)."""
    return _part(histograms, effective, slice(HAPPY_FROM - 1, SCORES))


def unhappy(histograms: ArrayLike, effective: ArrayLike) -> Share:
    """Share of votes of 1 to 4; histograms (n, 10) weighted, effective votes (n,)."""
    return _part(histograms, effective, slice(0, UNHAPPY_TO))


def _part(histograms: ArrayLike, effective: ArrayLike, scores: slice) -> Share:
    counted = finite("histograms", histograms, least=0.0)
    number = finite("effective", effective, least=0.0)
    total = counted.sum(axis=-1)
    part = np.zeros_like(total)
    np.divide(counted[..., scores].sum(axis=-1), total, out=part, where=total > 0)
    return wilson(np.minimum(part, 1.0) * number, number)
