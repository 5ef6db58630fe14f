"""Zones of single residences: called where somebody registers, moves or leaves; tells nobody."""

import datetime as dt

from django.db import transaction

from residents.models import Residence, Resident
from residents.placing_sql import Written, values_of, write_changes
from zones.models import Municipality


@transaction.atomic
def place_residence(*, residence: Residence, now: dt.datetime) -> Written:
    """Bring the zones of one residence up to its address, its pin, or its end."""
    return _place(residence.resident.municipality, [residence.pk], now)


@transaction.atomic
def place_resident(*, resident: Resident, now: dt.datetime) -> Written:
    """Bring the zones of every residence of one person up to date, former ones included."""
    numbers = list(resident.residences.values_list("pk", flat=True))
    return _place(resident.municipality, numbers, now)


def _place(municipality: Municipality, residences: list[int], now: dt.datetime) -> Written:
    _lock_beside_others(municipality)
    return write_changes(values_of(municipality, now, residences))


def _lock_beside_others(municipality: Municipality) -> None:
    """Wait for a running change of the register, as every writer of zones does.

    The weaker kind of lock: people who register at the same moment hold a reference to the town
    already, and two of them would wait for each other without end under the stronger one.
    """
    Municipality.objects.select_for_update(no_key=True).only("pk").get(pk=municipality.pk)
