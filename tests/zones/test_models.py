"""What the tables of the ground refuse, whichever way a row comes in."""

import datetime as dt

import pytest
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from tests.factories.zones import (
    AddressFactory,
    MunicipalityFactory,
    ZoneShapeFactory,
    square,
    zone_with_shape,
)
from zones.models import ZoneShape

pytestmark = pytest.mark.django_db


def test_two_shapes_of_one_zone_never_overlap_in_time() -> None:
    first = ZoneShapeFactory.create(valid_until=dt.date(2026, 6, 1))
    ZoneShapeFactory.create(zone=first.zone, edition=first.edition, valid_from=dt.date(2026, 6, 1))
    with pytest.raises(IntegrityError, match="one_at_a_time"):
        ZoneShapeFactory.create(
            zone=first.zone,
            edition=first.edition,
            valid_from=dt.date(2026, 5, 31),
            valid_until=dt.date(2026, 6, 2),
        )


def test_a_shape_that_crosses_itself_is_refused_by_the_database() -> None:
    bow_tie = GEOSGeometry(
        "SRID=4326;MULTIPOLYGON(((26.3 46.9, 26.31 46.91, 26.31 46.9, 26.3 46.91, 26.3 46.9)))"
    )
    with pytest.raises(IntegrityError, match="geometry_valid"):
        ZoneShapeFactory.create(geometry=bow_tie, area_m2=1.0)


def test_a_point_outside_the_world_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError, match="location_bounds"):
        AddressFactory.create(location=Point(200.0, 46.9, srid=4326))


def test_a_day_in_the_past_is_answered_with_the_shape_of_that_day() -> None:
    town = MunicipalityFactory.create()
    zone = zone_with_shape(town, code="a", geometry=square(0, 0), valid_until=dt.date(2026, 3, 1))
    later = ZoneShapeFactory.create(
        zone=zone, geometry=square(2, 2), valid_from=dt.date(2026, 3, 1)
    )
    in_town = ZoneShape.objects.in_municipality(town)
    assert in_town.in_force(dt.date(2026, 2, 28)).exclude(pk=later.pk).count() == 1
    assert list(in_town.in_force(dt.date(2026, 3, 1))) == [later]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("slug", "demo", "reserved_slug"),
        ("timezone", "Europe/Nowhere", "unknown_timezone"),
        ("languages", ["xx"], "unknown_language"),
        ("modules", ["weather"], "unknown_module"),
        ("names", {"ro": " "}, "invalid_names"),
        ("accent", "red", "invalid"),
    ],
)
def test_a_town_with_a_wrong_fact_is_refused_by_its_form(
    field: str, value: object, code: str
) -> None:
    town = MunicipalityFactory.build(**{field: value})
    with pytest.raises(ValidationError) as refused:
        town.clean_fields(exclude=["arms"])
    assert [error.code for error in refused.value.error_dict[field]] == [code]
