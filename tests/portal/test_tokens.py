"""The colour tokens keep their promise: readable text, visible marks, one dark set twice."""

import re
from pathlib import Path

import pytest

from portal.brand import contrast

SHEET = Path(__file__).parents[2] / "frontend/src/styles/tokens.css"
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")


def colour_sets() -> list[dict[str, str]]:
    """Light, dark by choice, dark by device: in the order of the sheet."""
    blocks = re.split(r":root[^{]*\{", SHEET.read_text())[1:]
    return [dict(COLOUR.findall(block)) for block in blocks]


def test_the_dark_set_by_choice_equals_the_one_by_device() -> None:
    _, chosen, by_device = colour_sets()

    assert chosen == by_device


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("ground", ["paper", "paper-raised", "paper-sunk"])
@pytest.mark.parametrize("ink", ["ink", "ink-soft", "accent", "good", "warn", "bad"])
def test_text_keeps_four_and_a_half_to_one(theme: int, ground: str, ink: str) -> None:
    colours = colour_sets()[theme]

    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("on-accent", "accent"),
        ("on-accent", "accent-strong"),
        ("accent", "accent-soft"),
        ("accent-strong", "accent-soft"),
        ("ink-soft", "accent-soft"),
        ("good", "good-soft"),
        ("warn", "warn-soft"),
        ("bad", "bad-soft"),
        ("ink", "bad-soft"),
        ("ink", "warn-soft"),
        ("map-label", "map-halo"),
    ],
)
def test_text_on_tinted_grounds_keeps_four_and_a_half_to_one(
    theme: int, ink: str, ground: str
) -> None:
    colours = colour_sets()[theme]

    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("mark", ["line-strong", "focus", "map-zone"])
@pytest.mark.parametrize("ground", ["paper", "paper-raised", "map-land"])
def test_marks_keep_three_to_one(theme: int, mark: str, ground: str) -> None:
    colours = colour_sets()[theme]

    assert contrast(colours[mark], colours[ground]) >= 3
