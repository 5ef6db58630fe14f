"""Where a score and its interval stand in a drawing, in per cent of its width or height.

A drawing without a view box takes per cents for positions and pixels for letters and dots, so it
is as wide as its place on the page and its writing stays readable on a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LOWEST, HIGHEST = 1.0, 10.0
#: Room at both ends, so that a dot at 1 or 10 is seen whole.
EDGE = 3.0


@dataclass(frozen=True, slots=True)
class Dot:
    """Score and interval on the scale of 1 to 10, lying."""

    dot: str
    low: str
    high: str


def lying(score: float | None, low: float | None, high: float | None) -> Dot | None:
    """Where dot and whisker of a row stand; None where there is no score."""
    if score is None or low is None or high is None:
        return None
    return Dot(*(percent(along(value)) for value in (score, low, high)))


def along(value: float, lowest: float = LOWEST, highest: float = HIGHEST) -> float:
    """From `EDGE` at the lowest value to 100 - `EDGE` at the highest; what is beyond is cut."""
    inside = min(max(value, lowest), highest)
    return EDGE + (inside - lowest) / (highest - lowest) * (100 - 2 * EDGE)


def percent(number: float) -> str:
    """A position as a drawing takes it, in every language the same."""
    return f"{number:.2f}%"


def outline(points: Sequence[tuple[float, float]]) -> str:
    """Points of a polygon or a line in a view box of 100 by 100."""
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
