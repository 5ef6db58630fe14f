"""Whether anybody lives there does not show in words, in work done or in what a notice keeps."""

import ast
import dataclasses
import datetime as dt
from inspect import getsource

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.test.utils import CaptureQueriesContext

import zones.reach
from residents.models import Residence, Resident
from residents.services.reach_cells import publish_reach
from tests.factories.accounts import UserFactory
from tests.factories.zones import DatasetFactory, MunicipalityFactory, spot
from tests.test_architecture import PROGRAM, imported
from zones.models import Address, Municipality
from zones.reach import as_words, estimate

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
LIVED_IN, EMPTY = spot(2.2, 2.2), spot(2.6, 2.6)


@pytest.fixture
def town() -> Municipality:
    """Two crowded places, and two lone houses of which one holds a resident."""
    town = MunicipalityFactory.create()
    dataset = DatasetFactory.create(municipality=town)
    crowded = [spot(0.5 + place, 0.5 + number * 0.0006) for place in (0, 1) for number in range(20)]
    # Further homes make the rest of the town large enough to be told of.
    outskirts = [spot(2 + 0.07 * number, 3) for number in range(20)]
    homes = Address.objects.bulk_create(
        Address(municipality=town, dataset=dataset, source_key=str(number), location=at)
        for number, at in enumerate([*crowded, *outskirts, LIVED_IN, EMPTY])
    )
    crowd = [home for home in homes[:40] for _each in range(6)]
    live = [*crowd, *homes[40:60], homes[60]]
    users = UserFactory.create_batch(len(live))
    residents = Resident.objects.bulk_create(
        Resident(municipality=town, user=user, registered_at=NOW, finished_at=NOW) for user in users
    )
    Residence.objects.bulk_create(
        Residence(resident=one, address=at, location=at.location, valid_from=TODAY, declared_at=NOW)
        for one, at in zip(residents, live, strict=True)
    )
    publish_reach(municipality=town, now=NOW, ways={})
    return town


def around(*places: tuple[float, ...]) -> MultiPolygon:
    """Specks of a metre around points, as one area."""
    return MultiPolygon(
        [Polygon.from_bbox((x - 1e-5, y - 1e-5, x + 1e-5, y + 1e-5)) for x, y in places], srid=4326
    )


def wide(*more: tuple[float, ...]) -> MultiPolygon:
    """Half of each crowded place, with specks."""
    west, south = spot(0.4, 0.4).coords
    east, north = spot(1.6, 0.508).coords
    return MultiPolygon([Polygon.from_bbox((west, south, east, north)), *around(*more)], srid=4326)


def test_a_lived_in_house_and_an_empty_one_get_the_same_answer(town: Municipality) -> None:
    for area in (around, wide):
        one = estimate(area(LIVED_IN.coords), town, TODAY)
        other = estimate(area(EMPTY.coords), town, TODAY)
        assert dataclasses.asdict(one) == dataclasses.asdict(other)
        assert as_words(one) == as_words(other)
    assert estimate(wide(LIVED_IN.coords), town, TODAY).residents


def test_the_same_work_is_done_wherever_somebody_lives(town: Municipality) -> None:
    estimate(wide(), town, TODAY)
    asked = []
    for place in (LIVED_IN, EMPTY, spot(3.9, 3.9)):
        with CaptureQueriesContext(connection) as questions:
            estimate(wide(place.coords), town, TODAY)
        asked.append([one["sql"] for one in questions if "SAVEPOINT" not in one["sql"]])
    assert asked[0] == asked[1] == asked[2]
    assert len(asked[0]) == 3


def test_the_count_knows_no_noun_of_people() -> None:
    """A second lock beside the role: neither the module nor what it imports is about people."""
    found = {name.partition(".")[0] for name, _line in imported(ast.parse(getsource(zones.reach)))}
    assert found & PROGRAM == {"geo", "zones"}
