"""What goes into a print run and what comes out of it; lengths of pages are in points."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sign_registry.codes import read_sign_url
from sign_registry.printing.words import Purpose


class Format(StrEnum):
    """The sizes a sign can have."""

    A4 = "a4"
    A5 = "a5"
    STICKER = "sticker"
    LABELS = "labels"
    SPARES = "spares"


@dataclass(frozen=True)
class MarginNote:
    """What the crew reads beside the sign and cuts off: its round and its turn in it."""

    round: str
    number: int
    text: str


@dataclass(frozen=True)
class SignFace:
    """One sign as it is printed; `languages` begin with the one in large letters."""

    code: str
    url: str
    purpose: Purpose
    town: Mapping[str, str]
    languages: tuple[str, ...]
    margin: MarginNote
    place: Mapping[str, str] = field(default_factory=dict)  # nothing on a spare
    question: Mapping[str, str] = field(default_factory=dict)
    is_demo: bool = False

    @property
    def host(self) -> str:
        """The host as it stands on the sign in large letters."""
        return read_sign_url(self.url).origin.partition("://")[2]


@dataclass(frozen=True)
class PlacedCode:
    """Where on which page a code stands, without its quiet zone, and what it must say."""

    page: int
    code: str
    url: str
    left: float
    bottom: float
    side: float
    quiet: float

    def box(self, margin: float = 0) -> tuple[float, float, float, float]:
        """Left, bottom, right and top, wider by a margin."""
        return (
            self.left - margin,
            self.bottom - margin,
            self.left + self.side + margin,
            self.bottom + self.side + margin,
        )


@dataclass(frozen=True)
class PdfDocument:
    """A finished print run: the file, and where each code must be found in it."""

    content: bytes
    placed: tuple[PlacedCode, ...]
    pages: int

    @property
    def sha256(self) -> str:
        """The fingerprint under which the file is kept."""
        return hashlib.sha256(self.content).hexdigest()
