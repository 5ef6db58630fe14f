"""A vote on a budget that is over, with its ballots, for tests."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from consultations.models import Ballot, BudgetProject, Phase, Process
from consultations.phases import PhaseKind
from tests.factories.consultations import (
    DAY,
    BudgetProjectFactory,
    PhaseFactory,
    ProcessFactory,
)
from tests.factories.departments import NOON
from zones.models import Zone

SETTINGS: Mapping[str, Any] = {
    "ballot": "approval",
    "most": 3,
    "budget": "100",
    "currency": "RON",
    "k": 5,
}


def closed_vote(
    costs: Mapping[str, int],
    ballots: Iterable[tuple[int, Sequence[str], Zone | None]],
    *,
    process: Process | None = None,
    ends_at: dt.datetime = NOON - dt.timedelta(hours=1),
    **settings: Any,
) -> Phase:
    """A vote with projects by code and so many ballots of each kind."""
    process = process or ProcessFactory.create()
    phase = PhaseFactory.create(
        process=process,
        kind=PhaseKind.VOTE,
        starts_at=NOON - 5 * DAY,
        ends_at=ends_at,
        settings={**SETTINGS, **settings},
    )
    for drawn, (code, cost) in enumerate(costs.items(), 1):
        BudgetProjectFactory.create(process=process, code=code, cost=cost, drawn=drawn)
    Ballot.objects.bulk_create(
        Ballot(phase=phase, choices=dict.fromkeys(codes, 1), zone=zone, channel="online")
        for number, codes, zone in ballots
        for _voter in range(number)
    )
    return phase


def project(phase: Phase, code: str) -> BudgetProject:
    """A project of a vote."""
    return BudgetProject.objects.get(process=phase.process, code=code)
