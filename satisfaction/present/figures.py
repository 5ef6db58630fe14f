"""A figure as pages show it: its words, the strip of ten bars and the interval on the scale."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from satisfaction.facts import Fact
from satisfaction.models import Snapshot
from satisfaction.selection import snapshots_for
from satisfaction.sentences import interval_text, period_label, score_text, sentence
from sign_registry.models.ratings import SCORES
from zones.models import Municipality

# Measures of the drawings, in units of their view boxes; whole numbers, as no language writes
# them otherwise.
BAR_WIDTH, BAR_GAP, BAR_HEIGHT = 26, 4, 60
POINT_WIDTH = 40  # of one point of the scale
SCALE_LEFT = 10
SPANS = (Snapshot.Span.ROLLING, Snapshot.Span.QUARTER, Snapshot.Span.MONTH, Snapshot.Span.YEAR)


def current_snapshot(
    municipality: Municipality, today: dt.date, *, is_staff: bool
) -> Snapshot | None:
    """The figures a place is shown with: of the last twelve months, else of the newest period."""
    found = list(snapshots_for(municipality, today, is_staff=is_staff))
    for span in SPANS:
        for snapshot in found:
            if snapshot.span == span:
                return snapshot
    return None


def figure_row(fact: Fact, language: str) -> dict[str, Any]:
    """A figure as pages and printed sheets show it, with what may be said of it."""
    row = {
        "fact": fact,
        "has_score": fact.score is not None,
        "votes": fact.votes,
        "change_state": fact.change_state,
        "sentence": sentence(fact, language),
        "period": period_label(fact.period, language),
        "bars": bars(fact.histogram) if fact.histogram else [],
        "is_synthetic": fact.is_synthetic,
    }
    return {**row, **numbers(fact.score, fact.low, fact.high, language)}


def numbers(
    score: float | None, low: float | None, high: float | None, language: str
) -> dict[str, Any]:
    """A score and its interval in figures, and drawn; empty where there is none."""
    if score is None or low is None or high is None:
        return {"score": "", "low": "", "high": "", "interval": None}
    lowest, highest = interval_text(low, high, language)
    words = {"score": score_text(score, language), "low": lowest, "high": highest}
    return {**words, "interval": {**words, **_drawn(score, low, high)}}


def bars(histogram: Sequence[int]) -> list[dict[str, int]]:
    """Ten bars, the tallest as high as the strip; a score nobody gave keeps a hair's breadth."""
    tallest = max([*histogram, 1])
    heights = [max(1, round(BAR_HEIGHT * votes / tallest)) for votes in histogram[:SCORES]]
    return [
        {
            "score": score,
            "votes": histogram[score - 1],
            "x": (score - 1) * (BAR_WIDTH + BAR_GAP),
            "y": BAR_HEIGHT - height,
            "height": height,
            "middle": (score - 1) * (BAR_WIDTH + BAR_GAP) + BAR_WIDTH // 2,
        }
        for score, height in enumerate(heights, 1)
    ]


def _drawn(score: float, low: float, high: float) -> dict[str, int]:
    """Where dot and line stand on a scale of 1 to 10."""
    left, right = _along(low), _along(high)
    return {"dot": _along(score), "left": left, "width": max(2, right - left)}


def _along(value: float) -> int:
    return SCALE_LEFT + round((min(max(value, 1.0), float(SCORES)) - 1) * POINT_WIDTH)
