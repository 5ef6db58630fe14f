"""By votes until the money ends: the variants, ties, and how much was missing."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.city_rule import CityRule, Why, count_city, points_missing
from consultations.elections import Ballot, Election
from tests.consultations.elections import codes, election_of, elections, their_greedy


def won(election: Election, rule: CityRule, order: list[int] | None = None) -> list[int]:
    return [one.place for one in count_city(election, rule, order or []) if one.why is Why.WON]


@settings(max_examples=200, deadline=None)
@given(elections())
def test_the_winners_are_those_of_pabutools(election: Election) -> None:
    # It also funds what nobody wants, which no town would.
    assert codes(election, won(election, CityRule(threshold=0))) == their_greedy(election)


@given(elections(), st.integers(1, 4), st.booleans())
def test_never_more_is_spent_than_there_is(election: Election, threshold: int, stops: bool) -> None:
    rule = CityRule(threshold, stops)
    winners = won(election, rule)
    assert sum(election.projects[place].cost for place in winners) <= election.budget
    assert all(election.scores()[place] >= threshold for place in winners)


def test_what_does_not_fit_is_skipped_or_ends_the_count() -> None:
    election = election_of([5, 9, 4], [[0, 1, 2], [0, 1], [0]], budget=10)
    assert won(election, CityRule()) == [0, 2]
    assert won(election, CityRule(stops=True)) == [0]
    whys = [one.why for one in count_city(election, CityRule(stops=True))]
    assert whys == [Why.WON, Why.MONEY, Why.STOPPED]


def test_nobody_pays_for_what_nobody_wants() -> None:
    election = election_of([1, 1], [[0]], budget=9)
    assert won(election, CityRule()) == [0]


def test_of_a_group_only_one_wins() -> None:
    election = election_of([1, 1, 1], [[0, 1, 2], [0, 1], [0]], budget=9)
    assert won(election, CityRule(groups=[frozenset({0, 1})])) == [0, 2]


def test_ties_go_by_the_drawn_order() -> None:
    election = election_of([6, 6], [[0, 1]], budget=10)
    assert won(election, CityRule()) == [0]
    assert won(election, CityRule(), [1, 0]) == [1]


@settings(max_examples=100, deadline=None)
@given(elections(most_projects=5, most_voters=8), st.integers(1, 3), st.booleans())
def test_just_so_many_votes_were_missing(election: Election, threshold: int, stops: bool) -> None:
    rule = CityRule(threshold, stops)
    for place in range(len(election.projects)):
        missing = points_missing(election, rule, place)
        if missing is None:
            assert place not in won(_with(election, place, 99), rule)
            continue
        assert place in won(_with(election, place, missing), rule)
        assert missing == 0 or place not in won(_with(election, place, missing - 1), rule)


def _with(election: Election, place: int, more: int) -> Election:
    return replace(election, ballots=[*election.ballots, Ballot({place: 1}, number=more)])
