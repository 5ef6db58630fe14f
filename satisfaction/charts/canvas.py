"""The sheet every picture is drawn on: title above, source below, and the room in between."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from satisfaction.charts.lettering import DPI, clean, face, lines, width

# Set once for the process and the same for every picture: names inside an SVG come from its
# contents, so that figures which are frozen give the same file whenever it is made.
matplotlib.rcParams["svg.hashsalt"] = "megdan"

INK, INK_SOFT, LINE, PAPER = "#16202b", "#46535f", "#c9d1d8", "#ffffff"
ACCENT, WARM, NEUTRAL = "#1f4e8c", "#b3560b", "#8a949d"
MARGIN = 48
#: From one line to the next, in heights of letters.
LEADING = 1.32


class Shape(StrEnum):
    """The two shapes: for a screen or a page, and for a post."""

    WIDE = "wide"
    SQUARE = "square"


SIZES = {Shape.WIDE: (1600, 900), Shape.SQUARE: (1080, 1080)}
#: Height of letters in pixels. Shown 360 pixels wide, the smallest figure is still eight high.
TITLE, BODY, SMALL = (
    {Shape.WIDE: 46, Shape.SQUARE: 40},
    {Shape.WIDE: 36, Shape.SQUARE: 28},
    {Shape.WIDE: 26, Shape.SQUARE: 22},
)


@dataclass(frozen=True, slots=True)
class Caption:
    """The words around a picture, in the language of its readers."""

    title: str
    lead: str  # period, number of votes, method
    source: str  # how it is cited
    alt: str  # for those who do not see it
    note: str = ""  # how to read it, or what was left out
    invented: str = ""  # said where the figures are made up


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the sheet in pixels from its lower left corner."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.bottom + self.height


@dataclass(frozen=True, slots=True)
class Style:
    """How a line is set; `align` and `level` say which point of it lies where it is put."""

    color: str = INK
    bold: bool = False
    align: Literal["left", "center", "right"] = "left"
    level: Literal["top", "center", "bottom"] = "center"


_PLAIN = Style(level="top")


class Canvas:
    """A sheet with its words already set; `room` is what the picture itself may fill."""

    def __init__(self, caption: Caption, shape: Shape) -> None:
        self.shape = shape
        self.width, self.height = SIZES[shape]
        self.figure = Figure(figsize=(self.width / DPI, self.height / DPI), dpi=DPI)
        self.figure.set_facecolor(PAPER)
        self.pen: Axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.pen.set_xlim(0, self.width)
        self.pen.set_ylim(0, self.height)
        self.pen.set_axis_off()
        self.body, self.small = BODY[shape], SMALL[shape]
        top = self._head(caption)
        bottom = self._foot(caption)
        self.room = Box(MARGIN, bottom, self.width - 2 * MARGIN, top - bottom)

    def write(
        self,
        text: str,
        at: tuple[float, float],
        size: float,
        style: Style | None = None,
    ) -> None:
        """Set one line, without a style in ink and to the right of `at`."""
        style = style or Style()
        self.pen.text(
            *at,
            clean(text),
            fontproperties=face(size, bold=style.bold),
            color=style.color,
            ha=style.align,
            va=style.level,
            parse_math=False,
        )

    def rule(
        self, start: tuple[float, float], end: tuple[float, float], *, color: str = LINE,
        thickness: float = 1.5, dashed: bool = False,
    ) -> None:  # fmt: skip
        """Draw a straight line."""
        self.pen.plot(
            [start[0], end[0]], [start[1], end[1]], color=color, linewidth=thickness,
            linestyle=(0, (4, 2.5)) if dashed else "-", solid_capstyle="butt",
        )  # fmt: skip

    def bar(self, box: Box, color: str, hatch: str = "") -> None:
        """Fill a rectangle."""
        self.pen.add_patch(
            Rectangle(
                (box.left, box.bottom),
                box.width,
                box.height,
                facecolor=color,
                edgecolor=PAPER if hatch else color,
                hatch=hatch or None,
                linewidth=0,
            )
        )

    def dot(self, at: tuple[float, float], size: float, *, hollow: bool = False) -> None:
        """Draw a dot; a hollow one is uncertain."""
        self.pen.plot(
            *at, marker="o", markersize=size * 72 / DPI, markeredgewidth=3, color=ACCENT,
            markerfacecolor=PAPER if hollow else ACCENT,
        )  # fmt: skip

    def _head(self, caption: Caption) -> float:
        room = self.width - 2 * MARGIN
        lead, size = self.body * 0.86, float(TITLE[self.shape])
        # A title a little too long for one line is set smaller; a longer one takes two.
        size *= min(1.0, max(0.8, room / max(width(clean(caption.title), size, bold=True), 1)))
        title = lines(caption.title, room, size, most=2, bold=True)
        y = self._set(title, self.height - MARGIN * 0.8, size, Style(bold=True, level="top"))
        return self._set(lines(caption.lead, room, lead, most=2), y - 6, lead, _PLAIN) - 14

    def _foot(self, caption: Caption) -> float:
        room, size = self.width - 2 * MARGIN, self.small
        source = lines(caption.source, room, size, most=3)
        note = lines(caption.note, room, size, most=2) if caption.note else []
        invented = [caption.invented] if caption.invented else []
        top = MARGIN * 0.6 + size * LEADING * len([*source, *note, *invented])
        y = self._set(note, top, size, _PLAIN)
        y = self._set(source, y, size, Style(color=INK_SOFT, level="top"))
        self._set(invented, y, size, Style(color=WARM, bold=True, level="top"))
        self.rule((MARGIN, top + 10), (self.width - MARGIN, top + 10))
        return top + 28

    def _set(self, texts: Sequence[str], y: float, size: float, style: Style) -> float:
        """Set lines downward from `y`; give where the next one would begin."""
        for text in texts:
            self.write(text, (MARGIN, y), size, style)
            y -= size * LEADING
        return y
