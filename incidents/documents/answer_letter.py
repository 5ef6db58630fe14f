"""The answer on the town's letterhead: A4 for a window envelope, as many pages as it needs."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer
from reportlab.platypus.doctemplate import NextPageTemplate

from residents.documents.marks import draw_arms
from sign_registry.printing.pen import BOLD, MM, REGULAR, Pen, Style, load_fonts

LEFT, WIDTH = 20.0, 170.0
_HEAD_FIRST, _HEAD_NEXT, _FOOT = 96.0, 22.0, 24.0
_BODY = ParagraphStyle("body", fontName=REGULAR, fontSize=11, leading=15.5, spaceAfter=7)
_SUBJECT = ParagraphStyle("subject", parent=_BODY, fontName=BOLD, fontSize=13, leading=17)


@dataclass(frozen=True, slots=True)
class AnswerLetter:
    """Everything in the letter, already in words; `language` is that of the reporter."""

    town: str
    arms: bytes | None
    language: str
    department: str
    contact: Sequence[str]
    name: str
    address: Sequence[str]
    reference: str
    register: str
    day: str
    about: str
    text: str
    outcome: str
    legal_basis: str
    signed: Sequence[str]
    link: str


def answer_pdf(letter: AnswerLetter) -> bytes:
    """The letter as a PDF; the same words give the same bytes."""
    load_fonts()
    out = io.BytesIO()
    with translation.override(letter.language):
        document = BaseDocTemplate(
            out, pagesize=A4, title=_subject(letter), author=letter.town, invariant=1
        )
        document.addPageTemplates(
            [
                PageTemplate("first", [_frame(_HEAD_FIRST)], onPage=_on(letter, is_first=True)),
                PageTemplate("next", [_frame(_HEAD_NEXT)], onPage=_on(letter, is_first=False)),
            ]
        )
        document.build(_story(letter))
    return out.getvalue()


def _subject(letter: AnswerLetter) -> str:
    return _("Answer to your report %(reference)s") % {"reference": letter.reference}


def _frame(head: float) -> Frame:
    height = A4[1] - (head + _FOOT) * MM
    return Frame(LEFT * MM, _FOOT * MM, WIDTH * MM, height, 0, 0, 0, 0)


def _story(letter: AnswerLetter) -> list[Flowable]:
    story: list[Flowable] = [
        NextPageTemplate("next"),
        Paragraph(escape(_subject(letter)), _SUBJECT),
    ]
    lines = [letter.about, letter.register]
    story += [Paragraph(escape(line), _BODY) for line in lines if line]
    story.append(Spacer(1, 6))
    for part in letter.text.split("\n"):
        story.append(Paragraph(escape(part), _BODY) if part.strip() else Spacer(1, 5))
    story.append(Spacer(1, 6))
    story.append(
        Paragraph(escape(_("How it ended: %(outcome)s.") % {"outcome": letter.outcome}), _BODY)
    )
    if letter.legal_basis:
        words = _("Legal basis: %(basis)s") % {"basis": letter.legal_basis}
        story.append(Paragraph(escape(words), _BODY))
    story.append(Spacer(1, 14))
    story += [Paragraph(escape(line), _BODY) for line in letter.signed if line]
    words = _("See and answer it here: %(link)s") % {"link": letter.link}
    story.append(Paragraph(escape(words), _BODY))
    return story


def _on(letter: AnswerLetter, *, is_first: bool):  # type: ignore[no-untyped-def]  # reportlab's own
    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        pen = Pen(canvas, 0, A4[1])
        if is_first:
            _draw_head(pen, letter)
        else:
            pen.text(LEFT, 12, WIDTH, letter.reference, Style(9, 9, align="right"))
        number = _("Page %(number)d") % {"number": document.page}
        pen.line((LEFT, 277), (LEFT + WIDTH, 277), 0.3)
        pen.text(LEFT, 279, 140, f"{letter.town} · {letter.department}", Style(8.5, 7))
        pen.text(LEFT + 140, 279, 30, number, Style(8.5, 8.5, align="right"))

    return draw


def _draw_head(pen: Pen, letter: AnswerLetter) -> None:
    for fold in (105.0, 210.0):
        pen.line((4, fold), (9, fold), 0.4)
    beside = draw_arms(pen, letter.arms, LEFT, 10, 20)
    left = LEFT + beside + (4 if beside else 0)
    pen.text(left, 13, 100, letter.town, Style(17, 11, BOLD))
    pen.text(left, 21, 100, letter.department, Style(10.5, 8))
    y = 13.0
    for line in filter(None, letter.contact):
        pen.text(LEFT + 110, y, 60, line, Style(8.5, 7, align="right"))
        y += 4
    pen.line((LEFT, 34), (LEFT + WIDTH, 34), 0.5)
    pen.text(LEFT + 5, 47, 75, letter.town, Style(7, 6))
    pen.line((LEFT + 5, 50.5), (LEFT + 80, 50.5), 0.3)
    y = 55.0
    for line in filter(None, (letter.name, *letter.address)):
        pen.text(LEFT + 5, y, 75, line, Style(11.5, 7.5))
        y += 5.4
    pen.text(LEFT, 88, WIDTH, letter.day, Style(10, 10, align="right"))
