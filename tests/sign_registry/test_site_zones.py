"""Zones of sites: by place, by share, by the town's word; and the same as shapely's slow answer."""

import datetime as dt

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from sign_registry.models import Site, SiteZone
from sign_registry.services.site_zones import (
    LEAST_SHARE,
    override_zone,
    place_sites,
    withdraw_override,
)
from tests.factories.accounts import MembershipFactory
from tests.factories.sites import (
    CounterFactory,
    LineFactory,
    SiteFactory,
    VehicleFactory,
    path,
)
from tests.factories.zones import (
    CELL,
    SOUTH,
    WEST,
    AddressFactory,
    MunicipalityFactory,
    StreetFactory,
    ZoneFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.models import AddressPlacement, Municipality, SettingChange, Zone, ZoneKind

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
WGS84 = Geod(ellps="WGS84")


def zones_of(site: Site) -> set[int]:
    return set(site.site_zones.values_list("zone", flat=True))


def partition(town: Municipality) -> None:
    ZoneKind.objects.filter(municipality=town).update(is_partition=True)


def place(town: Municipality) -> None:
    place_sites(municipality=town, now=NOW)


@pytest.mark.parametrize("where", [spot(0.5, 0.5), spot(0, 0)], ids=["inside", "on_the_corner"])
def test_a_point_belongs_to_what_covers_it(where: Point) -> None:
    site = SiteFactory.create(geometry=where)
    zone = zone_with_shape(site.municipality, code="a", geometry=square(0, 0))
    place(site.municipality)
    assert zones_of(site) == {zone.pk}


def test_a_point_on_a_shared_edge_belongs_to_the_smaller_zone() -> None:
    site = SiteFactory.create(geometry=spot(1, 0.5))
    zone_with_shape(site.municipality, code="large", geometry=square(1, 0, 2, 2))
    small = zone_with_shape(site.municipality, code="small", geometry=square(0, 0))
    place(site.municipality)
    assert zones_of(site) == {small.pk}


def test_a_line_belongs_to_the_part_of_a_partition_that_holds_most_of_it() -> None:
    line = LineFactory.create(geometry=path((0.1, 0.5), (1.5, 0.5)))
    most = zone_with_shape(line.municipality, code="most", geometry=square(0, 0))
    zone_with_shape(line.municipality, code="rest", geometry=square(1, 0))
    partition(line.municipality)
    place(line.municipality)
    assert zones_of(line) == {most.pk}


def test_a_line_belongs_to_every_street_it_runs_in_and_to_none_it_only_touches() -> None:
    line = LineFactory.create(geometry=path((0.1, 0.5), (1.9, 0.5)))
    given = {"kind": "street"}
    first = zone_with_shape(line.municipality, code="1", geometry=square(0, 0), **given)
    second = zone_with_shape(line.municipality, code="2", geometry=square(1, 0), **given)
    zone_with_shape(line.municipality, code="touched", geometry=square(1.9, 0), **given)
    place(line.municipality)
    assert zones_of(line) == {first.pk, second.pk}


def test_an_area_does_not_belong_to_a_neighbour_that_shares_an_edge() -> None:
    park = SiteFactory.create(kind="area", geometry=square(0, 0))
    home = zone_with_shape(park.municipality, code="home", geometry=square(0, 0))
    zone_with_shape(park.municipality, code="next", geometry=square(1, 0))
    place(park.municipality)
    assert zones_of(park) == {home.pk}


def test_a_counter_lies_where_its_centre_does_and_a_vehicle_nowhere() -> None:
    counter = CounterFactory.create()
    vehicle = VehicleFactory.create(municipality=counter.municipality)
    zone = zone_with_shape(counter.municipality, code="a", geometry=square(0, 0))
    place(counter.municipality)
    assert zones_of(counter) == {zone.pk}
    assert zones_of(vehicle) == set()


def test_a_site_at_an_address_belongs_to_the_street_the_address_names() -> None:
    site = SiteFactory.create()
    town = site.municipality
    zone_with_shape(town, code="nearest", geometry=square(0, 0), kind="street")
    named = zone_with_shape(town, code="named", geometry=square(3, 3), kind="street")
    site.address = AddressFactory.create(
        municipality=town, street=StreetFactory.create(municipality=town, zone=named)
    )
    site.save()
    AddressPlacement.objects.create(
        address=site.address, kind=named.kind, zone=named, basis="named", valid_from=NOW
    )
    place(town)
    assert zones_of(site) == {named.pk}


def test_placing_again_writes_nothing_and_follows_a_moved_site() -> None:
    site = SiteFactory.create()
    zone_with_shape(site.municipality, code="a", geometry=square(0, 0))
    other = zone_with_shape(site.municipality, code="b", geometry=square(2, 2))
    place(site.municipality)
    again = place_sites(municipality=site.municipality, now=NOW)
    Site.objects.filter(pk=site.pk).update(geometry=spot(2.5, 2.5))
    moved = place_sites(municipality=site.municipality, now=NOW)
    assert (again.added, again.removed) == (0, 0)
    assert (moved.added, moved.removed, moved.unplaced) == (1, 1, 0)
    assert zones_of(site) == {other.pk}


def test_shapes_of_yesterday_and_of_another_town_take_no_site() -> None:
    site = SiteFactory.create()
    ended = dt.date(2026, 3, 2)
    zone_with_shape(site.municipality, code="old", geometry=square(0, 0), valid_until=ended)
    zone_with_shape(MunicipalityFactory.create(), code="theirs", geometry=square(0, 0))
    assert place_sites(municipality=site.municipality, now=NOW).unplaced == 1


def test_what_the_town_decided_stays_until_it_is_withdrawn() -> None:
    site = SiteFactory.create()
    by_place = zone_with_shape(site.municipality, code="a", geometry=square(0, 0))
    decided = zone_with_shape(site.municipality, code="b", geometry=square(1, 0))
    actor = MembershipFactory.create(municipality=site.municipality)
    row = override_zone(site=site, zone=decided, reason="The gate is there", actor=actor, now=NOW)
    place(site.municipality)
    assert zones_of(site) == {decided.pk}
    withdraw_override(decided=row, actor=actor, now=NOW)
    assert zones_of(site) == {by_place.pk}
    assert SettingChange.objects.filter(subject="site_zone").count() == 2


@pytest.mark.parametrize(("reason", "code"), [(" ", "no_reason"), ("Theirs", "foreign_zone")])
def test_an_override_needs_a_reason_and_a_zone_of_the_town(reason: str, code: str) -> None:
    site = SiteFactory.create()
    kind = {"kind__municipality": site.municipality} if code == "no_reason" else {}
    actor = MembershipFactory.create(municipality=site.municipality)
    with pytest.raises(ValidationError) as refused:
        override_zone(
            site=site, zone=ZoneFactory.create(**kind), reason=reason, actor=actor, now=NOW
        )
    codes = [error.code for error in refused.value.__dict__.get("error_list", [])] or [
        error.code for errors in refused.value.error_dict.values() for error in errors
    ]
    assert codes == [code]
    assert not SiteZone.objects.exists()


# --- Against shapely's brute force ---------------------------------------------------------------

cells = st.integers(0, 8).map(lambda number: number / 2)
boxes = st.tuples(cells, cells, st.sampled_from([0.5, 1, 1.5, 2]), st.sampled_from([0.5, 1, 2]))
places = st.tuples(st.sampled_from(["point", "line", "area"]), boxes)


def shape(kind: str, box: tuple[float, float, float, float]) -> BaseGeometry:
    column, row, width, height = box
    west, south = WEST + column * CELL, SOUTH + row * CELL
    if kind == "point":
        return shapely.Point(west, south)
    if kind == "line":
        return shapely.LineString([(west, south), (west + width * CELL, south + height * CELL)])
    return shapely.box(west, south, west + width * CELL, south + height * CELL)


def share(zone: BaseGeometry, ground: BaseGeometry) -> float:
    """Metres or square metres on the ellipsoid, to the centimetre."""
    part = zone.intersection(ground)
    if isinstance(ground, shapely.LineString):
        return round(float(WGS84.geometry_length(part)), 2)
    return round(abs(float(WGS84.geometry_area_perimeter(part)[0])), 2)


def expected(
    ground: BaseGeometry, zones: dict[int, BaseGeometry], *, is_partition: bool
) -> set[int]:
    """The rule in words of shapely, one site at a time."""
    touched = {pk: zone for pk, zone in zones.items() if zone.intersects(ground)}
    if isinstance(ground, shapely.Point):
        best = sorted(touched, key=lambda pk: (round(touched[pk].area, 9), pk))
        return set(best[:1])
    shares = {pk: share(zone, ground) for pk, zone in touched.items()}
    shared = {pk for pk, amount in shares.items() if amount >= LEAST_SHARE}
    if not is_partition:
        return shared
    best = sorted(shared, key=lambda pk: (-shares[pk], round(zones[pk].area, 9), pk))
    return set(best[:1])


class TestOracle(TestCase):
    """Random zones, overlapping too, and random sites of each kind."""

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        zones=st.lists(boxes, min_size=1, max_size=5),
        ground=st.lists(places, min_size=1, max_size=6),
        is_partition=st.booleans(),
    )
    def test_placing_agrees_with_shapely(
        self,
        zones: list[tuple[float, float, float, float]],
        ground: list[tuple[str, tuple[float, float, float, float]]],
        is_partition: bool,
    ) -> None:
        town = MunicipalityFactory.create()
        shapes: dict[int, BaseGeometry] = {}
        for number, box in enumerate(zones):
            drawn = shape("area", box)
            # Areas in squares of the grid: equal ones are exactly equal.
            row = zone_with_shape(
                town,
                code=str(number),
                geometry=MultiPolygon(GEOSGeometry(drawn.wkt), srid=4326),
                area_m2=box[2] * box[3],
            )
            shapes[row.pk] = drawn
        ZoneKind.objects.filter(municipality=town).update(is_partition=is_partition)
        sites = {
            SiteFactory.create(
                municipality=town, kind=kind, geometry=GEOSGeometry(shape(kind, box).wkt, srid=4326)
            ): shape(kind, box)
            for kind, box in ground
        }
        place(town)
        found = {site: zones_of(site) for site in sites}
        assert found == {
            site: expected(drawn, shapes, is_partition=is_partition)
            for site, drawn in sites.items()
        }
        assert Zone.objects.filter(pk__in=shapes).count() == len(zones)
