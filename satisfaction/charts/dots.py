"""Scores as dots on their intervals, one row for each place or kind of place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matplotlib.figure import Figure

from satisfaction.charts.canvas import ACCENT, INK_SOFT, Box, Canvas, Caption, Shape, Style
from satisfaction.charts.lettering import clean, lines, width
from satisfaction.charts.scale import across, draw_across

#: How many rows stay readable.
MOST_ROWS = {Shape.WIDE: 8, Shape.SQUARE: 10}
#: Names too long for one line are set smaller where rows are too low for two.
LONG_NAME = 0.8


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a name, a score with its interval, and the same printed."""

    name: str
    score: float
    low: float
    high: float
    printed: str  # such as "6.8 (6.3 to 7.2)"
    votes: str  # such as "84 votes"
    is_uncertain: bool = False


def dot_intervals(rows: Sequence[Row], caption: Caption, shape: Shape) -> Figure:
    """Draw the rows in the order given; more than the shape holds are left to the caller."""
    canvas = Canvas(caption, shape)
    room = canvas.room
    rows = rows[: MOST_ROWS[shape]]
    is_wide = shape is Shape.WIDE
    names, figures = room.width * 0.34, room.width * (0.29 if is_wide else 0.24)
    axis = canvas.small * 1.6
    plot = Box(
        room.left + names + 14, room.bottom + axis, room.width - names - figures - 40,
        room.height - axis,
    )  # fmt: skip
    draw_across(canvas, plot)
    step = plot.height / max(len(rows), 3)
    for number, row in enumerate(rows):
        _draw(canvas, plot, row, plot.top - step * (number + 0.5), step)
    return canvas.figure


def _draw(canvas: Canvas, plot: Box, row: Row, y: float, step: float) -> None:
    size = min(canvas.body * 0.86, max(step * 0.42, canvas.small))
    name_room = plot.left - canvas.room.left - 20
    fits = step > size * 2.3 or width(clean(row.name), size) <= name_room
    name = size if fits else size * LONG_NAME
    texts = lines(row.name, name_room, name, most=2 if step > name * 2.3 else 1)
    for number, text in enumerate(texts):
        offset = (len(texts) - 1) / 2 - number
        canvas.write(text, (canvas.room.left, y + offset * name * 1.15), name)
    ends = (across(row.low, plot), y), (across(row.high, plot), y)
    canvas.rule(*ends, color=ACCENT, thickness=5, dashed=row.is_uncertain)
    canvas.dot((across(row.score, plot), y), 24, hollow=row.is_uncertain)
    left, soft = plot.right + 26, Style(color=INK_SOFT)
    if canvas.shape is Shape.WIDE:  # on one line, the votes at the edge of the sheet
        canvas.write(row.printed, (left, y), size)
        canvas.write(row.votes, (canvas.room.right, y), canvas.small, replace(soft, align="right"))
        return
    canvas.write(row.printed, (left, y + size * 0.6), size)
    canvas.write(row.votes, (left, y - size * 0.62), canvas.small, soft)
