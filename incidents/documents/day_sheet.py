"""The list of what waits for one receiver, to print: A4, as many pages as it needs."""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from sign_registry.printing.pen import BOLD, MM, REGULAR, load_fonts

_CELL = ParagraphStyle("cell", fontName=REGULAR, fontSize=9, leading=12)
_HEAD = ParagraphStyle("head", parent=_CELL, fontName=BOLD)
_TITLE = ParagraphStyle("title", fontName=BOLD, fontSize=15, leading=20, spaceAfter=10)
_WIDTHS = (26, 36, 60, 24, 24)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One report on the list."""

    reference: str
    what: str
    where: str
    sent_on: dt.date
    done_by: dt.date | None
    register_number: str


def sheet_pdf(*, town: str, receiver: str, day: dt.date, rows: Sequence[SheetRow]) -> bytes:
    """The list in the language switched on; it names no person."""
    load_fonts()
    out = io.BytesIO()
    title = f"{town} · {receiver} · {_day(day)}"
    margin = 18 * MM
    document = SimpleDocTemplate(
        out, pagesize=A4, title=title, leftMargin=margin, rightMargin=margin, invariant=1,
        topMargin=margin, bottomMargin=margin,
    )  # fmt: skip
    heads = [_("Report"), _("What"), _("Where"), _("Sent"), _("Promised for")]
    table = Table(
        [[_cell(head, _HEAD) for head in heads], *(_row(one) for one in rows)],
        colWidths=[width * MM for width in _WIDTHS],
        repeatRows=1,
    )
    table.setStyle(
        TableStyle([("GRID", (0, 0), (-1, -1), 0.4, black), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    )
    document.build([_cell(title, _TITLE), table])
    return out.getvalue()


def _row(one: SheetRow) -> list[Paragraph]:
    number = f"{one.reference}\n{one.register_number}".strip()
    days = [_day(one.sent_on), _day(one.done_by) if one.done_by else "–"]
    return [_cell(text, _CELL) for text in (number, one.what, one.where, *days)]


def _cell(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def _day(day: dt.date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
