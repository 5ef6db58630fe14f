"""Postal ranges as the Romanian nomenclature prints them: parsed, and asked for one number.

`nr. 3-13; 2-4` are the odd numbers 3 to 13 and the even ones 2 to 4; `25-T` reaches to the end of
the street (T, terminare); `bl. 9, B20` are two blocks; nothing at all is the whole street.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.matching.letters import fold
from geo.matching.numbers import parse_number

ANY, ODD, EVEN = "any", "odd", "even"

_RANGE = re.compile(r"^(?P<first>\d{1,5})[a-z]?(?:\s*-\s*(?P<last>\d{1,5}[a-z]?|t))?$")
_BLOCK = re.compile(r"^[a-z]{0,3}\d{0,4}[a-z]{0,2}\d{0,4}$")


class PostalPart(Protocol):
    """What a stored or parsed range tells."""

    @property
    def parity(self) -> str: ...
    @property
    def number_from(self) -> int | None: ...
    @property
    def number_to(self) -> int | None: ...
    @property
    def block(self) -> str: ...
    @property
    def postal_code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers of one parity, both ends included; no upper end is "to the end of the street"."""

    parity: str = ANY
    number_from: int | None = None
    number_to: int | None = None
    block: str = ""


def parse_ranges(text: str) -> list[NumberRange]:
    """Read the column of numbers of one nomenclature row.

    Raises:
        ValidationError: `postal_numbers`, with the piece that could not be read.
    """
    folded = fold(text).strip(" .;")
    if not folded:
        return [NumberRange()]
    blocks = folded.startswith("bl")
    body = re.sub(r"^(?:nr|bl)\.?\s*", "", folded)
    pieces = [piece.strip() for piece in re.split(r"[;,]", body) if piece.strip()]
    return [_block(piece) if blocks else _range(piece) for piece in pieces]


def code_among(ranges: Iterable[PostalPart], number: str = "", block: str = "") -> str:
    """The postal code of a house number or block out of the ranges of its street.

    A block decides before the number, a number before a row for the whole street. An answer that
    is not certain (no range, or two that disagree) is "".
    """
    parts = list(ranges)
    key = block_key(block)
    by_block = {part.postal_code for part in parts if part.block and key == block_key(part.block)}
    if key and by_block:
        return _only(by_block)
    parsed = parse_number(number) if number else None
    numbered = [part for part in parts if not part.block and part.number_from is not None]
    by_number = {part.postal_code for part in numbered if parsed and _holds(part, parsed.number)}
    if by_number:
        return _only(by_number)
    whole = {part.postal_code for part in parts if not part.block and part.number_from is None}
    return _only(whole)


def block_key(text: str) -> str:
    """Spellings of one block name as one: `Bl. B-20` and `b20`."""
    return re.sub(r"^bl(?:oc(?:ul)?)?\.?|[^a-z0-9]", "", fold(text).strip())


def _holds(part: PostalPart, number: int) -> bool:
    first, last = part.number_from, part.number_to
    if first is None or number < first or (last is not None and number > last):
        return False
    return part.parity == ANY or (number % 2 == 1) == (part.parity == ODD)


def _only(codes: set[str]) -> str:
    return next(iter(codes)) if len(codes) == 1 else ""


def _block(piece: str) -> NumberRange:
    name = re.sub(r"^bl\.?\s*", "", piece).replace(" ", "").replace("-", "")
    if not name or not _BLOCK.match(name):
        raise _unreadable(piece)
    return NumberRange(block=name.upper())


def _range(piece: str) -> NumberRange:
    match = _RANGE.match(re.sub(r"^nr\.?\s*", "", piece))
    if match is None:
        raise _unreadable(piece)
    first, last = int(match["first"]), match["last"]
    if last is None:
        return NumberRange(_parity(first), first, first)
    if last == "t":
        return NumberRange(_parity(first), first, None)
    end = int(re.sub(r"\D", "", last))
    if end < first:
        raise _unreadable(piece)
    return NumberRange(_parity(first) if (end - first) % 2 == 0 else ANY, first, end)


def _parity(number: int) -> str:
    return ODD if number % 2 else EVEN


def _unreadable(piece: str) -> ValidationError:
    return ValidationError(
        _("“%(piece)s” is not a range of house numbers such as 3-13, 25-T or bl. 9."),
        code="postal_numbers",
        params={"piece": piece},
    )
