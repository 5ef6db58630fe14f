"""The notice of a place for its own wall: one page in large print, black and one colour."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from sign_registry.printing.pen import (
    BOLD,
    CAP_HEIGHT,
    MM,
    POINTS_IN_LINE,
    REGULAR,
    Style,
    fitted,
    load_fonts,
)

WIDTH, HEIGHT = A4[0] / MM, A4[1] / MM
MARGIN = 18.0
INNER = WIDTH - 2 * MARGIN
BAND = 16.0  # the coloured strip at the top
FOOT = 30.0  # kept free for the lines at the bottom
# Read at an arm's length by people of eighty: nothing that matters is smaller.
BODY = Style(15, 13, REGULAR, lines=4)
HEADING = Style(17, 15, BOLD)
OWN_COLOUR = "#1d4f91"
LEAST_CONTRAST = 4.5  # of WCAG 2.2, for text


@dataclass(frozen=True, slots=True)
class Notice:
    """Everything on the page, in the language it is printed in.

    `score` is empty where there are not yet enough votes; `waiting` then says what is known.
    """

    town: str
    place: str
    question: str
    score: str
    ends: str  # “between 6.9 and 7.8”
    votes: str  # “214 votes, November 2025 to October 2026”
    bars: Sequence[int]
    waiting: Sequence[str]
    said: Sequence[str]
    done: Sequence[str]
    how: Sequence[str]
    citation: str
    warning: str = ""  # that the votes are made up
    accent: str = ""


def notice_pdf(notice: Notice) -> bytes:
    """The page as PDF, with its title and language set for readers of screens."""
    load_fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1, invariant=1)
    canvas.setTitle(f"{notice.place}: {_('How satisfied people are')}")
    canvas.setAuthor(notice.town)
    _Page(canvas, _ink(notice.accent)).draw(notice)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _ink(accent: str) -> Color:
    """The town's colour where white letters on it can be read, and it on white; else our own."""
    colour = HexColor(accent or OWN_COLOUR)
    parts = [_linear(part) for part in (colour.red, colour.green, colour.blue)]
    light = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return colour if 1.05 / (light + 0.05) >= LEAST_CONTRAST else HexColor(OWN_COLOUR)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


class _Page:
    """A4 in millimetres from the top; each part begins where the last one ended."""

    def __init__(self, canvas: Canvas, accent: Color) -> None:
        self._canvas, self._accent = canvas, accent
        self._y = 0.0

    def draw(self, notice: Notice) -> None:
        """Everything, from the top down; the lines at the bottom have their own place."""
        self._band(notice)
        self._text(notice.place, Style(34, 20, BOLD, lines=2), after=5)
        if notice.question:
            self._text(notice.question, Style(19, 15, REGULAR, lines=2), after=6)
        if notice.score:
            self._score(notice)
        else:
            self._text(_("Not yet enough votes"), Style(30, 22, BOLD), self._accent, after=4)
            for line in notice.waiting:
                self._text(line, BODY, after=3)
        self._part(_("What people said"), notice.said)
        self._part(_("What was done"), notice.done)
        self._part(_("How to vote"), notice.how)
        self._foot(notice)

    def _band(self, notice: Notice) -> None:
        self._canvas.setFillColor(self._accent)
        self._canvas.rect(0, (HEIGHT - BAND) * MM, WIDTH * MM, BAND * MM, stroke=0, fill=1)
        self._y = 5.5
        title = f"{notice.town} · {_('How satisfied people are')}"
        self._text(title, Style(17, 12, BOLD), white)
        self._y = BAND + 11

    def _score(self, notice: Notice) -> None:
        top = self._y
        self._text(notice.score, Style(92, 92, BOLD), self._accent, width=62)
        bottom = self._y
        self._y = top + 2
        beside = {"left": MARGIN + 66, "width": INNER - 66}
        self._text(_("out of 10"), Style(26, 20, BOLD), after=4, **beside)
        self._text(notice.ends, Style(21, 15), after=4, **beside)
        self._text(notice.votes, Style(14, 12, lines=2), **beside)
        self._y = max(bottom, self._y) + 5
        self._strip(notice.bars)

    def _strip(self, bars: Sequence[int]) -> None:
        """Ten bars with their scores below; the numbers of votes above them."""
        tall, each = 22.0, INNER / 10
        most = max([*bars, 1])
        floor = self._y + tall + 5
        for number, votes in enumerate(bars, 1):
            left = MARGIN + (number - 1) * each
            height = max(0.4, tall * votes / most)
            self._canvas.setFillColor(self._accent)
            self._canvas.rect(
                (left + 1.5) * MM, self._up(floor), (each - 3) * MM, height * MM, stroke=0, fill=1
            )
            self._canvas.setFillColor(black)
            self._canvas.setFont(REGULAR, 11)
            middle = (left + each / 2) * MM
            self._canvas.drawCentredString(middle, self._up(floor - height - 1.5), str(votes))
            self._canvas.setFont(BOLD, 13)
            self._canvas.drawCentredString(middle, self._up(floor + 5.5), str(number))
        self._y = floor + 12

    def _part(self, heading: str, lines: Sequence[str]) -> None:
        """A heading with its lines, as many as the page still takes."""
        left = HEIGHT - FOOT - self._y
        if not lines or left < 18:
            return
        self._canvas.setStrokeColor(self._accent)
        self._canvas.setLineWidth(1.2)
        self._canvas.line(MARGIN * MM, self._up(self._y), (WIDTH - MARGIN) * MM, self._up(self._y))
        self._y += 5
        self._text(heading, HEADING, self._accent, after=3)
        for line in lines:
            if HEIGHT - FOOT - self._y < 12:
                break
            self._text(line, BODY, after=2.5)
        self._y += 3

    def _foot(self, notice: Notice) -> None:
        self._y = HEIGHT - FOOT + 4
        if notice.warning:
            self._text(notice.warning, Style(14, 12, BOLD), after=2)
        self._text(notice.citation, Style(10, 9, lines=2))

    def _text(
        self,
        words: str,
        style: Style,
        colour: Color = black,
        *,
        left: float = MARGIN,
        width: float = INNER,
        after: float = 0.0,
    ) -> None:
        """Set words from here on down; the page goes on below them."""
        size, lines = fitted(words, width * MM, style)
        self._canvas.setFillColor(colour)
        self._canvas.setFont(style.font, size)
        step = size * POINTS_IN_LINE / MM
        baseline = self._y + size * CAP_HEIGHT / MM
        for number, line in enumerate(lines):
            self._canvas.drawString(left * MM, self._up(baseline + number * step), line)
        below = size * (POINTS_IN_LINE - 1) / MM
        self._y = baseline + (len(lines) - 1) * step + below + after

    def _up(self, y: float) -> float:
        return float((HEIGHT - y) * MM)
