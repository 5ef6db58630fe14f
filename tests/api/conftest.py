"""A small town and its neighbour for the tests of the API."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.factories.zones import (
    AddressFactory,
    DatasetFactory,
    MunicipalityFactory,
    PlaceFactory,
    StreetFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.models import AddressPlacement, Municipality, Zone

PLACED_AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def uncounted() -> Iterator[None]:
    """No request of another test counts towards the limit of this one."""
    cache.clear()
    yield
    cache.clear()


def fill(town: Municipality, word: str) -> Zone:
    """Two zones, a street with its strip, two addresses and a place, all named with `word`."""
    west = zone_with_shape(town, code=f"{word}-west", geometry=square(0, 0, 2, 4))
    zone_with_shape(town, code=f"{word}-east", geometry=square(2, 0, 2, 4))
    strip = zone_with_shape(town, code=f"{word}-strip", geometry=square(0, 0, 1, 1), kind="street")
    street = StreetFactory.create(
        municipality=town,
        zone=strip,
        names={"ro": f"Strada {word.title()}"},
        dataset=DatasetFactory.create(municipality=town, source=f"Source {word}"),
        axis="SRID=4326;MULTILINESTRING((26.301 46.905, 26.309 46.905))",
    )
    for number, column in (("1", 0.2), ("3", 0.8)):
        address = AddressFactory.create(
            municipality=town, street=street, address_number=number, location=spot(column, 0.5),
            locality=word, postal_code="610001", dataset=street.dataset,
        )  # fmt: skip
        AddressPlacement.objects.create(
            address=address, kind=west.kind, zone=west, basis="polygon", valid_from=PLACED_AT
        )
    PlaceFactory.create(municipality=town, names={"ro": f"Școala {word}"})
    return west


@pytest.fixture
def town() -> Municipality:
    """Podeni, whose rows are all named after it."""
    town = MunicipalityFactory.create(slug="podeni")
    fill(town, "podeni")
    return town


@pytest.fixture
def neighbour() -> Municipality:
    """A town in the same place whose rows are all canaries."""
    other = MunicipalityFactory.create(slug="vecini", names={"ro": "Canary"})
    fill(other, "canary")
    return other
