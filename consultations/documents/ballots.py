"""Ballots to print, one voter each: projects in the drawn order, and a code at the foot.

The square says the same code for a scanner that types; nothing else on a ballot differs from the
next one.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from consultations.ballots import BallotKind
from residents.documents.marks import draw_arms, matrix_of
from sign_registry.printing.pen import BOLD, MM, Pen, Style, load_fonts

LEFT, WIDTH = 20.0, 170.0
_FIRST_ROW, _ROW, _ROWS_END = 74.0, 15.0, 248.0
_FOOT = 254.0


@dataclass(frozen=True, slots=True)
class PaperFace:
    """What all ballots of a vote say, in the language of the town.

    Attributes:
        zone_rule: in which zones may be chosen; empty where everywhere.
        rows: the projects, as `present.vote.ballot_rows` gives them.
    """

    town: str
    arms: bytes | None
    title: str
    rule: str
    zone_rule: str
    budget: str
    kind: BallotKind
    rows: Sequence[Mapping[str, Any]]


def papers_pdf(face: PaperFace, tokens: Sequence[str]) -> bytes:
    """One ballot for each token, in the active language."""
    load_fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1, invariant=1)
    canvas.setTitle(f"{face.town}: {face.title}")
    for token in tokens:
        _draw_ballot(canvas, face, token)
    canvas.save()
    return out.getvalue()


def grouped_token(token: str) -> str:
    """A token as people read and type it."""
    return "-".join(token[start : start + 4] for start in range(0, len(token), 4))


def _draw_ballot(canvas: Canvas, face: PaperFace, token: str) -> None:
    on_page = int((_ROWS_END - _FIRST_ROW) // _ROW)
    pages = [face.rows[start : start + on_page] for start in range(0, len(face.rows), on_page)]
    for number, rows in enumerate(pages, start=1):
        pen = Pen(canvas, 0, A4[1])
        _draw_head(pen, face)
        for place, row in enumerate(rows):
            _draw_row(pen, face, row, _FIRST_ROW + place * _ROW)
        _draw_foot(pen, token, f"{number}/{len(pages)}")
        canvas.showPage()


def _draw_head(pen: Pen, face: PaperFace) -> None:
    beside = draw_arms(pen, face.arms, LEFT, 14, 14)
    left = LEFT + (beside + 4 if beside else 0)
    pen.text(left, 15, WIDTH - (left - LEFT), face.town, Style(11, 9))
    pen.text(left, 22, WIDTH - (left - LEFT), _("Ballot"), Style(15, 12, BOLD))
    y = pen.text(LEFT, 35, WIDTH, face.title, Style(13, 10, BOLD, lines=2))
    y = pen.text(LEFT, y + 4, WIDTH, face.rule, Style(12, 10, BOLD, lines=2))
    if face.zone_rule:
        y = pen.text(LEFT, y + 2, WIDTH, face.zone_rule, Style(10, 9, BOLD, lines=2))
    y = pen.text(LEFT, y + 3, WIDTH, face.budget, Style(10, 9, lines=2))
    how = (
        _("Write the number of points into the boxes; leave the others empty.")
        if face.kind is BallotKind.POINTS
        else _("Put a cross into the boxes of the projects you choose.")
    )
    pen.text(LEFT, y + 3, WIDTH, how, Style(10, 9, lines=2))


def _draw_row(pen: Pen, face: PaperFace, row: Mapping[str, Any], y: float) -> None:
    wide = 14 if face.kind is BallotKind.POINTS else 8
    pen.canvas.setLineWidth(1)
    pen.canvas.rect(
        pen.left + LEFT * MM, pen.top - (y + 8) * MM, wide * MM, 8 * MM, stroke=1, fill=0
    )
    left = LEFT + 18
    name = f"{row['place']}. {row['name']}"
    below = pen.text(left, y + 0.5, WIDTH - 60, name, Style(11, 9, BOLD, lines=2))
    pen.text(LEFT + WIDTH - 40, y + 0.5, 40, row["cost"], Style(11, 8, align="right"))
    if face.zone_rule:
        zone = row["zone_name"] or _("For the whole town")
        pen.text(LEFT + WIDTH - 40, y + 6, 40, zone, Style(8, 7, align="right"))
    if row["others"]:
        words = f"{_('Excludes:')} {', '.join(row['others'])}"
        pen.text(left, below + 1.5, WIDTH - 20, words, Style(8, 7))


def _draw_foot(pen: Pen, token: str, page: str) -> None:
    pen.line((LEFT, _FOOT), (LEFT + WIDTH, _FOOT), 0.5)
    pen.code(matrix_of(token), LEFT, _FOOT + 5, 22)
    left = LEFT + 28
    pen.text(left, _FOOT + 5, 110, grouped_token(token), Style(14, 12, BOLD))
    pen.text(
        left,
        _FOOT + 12,
        WIDTH - 28,
        _("The code makes sure that each ballot counts once. Nobody wrote down who was given it."),
        Style(9, 8, lines=2),
    )
    pen.text(LEFT + WIDTH - 20, _FOOT + 24, 20, page, Style(9, 8, align="right"))
