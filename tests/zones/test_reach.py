"""Answers how many an area reaches: from published squares and the register alone."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.utils import translation
from pytest_django import DjangoAssertNumQueries
from shapely.geometry.base import BaseGeometry

from geo.crs import project, unproject
from tests.factories.zones import AddressFactory, DatasetFactory, MunicipalityFactory
from zones.models import Address, Municipality, ReachCell
from zones.reach import Reach, as_words, estimate, rounded
from zones.reach_squares import SIDE_M, Square, leaves

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
# South-west corner of a smallest square, somewhere in Piatra-Neamț.
COLUMN, ROW = leaves(
    *shapely.get_coordinates(project(np.array([shapely.Point(26.37, 46.93)]), 3844)).T
)
WEST_M, SOUTH_M = float(COLUMN[0]) * SIDE_M, float(ROW[0]) * SIDE_M


def in_degrees(shape: BaseGeometry) -> Any:
    """A shape in metres from the corner, as it is asked and stored."""
    moved = shapely.transform(shape, lambda points: points + np.array([WEST_M, SOUTH_M]))
    return GEOSGeometry(
        memoryview(shapely.to_wkb(unproject(np.array([moved], dtype=object), 3844)[0])), srid=4326
    )


def box(west: float, south: float, east: float, north: float) -> Any:
    """A rectangle in metres from the corner."""
    return in_degrees(shapely.box(west, south, east, north))


def publish(town: Municipality, measure: str, **squares: int) -> None:
    """Squares by name, such as a0_1_2: level 0, one to the east, two to the north."""
    for name, count in squares.items():
        level, east, north = map(int, name[1:].split("_"))
        square = Square(level, (int(COLUMN[0]) >> level) + east, (int(ROW[0]) >> level) + north)
        west, south, east_m, north_m = square.bounds
        ReachCell.objects.create(
            municipality=town,
            measure=measure,
            **square._asdict(),
            count=count,
            published_on=TODAY,
            geometry=box(west - WEST_M, south - SOUTH_M, east_m - WEST_M, north_m - SOUTH_M),
        )


@pytest.fixture
def town() -> Municipality:
    """Twenty homes in each of three squares in a row, at 2.5, 7.5, ... 97.5 m from the west."""
    town = MunicipalityFactory.create()
    dataset = DatasetFactory.create(municipality=town)
    spots = [(100 * east + 2.5 + 5 * number, 50) for east in range(3) for number in range(20)]
    Address.objects.bulk_create(
        Address(
            municipality=town,
            dataset=dataset,
            source_key=str(number),
            location=in_degrees(shapely.Point(*at)),
        )
        for number, at in enumerate(spots)
    )
    publish(town, "homes", a0_0_0=20, a0_1_0=20, a0_2_0=20)
    return town


def test_the_number_of_each_square_is_spread_over_its_homes(town: Municipality) -> None:
    publish(town, "residents", a0_0_0=40, a0_1_0=100, a0_2_0=15)
    found = estimate(box(50, 0, 200, 100), town, TODAY)
    assert (found.homes, found.residents, found.too_few, found.why) == (30, 120, False, "")


def test_a_square_does_not_count_what_smaller_ones_within_it_tell(town: Municipality) -> None:
    publish(town, "residents", a0_0_0=40, a9_0_0=30)
    found = estimate(box(0, 0, 200, 100), town, TODAY)
    assert found.residents == 40 + 15


def test_before_people_are_published_only_homes_are_told_and_why(town: Municipality) -> None:
    found = estimate(box(0, 0, 300, 100), town, TODAY)
    assert (found.homes, found.residents, found.too_few) == (60, None, True)
    assert "200 residents have registered" in found.why


def test_one_square_alone_is_too_few(town: Municipality) -> None:
    publish(town, "residents", a0_0_0=40, a0_1_0=100)
    found = estimate(box(0, 0, 99, 100), town, TODAY)
    assert (found.homes, found.residents, found.too_few) == (20, None, True)
    assert "too small" in found.why


def test_fewer_than_ten_are_told_as_fewer_than_ten(town: Municipality) -> None:
    publish(town, "residents", a0_0_0=40, a0_1_0=100)
    publish(town, "push", a0_0_0=10, a0_1_0=10)
    found = estimate(box(90, 0, 112, 100), town, TODAY)
    assert (found.homes, found.residents, found.push) == (0, 15, None)
    assert as_words(found).startswith("Fewer than 10 homes.")


def test_no_way_reaches_more_than_there_are(town: Municipality) -> None:
    publish(town, "residents", a0_0_0=40, a0_1_0=100)
    publish(town, "email", a0_0_0=45, a0_1_0=100)
    found = estimate(box(0, 0, 200, 100), town, TODAY)
    assert (found.residents, found.email) == (140, 140)


def test_homes_on_the_edge_are_inside(town: Municipality) -> None:
    west, south = Address.objects.order_by("pk").first().location.coords  # type: ignore[union-attr]
    edge = Polygon.from_bbox((west, south - 0.001, west + 0.01, south + 0.001))
    just_off = Polygon.from_bbox((west + 1e-9, south - 0.001, west + 0.01, south + 0.001))
    publish(town, "residents", a0_0_0=2000, a0_1_0=100, a0_2_0=100)
    on_it = estimate(GEOSGeometry(edge.wkt, srid=4326), town, TODAY)
    off_it = estimate(GEOSGeometry(just_off.wkt, srid=4326), town, TODAY)
    assert (on_it.residents, off_it.residents) == (2200, 2100)


def test_an_empty_or_uncounted_area_says_so(town: Municipality) -> None:
    assert "empty" in estimate(MultiPolygon(srid=4326), town, TODAY).why
    bare = MunicipalityFactory.create()
    AddressFactory.create(municipality=bare)
    assert "not been counted" in estimate(box(0, 0, 10, 10), bare, TODAY).why


def test_old_numbers_are_told_with_their_age(town: Municipality) -> None:
    publish(town, "residents", a0_0_0=40, a0_1_0=100)
    found = estimate(box(0, 0, 200, 100), town, TODAY + dt.timedelta(200))
    assert (found.residents, found.why) == (140, "The numbers were last counted on 2026-11-23.")


def test_squares_and_homes_of_another_town_do_not_count(town: Municipality) -> None:
    other = MunicipalityFactory.create()
    AddressFactory.create(municipality=other, location=in_degrees(shapely.Point(2, 50)))
    publish(other, "residents", a0_0_0=500, a0_1_0=500)
    publish(town, "residents", a0_0_0=40, a0_1_0=100)
    assert estimate(box(0, 0, 200, 100), town, TODAY).residents == 140


def test_a_new_publication_and_a_new_register_are_seen(town: Municipality) -> None:
    publish(town, "residents", a0_0_0=40, a0_1_0=100)
    area = box(0, 0, 50, 100)
    wide = box(0, 0, 150, 100)
    assert estimate(wide, town, TODAY).residents == 90
    publish(town, "residents", a0_2_0=50)
    Address.objects.in_municipality(town).filter(location__coveredby=area).delete()
    Municipality.objects.filter(pk=town.pk).update(register_version=town.register_version + 1)
    assert estimate(wide, town, TODAY).residents == 90
    assert estimate(box(0, 0, 300, 100), town, TODAY).residents == 190
    assert estimate(box(60, 0, 300, 100), town, TODAY).residents == 180


def test_an_answer_takes_one_question(
    town: Municipality, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    estimate(box(0, 0, 300, 100), town, TODAY)
    # A savepoint, the role, the versions, the role given back, the end of the savepoint.
    with django_assert_num_queries(5):
        estimate(box(0, 0, 200, 100), town, TODAY)


@pytest.mark.parametrize(
    ("number", "told"), [(0, None), (9.99, None), (10, 10), (12.5, 15), (997, 995), (1004, 1000)]
)
def test_numbers_are_rounded(number: float, told: int | None) -> None:
    assert rounded(number) == told


def test_the_reach_in_words() -> None:
    reach = Reach(1240, 310, 280, None, 25, too_few=False, why="")
    with translation.override("en"):
        assert as_words(reach) == (
            "About 1,240 homes. About 310 registered residents. By e-mail: 280. "
            "By message on the phone: fewer than 10. By letter: 25."
        )


def _star(random: np.random.Generator) -> tuple[BaseGeometry, Any]:
    """A ragged shape of the little town, in metres and as it is asked."""
    angle = np.sort(random.uniform(0, 2 * np.pi, 12))
    far = random.uniform(5, 220, 12)
    at = np.column_stack([150 + far * np.cos(angle), 50 + far * np.sin(angle)])
    shape = shapely.Polygon(at)
    return shape, in_degrees(shape)


def test_every_answer_is_the_sum_over_the_published_squares(town: Municipality) -> None:
    """C2: told again with nothing but the published rows, for a thousand shapes."""
    publish(town, "residents", a0_0_0=40, a0_2_0=65, a9_0_0=30)
    random = np.random.default_rng(5)
    homes = [(100 * east + 2.5 + 5 * number) for east in range(3) for number in range(20)]
    number_of = {0: 40, 1: 30, 2: 65}
    for _turn in range(1000):
        shape, asked = _star(random)
        if not shape.is_valid:
            continue
        total, squares = 0.0, set()
        for home in homes:
            if shape.covers(shapely.Point(home, 50)):
                total += number_of[int(home // 100)] / 20
                squares.add(int(home // 100))
        expected = rounded(total) if len(squares) >= 2 else None
        assert estimate(asked, town, TODAY).residents == expected
