"""Entering, mending and closing sites; category and owner over time; vehicles on lines."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from sign_registry.models import Site, VehicleAssignment
from sign_registry.services.sites import (
    SiteFacts,
    close_site,
    reopen_site,
    save_site,
    set_category_and_owner,
)
from sign_registry.services.vehicles import assign_vehicle, end_assignment
from tests.factories.sites import (
    LineFactory,
    SiteCategoryFactory,
    SiteFactory,
    VehicleFactory,
    rated_site,
)
from tests.factories.zones import DatasetFactory, spot, square, zone_with_shape
from zones.models import Municipality, SettingChange

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
TODAY = NOW.date()
WHO: dict[str, Any] = {"actor": None, "now": NOW}


def codes(refused: pytest.ExceptionInfo[ValidationError]) -> set[str | None]:
    """Codes of a refusal, whether it names fields or not."""
    by_field = getattr(refused.value, "error_dict", None)
    lists = by_field.values() if by_field else [refused.value.error_list]
    return {error.code for errors in lists for error in errors}


def save(town: Municipality, **fields: object) -> Site:
    given = {
        "kind": "point",
        "names": {"ro": "Parc"},
        "geometry": spot(0.5, 0.5),
        "dataset": DatasetFactory.create(municipality=town),
        **fields,
    }
    return save_site(municipality=town, code="a", facts=SiteFacts(**given), **WHO)  # type: ignore[arg-type]


def test_a_saved_site_lies_in_its_zone_and_in_the_history() -> None:
    zone = zone_with_shape(
        SiteCategoryFactory.create().municipality, code="z", geometry=square(0, 0)
    )
    site = save(zone.kind.municipality)
    assert site.site_zones.get().zone == zone
    assert SettingChange.objects.get(subject="site").after is not None


def test_saving_again_mends_the_same_site() -> None:
    town = SiteCategoryFactory.create().municipality
    first = save(town)
    assert save(town, names={"ro": "Grădină"}).pk == first.pk
    assert Site.objects.get().names == {"ro": "Grădină"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"geometry": Point(0, 0, srid=4326)}, "outside"),
        ({"kind": "line"}, "geometry_kind"),
        ({"kind": "vehicle"}, "geometry_kind"),
        ({"names": {}}, "blank"),
    ],
)
def test_a_site_that_cannot_be_is_refused(fields: dict[str, object], code: str) -> None:
    town = SiteCategoryFactory.create().municipality
    with pytest.raises(ValidationError) as refused:
        save(town, **fields)
    assert code in codes(refused)
    assert not Site.objects.exists()


def test_the_database_itself_refuses_a_shape_that_does_not_fit() -> None:
    site = SiteFactory.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.filter(pk=site.pk).update(kind="line")


def test_a_new_category_ends_the_old_one_and_keeps_it() -> None:
    site = rated_site()
    park = SiteCategoryFactory.create(municipality=site.municipality, code="park")
    set_category_and_owner(site=site, category=park, owner=None, since=TODAY, **WHO)
    first, second = site.periods.order_by("valid_from")
    assert (first.valid_until, second.valid_from, second.category) == (TODAY, TODAY, park)


def test_the_same_category_writes_nothing() -> None:
    site = rated_site()
    category = site.periods.get().category
    set_category_and_owner(site=site, category=category, owner=None, since=TODAY, **WHO)
    assert site.periods.count() == 1
    assert not SettingChange.objects.exists()


@pytest.mark.parametrize(
    ("category", "since", "code"),
    [
        ({"is_active": False}, TODAY, "category_given_up"),
        ({}, dt.date(2025, 12, 31), "too_early"),
    ],
)
def test_a_category_that_cannot_hold_is_refused(
    category: dict[str, object], since: dt.date, code: str
) -> None:
    site = rated_site()
    chosen = SiteCategoryFactory.create(municipality=site.municipality, code="park", **category)
    with pytest.raises(ValidationError) as refused:
        set_category_and_owner(site=site, category=chosen, owner=None, since=since, **WHO)
    assert codes(refused) == {code}


def test_a_category_of_another_town_is_refused() -> None:
    theirs = SiteCategoryFactory.create()
    with pytest.raises(ValidationError) as refused:
        set_category_and_owner(site=rated_site(), category=theirs, owner=None, since=TODAY, **WHO)
    assert codes(refused) == {"foreign_category"}


def test_a_site_closes_once_and_opens_again() -> None:
    site = close_site(site=SiteFactory.create(), on=TODAY, **WHO)
    assert not Site.objects.open_on(TODAY).exists()
    with pytest.raises(ValidationError):
        close_site(site=site, on=TODAY, **WHO)
    assert reopen_site(site=site, **WHO).closed_on is None


def test_a_vehicle_serves_one_line_at_a_time() -> None:
    vehicle = VehicleFactory.create()
    line = LineFactory.create(municipality=vehicle.municipality)
    assign_vehicle(vehicle=vehicle, line=line, starts_at=NOW, **WHO)
    later = NOW + dt.timedelta(days=1)
    with pytest.raises(ValidationError) as refused:
        assign_vehicle(vehicle=vehicle, line=line, starts_at=later, **WHO)
    assert codes(refused) == {"overlap"}


def test_a_vehicle_changes_lines_when_the_first_service_ends() -> None:
    vehicle = VehicleFactory.create()
    first, second = LineFactory.create_batch(2, municipality=vehicle.municipality)
    assign_vehicle(vehicle=vehicle, line=first, starts_at=NOW, **WHO)
    later = NOW + dt.timedelta(hours=2)
    end_assignment(vehicle=vehicle, at=later, **WHO)
    assign_vehicle(vehicle=vehicle, line=second, starts_at=later, **WHO)
    served = [VehicleAssignment.objects.at(moment).get().line for moment in (NOW, later)]
    assert served == [first, second]


@pytest.mark.parametrize("wrong", ["not_a_vehicle", "not_a_line", "foreign_line", "ends_before"])
def test_a_service_that_cannot_be_is_refused(wrong: str) -> None:
    vehicle, ends_at = VehicleFactory.create(), None
    line = LineFactory.create(municipality=vehicle.municipality)
    if wrong == "not_a_vehicle":
        vehicle = line
    elif wrong == "not_a_line":
        line = vehicle
    elif wrong == "foreign_line":
        line = LineFactory.create()
    else:
        ends_at = NOW
    with pytest.raises(ValidationError) as refused:
        assign_vehicle(vehicle=vehicle, line=line, starts_at=NOW, ends_at=ends_at, **WHO)
    assert codes(refused) == {wrong}
