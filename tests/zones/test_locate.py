"""A point is told what it belongs to: few queries, the same ties as in bulk, as of any day."""

import datetime as dt

import pytest
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from tests.factories.zones import (
    CELL,
    SOUTH,
    WEST,
    AddressFactory,
    MunicipalityFactory,
    StreetFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.locating import locate
from zones.models import Municipality

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 2)
# Degrees per metre at 46.905 degrees north, WGS 84.
METRE_NORTH, METRE_EAST = 1 / 111_180, 1 / 76_180


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create()


def codes(town: Municipality, point: Point, on: dt.date = TODAY) -> list[tuple[str, str]]:
    located = locate(municipality=town, point=point, on=on)
    return [(zone.kind_code, zone.code) for zone in located.zones]


def test_a_point_gets_one_zone_of_each_kind_and_its_street(town: Municipality) -> None:
    zone_with_shape(town, code="west", geometry=square(0, 0))
    strip = zone_with_shape(town, code="strip", kind="street", geometry=square(0, 0))
    street = StreetFactory.create(municipality=town, zone=strip, names={"ro": "Strada Lungă"})
    located = locate(municipality=town, point=spot(0.5, 0.5), on=TODAY)
    assert [zone.kind_code for zone in located.zones] == ["neighbourhood", "street"]
    assert {zone.basis for zone in located.zones} == {"polygon"}
    assert located.street
    assert (located.street.street_id, located.street.name) == (street.pk, "Strada Lungă")
    assert located.inside


def test_a_point_on_an_edge_or_corner_is_inside(town: Municipality) -> None:
    zone_with_shape(town, code="west", geometry=square(0, 0))
    west, south, east, north = square(0, 0).extent
    edges = [(west, south), (east, north), (east, (south + north) / 2), ((west + east) / 2, north)]
    for x, y in edges:
        assert codes(town, Point(x, y, srid=4326)) == [("neighbourhood", "west")]


def test_ties_go_to_the_smallest_area_then_the_lowest_id(town: Municipality) -> None:
    zone_with_shape(town, code="big", geometry=square(0, 0, 2, 2))
    zone_with_shape(town, code="first", geometry=square(0, 0), area_m2=10.0)
    zone_with_shape(town, code="second", geometry=square(0, 0), area_m2=10.0)
    assert codes(town, spot(0.5, 0.5)) == [("neighbourhood", "first")]


def test_validity_is_half_open(town: Municipality) -> None:
    turn = dt.date(2026, 3, 2)
    zone_with_shape(town, code="old", geometry=square(0, 0), valid_until=turn)
    zone_with_shape(town, code="new", geometry=square(0, 0), valid_from=turn)
    assert codes(town, spot(0.5, 0.5), turn - dt.timedelta(days=1)) == [("neighbourhood", "old")]
    assert codes(town, spot(0.5, 0.5), turn) == [("neighbourhood", "new")]
    assert codes(town, spot(0.5, 0.5), dt.date(2025, 12, 31)) == []


def test_without_a_day_the_town_s_today_counts(town: Municipality) -> None:
    zone_with_shape(town, code="long ago", geometry=square(0, 0), valid_until=dt.date(2026, 1, 2))
    zone_with_shape(town, code="since", geometry=square(0, 0), valid_from=dt.date(2026, 1, 2))
    located = locate(municipality=town, point=spot(0.5, 0.5))
    assert [zone.code for zone in located.zones] == ["since"]


def test_the_nearest_address_is_measured_in_metres(town: Municipality) -> None:
    street = StreetFactory.create(municipality=town, names={"ro": "Strada Lungă"})
    # 30 m to the east are more degrees than 35 m to the north.
    near = AddressFactory.create(
        municipality=town, street=street, address_number="7", location=spot(0.5, 0.5)
    )
    west = Point(WEST + CELL / 2 - 30 * METRE_EAST, SOUTH + CELL / 2, srid=4326)
    AddressFactory.create(
        municipality=town, location=Point(west.x, west.y + 35 * METRE_NORTH, srid=4326)
    )
    nearest = locate(municipality=town, point=west, on=TODAY).nearest_address
    assert nearest
    assert (nearest.address_id, nearest.label) == (near.pk, "Strada Lungă 7")
    assert nearest.distance_m == pytest.approx(30, abs=0.1)


def test_an_address_beyond_a_hundred_metres_is_not_offered(town: Municipality) -> None:
    AddressFactory.create(municipality=town, location=spot(0.5, 0.5))
    point = Point(WEST + CELL / 2, SOUTH + CELL / 2 + 101 * METRE_NORTH, srid=4326)
    assert locate(municipality=town, point=point, on=TODAY).nearest_address is None


def test_outside_the_outline_is_said(town: Municipality) -> None:
    assert not locate(municipality=town, point=spot(9, 9), on=TODAY).inside
    no_outline = MunicipalityFactory.create(outline=None)
    assert locate(municipality=no_outline, point=spot(9, 9), on=TODAY).inside


def test_another_town_never_answers(town: Municipality) -> None:
    stranger = MunicipalityFactory.create()
    zone_with_shape(stranger, code="theirs", geometry=square(0, 0))
    AddressFactory.create(municipality=stranger)
    located = locate(municipality=town, point=spot(0.5, 0.5), on=TODAY)
    assert (located.zones, located.street, located.nearest_address) == ((), None, None)


def test_a_name_follows_the_reader_then_the_town(town: Municipality) -> None:
    zone = zone_with_shape(town, code="west", geometry=square(0, 0))
    zone.names = {"en": "West", "ro": "Vest"}
    zone.save()
    (located,) = locate(municipality=town, point=spot(0.5, 0.5), on=TODAY).zones
    with translation.override("en"):
        assert located.name == "West"
    with translation.override("bg"):
        assert located.name == "Vest"


def test_two_queries_are_enough(
    town: Municipality, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for index in range(3):
        zone = zone_with_shape(town, code=f"s{index}", kind="street", geometry=square(0, 0))
        street = StreetFactory.create(municipality=town, zone=zone)
        AddressFactory.create(municipality=town, street=street)
        zone_with_shape(town, code=f"n{index}", geometry=square(0, 0))
    with django_assert_num_queries(2):
        located = locate(municipality=town, point=spot(0.5, 0.5), on=TODAY)
    assert len(located.zones) == 2
    assert located.nearest_address


@pytest.mark.parametrize(
    "point",
    [
        Point(float("nan"), 46.9, srid=4326),
        Point(26.3, float("inf"), srid=4326),
        Point(181, 46.9, srid=4326),
        Point(26.3, 91, srid=4326),
        Point(26.3, 46.9, srid=3857),
        Point(26.3, 46.9),
        Point(srid=4326),
        square(0, 0),
    ],
    ids=["nan", "infinite", "east", "north", "crs", "no crs", "empty", "polygon"],
)
def test_what_is_no_place_is_refused(town: Municipality, point: Point) -> None:
    with pytest.raises(ValidationError) as refusal:
        locate(municipality=town, point=point)
    assert refusal.value.code == "invalid_point"


def test_built_up_ground_is_no_place_to_belong_to() -> None:
    town = MunicipalityFactory.create()
    zone_with_shape(town, code="a", geometry=square(0, 0))
    zone_with_shape(town, code="ground", geometry=square(0, 0), kind="built")
    located = locate(municipality=town, point=spot(0.5, 0.5), on=TODAY)
    assert [zone.code for zone in located.zones] == ["a"]
