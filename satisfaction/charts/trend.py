"""A score over months with the ribbon of its interval, votes below, and works pinned to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from matplotlib.figure import Figure

from satisfaction.charts.canvas import (
    ACCENT,
    INK_SOFT,
    NEUTRAL,
    WARM,
    Box,
    Canvas,
    Caption,
    Shape,
    Style,
)
from satisfaction.charts.lettering import fitted, width
from satisfaction.charts.scale import draw_upward, upward

#: How many works are pinned; more would hide the line.
MOST_PINS = 3
_ABOVE = Style(color=INK_SOFT, align="center", level="bottom")


@dataclass(frozen=True, slots=True)
class Point:
    """One period; without a score where votes were too few."""

    label: str  # such as "10.2026"
    votes: int
    printed: str = ""  # the number of votes
    score: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """Works that lie at a place between the first point, 0, and the last."""

    at: float
    name: str


def trend(points: Sequence[Point], pins: Sequence[Pin], caption: Caption, shape: Shape) -> Figure:
    """Draw the periods from left to right; a gap in the line is a period with too few votes."""
    canvas = Canvas(caption, shape)
    room = canvas.room
    votes, axis = room.height * 0.2, canvas.small * 1.7
    pinned = pins[:MOST_PINS]
    named = canvas.small * 1.5 * len(pinned)
    plot = Box(
        room.left + canvas.small * 1.6, room.bottom + votes + axis + 14 + named,
        room.width - canvas.small * 2.4, room.height - votes - axis - 24 - named,
    )  # fmt: skip
    draw_upward(canvas, plot)
    step = plot.width / max(len(points), 1)

    def place(number: float) -> float:
        return plot.left + step * (number + 0.5)

    _line(canvas, plot, [(place(number), point) for number, point in enumerate(points)])
    _votes(canvas, plot, points, votes)
    widest = max([width(point.label, canvas.small) for point in points], default=0)
    every = max(1, ceil(widest * 1.15 / step))
    for number in range(len(points) - 1, -1, -every):
        canvas.write(
            points[number].label,
            (place(number), plot.bottom - votes - 22),
            canvas.small,
            Style(color=INK_SOFT, align="center", level="top"),
        )
    for number, pin in enumerate(pinned):
        line = room.bottom + canvas.small * 1.5 * (len(pinned) - number - 0.5)
        _pin(canvas, plot, (place(pin.at), line), (str(number + 1), pin.name))
    return canvas.figure


def _line(canvas: Canvas, plot: Box, points: Sequence[tuple[float, Point]]) -> None:
    """Ribbon and line of each run of periods that have a score."""
    run: list[tuple[float, float, float, float]] = []
    for x, point in [*points, (0.0, Point("", 0))]:
        if point.score is not None and point.low is not None and point.high is not None:
            middle, low, high = point.score, point.low, point.high
            run.append((x, upward(middle, plot), upward(low, plot), upward(high, plot)))
        elif run:
            _run(canvas, run)
            run = []


def _run(canvas: Canvas, run: Sequence[tuple[float, float, float, float]]) -> None:
    xs, middle, low, high = zip(*run, strict=True)
    canvas.pen.fill_between(xs, low, high, color=ACCENT, alpha=0.18, linewidth=0)
    canvas.pen.plot(xs, middle, color=ACCENT, linewidth=3.5)
    for x, y, bottom, top in run:
        canvas.rule((x, bottom), (x, top), color=ACCENT, thickness=2)
        canvas.dot((x, y), 16)


def _votes(canvas: Canvas, plot: Box, points: Sequence[Point], height: float) -> None:
    """Bars of the votes behind each score, under the line."""
    most = max([point.votes for point in points] + [1])
    step = plot.width / max(len(points), 1)
    for number, point in enumerate(points):
        left = plot.left + step * (number + 0.25)
        tall = (height - canvas.small * 1.6) * point.votes / most
        bar = Box(left, plot.bottom - height - 10, step * 0.5, tall)
        canvas.bar(bar, NEUTRAL)
        if width(point.printed, canvas.small) < step * 0.95:
            middle = (bar.left + bar.width / 2, bar.top + 3)
            canvas.write(point.printed, middle, canvas.small, _ABOVE)


def _pin(canvas: Canvas, plot: Box, at: tuple[float, float], words: tuple[str, str]) -> None:
    """A line at the day the works began, and their name, found by its number, at `at[1]`."""
    x, line = at
    mark, name = words
    style = Style(color=WARM, bold=True)
    canvas.rule((x, plot.bottom), (x, plot.top - 4), color=WARM, thickness=2.5, dashed=True)
    canvas.write(mark, (x + 8, plot.top - canvas.small * 0.7), canvas.small, style)
    left = canvas.room.left + canvas.small * 1.4
    canvas.write(mark, (canvas.room.left, line), canvas.small, style)
    canvas.write(fitted(name, canvas.room.right - left, canvas.small), (left, line), canvas.small)
