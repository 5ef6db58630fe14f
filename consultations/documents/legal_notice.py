"""The legal notice to sign and to hang up: A4, with a code that leads to the public page."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer
from reportlab.platypus.doctemplate import NextPageTemplate

from consultations.notice_text import NoticeText
from residents.documents.marks import draw_arms, matrix_of
from sign_registry.printing.pen import BOLD, MM, REGULAR, Pen, Style, load_fonts

LEFT, WIDTH, CODE = 20.0, 170.0, 30.0
_HEAD_FIRST, _HEAD_NEXT, _FOOT = 46.0, 22.0, 26.0
_BODY = ParagraphStyle("body", fontName=REGULAR, fontSize=11, leading=15.5, spaceAfter=7)
_LABEL = ParagraphStyle("label", parent=_BODY, fontName=BOLD, spaceAfter=1, keepWithNext=1)
_KIND = ParagraphStyle("kind", parent=_BODY, fontSize=12, spaceAfter=4)
_TITLE = ParagraphStyle("title", parent=_BODY, fontName=BOLD, fontSize=17, leading=22)


@dataclass(frozen=True, slots=True)
class NoticeSheet:
    """Everything on the sheet, already in words."""

    text: NoticeText
    arms: bytes | None
    language: str
    link: str
    # Whose name stands beside the line to sign on.
    signs: str


def notice_pdf(sheet: NoticeSheet) -> bytes:
    """The notice as a PDF; the same words give the same bytes."""
    load_fonts()
    out = io.BytesIO()
    with translation.override(sheet.language):
        document = BaseDocTemplate(
            out,
            pagesize=A4,
            title=sheet.text.title,
            author=sheet.text.authority,
            lang=sheet.language,
            invariant=1,
        )
        document.addPageTemplates(
            [
                PageTemplate("first", [_frame(_HEAD_FIRST)], onPage=_on(sheet, is_first=True)),
                PageTemplate("next", [_frame(_HEAD_NEXT)], onPage=_on(sheet, is_first=False)),
            ]
        )
        document.build(_story(sheet))
    return out.getvalue()


def _frame(head: float) -> Frame:
    height = A4[1] - (head + _FOOT) * MM
    return Frame(LEFT * MM, _FOOT * MM, WIDTH * MM, height, 0, 0, 0, 0)


def _story(sheet: NoticeSheet) -> list[Flowable]:
    text = sheet.text
    story: list[Flowable] = [
        NextPageTemplate("next"),
        Paragraph(escape(_("Notice of a public consultation")), _KIND),
        Paragraph(escape(text.title), _TITLE),
    ]
    if text.law:
        story.append(Paragraph(escape(text.law), _BODY))
    story.append(Spacer(1, 4))
    for line in text.lines:
        story.append(Paragraph(escape(line.label), _LABEL))
        parts = [part for part in line.text.split("\n") if part.strip()]
        story += [Paragraph(escape(part), _BODY) for part in parts]
    story.append(Spacer(1, 16))
    signs = _("Signature: %(who)s") % {"who": f"……………………………… {sheet.signs}".strip()}
    story.append(Paragraph(escape(signs), _BODY))
    return story


def _on(sheet: NoticeSheet, *, is_first: bool) -> Callable[[Canvas, BaseDocTemplate], None]:
    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        pen = Pen(canvas, 0, A4[1])
        if is_first:
            _draw_head(pen, sheet)
        else:
            pen.text(LEFT, 12, WIDTH, sheet.text.title, Style(9, 7, align="right"))
        number = _("Page %(number)d") % {"number": document.page}
        pen.line((LEFT, 275), (LEFT + WIDTH, 275), 0.3)
        where = f"{sheet.text.authority} · {sheet.text.office}"
        pen.text(LEFT, 278, 140, where, Style(8.5, 7))
        pen.text(LEFT + 140, 278, 30, number, Style(8.5, 8.5, align="right"))

    return draw


def _draw_head(pen: Pen, sheet: NoticeSheet) -> None:
    beside = draw_arms(pen, sheet.arms, LEFT, 10, 20)
    left = LEFT + beside + (4 if beside else 0)
    wide = WIDTH - CODE - 8 - (left - LEFT)
    pen.text(left, 13, wide, sheet.text.authority, Style(17, 11, BOLD))
    pen.text(left, 21, wide, sheet.text.office, Style(10.5, 8))
    pen.code(matrix_of(sheet.link), LEFT + WIDTH - CODE, 9, CODE)
    pen.line((LEFT, 41), (LEFT + WIDTH - CODE - 6, 41), 0.5)
