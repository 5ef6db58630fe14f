"""The rows that tests of sites begin with are rows the database takes."""

import pytest

from tests.factories.sites import (
    CounterFactory,
    ReasonTagFactory,
    SitePeriodFactory,
    VehicleAssignmentFactory,
    rated_site,
)

pytestmark = pytest.mark.django_db


def test_a_rated_site_has_a_category_of_its_own_town() -> None:
    site = rated_site()
    assert site.periods.get().category.municipality == site.municipality


def test_every_factory_makes_a_row() -> None:
    assert ReasonTagFactory.create().pk
    assert SitePeriodFactory.create().valid_until is None
    counter = CounterFactory.create()
    assert counter.parent is not None
    assert counter.parent.municipality == counter.municipality


def test_a_vehicle_serves_a_line_of_its_town() -> None:
    assignment = VehicleAssignmentFactory.create()
    assert assignment.line.municipality == assignment.vehicle.municipality
