"""No cell of a table is run as a formula, and numbers keep their sign."""

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zones.cells import safe_cell


@example("＝1+1")
@given(st.text(st.one_of(st.sampled_from("=+-@\t\r\n＝＋－＠﹣﹢⁼₌"), st.characters()), max_size=9))
def test_no_text_begins_like_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert cell.endswith(text)
    assert not unicodedata.normalize("NFKC", cell[:1]).startswith(("=", "+", "-", "@"))
    assert cell[:1] not in ("\t", "\r", "\n")


@pytest.mark.parametrize(
    ("value", "cell"),
    [(-5, "-5"), (1.5, "1.5"), (None, ""), (True, "true"), (date(2026, 3, 1), "2026-03-01")],
)
def test_numbers_and_days_stay_as_they_are(value: Any, cell: str) -> None:
    assert safe_cell(value) == cell
