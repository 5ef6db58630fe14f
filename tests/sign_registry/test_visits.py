"""What a visit may bring: forms are read one way only, and no longer than any page has them."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sign_registry.lane.visits import RefusedError, fields_of


@given(
    st.lists(
        st.tuples(st.sampled_from(["score", "a", ""]), st.text("ab1-_.~%+ =é;", max_size=4)),
        max_size=6,
    )
)
def test_plain_forms_are_read_as_all_others_are(pairs: list[tuple[str, str]]) -> None:
    """The short way for votes gives what the standard library gives."""
    for text in (urlencode(pairs), "&".join(f"{name}={value}" for name, value in pairs)):
        expected: dict[str, list[str]] = {}
        for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=40):
            expected.setdefault(name, []).append(value)
        assert fields_of(text) == expected


@pytest.mark.parametrize("pair", ["a=1", "a=%31"])
def test_more_fields_than_any_page_has_are_refused(pair: str) -> None:
    assert len(fields_of("&".join([pair] * 40))["a"]) == 40
    with pytest.raises(RefusedError):
        fields_of("&".join([pair] * 41))
