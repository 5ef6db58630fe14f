"""Posters for entrances: one A4 page for each door, in large print, with a code to the page."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from residents.documents.marks import matrix_of
from sign_registry.printing.pen import BOLD, MM, POINTS_IN_LINE, REGULAR, Pen, Style, load_fonts
from sign_registry.printing.qr import Matrix

MARGIN, INNER = 18.0, 174.0
CODE = 42.0
TOP_OF_FOOT = 228.0
_TITLE = Style(40, 24, BOLD, lines=3)
_WHEN = Style(24, 17, BOLD, lines=2)
_TEXT = Style(22, 13, REGULAR, lines=14)
_SMALL = Style(13, 10, REGULAR, lines=2)
_DOOR = Style(12, 9, BOLD)


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on every page, in the language it is printed in."""

    town: str
    title: str
    when: str
    place: str
    text: str
    link: str
    language: str


def posters_pdf(
    poster: Poster, doors: Sequence[str], *, report: Callable[[int], None] | None = None
) -> bytes:
    """One page for each door, its address in the corner, in the order given.

    Args:
        report: told now and then how many pages are drawn.
    """
    load_fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1, invariant=1, lang=poster.language)
    canvas.setTitle(poster.title)
    canvas.setAuthor(poster.town)
    code = matrix_of(poster.link)
    for number, door in enumerate(doors, 1):
        _draw(Pen(canvas, 0, A4[1]), poster, code, door)
        canvas.showPage()
        if report and number % 50 == 0:
            report(number)
    canvas.save()
    return out.getvalue()


def _draw(pen: Pen, poster: Poster, code: Matrix, door: str) -> None:
    pen.box(0, 0, 210, 15)
    pen.text(MARGIN, 5, INNER, poster.town, Style(16, 12, BOLD, is_white=True))
    below = pen.text(MARGIN, 26, INNER, poster.title, _TITLE) + 8
    for words in filter(None, (poster.when, poster.place)):
        below = pen.text(MARGIN, below, INNER, words, _WHEN) + 6
    pen.text(MARGIN, below + 3, INNER, poster.text, _fitting(below))
    pen.line((MARGIN, TOP_OF_FOOT), (MARGIN + INNER, TOP_OF_FOOT), 1)
    pen.code(code, MARGIN + INNER - CODE, TOP_OF_FOOT + 6, CODE)
    wide = INNER - CODE - 8
    foot = pen.text(MARGIN, TOP_OF_FOOT + 8, wide, _("Read more"), Style(20, 14, BOLD)) + 5
    foot = pen.text(MARGIN, foot, wide, _("Point the camera of a phone at the code."), _SMALL) + 5
    pen.text(MARGIN, foot, wide, poster.link, _SMALL)
    pen.text(MARGIN, TOP_OF_FOOT + 43, wide, door, _DOOR)


def _fitting(below: float) -> Style:
    """Large where there is room for it, and as many lines as the page still holds."""
    room = TOP_OF_FOOT - 8 - below
    lines = max(2, int(room / (_TEXT.smallest * POINTS_IN_LINE / MM)))
    return Style(_TEXT.size, _TEXT.smallest, REGULAR, lines=min(lines, _TEXT.lines))
