"""The town's colour stays readable whatever the town chooses."""

import re

from hypothesis import given
from hypothesis import strategies as st

from portal.brand import brand_css, contrast

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", block))


def test_contrast_of_black_and_white_is_21() -> None:
    assert round(contrast("#000000", "#ffffff"), 3) == 21


@given(COLOURS)
def test_every_colour_becomes_readable_on_light_and_dark(accent: str) -> None:
    light, dark, _ = brand_css(accent).split("\n", 2)

    for block, paper in ((light, "#f8f6f1"), (dark, "#1b2229")):
        found = tokens(block)
        assert contrast(found["accent"], paper) >= 4.5
        assert contrast(found["accent-strong"], found["accent-soft"]) >= 4.5
        assert contrast(found["on-accent"], found["accent"]) >= 4.5


def test_a_readable_colour_is_kept_as_chosen() -> None:
    assert "--accent:#1d4f91;" in brand_css("#1d4f91")
