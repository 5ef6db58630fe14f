"""What works at a place changed, once what changed everywhere is taken off."""

from typing import NamedTuple

import numpy as np

from satisfaction.statistics.arrays import Z95, finite
from satisfaction.statistics.change import Estimate


class Effect(NamedTuple):
    """Change in points that is the place's own, with its interval of 95 %."""

    change: float
    low: float
    high: float


def before_after(
    treated_before: Estimate,
    treated_after: Estimate,
    control_before: Estimate,
    control_after: Estimate,
) -> Effect:
    """Difference in differences of four independent estimates (numbers, points).

    change = (after - before) of the treated place less (after - before) of its like without works
    (Ashenfelter and Card, 1985); variances add up. It holds only as far as the place would have
    gone with its like without the works.
    """
    parts = treated_after, treated_before, control_after, control_before
    scores = [float(finite("score", one.score)) for one in parts]
    spreads = [float(finite("deviation", one.deviation, least=0.0)) for one in parts]
    change = (scores[0] - scores[1]) - (scores[2] - scores[3])
    half = Z95 * float(np.sqrt(np.square(spreads).sum()))
    return Effect(change, change - half, change + half)
