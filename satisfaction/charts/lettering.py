"""Text in pictures: one embedded face, measured before it is set, never read as mathematics."""

import unicodedata
from functools import lru_cache
from pathlib import Path

import matplotlib
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.textpath import text_to_path

# The faces that come with matplotlib, by file: they have Cyrillic and the comma-below letters of
# Romanian, and a machine with other fonts draws the same picture.
_FACES = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
REGULAR = str(_FACES / "DejaVuSans.ttf")
BOLD = str(_FACES / "DejaVuSans-Bold.ttf")
#: Pixels to an inch of our pictures; sizes of text are given in pixels and set in points.
DPI = 100
UNKNOWN_LETTER = "\u25a1"


def face(size: float, *, bold: bool = False) -> FontProperties:
    """The face for a size in pixels."""
    return FontProperties(fname=BOLD if bold else REGULAR, size=size * 72 / DPI)


def clean(text: str) -> str:
    """One line of letters the face has: names come from outside and may hold anything."""
    known = _letters()
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(
        letter if ord(letter) in known else UNKNOWN_LETTER
        for letter in plain
        if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text stands, in pixels."""
    points, _height, _descent = text_to_path.get_text_width_height_descent(
        text, face(size, bold=bold), ismath=False
    )
    return float(points) * DPI / 72


def fitted(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text, or as much of it as fits, with dots where something was left out."""
    text = clean(text)
    if width(text, size, bold=bold) <= room:
        return text
    shortest, longest = 0, len(text)
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        if width(text[:middle].rstrip() + "…", size, bold=bold) <= room:
            shortest = middle
        else:
            longest = middle - 1
    return text[:shortest].rstrip() + "…"


def lines(text: str, room: float, size: float, *, most: int, bold: bool = False) -> list[str]:
    """The text broken between words into at most so many lines; the last one is fitted."""
    done: list[str] = []
    words = clean(text).split(" ")
    while words and len(done) < most - 1:
        taken = 1
        while taken < len(words) and (width(" ".join(words[: taken + 1]), size, bold=bold) <= room):
            taken += 1
        done.append(fitted(" ".join(words[:taken]), room, size, bold=bold))
        words = words[taken:]
    if words:
        done.append(fitted(" ".join(words), room, size, bold=bold))
    return done


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    return frozenset(get_font(REGULAR).get_charmap()) & frozenset(get_font(BOLD).get_charmap())
