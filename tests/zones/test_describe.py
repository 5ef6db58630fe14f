"""Any area in words: whole and part zones, streets with sides and numbers."""

import datetime as dt

import pytest
from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils import translation

from tests.factories.zones import (
    CELL,
    SOUTH,
    WEST,
    AddressFactory,
    MunicipalityFactory,
    StreetFactory,
    ZoneKindFactory,
    square,
    zone_with_shape,
)
from zones.describe import describe
from zones.models import Municipality

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 1)


@pytest.fixture
def town() -> Municipality:
    """Two quarters side by side; a street runs through the eastern one from west to east."""
    town = MunicipalityFactory.create()
    ZoneKindFactory.create(
        municipality=town,
        code="neighbourhood",
        names={"en": "Neighbourhood", "ro": "Cartier"},
        is_partition=True,
    )
    for code, column in (("Gara", 0), ("Parc", 1)):
        zone = zone_with_shape(town, code=code, geometry=square(column, 0))
        zone.names = {"ro": code}
        zone.save()
    street = StreetFactory.create(municipality=town, names={"ro": "Strada Lungă"})
    for number in range(1, 11):
        AddressFactory.create(
            municipality=town,
            street=street,
            thoroughfare="Strada Lungă",
            address_number=str(number),
            location=Point(WEST + (1 + number / 11) * CELL, SOUTH + CELL / 2, srid=4326),
        )
    return town


def say(town: Municipality, geometry: GEOSGeometry, language: str = "en") -> str:
    with translation.override(language):
        return describe(geometry, town, on=TODAY)


def test_a_whole_quarter_is_its_name_alone(town: Municipality) -> None:
    assert say(town, square(1, 0)) == "Neighbourhood: Parc."


def test_a_part_names_the_numbers_of_each_side(town: Municipality) -> None:
    said = say(town, square(0.4, 0, 1.1, 1))
    assert said == (
        "Neighbourhood: part of Gara, part of Parc. "
        "Streets: Strada Lungă (odd numbers 1–5; even numbers 2–4)."
    )


def test_a_street_that_lies_inside_whole_needs_no_numbers(town: Municipality) -> None:
    assert say(town, square(1, 0.25, 1, 0.5)).endswith("Streets: Strada Lungă.")


def test_streets_of_whole_quarters_are_not_listed_again(town: Municipality) -> None:
    assert say(town, square(0.5, 0, 1.5, 1)) == "Neighbourhood: Parc, part of Gara."


def test_a_mere_touch_is_not_said(town: Municipality) -> None:
    assert say(town, square(0.999, 0, 1.001, 1)) == "Neighbourhood: Parc."


def test_a_point_lies_in_its_quarter(town: Municipality) -> None:
    spot = Point(WEST + CELL / 2, SOUTH + CELL / 2, srid=4326)
    assert say(town, spot) == "Neighbourhood: Gara."


def test_an_empty_corner_of_the_town_is_no_words(town: Municipality) -> None:
    assert say(town, square(3, 3, 0.5, 0.5)) == ""


def test_the_kind_is_named_in_the_language_of_the_reader(town: Municipality) -> None:
    assert say(town, square(1, 0), "ro").startswith("Cartier: ")


def test_zones_are_those_of_the_day(town: Municipality) -> None:
    assert describe(square(1, 0), town, on=dt.date(2025, 12, 31), streets=False) == ""
