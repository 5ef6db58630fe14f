"""How one sign looks: upright (poster, sign, spare), lying (sticker), and as a small label.

Millimetres from the top left corner of the trimmed sign. Each drawing returns where its code
stands on the page.
"""

from collections.abc import Mapping

from sign_registry.codes import grouped
from sign_registry.printing.faces import SignFace
from sign_registry.printing.pen import BOLD, MM, POINTS_IN_LINE, Pen, Spot, Style, fitted
from sign_registry.printing.qr import matrix_of
from sign_registry.printing.words import Words, words_by_language

UPRIGHT = (148.0, 210.0)
LYING = (120.0, 80.0)
LABEL = (70.0, 37.0)
DEMO = "DEMO"


def words_of(face: SignFace) -> list[Words]:
    """The words of a face, the language in large letters first."""
    spoken = words_by_language(face.languages, face.purpose, face.host, face.question)
    return list(spoken.values())


def names_of(names: Mapping[str, str], languages: tuple[str, ...]) -> list[str]:
    """The different names of one thing in the order of the languages."""
    found = [names[language] for language in languages if names.get(language)]
    return list(dict.fromkeys(found or names.values()))


# --- Upright: 148 × 210 mm on black ground that the caller has laid -------------------------------


def draw_upright(pen: Pen, face: SignFace) -> Spot:
    """A sign that hangs on a wall; a poster and a spare are the same, larger and smaller."""
    words = words_of(face)
    pen.box(5, 23, 138, 158, white=True, radius=4)
    _upright_head(pen, face)
    _upright_question(pen, face, words)
    spot = _upright_code(pen, face, words)
    _upright_foot(pen, face, words)
    pen.corner(*UPRIGHT, 8)
    if face.is_demo:
        pen.upward(2.4, 102, _climbing(words), 7.5)
        pen.upward(145.6, 102, _climbing(words), 7.5)
    return spot


def _upright_head(pen: Pen, face: SignFace) -> None:
    town = names_of(face.town, face.languages)
    pen.text(10, 6.5 if town[1:] else 8.5, 96, town[0], Style(26, 12, BOLD, is_white=True))
    if town[1:]:
        pen.text(10, 16.4, 96, " · ".join(town[1:]), Style(11.5, 7, is_white=True))
    if face.is_demo:
        pen.box(108, 5.5, 30, 12, white=True, radius=1.5)
        pen.text(108, 8.4, 30, DEMO, Style(24, 20, BOLD, align="centre"))


def _upright_question(pen: Pen, face: SignFace, words: list[Words]) -> None:
    place = names_of(face.place, face.languages)
    if place:
        pen.text(11, 29, 126, " · ".join(place), Style(11.5, 8, BOLD))
    else:
        pen.text(11, 29, 30, words[0].place_line, Style(11.5, 9, BOLD))
        pen.line((27, 32.5), (137, 32.5), 0.6)
    y = pen.text(11, 37.5, 126, words[0].question, Style(23, 15, BOLD, lines=2)) + 4
    for other in words[1:]:
        y = pen.text(11, y, 126, other.question, Style(12.5, 9)) + 2.4


def _upright_code(pen: Pen, face: SignFace, words: list[Words]) -> Spot:
    spot = pen.code(matrix_of(face.url), 35, 74, 78)
    # The raised dot tells fingers where the code is; its ring is what the crew aims at.
    pen.ring(133.5, 113, 3.5, 0.8)
    y = pen.text(9, 102, 14.5, words[0].action, Style(9, 6, BOLD, lines=5)) + 3
    for other in words[1:]:
        y = pen.text(9, y, 14.5, other.action, Style(7.5, 5, lines=5)) + 3
    # A long host takes the whole width, unless a third language stands beside it.
    room = 126 if len(words) <= 2 else 64
    pen.text(11, 164.8, room, words[0].by_hand, Style(8.5, 4.5))
    pen.text(11, 170, 64, grouped(face.code), Style(26, 20, BOLD))
    y = 165.5 if len(words) > 2 else 168
    for number, one in enumerate(words):
        style = Style(10, 7, align="right") if number else Style(12.5, 8, BOLD, align="right")
        y = pen.text(77, y, 60, one.promise, style) + 2.2
    return spot


def _upright_foot(pen: Pen, face: SignFace, words: list[Words]) -> None:
    pen.text(10, 185.6, 128, face.host, Style(30, 16, BOLD, is_white=True))
    y = 198.0
    for one in words:
        y = pen.text(10, y, 126, one.never, Style(8.5, 6, is_white=True)) + 1.7


