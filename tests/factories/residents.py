"""Residents and where they live, for tests."""

import factory
from factory.django import DjangoModelFactory

from residents.models import Residence, Resident
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY
from tests.factories.zones import AddressFactory, MunicipalityFactory


class ResidentFactory(DjangoModelFactory[Resident]):
    """Somebody who finished registration."""

    class Meta:
        model = Resident

    municipality = factory.SubFactory(MunicipalityFactory)
    user = factory.SubFactory(UserFactory)
    birth_year = 1980
    registered_at = NOON
    finished_at = NOON


class ResidenceFactory(DjangoModelFactory[Residence]):
    """At an address of the register of the same town."""

    class Meta:
        model = Residence

    resident = factory.SubFactory(ResidentFactory)
    address = factory.SubFactory(
        AddressFactory, municipality=factory.SelfAttribute("..resident.municipality")
    )
    written = "Strada Mare 1"
    location = factory.SelfAttribute("address.location")
    valid_from = TODAY
    declared_at = NOON
