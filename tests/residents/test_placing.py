"""Where residents belong: as a brute force over shapes says, written once, told once."""

import datetime as dt

import pytest
import shapely
from django.contrib.gis.geos import Point
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outbox.models import OutboxMessage
from residents.models import Residence, ResidentZone
from residents.placing import ResidentsPlaced, place_residents
from residents.services.memberships import place_residence
from tests.factories.departments import NOON
from tests.factories.residents import ResidenceFactory, ResidentFactory
from tests.factories.zones import (
    CELL,
    SOUTH,
    WEST,
    AddressFactory,
    MunicipalityFactory,
    ZoneEditionFactory,
    ZoneFactory,
    ZoneShapeFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.models import Municipality, Zone, ZoneShape
from zones.placing import place_addresses

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(days=1)


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="piatra", sign_origin="https://megdan.example")


def pin(town: Municipality, location: Point, **fields: object) -> Residence:
    """Somebody whose address the register does not know."""
    return ResidenceFactory.create(
        resident=ResidentFactory.create(municipality=town),
        address=None,
        written="Behind the mill",
        location=location,
        **fields,
    )


def home(town: Municipality, location: Point, **fields: object) -> Residence:
    """Somebody at an address of the register."""
    address = AddressFactory.create(municipality=town, location=location)
    return ResidenceFactory.create(
        resident=ResidentFactory.create(municipality=town), address=address, **fields
    )


def zones_of(residence: Residence) -> set[str]:
    return set(residence.zones.open().values_list("zone__code", flat=True))


def place(town: Municipality, now: dt.datetime = NOON) -> ResidentsPlaced:
    place_addresses(municipality=town, now=now)
    return place_residents(municipality=town, now=now)


def draw_anew(zone: Zone, geometry: object, on: dt.datetime = LATER) -> None:
    """Give a zone another shape from the day of `on`."""
    ZoneShape.objects.filter(zone=zone).update(valid_until=on.date())
    edition = ZoneEditionFactory.create(kind=zone.kind, valid_from=on.date(), loaded_at=on)
    ZoneShapeFactory.create(zone=zone, edition=edition, geometry=geometry, valid_from=on.date())


def test_a_home_belongs_where_its_address_does_and_a_pin_where_it_stands(
    town: Municipality,
) -> None:
    zone_with_shape(town, code="west", geometry=square(0, 0))
    zone_with_shape(town, code="east", geometry=square(1, 0))
    at_address, at_pin = home(town, spot(0.5, 0.5)), pin(town, spot(1.5, 0.5))
    placed = place(town)
    assert (zones_of(at_address), zones_of(at_pin)) == ({"west"}, {"east"})
    assert placed == ResidentsPlaced(opened=2, closed=0, unchanged=0, told=0)


def test_a_second_pass_writes_nothing(town: Municipality) -> None:
    zone_with_shape(town, code="west", geometry=square(0, 0))
    pin(town, spot(0.5, 0.5))
    place(town)
    assert place(town, LATER) == ResidentsPlaced(opened=0, closed=0, unchanged=1, told=0)


def test_a_pin_on_the_border_belongs_to_the_smaller_side(town: Municipality) -> None:
    zone_with_shape(town, code="large", geometry=square(0, 0, 2, 2))
    zone_with_shape(town, code="small", geometry=square(1, 1))
    at_border = pin(town, spot(1, 1.5))
    place(town)
    assert zones_of(at_border) == {"small"}


_cells = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 3), st.integers(1, 3))
_pins = st.lists(
    st.tuples(st.integers(0, 16), st.integers(0, 16)), min_size=1, max_size=8, unique=True
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=st.lists(_cells, min_size=1, max_size=4), then=st.lists(_cells, max_size=4), at=_pins)
def test_placing_equals_a_brute_force_over_shapes(
    first: list[tuple[int, int, int, int]],
    then: list[tuple[int, int, int, int]],
    at: list[tuple[int, int]],
) -> None:
    town = MunicipalityFactory.create()
    people = [pin(town, spot(x / 4, y / 4)) for x, y in at[::2]]
    people += [home(town, spot(x / 4, y / 4)) for x, y in at[1::2]]
    for number, cell in enumerate(first):
        zone_with_shape(town, code=f"a{number}", geometry=square(*cell))
    place(town)
    _matches_brute_force(town, people, NOON.date())
    ZoneShape.objects.in_municipality(town).update(valid_until=LATER.date())
    kind = town.zone_kinds.get()
    edition = ZoneEditionFactory.create(kind=kind, valid_from=LATER.date())
    for number, cell in enumerate(then):
        ZoneShapeFactory.create(
            zone=ZoneFactory.create(kind=kind, code=f"b{number}"),
            edition=edition,
            geometry=square(*cell),
            valid_from=LATER.date(),
        )
    place(town, LATER)
    _matches_brute_force(town, people, LATER.date())


def _matches_brute_force(town: Municipality, people: list[Residence], on: dt.date) -> None:
    shapes = [
        (shape.area_m2, shape.zone_id, shape.zone.code, shapely.from_wkb(bytes(shape.geometry.wkb)))
        for shape in ZoneShape.objects.in_municipality(town).in_force(on).select_related("zone")
    ]
    for one in people:
        point = shapely.Point(one.location.x, one.location.y)
        covering = sorted(row[:3] for row in shapes if row[3].covers(point))
        assert zones_of(one) == {row[2] for row in covering[:1]}


