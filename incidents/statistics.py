"""How long answers take, honestly: what is still open counts as not yet answered. No ORM.

A middle of the answered reports alone flatters whoever leaves the hard ones open. The estimate of
Kaplan and Meier takes each open report as "took at least so long".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST = 10
"""Of fewer reports nothing is told: a figure of three is a story about three people."""


@dataclass(frozen=True, slots=True)
class Case:
    """One report: so many days until the answer, or until today where there is none."""

    days: int
    is_answered: bool
    # None where no term ran, or where it still runs.
    is_on_time: bool | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of some reports; None where there are too few, or too many are still open."""

    number: int | None
    answered: int | None = None
    median: int | None = None
    p90: int | None = None
    on_time: int | None = None  # per cent of those whose term was kept or missed


def survival_quantile(days: Sequence[int], is_answered: Sequence[bool], share: float) -> int | None:
    """The first day by which at least `share` are answered, None where that is not known yet.

    Days on which something was answered step the curve; a report that is open on that very day
    still counts among those that could have been answered.
    """
    times = np.asarray(days, dtype=np.int64)
    events = np.asarray(is_answered, dtype=bool)
    moments, answered = np.unique(times[events], return_counts=True)
    at_risk = times.size - np.searchsorted(np.sort(times), moments, side="left")
    left = np.cumprod(1.0 - answered / at_risk)
    # Rounding of the product must not push a quantile to the next day.
    reached = np.flatnonzero(left <= 1.0 - share + 1e-12)
    return int(moments[reached[0]]) if reached.size else None


def figures_of(cases: Sequence[Case]) -> Figures:
    """What may be told of some reports."""
    if len(cases) < LEAST:
        return Figures(None)
    days = [one.days for one in cases]
    answered = [one.is_answered for one in cases]
    decided = [one.is_on_time for one in cases if one.is_on_time is not None]
    return Figures(
        number=len(cases),
        answered=sum(answered),
        median=survival_quantile(days, answered, 0.5),
        p90=survival_quantile(days, answered, 0.9),
        on_time=round(100 * sum(decided) / len(decided)) if len(decided) >= LEAST else None,
    )


def per_unit(number: int, size: float, unit: float) -> float | None:
    """How many on each `unit` of a size, to one decimal; None for too few and for no size."""
    if number < LEAST or size <= 0:
        return None
    return round(number * unit / size, 1)
