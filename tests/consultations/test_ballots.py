"""Forms of ballots: what settings are taken, and which choices are a ballot."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from consultations.ballots import BallotForm, BallotKind, OnBallot, Refusal, sentence

SETTINGS: dict[str, Any] = {
    "ballot": "approval",
    "most": 2,
    "budget": "100.00",
    "currency": "RON",
    "rule": "greedy",
    "completion": "",
    "stops": False,
    "threshold": 0,
    "by_zone": False,
    "k": 10,
}
PROJECTS = [
    OnBallot("A", Decimal(60)),
    OnBallot("B", Decimal(40), "north"),
    OnBallot("C", Decimal("0.01"), "north"),
]


def form(**changes: Any) -> BallotForm:
    return BallotForm.of({**SETTINGS, **changes})


def test_settings_are_read() -> None:
    read = form(ballot="points", most=5, rule="equal-shares", completion="add1")
    assert (read.kind, read.most, read.budget) == (BallotKind.POINTS, 5, Decimal(100))
    assert (read.rule, read.completion, read.k) == ("equal-shares", "add1", 10)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ballot": "ranking"}, "ballot_kind"),
        ({"ballot": None}, "ballot_kind"),
        ({"most": 0}, "ballot_most"),
        ({"most": True}, "ballot_most"),
        ({"most": "3"}, "ballot_most"),
        ({"budget": "0"}, "ballot_budget"),
        ({"budget": "NaN"}, "ballot_budget"),
        ({"budget": "1.005"}, "ballot_budget"),
        ({"budget": 2.5}, "ballot_budget"),
        ({"budget": "much"}, "ballot_budget"),
        ({"currency": "USD"}, "ballot_currency"),
        ({"rule": "lottery"}, "ballot_rule"),
        ({"completion": "add1"}, "ballot_completion"),
        ({"by_zone": True}, "ballot_by_zone"),
        ({"stops": 1}, "ballot_switch"),
        ({"threshold": -1}, "ballot_threshold"),
        ({"k": 4}, "ballot_k"),
    ],
)
def test_wrong_settings_are_refused_by_code(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        form(**changes)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("changes", "choices", "expected"),
    [
        ({}, {"A": 1, "B": 1}, []),
        ({}, {}, [Refusal.EMPTY]),
        ({}, {"A": 1, "Z": 1}, [Refusal.UNKNOWN_PROJECT]),
        ({}, {"A": 2}, [Refusal.TOO_MANY]),
        ({}, {"A": 0}, [Refusal.NOT_A_NUMBER]),
        ({}, {"A": True}, [Refusal.NOT_A_NUMBER]),
        ({}, {"A": 1, "B": 1, "C": 1}, [Refusal.TOO_MANY, Refusal.EXCLUSIVE]),
        ({"ballot": "points", "most": 5}, {"A": 5}, []),
        ({"ballot": "points", "most": 5}, {"A": 5, "B": 1}, [Refusal.TOO_MANY]),
        ({"ballot": "points", "most": 5}, {"A": -1, "B": 6}, [Refusal.NOT_A_NUMBER]),
        ({"ballot": "knapsack", "most": 0}, {"A": 1, "B": 1}, []),
        ({"ballot": "knapsack", "most": 0, "budget": "99.99"}, {"A": 1, "B": 1}, ["over_budget"]),
        ({"ballot": "knapsack", "most": 0}, {"B": 1, "C": 1}, [Refusal.EXCLUSIVE]),
    ],
)
def test_choices_are_checked(
    changes: dict[str, Any], choices: dict[str, int], expected: list[str]
) -> None:
    assert form(**changes).check(choices, PROJECTS) == expected


@pytest.mark.parametrize("refusal", list(Refusal))
@pytest.mark.parametrize("kind", list(BallotKind))
def test_each_refusal_is_told(refusal: Refusal, kind: BallotKind) -> None:
    assert sentence(refusal, form(ballot=kind)).endswith(".")
