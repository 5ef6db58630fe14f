"""How the votes are spread over the ten scores: ten bars with their shares."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from satisfaction.charts.canvas import (
    ACCENT,
    INK,
    INK_SOFT,
    LINE,
    NEUTRAL,
    WARM,
    Box,
    Canvas,
    Caption,
    Shape,
    Style,
)

#: The scores counted as dissatisfied and as satisfied; those between are neither.
LAST_UNHAPPY, FIRST_HAPPY = 4, 8


def distribution(
    counted: Sequence[int], shares: Sequence[str], ends: tuple[str, str], caption: Caption,
    shape: Shape,
) -> Figure:  # fmt: skip
    """Draw ten bars; `shares` stand above them, `ends` are the words at 1 and at 10."""
    canvas = Canvas(caption, shape)
    room = canvas.room
    below, above = canvas.body * 2.9, canvas.small * 1.7
    plot = Box(room.left, room.bottom + below, room.width, room.height - below - above)
    step, most = plot.width / len(counted), max([*counted, 1])
    canvas.rule((plot.left, plot.bottom), (plot.right, plot.bottom), color=LINE, thickness=2)
    for number, (count, share) in enumerate(zip(counted, shares, strict=True), start=1):
        left = plot.left + step * (number - 1) + step * 0.12
        height = plot.height * count / most
        canvas.bar(Box(left, plot.bottom, step * 0.76, height), *_look(number))
        middle = left + step * 0.38
        canvas.write(
            share,
            (middle, plot.bottom + height + 8),
            canvas.small,
            Style(color=INK, align="center", level="bottom"),
        )
        canvas.write(
            str(number), (middle, plot.bottom - 10), canvas.body, Style(align="center", level="top")
        )
    words = plot.bottom - canvas.body * 1.75
    canvas.write(ends[0], (plot.left, words), canvas.small, Style(color=INK_SOFT, level="top"))
    canvas.write(
        ends[1],
        (plot.right, words),
        canvas.small,
        Style(color=INK_SOFT, align="right", level="top"),
    )
    return canvas.figure


def _look(score: int) -> tuple[str, str]:
    """Colour and hatch: told apart without colour too."""
    if score <= LAST_UNHAPPY:
        return WARM, "//"
    return (ACCENT, "") if score >= FIRST_HAPPY else (NEUTRAL, "..")
