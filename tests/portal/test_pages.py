"""The pages of a town for everybody: what they show, what they refuse, how much they ask."""

import csv
import io
import json
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, MultiLineString
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.factories.zones import (
    AddressFactory,
    MunicipalityFactory,
    StreetFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.models import Correction, Municipality, Zone
from zones.placing import place_addresses

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    """Two neighbourhoods side by side, one street with one address in the western one."""
    town = MunicipalityFactory.create(slug="piatra", names={"ro": "Piatra"})
    zone_with_shape(town, code="west", geometry=square(0, 0, 2, 4))
    zone_with_shape(town, code="east", geometry=square(2, 0, 2, 4))
    street = StreetFactory.create(municipality=town, names={"ro": "Strada Lungă"})
    AddressFactory.create(municipality=town, street=street, address_number="7", location=spot(1, 1))
    return town


def body(answer: Any) -> str:
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


def test_the_door_lists_every_town(client: Client, town: Municipality) -> None:
    MunicipalityFactory.create(names={"bg": "Стара Загора"})
    page = body(client.get("/"))
    assert "Piatra" in page
    assert "Стара Загора" in page


@pytest.mark.parametrize(
    "path",
    [
        "/piatra/",
        "/piatra/zones/",
        "/piatra/zones/?q=west",
        "/piatra/zones/?kind=neighbourhood",
        "/piatra/streets/",
        "/piatra/streets/?q=lung",
        "/piatra/search/",
        "/piatra/search/?q=lung",
        "/piatra/data/",
        "/piatra/brand.css",
        "/piatra/here/?lon=26.31&lat=46.91",
        "/piatra/here/?lon=26.31&lat=46.91&fragment=1",
        "/piatra/here/?lon=2.31&lat=46.91",
    ],
)
def test_a_page_for_everybody_opens(client: Client, town: Municipality, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere/",
        "/piatra/zones/999999/",
        "/piatra/streets/999999/",
        "/piatra/here/?address=999999",
        "/piatra/arms.png",
        "/piatra/zones/?page=99",
    ],
)
def test_what_is_not_there_is_not_found(client: Client, town: Municipality, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "",
        "lon=&lat=",
        "lon=abc&lat=46",
        "lon=NaN&lat=46",
        "lon=1e400&lat=46",
        "lon=26.31",
        "lon=200&lat=46",
        "address=abc",
        "address=99999999999999999999",
    ],
)
def test_a_place_that_is_none_is_refused_with_a_sentence(
    client: Client, town: Municipality, query: str
) -> None:
    answer = client.get(f"/piatra/here/?{query}")
    assert answer.status_code == 400
    assert answer.context["error"]


def test_a_point_is_told_its_neighbourhood_and_what_lies_beside(
    client: Client, town: Municipality
) -> None:
    place = client.get("/piatra/here/?lon=26.31&lat=46.93").context["place"]
    assert [zone["name"] for zone in place["zones"]] == ["WEST"]
    assert [zone["name"] for zone in place["neighbours"]] == ["EAST"]


def test_a_point_at_a_door_is_told_the_address(client: Client, town: Municipality) -> None:
    place = client.get("/piatra/here/?lon=26.31&lat=46.91").context["place"]
    assert (place["how"], place["label"]) == ("address", "Strada Lungă 7")


def test_a_point_without_an_address_is_told_how_far_the_street_is(
    client: Client, town: Municipality
) -> None:
    zone = zone_with_shape(town, code="strip", geometry=square(3, 3), kind="street")
    axis = MultiLineString(LineString(spot(3, 3.5).coords, spot(4, 3.5).coords), srid=4326)
    StreetFactory.create(municipality=town, zone=zone, names={"ro": "Aleea Scurtă"}, axis=axis)
    place = client.get("/piatra/here/?lon=26.335&lat=46.9345").context["place"]
    assert (place["how"], place["street"]["name"]) == ("street", "Aleea Scurtă")
    assert place["street"]["distance_m"] == pytest.approx(55.6, abs=0.2)


def test_a_door_around_the_corner_does_not_rename_the_street(
    client: Client, town: Municipality
) -> None:
    zone = zone_with_shape(town, code="strip", geometry=square(0.9, 0.9), kind="street")
    StreetFactory.create(municipality=town, zone=zone, names={"ro": "Aleea Scurtă"})
    beside = client.get("/piatra/here/?lon=26.3102&lat=46.9101").context["place"]
    at_door = client.get("/piatra/here/?lon=26.31&lat=46.91").context["place"]
    assert (beside["how"], beside["label"]) == ("street", "Aleea Scurtă")
    assert (at_door["label"], at_door["street"]["name"]) == ("Strada Lungă 7", "Strada Lungă")


