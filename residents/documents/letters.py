"""The letter with a code: one A4 page for a window envelope, folded in three.

The address stands where DIN 5008 (form B) and the usual envelopes with a window have it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from residents.documents.marks import draw_arms, matrix_of
from sign_registry.printing.pen import BOLD, MM, REGULAR, Pen, Style, load_fonts

LEFT, WIDTH = 20.0, 170.0
_BODY = Style(11.5, 11.5, REGULAR, lines=6)
_FOLDS = (105.0, 210.0)


@dataclass(frozen=True, slots=True)
class LetterFace:
    """Everything on one letter, already in words; `language` is that of the person."""

    town: str
    arms: bytes | None
    language: str
    number: int
    name: str
    address: Sequence[str]
    code: str
    code_url: str
    refuse_url: str
    printed_on: str
    expires_on: str


def letters_pdf(faces: Sequence[LetterFace], title: str) -> bytes:
    """All letters of a pile in one file, a page each."""
    load_fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1, invariant=1)
    canvas.setTitle(title)
    for face in faces:
        with translation.override(face.language):
            _draw(canvas, face)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, face: LetterFace) -> None:
    pen = Pen(canvas, 0, A4[1])
    for fold in _FOLDS:
        pen.line((4, fold), (9, fold), 0.4)
    beside = draw_arms(pen, face.arms, LEFT, 12, 20)
    pen.text(LEFT + beside + (4 if beside else 0), 18, 120, face.town, Style(18, 12, BOLD))
    _draw_window(pen, face)
    number = _("Letter %(number)d") % {"number": face.number}
    reference = f"{number} · {face.printed_on}"
    pen.text(LEFT, 98, WIDTH, reference, Style(10, 10, align="right"))
    subject = _("Your code to confirm where you live")
    below = pen.text(LEFT, 108, WIDTH, subject, Style(15, 12, BOLD)) + 7
    below = _paragraph(pen, below, _("Good day, %(name)s!") % {"name": face.name})
    below = _paragraph(
        pen,
        below,
        _(
            "You registered in %(town)s with this address. Type this code on your own page, or "
            "point the camera of your phone at the square. Then we know that letters reach you "
            "here, and count your address as confirmed by post."
        )
        % {"town": face.town},
    )
    below = _draw_code(pen, face, below + 2)
    below = _paragraph(pen, below, _("The code works until %(day)s.") % {"day": face.expires_on})
    heading = _("You did not register, or this person does not live here?")
    below = pen.text(LEFT, below + 3, WIDTH, heading, Style(12, 10, BOLD)) + 3
    _paragraph(
        pen,
        below,
        _(
            "Open %(address)s, type the code and say so. You need no account. We then take the "
            "address back and tell the person."
        )
        % {"address": _bare(face.refuse_url)},
    )


def _draw_window(pen: Pen, face: LetterFace) -> None:
    """The sender in small letters and the address, inside the window."""
    pen.text(LEFT + 5, 47, 75, face.town, Style(7, 6))
    pen.line((LEFT + 5, 50.5), (LEFT + 80, 50.5), 0.3)
    y = 55.0
    for line in (face.name, *face.address):
        if line:
            pen.text(LEFT + 5, y, 75, line, Style(11.5, 7.5))
            y += 5.4


def _draw_code(pen: Pen, face: LetterFace, y: float) -> float:
    """The code in large letters with the way to type it, and beside it as a square."""
    side = 38.0
    pen.code(matrix_of(face.code_url), LEFT + WIDTH - side - 4, y + 2, side)
    pen.text(LEFT, y + 6, 115, face.code, Style(30, 20, BOLD))
    pen.text(LEFT, y + 22, 115, _("Type it at:"), Style(11, 11))
    pen.text(LEFT, y + 28, 115, _bare(face.code_url.partition("#")[0]), Style(11, 8, BOLD))
    return y + side + 8


def _paragraph(pen: Pen, y: float, words: str) -> float:
    return pen.text(LEFT, y, WIDTH, words, _BODY) + 1.5 * _BODY.size / MM


def _bare(url: str) -> str:
    return url.partition("://")[2] or url
