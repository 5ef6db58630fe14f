"""The sign-in card: the size of a bank card, to cut out of an A4 page, with how to use it below."""

import io
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from residents.documents.marks import draw_arms, matrix_of
from sign_registry.printing.pen import BOLD, MM, Pen, Style, load_fonts

#: ISO/IEC 7810 ID-1.
CARD_WIDTH, CARD_HEIGHT = 85.6, 53.98
LEFT, TOP = 20.0, 30.0
_BODY = Style(13, 13, lines=5)


@dataclass(frozen=True, slots=True)
class CardFace:
    """Everything on one card, in the language of its holder."""

    town: str
    arms: bytes | None
    language: str
    name: str
    code: str  # in groups, as it is typed
    url: str
    page: str  # where it is typed
    issued_on: str


def cards_pdf(face: CardFace) -> bytes:
    """One page with the card at its top."""
    load_fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1, invariant=1)
    with translation.override(face.language):
        canvas.setTitle(f"{face.town}: {_('Sign-in card')}")
        pen = Pen(canvas, 0, A4[1])
        _draw_card(pen.at(LEFT, TOP), face)
        _draw_help(pen, face)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_card(pen: Pen, face: CardFace) -> None:
    pen.canvas.setLineWidth(0.5)
    pen.canvas.setDash(3, 2)
    pen.canvas.roundRect(
        pen.left,
        pen.top - CARD_HEIGHT * MM,
        CARD_WIDTH * MM,
        CARD_HEIGHT * MM,
        3 * MM,
        stroke=1,
        fill=0,
    )
    pen.canvas.setDash()
    beside = draw_arms(pen, face.arms, 4, 4, 10)
    left = 4 + (beside + 2 if beside else 0)
    pen.text(left, 5, CARD_WIDTH - left - 4, face.town, Style(11, 8, BOLD))
    pen.text(left, 10, CARD_WIDTH - left - 4, _("Sign-in card"), Style(8, 7))
    side = 27.0
    pen.code(matrix_of(face.url), CARD_WIDTH - side - 5, 17, side)
    words = CARD_WIDTH - side - 13
    pen.text(4, 18, words, face.name, Style(10, 7, BOLD, lines=2))
    below = pen.text(4, 28, words, face.code, Style(10, 8, BOLD, lines=3))
    pen.text(4, below + 3, words, face.page, Style(7, 5))
    pen.text(4, 49, CARD_WIDTH - 8, _("Keep it like a key."), Style(7, 6))


def _draw_help(pen: Pen, face: CardFace) -> None:
    y = TOP + CARD_HEIGHT + 14
    pen.text(LEFT, y, 170, _("How to use this card"), Style(18, 14, BOLD))
    y += 12
    lines = [
        _("1. Cut the card out and keep it in your purse."),
        _("2. Point the camera of a phone at the square, or open %(page)s and type the code.")
        % {"page": face.page},
        _(
            "3. Whoever has the card can sign in as you. If you lose it, tell the town hall: the "
            "card stops working at once, and you get a new one."
        ),
        _("Issued on %(day)s.") % {"day": face.issued_on},
    ]
    for line in lines:
        y = pen.text(LEFT, y, 170, line, _BODY) + 5
