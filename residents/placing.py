"""Brings the zones of all residences of a town up to their addresses, and tells who is concerned.

Called after the addresses were placed, so after each load of zones, streets or addresses.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from residents.models import Resident
from residents.placing_sql import Written, read_news, values_of, write_changes
from residents.services.memberships import place_resident as place_one
from residents.services.questions import ask_about_vanished
from residents.services.zone_letters import tell_of_zones
from zones.models import Municipality
from zones.services.register import lock


@dataclass(frozen=True, slots=True)
class ResidentsPlaced:
    """Memberships begun, ended and left as they were, and letters written; never for a page."""

    opened: int
    closed: int
    unchanged: int
    told: int


@transaction.atomic
def place_residents(
    *, municipality: Municipality, now: dt.datetime, only: Collection[int] | None = None
) -> ResidentsPlaced:
    """Bring the zones of residences up to the register and the shapes in force at `now`.

    A residence at an address follows the placement of that address; one at a pin is answered by
    polygon. Only what changed is written. A letter goes to those whose zone of a kind has another
    name than before, in the same transaction; a first placing is no news. Homes whose address is
    gone from the register go to the desk.

    Args:
        only: numbers of some residences; all residences of the town otherwise.
    """
    lock(municipality)
    ask_about_vanished(municipality=municipality, now=now)
    values = values_of(municipality, now, only)
    written = write_changes(values)
    told = 0
    if written.opened or written.closed:
        told = tell_of_zones(municipality=municipality, news=read_news(values), now=now)
    return ResidentsPlaced(written.opened, written.closed, written.unchanged, told)


def place_resident(*, resident: Resident, now: dt.datetime) -> Written:
    """Bring the zones of one person up to date; what they just declared themselves is no news."""
    return place_one(resident=resident, now=now)
