"""The published file: the same rows the same text, no small zone, and nothing of the order."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.counting import rule_of, zone_budgets
from consultations.models import Ballot, RollEntry
from consultations.pabulib import BadElectionError, read_election
from consultations.services.pb_files import pb_file, shown_zones
from tests.consultations.counted_votes import closed_vote, project
from tests.factories.zones import ZoneFactory


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(["", "a", "b", "c", "d"]), st.integers(1, 30)),
    st.integers(2, 12),
)
def test_no_zone_below_k_can_be_told_or_guessed(counts: dict[str, int], k: int) -> None:
    shown = shown_zones(counts, k)
    assert all(counts[zone] >= k for zone in shown)
    hidden = set(counts) - shown
    assert not shown or not hidden or sum(counts[zone] for zone in hidden) >= k
    assert not shown or hidden in (set(), {""}) or len(hidden) > 1


def test_every_zone_is_told_where_all_are_large() -> None:
    assert shown_zones({"a": 9, "b": 8}, 5) == {"a", "b"}


def test_the_second_smallest_is_hidden_with_the_only_small_one() -> None:
    assert shown_zones({"a": 9, "b": 8, "c": 2}, 5) == {"a"}


pytestmark = pytest.mark.django_db


def test_the_same_ballots_give_the_same_text_whatever_their_order() -> None:
    kinds = [(3, ["A"], None), (2, ["B", "A"], None)]
    phase = closed_vote({"A": 60, "B": 40}, kinds)
    other = closed_vote({"A": 60, "B": 40}, kinds[::-1])
    votes = [pb_file(one).text.partition("VOTES\n")[2] for one in (phase, other)]
    assert votes[0] == votes[1]
    assert pb_file(phase).text == pb_file(phase).text
    assert len(pb_file(phase).digest) == 32


def test_it_tells_the_rule_and_what_people_wanted() -> None:
    phase = closed_vote(
        {"A": 60, "B": 40}, [(3, ["A"], None), (2, ["B", "A"], None)], threshold=2, stops=True
    )
    election = read_election(pb_file(phase).text)
    assert election.votes() == [5, 2]
    assert rule_of(election).city.stops
    assert rule_of(election).city.threshold == 2
    assert election.meta["tie_order"] == "A,B"
    assert (election.meta["currency"], election.meta["budget"]) == ("RON", "100")


def test_points_are_written_as_points() -> None:
    phase = closed_vote({"A": 60, "B": 40}, [], ballot="points", most=5)
    Ballot.objects.create(phase=phase, choices={"B": 3, "A": 2}, channel="online")
    election = read_election(pb_file(phase).text)
    assert (election.vote_type, election.scores()) == ("cumulative", [2, 3])


def test_zones_are_told_from_k_ballots_on() -> None:
    north, south, lane = (ZoneFactory.create(code=code) for code in ("north", "south", "lane"))
    phase = closed_vote(
        {"A": 60},
        [(9, ["A"], north), (8, ["A"], south), (2, ["A"], lane)],
        by_zone=True,
        rule="equal-shares",
    )
    election = read_election(pb_file(phase).text)
    zones = Counter({one.zone: one.number for one in election.ballots})
    assert zones == {"north": 9, "": 10}


def test_zones_are_told_only_where_they_hold_the_money() -> None:
    text = pb_file(closed_vote({"A": 60}, [(30, ["A"], ZoneFactory.create())])).text
    assert "neighborhood" not in text


def test_projects_of_a_group_say_so() -> None:
    phase = closed_vote({"A": 60, "B": 40}, [(3, ["A"], None)])
    for code in ("A", "B"):
        one = project(phase, code)
        one.group = "square"
        one.save()
    assert rule_of(read_election(pb_file(phase).text)).city.groups == [frozenset({0, 1})]


def test_zones_hold_all_the_money_by_those_who_could_vote() -> None:
    phase = closed_vote(
        {"A": 60},
        [(6, ["A"], ZoneFactory.create(code="north")), (7, ["A"], ZoneFactory.create(code="west"))],
        by_zone=True,
        rule="equal-shares",
    )
    election = read_election(pb_file(phase).text)
    assert not RollEntry.objects.exists()
    assert sum(zone_budgets(election).values()) == election.budget
    assert set(zone_budgets(election)) == {"", "north", "west"}


def test_money_of_zones_finer_than_the_budget_is_refused() -> None:
    text = pb_file(closed_vote({"A": 60}, [(6, ["A"], None)], rule="equal-shares")).text
    finer = text.replace("rule;equalshares", "rule;equalshares\nzone_budgets;=33.5")
    with pytest.raises(BadElectionError):
        zone_budgets(read_election(finer))
