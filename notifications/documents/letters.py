"""The notice as a letter by post: one A4 page for a window envelope, folded in three."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from residents.documents.marks import draw_arms, matrix_of
from sign_registry.printing.pen import BOLD, REGULAR, Pen, Style, load_fonts

LEFT, WIDTH, CODE = 20.0, 170.0, 32.0
_FOLDS = (105.0, 210.0)
_BODY = Style(12.5, 10, REGULAR, lines=26)


@dataclass(frozen=True, slots=True)
class PostedLetter:
    """Everything on one letter, already in words; `language` is that of the person."""

    town: str
    arms: bytes | None
    language: str
    name: str
    address: Sequence[str]
    day: str
    title: str
    when: str
    text: str
    reason: str
    link: str


def letters_pdf(letters: Sequence[PostedLetter], title: str) -> bytes:
    """All letters in one file, a page each."""
    load_fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1, invariant=1)
    canvas.setTitle(title)
    for letter in letters:
        with translation.override(letter.language):
            _draw(Pen(canvas, 0, A4[1]), letter)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(pen: Pen, letter: PostedLetter) -> None:
    for fold in _FOLDS:
        pen.line((4, fold), (9, fold), 0.4)
    beside = draw_arms(pen, letter.arms, LEFT, 12, 20)
    pen.text(LEFT + beside + (4 if beside else 0), 18, 120, letter.town, Style(18, 12, BOLD))
    _draw_window(pen, letter)
    pen.text(LEFT, 98, WIDTH, letter.day, Style(10, 10, align="right"))
    below = pen.text(LEFT, 108, WIDTH, letter.title, Style(17, 13, BOLD, lines=2)) + 7
    if letter.when:
        below = pen.text(LEFT, below, WIDTH, letter.when, Style(13, 11, BOLD, lines=2)) + 6
    pen.text(LEFT, below, WIDTH, letter.text, _BODY)
    pen.code(matrix_of(letter.link), LEFT + WIDTH - CODE, 250, CODE)
    wide = WIDTH - CODE - 8
    foot = pen.text(LEFT, 254, wide, letter.reason, Style(10, 9, lines=2)) + 5
    words = _("Read more: %(link)s") % {"link": letter.link}
    pen.text(LEFT, foot, wide, words, Style(10, 8, lines=2))


def _draw_window(pen: Pen, letter: PostedLetter) -> None:
    """The sender in small letters and the address, inside the window."""
    pen.text(LEFT + 5, 47, 75, letter.town, Style(7, 6))
    pen.line((LEFT + 5, 50.5), (LEFT + 80, 50.5), 0.3)
    y = 55.0
    for line in filter(None, (letter.name, *letter.address)):
        pen.text(LEFT + 5, y, 75, line, Style(11.5, 7.5))
        y += 5.4
