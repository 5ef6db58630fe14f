"""The part of a whole town that is about residents: people, homes, what waits at the desk."""

from typing import Any

from accounts.models import User
from residents.models import AddressLetter, AddressQuestion, Residence, ResidentZone
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY
from tests.factories.residents import ResidenceFactory, ResidentFactory
from tests.factories.zones import spot
from zones.models import Address, Municipality, Zone


def residents_of(
    canary: str, town: Municipality, address: Address, zone: Zone, clerk: User
) -> dict[str, Any]:
    """The clerk who lives here too, a neighbour at an address, and one whom the desk looks up."""
    _lives(town, clerk, address, f"{canary} own home")
    neighbour = _lives(town, _person(canary), address, f"{canary} home")
    ResidentZone.objects.create(residence=neighbour, kind=zone.kind, zone=zone, valid_from=NOON)
    AddressLetter.objects.create(
        residence=neighbour,
        digest=f"digest-{town.pk}",
        asked_at=NOON,
        printed_at=NOON,
        printed_by=clerk,
        expires_on=TODAY,
    )
    unknown = ResidenceFactory.create(
        resident=ResidentFactory.create(municipality=town, user=_person(canary)),
        address=None,
        written=f"{canary} mill",
        location=spot(0.5, 0.5),
    )
    question = AddressQuestion.objects.create(residence=unknown, asked_at=NOON)
    return {"resident": neighbour.resident, "question": question}


def _person(canary: str) -> User:
    person: User = UserFactory.create(full_name=f"{canary} resident")
    return person


def _lives(town: Municipality, user: User, address: Address, written: str) -> Residence:
    resident = ResidentFactory.create(municipality=town, user=user)
    home: Residence = ResidenceFactory.create(resident=resident, address=address, written=written)
    return home