def _climbing(words: list[Words]) -> str:
    return "  ·  ".join(f"{DEMO}  ·  {one.demo}" for one in words) + f"  ·  {DEMO}"


# --- Lying: 120 × 80 mm on black ground -----------------------------------------------------------


def draw_lying(pen: Pen, face: SignFace) -> Spot:
    """A sticker for a bus or a counter: the code on the left, the words on the right."""
    words = words_of(face)
    pen.box(4, 11.5, 112, 54.5, white=True, radius=3)
    pen.text(8, 3.9, 80, " · ".join(names_of(face.town, face.languages)), Style(13, 8, BOLD,
             is_white=True))  # fmt: skip
    spot = pen.code(matrix_of(face.url), 11.5, 18.25, 41)
    _lying_words(pen, face, words)
    pen.text(8, 68.2, 98, face.host, Style(17, 11, BOLD, is_white=True))
    pen.text(8, 75, 100, " · ".join(one.never for one in words), Style(5.6, 4, is_white=True))
    pen.corner(*LYING, 6)
    if face.is_demo:
        pen.box(94, 2.6, 20, 6.6, white=True, radius=1)
        pen.text(94, 3.9, 20, DEMO, Style(15, 12, BOLD, align="centre"))
        pen.upward(2.2, 39, _climbing(words[:1]), 4.5)
    return spot


def _lying_words(pen: Pen, face: SignFace, words: list[Words]) -> None:
    x, width = 60.5, 52.0
    place = names_of(face.place, face.languages)
    y = pen.text(x, 15.5, width, place[0] if place else "", Style(7.5, 6, BOLD, lines=2)) + 3.2
    y = pen.text(x, y, width, words[0].question, Style(13, 9, BOLD, lines=2)) + 2.4
    for other in words[1:]:
        y = pen.text(x, y, width, other.question, Style(7.5, 5.5)) + 1.7
    _just_above(pen, (x, 44), width, words[0].by_hand, Style(6.5, 5, lines=2))
    pen.text(x, 47.6, width - 7, grouped(face.code), Style(19, 14, BOLD))
    pen.ring(110, 49.9, 2.5, 0.7)
    y = 56.0
    for number, one in enumerate(words):
        style = Style(7, 5.5) if number else Style(8.5, 6, BOLD)
        y = pen.text(x, y, width, one.promise, style) + 1.5


def _just_above(
    pen: Pen, place: tuple[float, float], width: float, words: str, style: Style
) -> None:
    """Words of one or two lines whose last line keeps its height; a long host takes two."""
    x, y = place
    size, lines = fitted(words, width * MM, style)
    pen.text(x, y - (len(lines) - 1) * size * POINTS_IN_LINE / MM, width, words, style)


# --- Label: 70 × 37 mm on white paper -------------------------------------------------------------


def draw_label(pen: Pen, face: SignFace) -> Spot:
    """A small sticker for a counter or a door, read at arm's length."""
    words = words_of(face)
    spot = pen.code(matrix_of(face.url), 6, 5.5, 24)
    pen.text(6, 34, 26, _short_note(face), Style(4.5, 3.6))
    x, width = 34.5, 32.0
    pen.text(x, 4, 22 if face.is_demo else width, names_of(face.town, face.languages)[0],
             Style(7.5, 5, BOLD))  # fmt: skip
    y = pen.text(x, 8.2, width, words[0].question, Style(8, 5.5, BOLD, lines=2)) + 1.5
    for other in words[1:]:
        y = pen.text(x, y, width, other.question, Style(5.2, 4.2)) + 1.2
    pen.text(x, 18.6, width, grouped(face.code), Style(13.5, 10, BOLD))
    pen.box(x - 1, 23.3, width + 2, 5, radius=0.8)
    pen.text(x, 24.7, width, face.host, Style(9, 6, BOLD, is_white=True))
    y = 29.6
    for number, one in enumerate(words[:2]):
        style = Style(4.8, 3.8) if number else Style(5, 4, BOLD)
        y = pen.text(x, y, width, one.promise, style) + 1
    pen.text(x, y, width, words[0].never, Style(4.6, 3.8))
    if face.is_demo:
        pen.box(57, 2.8, 10, 4.2, radius=0.6)
        pen.text(57, 3.7, 10, DEMO, Style(8.5, 7, BOLD, align="centre", is_white=True))
    return spot


def _short_note(face: SignFace) -> str:
    place = names_of(face.place, face.languages)
    return " · ".join([f"{face.margin.number}", *place[:1]])
