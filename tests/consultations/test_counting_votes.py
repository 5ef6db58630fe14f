"""A vote is counted once from its file, as the command counts it; decisions against it are kept."""

import datetime as dt
import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from hypothesis import given, settings

from consultations.counting import ADD1, EQUAL_SHARES, GREEDY, Rule, count, shares_by
from consultations.elections import Ballot as Paper
from consultations.elections import Election
from consultations.equal_shares import Bounds, count_add1, count_shares
from consultations.explaining import money_by_zone, paid_by_zone, votes_missing
from consultations.models import Ballot, BudgetProject, CountRun, Phase
from consultations.phases import PhaseKind
from consultations.services.counting_votes import (
    count_vote,
    final_winners,
    override_count,
    publish_result,
)
from tests.consultations.counted_votes import closed_vote, project
from tests.consultations.elections import election_of, elections
from tests.factories.accounts import UserFactory
from tests.factories.consultations import DAY
from tests.factories.departments import NOON
from tests.factories.zones import ZoneFactory

COSTS = {"A": 60, "B": 50, "C": 30}
VOTES = [(6, ["A", "B"], None), (5, ["C"], None), (1, ["B"], None)]


def run(phase: Phase, now: dt.datetime = NOON) -> CountRun:
    return count_vote(phase=phase, actor=UserFactory.create(), now=now)


@settings(max_examples=60, deadline=None)
@given(elections())
def test_only_one_of_a_group_wins_and_never_one_that_is_barred(election: Election) -> None:
    if not election.voters:
        return
    everything = frozenset(range(len(election.projects)))
    assert len(count_shares(election, bounds=Bounds(groups=[everything])).winners) <= 1
    assert len(count_add1(election, bounds=Bounds(groups=[everything])).winners) <= 1
    assert count_add1(election, bounds=Bounds(barred=everything)).winners == []


@settings(max_examples=60, deadline=None)
@given(elections())
def test_the_missing_votes_let_a_project_win_and_one_less_does_not(election: Election) -> None:
    if not election.voters:
        return
    for rule in (Rule(GREEDY), Rule(EQUAL_SHARES)):
        won = count(election, rule).winners
        for place, one in enumerate(election.projects):
            missing = None if one.code in won else votes_missing(election, rule, place)
            if missing is None:
                continue
            for more, wins in ((missing, True), (missing - 1, False)):
                extra = [*election.ballots, *([Paper({place: 1}, number=more)] if more else [])]
                recounted = count(replace(election, ballots=extra), rule)
                assert (one.code in recounted.winners) is wins


@settings(max_examples=60, deadline=None)
@given(elections())
def test_what_zones_paid_is_what_the_winners_cost(election: Election) -> None:
    if not election.voters:
        return
    shares = shares_by(election, Rule(EQUAL_SHARES, completion=ADD1))
    paid = paid_by_zone(election, shares, [])
    costs = [election.projects[place].cost for place in shares.winners]
    assert [sum(one.values()) for one in paid] == costs
    assert sum(money_by_zone(election, shares.winners).values()) == sum(costs)


def test_a_large_vote_with_add1_is_not_counted_for_every_project() -> None:
    election = election_of([10, 10], [[0]] * 3, 10)
    assert votes_missing(election, Rule(EQUAL_SHARES, zones={"": 10}), 1) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"threshold": 6},
        {"stops": True},
        {"rule": "equal-shares"},
        {"rule": "equal-shares", "completion": "add1"},
        {"rule": "equal-shares", "by_zone": True},
        {"rule": "equal-shares", "completion": "add1", "by_zone": True},
    ],
)
def test_the_command_finds_the_same_winners_in_the_published_file(
    rule: dict[str, Any], tmp_path: Path
) -> None:
    north, south = ZoneFactory.create(code="north"), ZoneFactory.create(code="south")
    phase = closed_vote(
        COSTS, [(6, ["A", "B"], north), (5, ["C"], south), (3, ["B"], south)], **rule
    )
    counted = run(phase)
    path = tmp_path / "result.pb"
    path.write_text(counted.text, "utf-8")
    out = StringIO()
    call_command("count_budget", str(path), json=True, stdout=out)
    assert json.loads(out.getvalue())["winners"] == counted.result["winners"]
    assert json.loads(out.getvalue())["spent"] == counted.result["spent"]


@pytest.mark.django_db
def test_the_result_says_what_was_missing() -> None:
    result = run(closed_vote(COSTS, VOTES)).result
    assert result["winners"] == ["B", "C"]
    assert (result["spent"], result["left"], result["voters"]) == ("80", "20", 12)
    lost = result["projects"][0]
    assert (lost["code"], lost["why"], lost["votes"], lost["missing"]) == ("A", "money", 6, 1)


@pytest.mark.django_db
def test_a_second_count_is_the_first_one() -> None:
    phase = closed_vote(COSTS, VOTES)
    assert run(phase) == run(phase, NOON + DAY)
    assert CountRun.objects.count() == 1


@pytest.mark.django_db
def test_other_ballots_than_those_counted_are_refused() -> None:
    phase = closed_vote(COSTS, VOTES)
    run(phase)
    Ballot.objects.create(phase=phase, choices={"A": 1}, channel="online")
    with pytest.raises(ValidationError) as refused:
        run(phase)
    assert refused.value.code == "changed"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ends_in", "votes", "code"), [(1, VOTES, "still_open"), (-1, [], "no_ballots")]
)
def test_a_vote_is_counted_after_its_end_only(ends_in: int, votes: list[Any], code: str) -> None:
    phase = closed_vote(COSTS, votes, ends_at=NOON + ends_in * DAY)
    with pytest.raises(ValidationError) as refused:
        run(phase)
    assert refused.value.code == code
    assert not CountRun.objects.exists()


@pytest.mark.django_db
def test_a_decision_against_the_count_stands_beside_it() -> None:
    counted = run(closed_vote(COSTS, VOTES))
    language = counted.phase.process.municipality.languages[0]
    given: dict[str, Any] = {
        "actor": UserFactory.create(),
        "now": NOON,
        "reasons": {language: "The law."},
    }
    override_count(count_run=counted, project=project(counted.phase, "B"), wins=False, **given)
    assert counted.result["winners"] == ["B", "C"]
    assert final_winners(counted) == ["C"]
    for code, wins, why in [("B", False, "twice"), ("C", True, "same")]:
        with pytest.raises(ValidationError) as refused:
            override_count(
                count_run=counted, project=project(counted.phase, code), wins=wins, **given
            )
        assert refused.value.code == why


@pytest.mark.django_db
def test_a_decision_against_the_count_needs_a_reason() -> None:
    counted = run(closed_vote(COSTS, VOTES))
    with pytest.raises(ValidationError):
        override_count(
            count_run=counted,
            project=project(counted.phase, "B"),
            wins=False,
            reasons={},
            actor=UserFactory.create(),
            now=NOON,
        )


@pytest.mark.django_db
def test_publishing_opens_the_result_and_marks_the_projects() -> None:
    counted = run(closed_vote(COSTS, VOTES))
    phase = publish_result(count_run=counted, now=NOON)
    assert (phase.kind, phase.starts_at) == (PhaseKind.RESULT, NOON)
    states = dict(BudgetProject.objects.values_list("code", "state"))
    assert states == {"A": "lost", "B": "won", "C": "won"}
    assert publish_result(count_run=counted, now=NOON + DAY) == phase
