"""The page of adoption: from published squares and months that are over, for the press office."""

import csv
import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from portal.adoption.gathering import confirmed_of, months_of
from portal.adoption.neighbourhoods import kind_of, neighbourhoods, shapes_of
from residents.models import Residence, Resident
from residents.placing import place_residents
from residents.services.adoption import Joined, joined_by_month
from residents.services.reach_cells import publish_reach
from tests.factories.accounts import UserFactory
from tests.factories.departments import member
from tests.factories.signs import SignFactory
from tests.factories.sites import SiteFactory
from tests.factories.zones import DatasetFactory, MunicipalityFactory, spot, square, zone_with_shape
from zones.days import civil_day
from zones.models import Address, Municipality, Zone
from zones.placing import place_addresses

pytestmark = pytest.mark.django_db
NOW = timezone.now()
YESTERDAY = NOW - dt.timedelta(days=1)
TODAY = civil_day(NOW, "Europe/Bucharest")
FIRST = TODAY.replace(day=1)
LAST_MONTH = dt.datetime.combine(FIRST, dt.time(12), dt.UTC) - dt.timedelta(days=10)
ENGLISH = {"accept-language": "en"}
PATH = "/roman/press/adoption/"


@pytest.fixture
def town() -> Municipality:
    """A west and an east with addresses, and nobody yet."""
    town = MunicipalityFactory.create(
        slug="roman", modules=["ratings", "notices", "reports", "consultations"]
    )
    zone_with_shape(town, code="west", geometry=square(0, 0, 2, 4))
    zone_with_shape(town, code="east", geometry=square(2, 0, 2, 4))
    dataset = DatasetFactory.create(municipality=town)
    Address.objects.bulk_create(
        Address(
            municipality=town,
            dataset=dataset,
            source_key=f"{place}-{number}",
            location=spot(0.3 + 0.7 * place, 0.5 + number * 0.0003),
        )
        for place in range(5)
        for number in range(20)
    )
    place_addresses(municipality=town, now=YESTERDAY)
    return town


def register(town: Municipality, place: int, number: int, **fields: Any) -> list[Resident]:
    """So many who registered last month and live at the first address of a place."""
    users = User.objects.bulk_create(UserFactory.build_batch(number))
    values = {"registered_at": LAST_MONTH, "finished_at": LAST_MONTH, **fields}
    made = Resident.objects.bulk_create(
        Resident(municipality=town, user=one, **values) for one in users
    )
    home = Address.objects.get(municipality=town, source_key=f"{place}-0")
    Residence.objects.bulk_create(
        Residence(
            resident=one,
            address=home,
            location=home.location,
            valid_from=LAST_MONTH.date(),
            declared_at=LAST_MONTH,
        )
        for one in made
    )
    place_residents(municipality=town, now=YESTERDAY)
    return made


def publish(town: Municipality) -> None:
    publish_reach(municipality=town, now=NOW, ways={})


@pytest.fixture
def lively(town: Municipality) -> Municipality:
    """Two hundred and forty residents, told by squares."""
    for place, number in ((0, 60), (1, 60), (3, 60), (4, 60)):
        register(town, place, number)
    publish(town)
    return town


@pytest.fixture
def press(town: Municipality, client: Client) -> Client:
    client.force_login(member(town, "press").user)
    return client


def page_of(client: Client, query: str = "") -> str:
    answer = client.get(PATH + query, headers=ENGLISH)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [("press", 200), ("administrator", 200), ("observer", 403), ("planner", 403), ("clerk", 403)],
)
@pytest.mark.parametrize("form", ["", "?format=csv", "?format=geojson", "?format=months"])
def test_press_office_and_administrator_alone_open_page_and_files(
    client: Client, town: Municipality, role: str, status: int, form: str
) -> None:
    client.force_login(member(town, role).user)

    assert client.get(PATH + form).status_code == status


def test_the_press_office_of_another_town_stays_outside(client: Client, lively: object) -> None:
    client.force_login(member(MunicipalityFactory.create(slug="other"), "press").user)

    assert client.get(PATH + "?format=csv").status_code == 403


def test_the_page_says_how_many_registered_and_in_which_month(
    press: Client, lively: Municipality
) -> None:
    page = page_of(press)

    assert "About 240 residents have registered, 240.0 for each 100 addresses." in page
    assert f"In {LAST_MONTH:%B %Y} about 240 people joined." in page
    assert "WEST" in page
    assert "homes in no zone" in page


def test_the_table_comes_from_the_published_squares_and_from_nothing_else(
    lively: Municipality,
) -> None:
    kind = kind_of(lively, TODAY)
    assert kind
    shapes = shapes_of(lively, kind, TODAY, "en")
    before = neighbourhoods(lively, shapes, NOW, TODAY)

    register(lively, 0, 7)

    after = neighbourhoods(lively, shapes, NOW, TODAY)
    assert [one.residents for one in after] == [one.residents for one in before]
    assert sum(one.residents or 0 for one in before) in range(220, 261)


