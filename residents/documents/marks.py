"""What letters and cards have in common: the arms of the town and a code for cameras."""

import io
from collections.abc import Iterator
from itertools import groupby

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from reportlab.lib.utils import ImageReader

from sign_registry.printing.pen import MM, Pen
from sign_registry.printing.qr import Matrix, Run


def matrix_of(text: str) -> Matrix:
    """The dark squares that say `text`, a web address of any letters."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return Matrix(len(code.modules), tuple(_runs(code.modules)))


def _runs(rows: list[list[bool | None]]) -> Iterator[Run]:
    for number, row in enumerate(rows):
        column = 0
        for is_dark, squares in groupby(row, key=bool):
            length = len(list(squares))
            if is_dark:
                yield Run(number, column, length)
            column += length


def draw_arms(pen: Pen, arms: bytes | None, x: float, y: float, side: float) -> float:
    """The coat of arms, fitted into a square of millimetres; tells how wide it came out."""
    if not arms:
        return 0.0
    picture = ImageReader(io.BytesIO(arms))
    wide, tall = picture.getSize()
    scale = side / max(wide, tall)
    width, height = wide * scale, tall * scale
    pen.canvas.drawImage(
        picture,
        pen.left + x * MM,
        pen.top - (y + height) * MM,
        width * MM,
        height * MM,
        mask="auto",
    )
    return float(width)
