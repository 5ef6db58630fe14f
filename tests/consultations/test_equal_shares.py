"""Equal shares: the winners of pabutools, and what any just count must hold."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consultations.elections import Ballot, Election, joined
from consultations.equal_shares import Shares, by_zone, count_add1, count_shares
from tests.consultations.elections import codes, election_of, elections, their_shares


def spent(election: Election, shares: Shares) -> int:
    return sum(election.projects[place].cost for place in shares.winners)


@settings(max_examples=200, deadline=None)
@given(elections())
def test_the_winners_are_those_of_pabutools(election: Election) -> None:
    assume(election.voters)
    assert codes(election, count_shares(election).winners) == their_shares(election)


@settings(max_examples=60, deadline=None)
@given(elections(most_projects=6, most_voters=8))
def test_with_add1_the_winners_are_those_of_pabutools(election: Election) -> None:
    assert codes(election, count_add1(election).winners) == their_shares(election, 1)


@settings(max_examples=100, deadline=None)
@given(elections())
def test_never_more_is_spent_than_there_is(election: Election) -> None:
    assert spent(election, count_shares(election)) <= election.budget
    assert spent(election, count_add1(election)) <= election.budget


@settings(max_examples=100, deadline=None)
@given(elections())
def test_every_purchase_is_paid_to_the_last_penny_by_its_supporters(election: Election) -> None:
    shares = count_shares(election)
    left = [shares.endowment[0]] * len(election.ballots)
    for purchase in shares.purchases:
        paid = Fraction(0)
        for row, ballot in enumerate(election.ballots):
            due = min(left[row], purchase.price * ballot.points.get(purchase.place, 0))
            left[row] -= due
            paid += due * ballot.number
        assert paid == election.projects[purchase.place].cost
    assert min(left) >= 0


@settings(max_examples=100, deadline=None)
@given(elections(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_projects_says_nothing(
    election: Election, mixer: random.Random
) -> None:
    ballots = list(election.ballots)
    mixer.shuffle(ballots)
    mixed = replace(election, ballots=ballots)
    assert count_shares(mixed).winners == count_shares(election).winners
    places = list(range(len(election.projects)))
    mixer.shuffle(places)  # the new place of each project
    projects = [election.projects[places.index(new)] for new in range(len(places))]
    renamed = Election(
        projects,
        election.budget,
        [
            Ballot({places[place]: points for place, points in ballot.points.items()})
            for ballot in ballots
            for _person in range(ballot.number)
        ],
    )
    drawn = [places[place] for place in range(len(places))]
    again = count_shares(renamed, order=drawn)
    assert codes(renamed, again.winners) == codes(election, count_shares(election).winners)


@settings(max_examples=60, deadline=None)
@given(elections(), st.integers(2, 5))
def test_equal_voters_are_one_voter_of_that_weight(election: Election, times: int) -> None:
    apart = [ballot for one in election.ballots for ballot in [replace(one, number=1)] * one.number]
    assert count_shares(replace(election, ballots=apart)) == count_shares(election)
    more = [replace(one, number=one.number * times) for one in election.ballots]
    many = replace(election, ballots=more, budget=election.budget * times)
    dear = [replace(one, cost=one.cost * times) for one in election.projects]
    assert count_shares(replace(many, projects=dear)).winners == count_shares(election).winners, (
        "the same election, each voter and each price so many times"
    )


def test_ties_go_by_the_drawn_order() -> None:
    election = election_of([10, 10], [[0], [1]], budget=10)
    assert count_shares(election).winners == []
    assert count_add1(election).winners == []
    rich = replace(election, ballots=joined([Ballot({0: 1, 1: 1})]))
    assert count_shares(rich).winners == [0]
    assert count_shares(rich, order=[1, 0]).winners == [1]


def test_a_group_gets_its_share_that_the_majority_would_take() -> None:
    costs = [50, 50, 50, 50]
    crosses = [[0, 1, 2]] * 6 + [[3]] * 4
    winners = count_shares(election_of(costs, crosses, budget=150)).winners
    assert 3 in winners
    assert len(winners) == 2


def test_points_are_paid_in_proportion() -> None:
    plain = election_of([9], [[]], budget=12)
    ballots = [Ballot({0: 2}), Ballot({0: 1})]
    (purchase,) = count_shares(replace(plain, ballots=ballots)).purchases
    assert purchase.price == 3
    poor = [Ballot({0: 5}), Ballot({0: 1})]
    (purchase,) = count_shares(replace(plain, ballots=poor)).purchases
    assert purchase.price == 3  # the first gives all of the share, 6, and the second the rest


def test_each_zone_spends_its_own_money() -> None:
    plain = election_of([60, 60], [[]], budget=120)
    ballots = [Ballot({0: 1}, "west", 30), Ballot({1: 1}, "east", 10)]
    election = replace(plain, ballots=ballots)
    assert count_shares(election).winners == [0]  # thirty voters hold 90, ten hold 30
    budgets = {"west": 60, "east": 60}
    shares = count_shares(election, by_zone(election, budgets), zones=list(budgets))
    assert sorted(shares.winners) == [0, 1]


def test_a_ballot_from_nowhere_has_no_money() -> None:
    election = replace(election_of([1], [[]], 5), ballots=[Ballot({0: 1}, "south")])
    with pytest.raises(ValueError, match="south"):
        count_shares(election, [Fraction(5)], zones=["west"])


def test_without_voters_there_is_no_share() -> None:
    with pytest.raises(ValueError, match="Nobody voted"):
        count_shares(election_of([1], [], budget=5))


def test_what_costs_nothing_is_bought_where_anybody_wants_it() -> None:
    election = election_of([0, 0, 5], [[0, 2]], budget=5)
    assert sorted(count_shares(election).winners) == [0, 2]


def test_voters_who_have_just_enough_pay_and_are_out() -> None:
    # Everybody pays the whole share for the first; floating point alone would leave crumbs.
    election = election_of([7, 1], [[0, 1]] * 7, budget=7)
    shares = count_shares(election)
    assert shares.winners == [0]
    assert shares.purchases[0].price == 1
