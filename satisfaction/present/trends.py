"""A figure over the periods: dots with a ribbon, gaps where votes were too few, works pinned."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from satisfaction.facts import Period
from satisfaction.present.scales import along, outline, percent
from satisfaction.sentences import interval_text, period_label, score_text

#: Fewer points are no trend.
LEAST_POINTS = 2
#: So many points of the scale are drawn with a line for each half.
CLOSE = 2
ROLLING = "rolling"


@dataclass(frozen=True, slots=True)
class Point:
    """One period; score and interval are None where votes were too few."""

    period: Period
    score: float | None = None
    low: float | None = None
    high: float | None = None
    votes: int | None = None
    change_state: str = ""

    @property
    def ends(self) -> tuple[float, float] | None:
        """The interval."""
        return None if self.low is None or self.high is None else (self.low, self.high)


@dataclass(frozen=True, slots=True)
class Pin:
    """Something that was done on a day, with what it is called."""

    day: dt.date
    name: str
    until: dt.date | None = None


def trend(
    points: Sequence[Point], language: str, pins: Sequence[Pin] = ()
) -> dict[str, Any] | None:
    """The drawing and the rows beside it, oldest first; None where there is nothing to compare."""
    shown = [one for one in points if one.ends is not None]
    if len(shown) < LEAST_POINTS:
        return None
    lowest, highest = _reach(shown)
    first, until = _days(points[0].period)[0], _days(points[-1].period)[1]
    rows = []
    for one in points:
        rows.append(
            {
                "label": period_label(one.period, language),
                "x": percent(_across(_middle(one.period), first, until)),
                "y": _height(one.score, lowest, highest),
                "score": None if one.score is None else score_text(one.score, language),
                "ends": None if one.ends is None else interval_text(*one.ends, language),
                "point": one,
            }
        )
    return {
        "rows": rows,
        "ribbons": [_ribbon(run, first, until, lowest, highest) for run in _runs(points)],
        "lines": [_line(run, first, until, lowest, highest) for run in _runs(points)],
        "grid": [
            {"value": score_text(value, language), "y": _height(value, lowest, highest)}
            for value in _steps(lowest, highest)
        ],
        "pins": _pins(pins, first, until),
        "first": rows[0]["label"],
        "last": rows[-1]["label"],
    }


def _reach(shown: Sequence[Point]) -> tuple[int, int]:
    """Whole numbers below and above every interval; never the whole scale for a flat line."""
    ends = [end for one in shown if one.ends for end in one.ends]
    return max(1, int(min(ends))), min(10, int(max(ends)) + 1)


def _steps(lowest: int, highest: int) -> list[float]:
    """Scores at which a line is drawn."""
    step = 0.5 if highest - lowest <= CLOSE else 1 if highest - lowest <= 2 * CLOSE else 2
    return [lowest + step * line for line in range(int((highest - lowest) / step) + 1)]


def _days(period: Period) -> tuple[dt.date, dt.date]:
    """Where a period stands in the drawing; twelve months to the end of a month, in that month."""
    if period.span == ROLLING:
        last = period.until - dt.timedelta(days=1)
        return last.replace(day=1), period.until
    return period.first_day, period.until


def _middle(period: Period) -> dt.date:
    first, until = _days(period)
    return first + (until - first) / 2


def _across(day: dt.date, first: dt.date, until: dt.date) -> float:
    return along((day - first).days, 0, (until - first).days)


def _down(value: float, lowest: int, highest: int) -> float:
    return 100 - along(value, lowest, highest)


def _height(value: float | None, lowest: int, highest: int) -> str | None:
    return None if value is None else percent(_down(value, lowest, highest))


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """Periods with a figure that follow each other: no line is drawn over a gap."""
    runs: list[list[Point]] = [[]]
    for one in points:
        if one.ends is None:
            runs.append([])
        else:
            runs[-1].append(one)
    return [run for run in runs if run]


def _ribbon(run: Sequence[Point], first: dt.date, until: dt.date, lowest: int, highest: int) -> str:
    across = [_across(_middle(one.period), first, until) for one in run]
    if len(run) == 1:  # a period alone still has a width
        across, run = [across[0] - 0.6, across[0] + 0.6], [run[0], run[0]]
    upper = [_down(one.high or highest, lowest, highest) for one in run]
    lower = [_down(one.low or lowest, lowest, highest) for one in run]
    there = list(zip(across, upper, strict=True))
    back = list(zip(across, lower, strict=True))[::-1]
    return outline([*there, *back])


def _line(run: Sequence[Point], first: dt.date, until: dt.date, lowest: int, highest: int) -> str:
    return outline(
        [
            (
                _across(_middle(one.period), first, until),
                _down(one.score or lowest, lowest, highest),
            )
            for one in run
        ]
    )


def _pins(pins: Sequence[Pin], first: dt.date, until: dt.date) -> list[dict[str, Any]]:
    """Those that began within the drawing, numbered in the order of time."""
    inside = sorted((pin for pin in pins if first <= pin.day < until), key=lambda pin: pin.day)
    return [
        {"number": number, "x": percent(_across(pin.day, first, until)), "pin": pin}
        for number, pin in enumerate(inside, 1)
    ]
