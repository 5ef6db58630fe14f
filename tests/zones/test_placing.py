"""Bulk placing follows the rule, writes only what changed, and keeps history."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries, Settings

from tests.factories.zones import (
    AddressFactory,
    MunicipalityFactory,
    StreetFactory,
    ZoneKindFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.disagreements import disagreements
from zones.models import Address, AddressPlacement, Municipality, Street, Zone, ZoneShape
from zones.placing import KindResult, place_addresses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("way")]

MONDAY = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
TUESDAY = MONDAY + dt.timedelta(days=1)


@pytest.fixture(params=["cover", "postgis"])
def way(request: pytest.FixtureRequest, settings: Settings) -> None:
    """Every test here runs with the raster cover and again with it switched off."""
    settings.MEGDAN_COVER = request.param == "cover"


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create()


def street_at(town: Municipality, column: float, code: str) -> Street:
    """A street whose strip is one cell of the grid."""
    zone = zone_with_shape(town, code=code, kind="street", geometry=square(column, 0))
    return StreetFactory.create(municipality=town, code=code, zone=zone)


def place(town: Municipality, now: dt.datetime = MONDAY, kind: str = "neighbourhood") -> KindResult:
    return place_addresses(municipality=town, now=now).kind(kind)


def zone_of(address: Address, kind: str = "neighbourhood") -> tuple[Zone, str] | None:
    open_now = AddressPlacement.objects.current().filter(address=address, kind__code=kind)
    placement = open_now.select_related("zone").first()
    return (placement.zone, placement.basis) if placement else None


def test_an_address_is_placed_in_the_zone_that_covers_it(town: Municipality) -> None:
    west = zone_with_shape(town, code="west", geometry=square(0, 0))
    inside = AddressFactory.create(municipality=town, location=spot(0.5, 0.5))
    outside = AddressFactory.create(municipality=town, location=spot(2.5, 0.5))
    result = place(town)
    assert zone_of(inside) == (west, "polygon")
    assert zone_of(outside) is None
    assert (result.placed, result.unplaced, result.opened, result.closed) == (1, 1, 1, 0)


def test_on_an_edge_the_smaller_zone_wins_and_then_the_lower_id(town: Municipality) -> None:
    zone_with_shape(town, code="big", geometry=square(1, 0, 2, 1))
    small = zone_with_shape(town, code="small", geometry=square(0, 0))
    first = zone_with_shape(town, code="a", geometry=square(0, 2), area_m2=1.0)
    zone_with_shape(town, code="b", geometry=square(1, 2), area_m2=1.0)
    sizes = AddressFactory.create(municipality=town, location=spot(1, 0.5))
    equals = AddressFactory.create(municipality=town, location=spot(1, 2.5))
    place(town)
    assert zone_of(sizes) == (small, "polygon")
    assert zone_of(equals) == (first, "polygon")


def test_an_enclave_wins_over_the_zone_around_it(town: Municipality) -> None:
    zone_with_shape(town, code="around", geometry=square(0, 0, 3, 3))
    enclave = zone_with_shape(town, code="enclave", geometry=square(1, 1))
    address = AddressFactory.create(municipality=town, location=spot(1.5, 1.5))
    place(town)
    assert zone_of(address) == (enclave, "polygon")


def test_an_address_belongs_to_the_street_it_names(town: Municipality) -> None:
    named, other = street_at(town, 0, "named"), street_at(town, 1, "other")
    address = AddressFactory.create(municipality=town, street=named, location=spot(1.5, 0.5))
    result = place(town, kind="street")
    assert zone_of(address, "street") == (named.zone, "named")
    assert result.disagreements == 1
    listed = disagreements(municipality=town, on=MONDAY.date())
    assert [(one.address_id, one.named_zone_id, one.polygon_zone_id) for one in listed] == [
        (address.pk, named.zone_id, other.zone_id)
    ]
    # Half a cell of 0.01 degrees of longitude at 46.905 degrees north.
    assert listed[0].distance_m == pytest.approx(381, abs=1)


def test_a_street_polygon_answers_only_where_no_street_is_named(town: Municipality) -> None:
    street = street_at(town, 0, "only")
    block = AddressFactory.create(municipality=town, block="A3")
    unknown = AddressFactory.create(municipality=town, thoroughfare="Strada Nimănui")
    no_zone = AddressFactory.create(
        municipality=town, street=StreetFactory.create(municipality=town)
    )
    result = place(town, kind="street")
    assert zone_of(block, "street") == (street.zone, "polygon")
    assert zone_of(unknown, "street") is None
    assert zone_of(no_zone, "street") is None
    assert (result.placed, result.unplaced, result.disagreements) == (1, 2, 0)


def test_a_street_without_a_polygon_still_takes_its_addresses(town: Municipality) -> None:
    street = street_at(town, 0, "drawn")
    kind = ZoneKindFactory.create(municipality=town, code="street")
    bare = StreetFactory.create(
        municipality=town, zone=Zone.objects.create(kind=kind, code="bare", names={"ro": "Bare"})
    )
    inside = AddressFactory.create(municipality=town, street=bare, location=spot(0.5, 0.5))
    nowhere = AddressFactory.create(municipality=town, street=bare, location=spot(3.5, 3.5))
    result = place(town, kind="street")
    assert zone_of(inside, "street") == (bare.zone, "named")
    assert zone_of(nowhere, "street") == (bare.zone, "named")
    assert result.disagreements == 1
    listed = disagreements(municipality=town, on=MONDAY.date())
    assert [(one.polygon_zone_id, one.distance_m) for one in listed] == [(street.zone_id, None)]


def test_an_address_on_the_edge_of_its_own_street_does_not_disagree(town: Municipality) -> None:
    named = street_at(town, 0, "named")
    small = zone_with_shape(town, code="tiny", kind="street", geometry=square(1, 0), area_m2=1.0)
    address = AddressFactory.create(municipality=town, street=named, location=spot(1, 0.5))
    assert place(town, kind="street").disagreements == 0
    assert disagreements(municipality=town, on=MONDAY.date()) == []
    assert zone_of(address, "street") != (small, "polygon")


def test_a_second_pass_writes_nothing(
    town: Municipality, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    street_at(town, 0, "s")
    zone_with_shape(town, code="west", geometry=square(0, 0))
    AddressFactory.create_batch(3, municipality=town)
    place(town)
    before = list(AddressPlacement.objects.order_by("pk").values())
    town.refresh_from_db()
    with django_assert_max_num_queries(24) as queries:
        result = place_addresses(municipality=town, now=TUESDAY)
    assert not result.changed
    assert {one.unchanged for one in result.kinds} == {3}
    assert list(AddressPlacement.objects.order_by("pk").values()) == before
    written = ("UPDATE", "DELETE", 'INSERT INTO "zones', "INSERT INTO zones")
    assert not [one for one in queries.captured_queries if one["sql"].startswith(written)]


def test_a_moved_border_closes_one_placement_and_opens_another(town: Municipality) -> None:
    west = zone_with_shape(town, code="west", geometry=square(0, 0, 2, 1))
    stays = AddressFactory.create(municipality=town, location=spot(0.5, 0.5))
    moves = AddressFactory.create(municipality=town, location=spot(1.5, 0.5))
    place(town)
    ZoneShape.objects.filter(zone=west).update(geometry=square(0, 0))
    east = zone_with_shape(town, code="east", geometry=square(1, 0))
    version = Municipality.objects.get(pk=town.pk).register_version
    result = place(town, now=TUESDAY)
    assert (result.opened, result.closed, result.unchanged) == (1, 1, 1)
    assert zone_of(stays) == (west, "polygon")
    assert [
        (one.zone, one.valid_from, one.valid_until)
        for one in AddressPlacement.objects.filter(address=moves).order_by("valid_from")
    ] == [(west, MONDAY, TUESDAY), (east, TUESDAY, None)]
    assert Municipality.objects.get(pk=town.pk).register_version == version + 1


def test_a_placement_that_never_held_leaves_no_trace(town: Municipality) -> None:
    west = zone_with_shape(town, code="west", geometry=square(0, 0))
    address = AddressFactory.create(municipality=town)
    place(town)
    ZoneShape.objects.filter(zone=west).update(geometry=square(3, 3))
    result = place(town)
    assert (result.closed, result.opened) == (1, 0)
    assert not AddressPlacement.objects.filter(address=address).exists()


def test_placing_before_the_latest_placement_is_refused(town: Municipality) -> None:
    west = zone_with_shape(town, code="west", geometry=square(0, 0))
    AddressFactory.create(municipality=town)
    place(town, now=TUESDAY)
    ZoneShape.objects.filter(zone=west).update(geometry=square(3, 3))
    with pytest.raises(ValidationError) as refusal:
        place(town, now=MONDAY)
    assert refusal.value.code == "placed_later"


def test_shapes_in_force_on_the_civil_day_of_the_town_decide(town: Municipality) -> None:
    old = zone_with_shape(town, code="old", geometry=square(0, 0), valid_until=dt.date(2026, 3, 3))
    new = zone_with_shape(town, code="new", geometry=square(0, 0), valid_from=dt.date(2026, 3, 3))
    address = AddressFactory.create(municipality=town)
    # 21:59 UTC is still the second of March in Bucharest, 22:00 UTC is the third.
    place(town, now=dt.datetime(2026, 3, 2, 21, 59, tzinfo=dt.UTC))
    assert zone_of(address) == (old, "polygon")
    place(town, now=dt.datetime(2026, 3, 2, 22, 0, tzinfo=dt.UTC))
    assert zone_of(address) == (new, "polygon")


def test_another_town_is_neither_read_nor_written(town: Municipality) -> None:
    zone_with_shape(town, code="ours", geometry=square(0, 0))
    stranger = AddressFactory.create()
    zone_with_shape(stranger.municipality, code="theirs", geometry=square(0, 0))
    assert place(town).placed == 0
    assert zone_of(stranger) is None
    foreign = ZoneKindFactory.create()
    with pytest.raises(ValidationError) as refusal:
        place_addresses(municipality=town, now=MONDAY, kind=foreign)
    assert refusal.value.code == "foreign_kind"


def test_a_kind_alone_is_placed_and_progress_is_told(town: Municipality) -> None:
    street_at(town, 0, "s")
    zone = zone_with_shape(town, code="west", geometry=square(0, 0))
    AddressFactory.create(municipality=town)
    told: list[tuple[str, int, int]] = []
    result = place_addresses(
        municipality=town,
        now=MONDAY,
        kind=zone.kind,
        progress=lambda code, done, total: told.append((code, done, total)),
    )
    assert [one.kind_code for one in result.kinds] == ["neighbourhood"]
    assert told == [("neighbourhood", 0, 1), ("", 1, 1)]


def test_a_town_without_addresses_or_zones_is_no_error(town: Municipality) -> None:
    assert place_addresses(municipality=town, now=MONDAY).kinds == ()
    ZoneKindFactory.create(municipality=town)
    assert place(town).placed == 0


def test_the_command_says_what_it_did(
    town: Municipality, capsys: pytest.CaptureFixture[str]
) -> None:
    zone_with_shape(town, code="west", geometry=square(0, 0))
    AddressFactory.create(municipality=town)
    call_command("place", town.slug)
    assert "neighbourhood: 1 placed, 0 in no zone; 1 opened" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["nowhere"], ["town", "--kind", "galaxy"]])
def test_the_command_refuses_unknown_names_with_code_2(words: list[str]) -> None:
    MunicipalityFactory.create(slug="town")
    with pytest.raises(CommandError, match="Known are: ") as refusal:
        call_command("place", *words)
    assert refusal.value.returncode == 2


@pytest.mark.parametrize("gone", ["address", "zone", "kind"])
def test_what_is_deleted_takes_its_placements_along(town: Municipality, gone: str) -> None:
    zone = zone_with_shape(town, code="west", geometry=square(0, 0))
    address = AddressFactory.create(municipality=town)
    place(town)
    ZoneShape.objects.all().delete()
    zone.kind.editions.all().delete()
    {"address": address, "zone": zone, "kind": zone.kind}[gone].delete()
    assert not AddressPlacement.objects.exists()


def test_a_refused_pass_leaves_every_kind_as_it_was(town: Municipality) -> None:
    zone_with_shape(town, code="early", kind="district", geometry=square(0, 0))
    AddressFactory.create(municipality=town)
    place(town, now=MONDAY, kind="district")
    west = zone_with_shape(town, code="west", geometry=square(0, 0))
    place(town, now=TUESDAY)
    before = list(AddressPlacement.objects.order_by("pk").values())
    ZoneShape.objects.update(geometry=square(3, 3))
    with pytest.raises(ValidationError):
        place_addresses(municipality=town, now=MONDAY + dt.timedelta(hours=1))
    assert list(AddressPlacement.objects.order_by("pk").values()) == before
    assert zone_of(Address.objects.get()) == (west, "polygon")
