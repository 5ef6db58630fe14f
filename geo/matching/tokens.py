"""Splits an address line into words, numbers and breaks; decides nothing about their meaning."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from geo.matching.letters import fold

MAX_LENGTH = 200


class Kind(Enum):
    """What a piece of the line is."""

    WORD = auto()
    NUMBER = auto()
    BREAK = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the line, folded; `dotted` marks an abbreviation such as „ген.“."""

    kind: Kind
    text: str
    dotted: bool = False


# Spellings with inner punctuation that are one word; applied to folded text, in this order.
_JOINED = (
    (re.compile(r"<[^>]{0,10}>"), ","),
    (re.compile(r"\bzh\s?\.?\s?k\b\.?"), " zhk "),
    (re.compile(r"\b(m|kv)-(t|l)\b\.?"), r" \1\2 "),
    (re.compile(r"\bb-?\s?d(?:-?ul)?\b\.?"), " bdul "),
    (re.compile(r"\bp-?\s?ta\b\.?"), " pta "),
    (re.compile(r"\bd-r\b\.?"), " dr "),
    (re.compile(r"\bno:\s?(?=\d)|\bn\.\s?(?=\d)|#\s?(?=\d)"), " nr "),
    (re.compile(r"(\d)\s?-?(?:ti|ri|vi|ro|to|mi|va|ta|ma)\b"), r"\1 "),
)
_PIECE = re.compile(
    r"(?P<number>\d+(?:\s?[-/]\s?\d+|[a-z](?![a-z])|\s[a-hj-z](?![a-z.])|\s?bis\b)*(?![a-z]))"
    r"|(?P<code>[a-z]{0,2}-?\d+[a-z]*)"
    r"|(?P<word>[^\W\d_]+)(?P<dot>\.?)"
    r"|(?P<break>[,;:()|\n/]|\s[-]\s)"
)


def tokenize(text: str) -> list[Token]:
    """Pieces of one address line, at most 200 signs of it; quotes and stray signs vanish."""
    folded = fold(text[:MAX_LENGTH])
    for pattern, replacement in _JOINED:
        folded = pattern.sub(replacement, folded)
    return [_token(match) for match in _PIECE.finditer(folded)]


def _token(match: re.Match[str]) -> Token:
    if match["break"]:
        return Token(Kind.BREAK, ",")
    if match["number"]:
        return Token(Kind.NUMBER, match["number"].replace(" ", ""))
    if match["code"]:
        return Token(Kind.NUMBER, match["code"].replace("-", ""))
    return Token(Kind.WORD, match["word"], dotted=bool(match["dot"]))
