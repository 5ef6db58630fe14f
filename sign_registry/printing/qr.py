"""The QR code of a sign: level Q, the smallest version that fits, as dark squares."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData

QUIET_MODULES = 4
# Version 3; codes.sign_url lets nothing longer through.
MOST_MODULES = 29


class UnfitText(ValueError):  # noqa: N818 - the text is at fault, not the program
    """This text does not fit the QR code of a sign."""


class Run(NamedTuple):
    """Dark squares side by side: row from the top, first column, how many."""

    row: int
    column: int
    length: int


class Matrix(NamedTuple):
    """The squares of one code."""

    size: int
    runs: tuple[Run, ...]


def matrix_of(url: str) -> Matrix:
    """The dark squares that say `url`.

    Raises:
        UnfitText: it needs a larger code, or letters that the compact alphabet lacks.
    """
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    try:
        code.add_data(QRData(url.encode(), mode=MODE_ALPHA_NUM), optimize=0)
    except ValueError as error:
        raise UnfitText(f"{url} has letters that make its code larger") from error
    code.make(fit=True)
    size = len(code.modules)
    if size > MOST_MODULES:
        raise UnfitText(f"{url} needs {size} squares a side, more than {MOST_MODULES}")
    return Matrix(size, tuple(_runs(code.modules)))


def _runs(rows: list[list[bool | None]]) -> Iterator[Run]:
    for number, row in enumerate(rows):
        column = 0
        for is_dark, squares in groupby(row, key=bool):
            length = len(list(squares))
            if is_dark:
                yield Run(number, column, length)
            column += length