def test_who_belongs_elsewhere_is_told_what_changed_and_why(town: Municipality) -> None:
    west = zone_with_shape(town, code="west", geometry=square(0, 0))
    zone_with_shape(town, code="north", geometry=square(0, 1))
    concerned, neighbour = pin(town, spot(0.5, 0.9)), pin(town, spot(0.5, 0.1))
    place(town)
    draw_anew(west, square(0, 0, 1, 0.5))
    draw_anew(Zone.objects.get(code="north"), square(0, 0.5, 1, 1.5))
    placed = place(town, LATER)
    assert (placed.told, zones_of(concerned), zones_of(neighbour)) == (1, {"north"}, {"west"})
    letter = OutboxMessage.objects.get()
    assert letter.recipient == concerned.resident.user.email
    assert letter.language == "ro"
    assert "NORTH" in letter.body
    assert "WEST" in letter.body
    assert "https://megdan.example/piatra/me/" in letter.body


@pytest.mark.parametrize("language", ["en", "ro", "bg"])
def test_the_letter_names_the_day_of_the_new_borders(town: Municipality, language: str) -> None:
    west = zone_with_shape(town, code="west", geometry=square(0, 0))
    concerned = pin(town, spot(0.5, 0.5))
    concerned.resident.user.language = language
    concerned.resident.user.save()
    place(town)
    draw_anew(west, square(2, 2))
    place(town, LATER)
    letter = OutboxMessage.objects.get()
    assert "2026" in letter.body
    assert letter.language == language


def test_an_address_that_moved_says_that_the_register_was_corrected(town: Municipality) -> None:
    zone_with_shape(town, code="west", geometry=square(0, 0))
    zone_with_shape(town, code="east", geometry=square(1, 0))
    concerned = home(town, spot(0.5, 0.5))
    concerned.resident.user.language = "en"
    concerned.resident.user.save()
    place(town)
    concerned.address.location = spot(1.5, 0.5)  # type: ignore[union-attr]
    concerned.address.save()  # type: ignore[union-attr]
    place(town, LATER)
    assert "corrected its register" in OutboxMessage.objects.get().body


def test_a_zone_that_changed_its_number_alone_is_no_news(town: Municipality) -> None:
    west = zone_with_shape(town, code="west", geometry=square(0, 0))
    concerned = pin(town, spot(0.5, 0.5))
    place(town)
    ZoneShape.objects.update(valid_until=LATER.date())
    twin = ZoneFactory.create(kind=west.kind, code="west-2", names=west.names)
    ZoneShapeFactory.create(zone=twin, geometry=square(0, 0), valid_from=LATER.date())
    assert place(town, LATER).told == 0
    assert zones_of(concerned) == {"west-2"}


def test_a_first_division_of_the_town_is_no_news(town: Municipality) -> None:
    pin(town, spot(0.5, 0.5))
    place(town)
    zone_with_shape(town, code="west", geometry=square(0, 0))
    assert place(town, LATER).told == 0


@pytest.mark.parametrize("change", ["unfinished", "locked", "without e-mail"])
def test_nobody_is_told_who_did_not_finish_or_cannot_be_reached(
    town: Municipality, change: str
) -> None:
    west = zone_with_shape(town, code="west", geometry=square(0, 0))
    resident = pin(town, spot(0.5, 0.5)).resident
    place(town)
    if change == "unfinished":
        resident.finished_at = None
    elif change == "locked":
        resident.user.is_active = False
    else:
        resident.user.email = ""
    resident.save()
    resident.user.save()
    draw_anew(west, square(2, 2))
    assert place(town, LATER).told == 0


def test_the_residents_of_another_town_are_left_alone(town: Municipality) -> None:
    other = MunicipalityFactory.create()
    zone_with_shape(other, code="theirs", geometry=square(0, 0))
    stranger = pin(other, spot(0.5, 0.5))
    place(town)
    assert zones_of(stranger) == set()


def test_an_ended_residence_belongs_nowhere_and_keeps_its_history(town: Municipality) -> None:
    zone_with_shape(town, code="west", geometry=square(0, 0))
    left = pin(town, spot(0.5, 0.5))
    place(town)
    left.valid_until = LATER.date()
    left.save()
    placed = place(town, LATER)
    assert (placed.closed, placed.told, zones_of(left)) == (1, 0, set())
    assert ResidentZone.objects.get(residence=left).valid_until == LATER


def test_one_residence_is_placed_without_the_others(town: Municipality) -> None:
    zone_with_shape(town, code="west", geometry=square(0, 0))
    one, other = pin(town, spot(0.5, 0.5)), pin(town, spot(0.6, 0.5))
    written = place_residence(residence=one, now=NOON)
    assert (written.opened, zones_of(one), zones_of(other)) == (1, {"west"}, set())


def test_a_pass_takes_as_many_questions_for_many_residents(
    town: Municipality, django_assert_max_num_queries: object
) -> None:
    zone_with_shape(town, code="west", geometry=square(0, 0))
    for number in range(30):
        pin(town, Point(WEST + CELL / 2, SOUTH + CELL * (number + 1) / 40, srid=4326))
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        placed = place_residents(municipality=town, now=NOON)
    assert placed.opened == 30


def test_telling_takes_few_questions_for_many_residents(
    town: Municipality, django_assert_max_num_queries: object
) -> None:
    west = zone_with_shape(town, code="west", geometry=square(0, 0))
    for number in range(30):
        pin(town, Point(WEST + CELL / 2, SOUTH + CELL * (number + 1) / 40, srid=4326))
    place(town)
    draw_anew(west, square(0, 0, 1, 0.1))
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        placed = place_residents(municipality=town, now=LATER)
    assert placed.told > 20
    assert OutboxMessage.objects.filter(queue=town.slug).count() == placed.told