def test_an_address_belongs_to_the_street_it_names(client: Client, town: Municipality) -> None:
    address = town.addresses.get()
    place = client.get(f"/piatra/here/?address={address.pk}").context["place"]
    assert place["street"]["name"] == "Strada Lungă"


def test_an_address_of_another_town_is_not_shown(client: Client, town: Municipality) -> None:
    other = AddressFactory.create()
    assert client.get(f"/piatra/here/?address={other.pk}").status_code == 404


def test_a_typed_address_leads_to_its_page(client: Client, town: Municipality) -> None:
    answer = client.get("/piatra/here/?q=str.+lunga+7")
    assert answer["Location"] == f"/piatra/here/?address={town.addresses.get().pk}"


def test_a_number_between_two_known_ones_is_told_which(client: Client, town: Municipality) -> None:
    street = town.streets.get()
    AddressFactory.create(
        municipality=town, street=street, address_number="11", location=spot(1.2, 1)
    )
    place = client.get("/piatra/here/?q=str.+lunga+9").context["place"]
    assert (place["how"], place["between"]) == ("interpolated", ["7", "11"])


def test_an_unknown_text_is_not_guessed(client: Client, town: Municipality) -> None:
    answer = client.get("/piatra/here/?q=Bulevardul+Inexistent+99", follow=True)
    assert answer.status_code == 200
    assert answer.context["results"] == []


def test_zones_come_as_a_table_and_as_shapes(client: Client, town: Municipality) -> None:
    rows = list(csv.DictReader(io.StringIO(body(client.get("/piatra/zones/?format=csv"))[1:])))
    shapes = json.loads(body(client.get("/piatra/zones/?format=geojson&q=west")))
    assert {row["name"] for row in rows} == {"WEST", "EAST"}
    assert [shape["properties"]["code"] for shape in shapes["features"]] == ["west"]
    assert shapes["features"][0]["geometry"]["type"] == "MultiPolygon"


def test_streets_are_narrowed_to_an_area(client: Client, town: Municipality) -> None:
    StreetFactory.create(municipality=town)
    place_addresses(municipality=town, now=timezone.now())
    west = Zone.objects.in_municipality(town).get(code="west")
    page = client.get(f"/piatra/streets/?zone={west.pk}").context["page"]
    assert [row["name"] for row in page] == ["Strada Lungă"]
    assert client.get("/piatra/streets/?zone=999999").status_code == 404
    assert client.get("/piatra/streets/?zone=west").status_code == 404


def test_a_name_never_becomes_a_formula_in_a_table(client: Client, town: Municipality) -> None:
    zone_with_shape(town, code="=1+1", geometry=square(0, 0))
    rows = list(csv.DictReader(io.StringIO(body(client.get("/piatra/zones/?format=csv"))[1:])))
    assert "'=1+1" in {row["code"] for row in rows}


def test_a_reader_who_names_no_language_gets_the_towns_own(
    client: Client, town: Municipality
) -> None:
    assert 'lang="ro"' in body(client.get("/piatra/"))
    assert 'lang="bg"' in body(client.get("/piatra/", headers={"accept-language": "bg"}))


def test_a_remark_is_filed_and_thanked_for(client: Client, town: Municipality) -> None:
    sent = {"longitude": "26.31", "latitude": "46.91", "text": "This is number 9."}
    answer = client.post("/piatra/correction/", sent, follow=True)
    assert answer.context["sent"]
    assert Correction.objects.get().said == "Strada Lungă 7"


@pytest.mark.parametrize(
    "change",
    [{"text": ""}, {"text": "x" * 1001}, {"longitude": "NaN"}, {"latitude": ""}],
)
def test_a_remark_that_says_nothing_is_refused(
    client: Client, town: Municipality, change: dict[str, str]
) -> None:
    sent = {"longitude": "26.31", "latitude": "46.91", "text": "This is number 9.", **change}
    assert client.post("/piatra/correction/", sent).status_code == 400
    assert not Correction.objects.exists()


def test_a_remark_about_a_place_outside_is_refused(client: Client, town: Municipality) -> None:
    sent = {"longitude": "2.31", "latitude": "46.91", "text": "This is number 9."}
    assert client.post("/piatra/correction/", sent).status_code == 400
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    ("path", "most"),
    [("/piatra/", 12), ("/piatra/zones/", 10), ("/piatra/streets/", 8)],
)
def test_a_list_asks_no_more_when_it_grows(
    client: Client,
    town: Municipality,
    path: str,
    most: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(20):
        zone_with_shape(town, code=f"n{number}", geometry=square(0, 0))
        StreetFactory.create(municipality=town)
    with django_assert_max_num_queries(most):
        client.get(path)


def test_no_page_sends_a_reader_to_a_third_party(client: Client, town: Municipality) -> None:
    answer = client.get("/piatra/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
