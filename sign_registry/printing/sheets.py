"""Pages of a print run: sizes, bleed, crop marks, margin notes, and the finished PDF."""

import io
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from reportlab.pdfgen.canvas import Canvas

from sign_registry.printing.faces import Format, PdfDocument, PlacedCode, SignFace
from sign_registry.printing.layouts import (
    LABEL,
    LYING,
    UPRIGHT,
    draw_label,
    draw_lying,
    draw_upright,
    names_of,
    words_of,
)
from sign_registry.printing.pen import MM, Pen, Spot, Style, load_fonts

# Part of the fingerprint of a batch: raised whenever a sheet looks different.
TEMPLATE_VERSION = "2"
BLEED = 3.0
_SLUG = 10.0  # around the bleed: crop marks and the crew's notes
_EDGE = BLEED + _SLUG
_MARK = 6.0
_MARK_WIDTH = 0.3


class Sheet(NamedTuple):
    """One format: the trimmed page, the signs on it, and how each is drawn."""

    trim: tuple[float, float]
    columns: int
    rows: int
    size: tuple[float, float]
    draw: Callable[[Pen, SignFace], Spot]
    is_black: bool = True

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height that each sign has on the page."""
        return self.trim[0] / self.columns, self.trim[1] / self.rows

    @property
    def scale(self) -> float:
        """How much larger than designed a sign is drawn."""
        return min(self.cell[0] / self.size[0], self.cell[1] / self.size[1])

    def corner(self, place: int) -> tuple[float, float]:
        """Top left corner of the drawing of the sign at that place of the page."""
        row, column = divmod(place, self.columns)
        (width, height), scale = self.cell, self.scale
        return (
            column * width + (width - self.size[0] * scale) / 2,
            row * height + (height - self.size[1] * scale) / 2,
        )


SHEETS = {
    Format.A4: Sheet((210, 297), 1, 1, UPRIGHT, draw_upright),
    Format.A5: Sheet((148, 210), 1, 1, UPRIGHT, draw_upright),
    Format.STICKER: Sheet((120, 80), 1, 1, LYING, draw_lying),
    Format.LABELS: Sheet((210, 297), 3, 8, LABEL, draw_label, is_black=False),
    Format.SPARES: Sheet((210, 297), 2, 2, UPRIGHT, draw_upright),
}


def render(
    faces: Sequence[SignFace],
    size: Format,
    *,
    title: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> PdfDocument:
    """The print run as one PDF, signs in the order given; the same input gives the same bytes."""
    load_fonts()
    sheet = SHEETS[size]
    written = io.BytesIO()
    canvas = Canvas(written, invariant=1, pageCompression=1, enforceColorSpace="CMYK")
    canvas.setTitle(title)
    placed: list[PlacedCode] = []
    pages = list(_batches(faces, sheet.columns * sheet.rows))
    for page, on_page in enumerate(pages):
        _set_boxes(canvas, sheet)
        placed += _draw_page(canvas, sheet, page, on_page)
        _write_margin(canvas, sheet, size, on_page)
        canvas.showPage()
        if progress:
            progress(len(placed), len(faces))
    canvas.save()
    return PdfDocument(written.getvalue(), tuple(placed), len(pages))


def _batches(faces: Sequence[SignFace], length: int) -> Iterator[Sequence[SignFace]]:
    return (faces[start : start + length] for start in range(0, len(faces), length))


def _set_boxes(canvas: Canvas, sheet: Sheet) -> None:
    width, height = (side + 2 * _EDGE for side in sheet.trim)
    canvas.setPageSize((width * MM, height * MM))
    for name, inset in (("trim", _EDGE), ("bleed", _SLUG)):
        right, top = (width - inset) * MM, (height - inset) * MM
        canvas.setCropBox([inset * MM, inset * MM, right, top], name)


def _trimmed(canvas: Canvas, sheet: Sheet) -> Pen:
    """A pen at the top left corner of the trimmed page."""
    return Pen(canvas, _EDGE * MM, (sheet.trim[1] + _EDGE) * MM)


def _draw_page(
    canvas: Canvas, sheet: Sheet, page: int, faces: Sequence[SignFace]
) -> list[PlacedCode]:
    pen = _trimmed(canvas, sheet)
    if sheet.is_black:
        width, height = sheet.trim
        pen.box(-BLEED, -BLEED, width + 2 * BLEED, height + 2 * BLEED)
    placed = []
    for place, face in enumerate(faces):
        spot = sheet.draw(pen.at(*sheet.corner(place), sheet.scale), face)
        placed.append(PlacedCode(page, face.code, face.url, *spot))
    _crop_marks(pen, sheet)
    return placed


def _crop_marks(pen: Pen, sheet: Sheet) -> None:
    """Where to cut: at the corners, and between the signs of a sheet."""
    width, height = sheet.trim
    for column in range(sheet.columns + 1):
        x = column * sheet.cell[0]
        pen.line((x, -BLEED - _MARK), (x, -BLEED), _MARK_WIDTH)
        pen.line((x, height + BLEED), (x, height + BLEED + _MARK), _MARK_WIDTH)
    for row in range(sheet.rows + 1):
        y = row * sheet.cell[1]
        pen.line((-BLEED - _MARK, y), (-BLEED, y), _MARK_WIDTH)
        pen.line((width + BLEED, y), (width + BLEED + _MARK, y), _MARK_WIDTH)


def _write_margin(canvas: Canvas, sheet: Sheet, size: Format, faces: Sequence[SignFace]) -> None:
    """Outside the trim, for those who cut and hang: round, number, place, format, code."""
    pen, (width, height) = _trimmed(canvas, sheet), sheet.trim
    first, last = faces[0].margin, faces[-1].margin
    numbers = f"{first.number}" if len(faces) == 1 else f"{first.number}–{last.number}"
    parts = [first.round, numbers, size.value.upper()]
    if len(faces) == 1:
        place = names_of(faces[0].place, faces[0].languages)
        parts[2:2] = [*place[:1], first.text]
        parts.append(faces[0].code)
    note = " · ".join(part for part in parts if part)
    pen.text(3, height + BLEED + 1.6, width - 6, note, Style(7.5, 5))
    if sheet.is_black:
        tactile = words_of(faces[0])[0].tactile
        pen.text(3, height + BLEED + 5.2, width - 6, tactile, Style(6, 4.5, align="right"))
