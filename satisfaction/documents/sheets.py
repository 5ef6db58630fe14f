"""A report in words and tables, as plain values: the same for the page, the letter and the PDF."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from sign_registry.printing.pen import BOLD, MM, REGULAR, load_fonts

INK, SOFT, LINE, WARM = (HexColor(one) for one in ("#1b2430", "#52606f", "#c9c3b5", "#835300"))
_MARGIN = 18 * MM
_PADDING = 6  # that ReportLab leaves inside the margin, points
_BODY = ParagraphStyle("body", fontName=REGULAR, fontSize=10, leading=14, textColor=INK)
_SOFT = ParagraphStyle("soft", parent=_BODY, textColor=SOFT, fontSize=9, leading=12)
_TITLE = ParagraphStyle("title", parent=_BODY, fontName=BOLD, fontSize=18, leading=23)
_HEADING = ParagraphStyle(
    "heading", parent=_BODY, fontName=BOLD, fontSize=12, leading=16, spaceBefore=12, spaceAfter=3
)
_ITEM = ParagraphStyle("item", parent=_BODY, leftIndent=12, bulletIndent=2, spaceAfter=2)
_CELL = ParagraphStyle("cell", parent=_BODY, fontSize=8.5, leading=11)
_HEAD = ParagraphStyle("head", parent=_CELL, fontName=BOLD, fontSize=8)
_WARN = ParagraphStyle("warn", parent=_BODY, fontName=BOLD, textColor=WARM, spaceAfter=6)


@dataclass(frozen=True, slots=True)
class Rows:
    """A table; each row begins with what it is about. `widths` are shares of the page."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """The rows with the column of each cell, as a narrow screen shows them."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with sentences, a list, a table, or several of them."""

    title: str
    paragraphs: Sequence[str] = ()
    items: Sequence[str] = ()
    table: Rows | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole report; `footer` stands on every page, `warning` says what is special about it.

    Tables of many columns are printed on pages that lie (`is_wide`).
    """

    title: str
    lead: str
    sections: Sequence[Section]
    footer: str
    language: str
    warning: str = ""
    is_wide: bool = False


def as_text(sheet: Sheet) -> str:
    """For a letter: plain lines; a heading stands above its lines, lists have dashes."""
    parts = [part for part in (sheet.lead, sheet.warning) if part]
    for section in sheet.sections:
        lines = [section.title.upper(), *section.paragraphs]
        lines += [f"– {item}" for item in section.items]
        if section.table:
            lines += [f"– {' · '.join(cell for cell in row if cell)}" for row in section.table.rows]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def as_pdf(sheet: Sheet, picture: Flowable | None = None) -> bytes:
    """A4 pages; the same sheet gives the same bytes. A picture stands above the first section."""
    load_fonts()
    written = io.BytesIO()
    document = SimpleDocTemplate(
        written,
        pagesize=_page_of(sheet),
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN + 8 * MM,
        title=sheet.title,
        author="Megdan",
        lang=sheet.language,
        invariant=1,
    )
    story: list[Flowable] = [Paragraph(escape(sheet.title), _TITLE)]
    if sheet.lead:
        story.append(Paragraph(escape(sheet.lead), _BODY))
    if sheet.warning:
        story += [Spacer(1, 4), Paragraph(escape(sheet.warning), _WARN)]
    if picture is not None:
        story += [Spacer(1, 8), picture]
    for section in sheet.sections:
        story += _flow(section, document.width - 2 * _PADDING)

    def foot(canvas: Canvas, _document: Any) -> None:
        _draw_foot(canvas, sheet)

    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return written.getvalue()


def _page_of(sheet: Sheet) -> tuple[float, float]:
    width, height = landscape(A4) if sheet.is_wide else A4
    return float(width), float(height)


def _flow(section: Section, width: float) -> list[Flowable]:
    heading = Paragraph(escape(section.title), _HEADING)
    heading.keepWithNext = True
    found: list[Flowable] = [heading]
    found += [Paragraph(escape(text), _BODY) for text in section.paragraphs]
    found += [Paragraph(escape(item), _ITEM, bulletText="–") for item in section.items]
    if section.table and section.table.rows:
        gap = Spacer(1, 4)
        gap.keepWithNext = True
        found += [gap, _drawn(section.table, width)]
    return found


def _drawn(table: Rows, width: float) -> Table:
    shares = sum(table.widths)
    cells = [[Paragraph(escape(text), _HEAD) for text in table.columns]]
    cells += [[Paragraph(escape(text), _CELL) for text in row] for row in table.rows]
    drawn = Table(
        cells,
        colWidths=[width * share / shares for share in table.widths],
        repeatRows=1,
    )
    drawn.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("LEFTPADDING", (1, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return drawn


def _draw_foot(canvas: Canvas, sheet: Sheet) -> None:
    width = _page_of(sheet)[0] - 2 * _MARGIN
    with translation.override(sheet.language):
        number = _("Page %(number)d") % {"number": canvas.getPageNumber()}
    warning = "" if sheet.warning in sheet.footer else sheet.warning
    said = " · ".join(part for part in (sheet.footer, warning, number) if part)
    words = Paragraph(escape(said), _SOFT)
    _width, height = words.wrap(width, _MARGIN)
    words.drawOn(canvas, _MARGIN, _MARGIN + 2 * MM - height + 8)
