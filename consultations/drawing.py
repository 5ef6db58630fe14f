"""How the layers of a project are told apart on the map, on paper and in words; no ORM.

Colour never stands alone: each layer has a letter and a dash of its own as well.
"""

from dataclasses import dataclass

#: As many ways to draw a line as `frontend/src/consult/styles.ts` and the legend know.
STYLES = 6
SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a layer is drawn with.

    Attributes:
        letter: painted along it and beside its name; empty for what all alternatives share.
        style: 0 for what is shared, else 1 to 5 in the order of the alternatives.
    """

    letter: str
    style: int


def marks_of(kinds: list[str]) -> list[Mark]:
    """The marks of layers in their order: A, B, C … for the alternatives."""
    marks, alternatives = [], 0
    for kind in kinds:
        if kind == SHARED:
            marks.append(Mark("", 0))
            continue
        marks.append(Mark(_letter(alternatives), alternatives % (STYLES - 1) + 1))
        alternatives += 1
    return marks


def _letter(number: int) -> str:
    """A to Z, then AA, AB …"""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