def test_before_two_hundred_registered_nothing_is_told_of_people(
    press: Client, town: Municipality
) -> None:
    register(town, 0, 100)
    publish(town)

    page = page_of(press)

    assert "once 200 residents have registered" in page
    assert "Month by month" not in page
    months = press.get(PATH + "?format=months").getvalue().decode()
    assert len(months.splitlines()) == 1


def test_an_empty_town_says_so(client: Client) -> None:
    client.force_login(member(MunicipalityFactory.create(slug="roman", outline=None), "press").user)

    assert "No neighbourhoods loaded yet" in page_of(client)


@pytest.mark.parametrize("asked", ["2026-13", "1999-01", "x", "2026-01-01", "%00"])
def test_a_month_that_is_not_told_is_not_found(
    press: Client, lively: Municipality, asked: str
) -> None:
    assert press.get(f"{PATH}?month={asked}").status_code == 404


def test_this_month_is_not_told(lively: Municipality) -> None:
    register(lively, 1, 30, finished_at=NOW)
    kind = kind_of(lively, TODAY)
    assert kind

    months = months_of(lively, kind, shapes_of(lively, kind, TODAY, "en"), TODAY)

    assert [one.number for one in months if one.number] == [240]


def test_who_moves_changes_no_month_that_is_over(lively: Municipality) -> None:
    east = Zone.objects.get(code="east")
    home = Residence.objects.filter(zones__zone=east).first()
    assert home
    since = dt.datetime.combine(FIRST, dt.time(), dt.UTC) - dt.timedelta(days=40)

    def counted() -> list[Joined]:
        found = joined_by_month(municipality=lively, kind="neighbourhood", since=since, until=NOW)
        return sorted(found, key=lambda row: row.zone or 0)

    before = counted()
    Residence.objects.filter(pk=home.pk).update(valid_until=TODAY)
    west = Address.objects.get(municipality=lively, source_key="0-0")
    Residence.objects.create(
        resident=home.resident, address=west, location=west.location, valid_from=TODAY,
        declared_at=NOW,
    )  # fmt: skip
    place_residents(municipality=lively, now=NOW)

    assert counted() == before


def test_proved_addresses_are_told_from_ten_on_both_sides(lively: Municipality) -> None:
    some = Residence.objects.filter(resident__municipality=lively).order_by("pk")
    some.filter(pk__in=list(some.values_list("pk", flat=True)[:9])).update(assurance=2)
    assert confirmed_of(lively, TODAY) is None

    some.filter(pk__in=list(some.values_list("pk", flat=True)[:52])).update(assurance=2)

    assert confirmed_of(lively, TODAY) == (240, 50)


def test_signs_that_hang_are_counted_by_zone(press: Client, lively: Municipality) -> None:
    site = SiteFactory.create(municipality=lively, geometry=spot(1, 1))
    west = Zone.objects.get(code="west")
    site.site_zones.create(zone=west, kind=west.kind)
    SignFactory.create(municipality=lively, site=site, state="installed")
    SignFactory.create(municipality=lively, site=site, state="retired")

    table = press.get(PATH + "?format=csv", headers=ENGLISH).getvalue().decode("utf-8-sig")

    rows = {row["name"]: row for row in csv.DictReader(table.splitlines())}
    assert (rows["WEST"]["signs"], rows["EAST"]["signs"]) == ("1", "0")
    assert rows["WEST"]["addresses"] == "60"


def test_the_map_has_the_rows_of_the_table(press: Client, lively: Municipality) -> None:
    found = json.loads(press.get(PATH + "?format=geojson", headers=ENGLISH).getvalue())

    assert {one["properties"]["name"] for one in found["features"]} == {"WEST", "EAST"}
    assert all(one["properties"]["step"] > 0 for one in found["features"])


def test_more_zones_take_no_more_queries(
    press: Client, lively: Municipality, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(8):
        zone_with_shape(lively, code=f"more-{number}", geometry=square(number % 4, 3, 1, 1))
    page_of(press)

    with django_assert_max_num_queries(30) as captured:
        page_of(press)

    assert captured


def test_everybody_reads_the_same_numbers_about_the_service(
    client: Client, lively: Municipality
) -> None:
    page = client.get("/roman/about/", headers=ENGLISH).content.decode()

    assert "About 240 residents have registered" in page
    assert "WEST" in page


def test_about_says_nothing_of_people_before_they_are_told(
    client: Client, town: Municipality
) -> None:
    register(town, 0, 20)
    publish(town)

    assert "about-adoption" not in client.get("/roman/about/", headers=ENGLISH).content.decode()
