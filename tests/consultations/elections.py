"""Elections for tests: drawn ones, and the count of other people."""

import sys
from collections.abc import Sequence
from unittest.mock import patch

from hypothesis import strategies as st

from consultations.elections import Ballot, Election, Project, joined

with patch.dict(sys.modules, {"gurobipy": None}):
    # It is wanted by two parts for analysis only, and nobody may use it freely.
    from pabutools.election import (
        AbstractApprovalProfile,
        ApprovalBallot,
        ApprovalProfile,
        Cost_Sat,
        Instance,
    )
    from pabutools.election import Project as TheirProject
    from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares


def election_of(costs: Sequence[int], crosses: Sequence[Sequence[int]], budget: int) -> Election:
    """Crosses by voter, as places of projects."""
    projects = [Project(f"p{place:03d}", cost) for place, cost in enumerate(costs)]
    ballots = [Ballot(dict.fromkeys(own, 1)) for own in crosses]
    return Election(projects, budget, joined(ballots))


@st.composite
def elections(draw: st.DrawFn, *, most_projects: int = 8, most_voters: int = 20) -> Election:
    """Small elections; small costs make ties, large ones make long fractions."""
    most_cost = draw(st.sampled_from([3, 20, 1000]))
    costs = draw(st.lists(st.integers(1, most_cost), min_size=1, max_size=most_projects))
    places = st.integers(0, len(costs) - 1)
    crosses = draw(
        st.lists(st.lists(places, max_size=5, unique=True), min_size=1, max_size=most_voters)
    )
    budget = draw(st.integers(1, max(2, sum(costs))))
    return election_of(costs, crosses, budget)


def _theirs(election: Election) -> tuple[Instance, AbstractApprovalProfile]:
    projects = [TheirProject(one.code, one.cost) for one in election.projects]
    instance = Instance(projects, budget_limit=election.budget)
    ballots = [
        ApprovalBallot(projects[place] for place in ballot.points)
        for ballot in election.ballots
        for _person in range(ballot.number)
    ]
    return instance, ApprovalProfile(ballots, instance=instance)


def their_shares(election: Election, step: int | None = None) -> list[str]:
    """Winners by pabutools, exact; with a step by Add1."""
    instance, profile = _theirs(election)
    found = method_of_equal_shares(
        instance, profile, sat_class=Cost_Sat, voter_budget_increment=step
    )
    return sorted(project.name for project in found)


def their_greedy(election: Election) -> list[str]:
    """Winners by votes, as pabutools counts."""
    instance, profile = _theirs(election)
    found = greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat)
    return sorted(project.name for project in found)


def codes(election: Election, places: Sequence[int]) -> list[str]:
    """The codes of places, in order of the alphabet."""
    return sorted(election.projects[place].code for place in places)
