"""Equal shares of 100 projects and 10,000 ballots beside pabutools, as exact."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from bench.harness import Contender, Row, compare, fact, faster, write_results

COMMAND = "make bench ARGS=counting"
PROJECTS, BALLOTS, BUDGET = 100, 10_000, 1_000_000
_SEED = 61_125


def main(smoke: bool = False) -> list[Row]:
    """Measure, publish and give the rows."""
    projects, ballots = (20, 500) if smoke else (PROJECTS, BALLOTS)
    costs, crosses = _drawn(projects, ballots)
    timed = compare(
        [
            Contender("ours", lambda: _ours(costs, crosses), _count),
            Contender("pabutools", lambda: _theirs(costs, crosses), _count_theirs),
        ],
        rounds=5 if smoke else 7,
    )
    if timed.answer("ours") != timed.answer("pabutools"):
        raise AssertionError("the two counts name other winners")
    completed = compare([Contender("add1", lambda: _ours(costs, crosses), _count_add1)], rounds=5)
    rows = [
        faster(
            "counting.equal_shares_vs_pabutools",
            timed,
            "ours",
            "pabutools",
            goal=">= 20",
            command=COMMAND,
        ),
        fact("counting.add1", completed.median("add1"), "s", command=COMMAND),
    ]
    write_results("counting", rows, {"counting": timed, "add1": completed})
    return rows


def _drawn(projects: int, ballots: int) -> tuple[list[int], list[list[int]]]:
    """Costs, and the crosses of each voter: one to eight, popular projects more often."""
    random = np.random.default_rng(_SEED)
    costs = random.integers(5_000, 60_000, projects).tolist()
    liking = random.random(projects) ** 2
    liking /= liking.sum()
    crosses = [
        sorted(set(random.choice(projects, random.integers(1, 9), p=liking).tolist()))
        for _voter in range(ballots)
    ]
    return costs, crosses


def _ours(costs: list[int], crosses: list[list[int]]) -> Any:
    from consultations.elections import Ballot, Election, Project, joined

    projects = [Project(f"p{place:03d}", cost) for place, cost in enumerate(costs)]
    return Election(projects, BUDGET, joined([Ballot(dict.fromkeys(own, 1)) for own in crosses]))


def _count(election: Any) -> list[str]:
    from consultations.equal_shares import count_shares

    return sorted(election.projects[place].code for place in count_shares(election).winners)


def _count_add1(election: Any) -> int:
    from consultations.equal_shares import count_add1

    return len(count_add1(election).winners)


def _theirs(costs: list[int], crosses: list[list[int]]) -> Any:
    sys.modules.setdefault("gurobipy", None)  # type: ignore[arg-type] # counting needs no solver
    from pabutools.election import ApprovalBallot, ApprovalProfile, Instance, Project

    projects = [Project(f"p{place:03d}", cost) for place, cost in enumerate(costs)]
    instance = Instance(projects, budget_limit=BUDGET)
    ballots = [ApprovalBallot(projects[place] for place in own) for own in crosses]
    # Equal ballots together, as in ours: its faster way.
    return instance, ApprovalProfile(ballots, instance=instance).as_multiprofile()


def _count_theirs(state: Any) -> list[str]:
    from pabutools.election import Cost_Sat
    from pabutools.rules import method_of_equal_shares

    return sorted(one.name for one in method_of_equal_shares(*state, sat_class=Cost_Sat))
