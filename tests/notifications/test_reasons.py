"""Why somebody is told: one sentence for each reason, and none that breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.reasons import group_key, group_title, sentence


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ({"why": "home"}, "because you live in this area"),
        (
            {"why": "near", "metres": 100, "of": "works"},
            "because your street is within 100 m of the works",
        ),
        ({"why": "near", "metres": 50}, "because your street is within 50 m"),
        ({"why": "near", "metres": None, "of": "works"}, "because you live in this area"),
        ({"why": "near", "metres": True}, "because you live in this area"),
        ({"why": "follow", "name": "School 3"}, "because you follow “School 3”"),
        ({"why": "follow"}, "because you follow this area"),
        ({"why": "town"}, "because it concerns the whole town"),
        ({}, "because it concerns the whole town"),
    ],
)
def test_says_why(reason: dict[str, object], words: str) -> None:
    assert sentence(reason) == words


def test_a_name_with_a_percent_sign_is_only_a_name() -> None:
    assert (
        sentence({"why": "follow", "name": "100 %(name)s"}) == "because you follow “100 %(name)s”"
    )


@given(
    st.dictionaries(
        st.sampled_from(["why", "metres", "of", "name"]),
        st.none() | st.integers() | st.text() | st.sampled_from(["home", "near", "follow"]),
    )
)
def test_any_stored_reason_is_a_sentence(reason: dict[str, object]) -> None:
    assert sentence(reason).startswith("because ")
    assert group_title(reason)


def test_a_letter_begins_with_the_home_and_ends_with_the_town() -> None:
    reasons = [{"why": "town"}, {"why": "follow", "name": "Ș"}, {"why": "near"}, {"why": "home"}]

    ordered = sorted(reasons, key=group_key)

    assert [one["why"] for one in ordered] == ["near", "home", "follow", "town"]
    assert [group_title(one) for one in ordered] == [
        "Where you live",
        "Where you live",
        "In “Ș”, which you follow",
        "In the whole town",
    ]
