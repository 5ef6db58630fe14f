"""Towns and residents that several tests of homes begin with."""

from accounts.models import User
from residents.models import Residence
from residents.services.registering import AddressChoice
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, member
from tests.factories.residents import ResidenceFactory, ResidentFactory
from tests.factories.zones import (
    AddressFactory,
    MunicipalityFactory,
    StreetFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.models import Address, Municipality
from zones.placing import place_addresses


def lively_town(slug: str = "piatra") -> Municipality:
    """A town that registers residents, with a west and an east."""
    town = MunicipalityFactory.create(
        slug=slug, modules=["ratings", "notices"], sign_origin="https://megdan.example"
    )
    zone_with_shape(town, code="west", geometry=square(0, 0, 2, 4))
    zone_with_shape(town, code="east", geometry=square(2, 0, 2, 4))
    return town


def door(town: Municipality, column: float = 0.5, number: str = "7") -> Address:
    """An address on a street of its own name; `column` below two lies in the west."""
    street = StreetFactory.create(municipality=town, names={"ro": f"Strada {column}"})
    address = AddressFactory.create(
        municipality=town,
        street=street,
        thoroughfare=f"Strada {column}",
        address_number=number,
        location=spot(column, 0.5),
    )
    place_addresses(municipality=town, now=NOON)
    return address


def resident_at(
    address: Address | None, town: Municipality, user: User | None = None, **fields: object
) -> Residence:
    """Somebody registered some time ago at an address, or at a pin."""
    person = user or UserFactory.create(language="en")
    resident = ResidentFactory.create(municipality=town, user=person)
    if address is None:
        fields = {"location": spot(0.5, 0.5), "written": "Behind the mill", **fields}
    return ResidenceFactory.create(resident=resident, address=address, **fields)


def at(address: Address, unit: str = "") -> AddressChoice:
    """An address of the register, chosen."""
    return AddressChoice(address=address, unit=unit)


def clerk_of(town: Municipality, **fields: object) -> User:
    """Somebody who works at the residents' desk."""
    clerk: User = member(town, role="clerk", **fields).user
    return clerk
