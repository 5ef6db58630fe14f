"""A small vote on a budget with its roll, for tests."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from accounts.models import User
from consultations.models import BudgetProject, Phase, Process, RollEntry
from consultations.phases import PhaseKind
from consultations.services.rolls import make_roll
from consultations.services.voting import cast
from residents.models import Residence, ResidentZone
from tests.factories.consultations import BudgetProjectFactory, PhaseFactory, ProcessFactory
from tests.factories.departments import NOON, TODAY
from tests.factories.residents import ResidenceFactory
from tests.factories.zones import ZoneFactory
from zones.models import Zone

DAY = dt.timedelta(days=1)
AFTER = NOON + 10 * DAY
SETTINGS: dict[str, Any] = {
    "ballot": "approval",
    "most": 2,
    "budget": "30000.00",
    "currency": "RON",
    "rule": "greedy",
    "k": 5,
}


@dataclass(frozen=True)
class Vote:
    """A running vote of residents who live in one zone."""

    process: Process
    phase: Phase
    users: Sequence[User]
    codes: Sequence[str]


def add_voter(process: Process, zone: Zone | None = None, **facts: Any) -> Residence:
    """Somebody who lived there before the reference date."""
    home = ResidenceFactory.create(
        resident__municipality=process.municipality, valid_from=TODAY - 30 * DAY, **facts
    )
    if zone is not None:
        ResidentZone.objects.create(
            residence=home, kind=zone.kind, zone=zone, valid_from=NOON - 30 * DAY
        )
    return home


def a_vote(voters: int = 3, projects: int = 3, **settings: Any) -> Vote:
    """A vote that began yesterday, with its roll."""
    process = ProcessFactory.create()
    phase = PhaseFactory.create(
        process=process, kind=PhaseKind.VOTE, settings={**SETTINGS, **settings}
    )
    zone = ZoneFactory.create(kind__municipality=process.municipality)
    homes = [add_voter(process, zone) for _ in range(voters)]
    made: list[BudgetProject] = BudgetProjectFactory.create_batch(projects, process=process)
    make_roll(phase=phase, now=NOON)
    users = [home.resident.user for home in homes]
    return Vote(process, phase, users, [one.code for one in made])


def cast_all(vote: Vote, choices: Sequence[dict[str, int]]) -> None:
    """Each voter in turn."""
    for user, chosen in zip(vote.users, choices, strict=True):
        cast(phase=vote.phase, user=user, choices=chosen, now=NOON)


def as_owner(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Ask as the owner of the database, who alone sees the boxes; what was committed."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def throw_boxes_away() -> None:
    """Tests that commit clean up the tables of the models; boxes are none of them."""
    found = as_owner("SELECT relname FROM pg_class WHERE relname LIKE 'consultations_intake_%%'")
    for (name,) in found:
        as_owner(f"DROP TABLE {name}")


def marks(phase: Phase) -> list[str]:
    """Channels of the lines that are marked."""
    rows = RollEntry.objects.filter(roll__phase=phase).exclude(channel="")
    return sorted(rows.values_list("channel", flat=True))
