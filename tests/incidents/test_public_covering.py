"""A text may be covered by staff, never rewritten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.covering import is_covered_form
from submissions.masking import MARK

TEXT = "Domnul Pop de la nr. 5 a rupt banca."


@pytest.mark.parametrize(
    "edited",
    [TEXT, f"Domnul {MARK} de la {MARK} a rupt banca.", MARK, f"{MARK} banca.", f"Domnul {MARK}"],
)
def test_covered_forms_are_known(edited: str) -> None:
    assert is_covered_form(TEXT, edited)


@pytest.mark.parametrize(
    "edited",
    ["", "Domnul a rupt banca.", f"Doamna {MARK} a rupt banca.", f"banca. {MARK} Domnul",
     f"{TEXT} {MARK} {TEXT}"],
)  # fmt: skip
def test_changes_are_refused(edited: str) -> None:
    assert not is_covered_form(TEXT, edited)


@given(st.text("ab ", min_size=1, max_size=30), st.integers(0, 29), st.integers(1, 10))
def test_covering_any_part_is_a_covered_form(text: str, start: int, length: int) -> None:
    assert is_covered_form(text, text[:start] + MARK + text[start + length :])
