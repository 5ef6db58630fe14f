"""Drawing on a page in millimetres from the top left corner, in pure black or white only."""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from reportlab.lib.colors import CMYKColor
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from sign_registry.printing.qr import QUIET_MODULES, Matrix

MM = 72 / 25.4
POINTS_IN_LINE = 1.22  # from one baseline to the next
CAP_HEIGHT = 0.714  # of Noto Sans, in parts of the type size
BLACK = CMYKColor(0, 0, 0, 1)
WHITE = CMYKColor(0, 0, 0, 0)
REGULAR, BOLD = "SignRegular", "SignBold"
_FONTS = Path(__file__).resolve().parents[1] / "fonts"
_ELLIPSIS = "…"


@cache
def load_fonts() -> None:
    """Make the two fonts known, once for each process."""
    registerFont(TTFont(REGULAR, str(_FONTS / "NotoSans-Regular.ttf")))
    registerFont(TTFont(BOLD, str(_FONTS / "NotoSans-Bold.ttf")))


class Spot(NamedTuple):
    """Where a code stands on a page, and how wide its empty border is, in points."""

    left: float
    bottom: float
    side: float
    quiet: float


@dataclass(frozen=True)
class Style:
    """How a text is set: from which size in points to which, and on how many lines at most."""

    size: float
    smallest: float
    font: str = REGULAR
    lines: int = 1
    align: str = "left"
    is_white: bool = False


@dataclass(frozen=True)
class Pen:
    """A place on a page: its top left corner in points, and how much larger it is drawn."""

    canvas: Canvas
    left: float
    top: float
    scale: float = 1

    def at(self, x: float, y: float, scale: float = 1) -> "Pen":
        """A pen whose corner lies x and y millimetres from this one's."""
        return Pen(self.canvas, self._x(x), self._y(y), self.scale * scale)

    def _x(self, x: float) -> float:
        return self.left + x * MM * self.scale

    def _y(self, y: float) -> float:
        return self.top - y * MM * self.scale

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        white: bool = False,
        radius: float = 0,
    ) -> None:
        """A filled rectangle; (x, y) is its top left corner."""
        self.canvas.setFillColor(WHITE if white else BLACK)
        size = (width * MM * self.scale, height * MM * self.scale)
        self.canvas.roundRect(
            self._x(x), self._y(y + height), *size, radius * MM * self.scale, stroke=0, fill=1
        )

    def line(self, start: tuple[float, float], end: tuple[float, float], width_pt: float) -> None:
        """A thin black line; its width does not grow with the scale."""
        self.canvas.setStrokeColor(BLACK)
        self.canvas.setLineWidth(width_pt)
        self.canvas.line(self._x(start[0]), self._y(start[1]), self._x(end[0]), self._y(end[1]))

    def ring(self, x: float, y: float, radius: float, width_pt: float) -> None:
        """A thin black circle around a point."""
        self.canvas.setStrokeColor(BLACK)
        self.canvas.setLineWidth(width_pt)
        self.canvas.circle(self._x(x), self._y(y), radius * MM * self.scale, stroke=1, fill=0)

    def corner(self, x: float, y: float, length: float) -> None:
        """A dashed white line across the lower right corner, where (x, y) is that corner."""
        self.canvas.saveState()
        self.canvas.setStrokeColor(WHITE)
        self.canvas.setLineWidth(0.7)
        self.canvas.setDash(3, 2)
        self.canvas.line(self._x(x), self._y(y - length), self._x(x - length), self._y(y))
        self.canvas.restoreState()

    def upward(self, x: float, y: float, words: str, size: float) -> None:
        """White bold words that climb, their middle at (x, y)."""
        self.canvas.saveState()
        self.canvas.setFillColor(WHITE)
        self.canvas.setFont(BOLD, size * self.scale)
        self.canvas.translate(self._x(x), self._y(y))
        self.canvas.rotate(90)
        self.canvas.drawCentredString(0, -size * self.scale * CAP_HEIGHT / 2, words)
        self.canvas.restoreState()

    def code(self, matrix: Matrix, x: float, y: float, side: float) -> "Spot":
        """A QR code as ONE path, so that no hairline opens between its squares."""
        module = side * MM * self.scale / matrix.size
        left, top = self._x(x), self._y(y)
        path = self.canvas.beginPath()
        for run in matrix.runs:
            path.rect(
                left + run.column * module,
                top - (run.row + 1) * module,
                run.length * module,
                module,
            )
        self.canvas.setFillColor(BLACK)
        self.canvas.drawPath(path, stroke=0, fill=1)
        side = matrix.size * module
        return Spot(left, top - side, side, QUIET_MODULES * module)

    def text(self, x: float, y: float, width: float, words: str, style: Style) -> float:
        """Set words into a width, y being the top of the capitals; returns the last baseline."""
        size, lines = fitted(words, width * MM, style)
        self.canvas.setFillColor(WHITE if style.is_white else BLACK)
        self.canvas.setFont(style.font, size * self.scale)
        step = size * POINTS_IN_LINE / MM
        baseline = y + size * CAP_HEIGHT / MM
        for number, line in enumerate(lines):
            self._write(x, baseline + number * step, width, line, style.align)
        return baseline + (len(lines) - 1) * step

    def _write(self, x: float, baseline: float, width: float, line: str, align: str) -> None:
        if align == "right":
            self.canvas.drawRightString(self._x(x + width), self._y(baseline), line)
        elif align == "centre":
            self.canvas.drawCentredString(self._x(x + width / 2), self._y(baseline), line)
        else:
            self.canvas.drawString(self._x(x), self._y(baseline), line)


@lru_cache(maxsize=4096)
def fitted(words: str, width: float, style: Style) -> tuple[float, list[str]]:
    """The largest size at which words fit into a width, and their lines; at worst cut short.

    Kept, because most words of a run stand on each of its signs.
    """
    size = style.size
    while size > style.smallest:
        lines = wrapped(words, width, style.font, size)
        if len(lines) <= style.lines and _all_fit(lines, width, style.font, size):
            return size, lines
        size = max(style.smallest, size * 0.96)
    lines = wrapped(words, width, style.font, size)
    kept = lines[: style.lines]
    if len(lines) > style.lines:
        kept[-1] += _ELLIPSIS
    return size, [_shortened(line, width, style.font, size) for line in kept]


def wrapped(words: str, width: float, font: str, size: float) -> list[str]:
    """Lines of whole words, each as full as it can be; one long word stands alone."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and stringWidth(longer, font, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def _all_fit(lines: list[str], width: float, font: str, size: float) -> bool:
    return all(stringWidth(line, font, size) <= width for line in lines)


def _shortened(line: str, width: float, font: str, size: float) -> str:
    while len(line) > 1 and stringWidth(line, font, size) > width:
        line = line.rstrip(_ELLIPSIS)[:-1].rstrip() + _ELLIPSIS
    return line
