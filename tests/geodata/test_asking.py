"""What can be asked of open geodata, what is refused, and what comes with the answer."""

import json
from typing import Any

import pytest
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from tests.factories.zones import AddressFactory, MunicipalityFactory, spot, square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db
EPSG = "http://www.opengis.net/def/crs/EPSG/0"
ADDRESSES = "/podeni/ogc/collections/addresses/items"
PAGES = [
    "",
    "conformance",
    "collections",
    "api",
    "collections/streets",
    "collections/streets/items",
    "collections/streets/queryables",
]


@pytest.fixture
def town() -> Municipality:
    """Two neighbourhoods and five addresses in a row."""
    town = MunicipalityFactory.create(slug="podeni")
    zone_with_shape(town, code="west", geometry=square(0, 0, 2, 4))
    zone_with_shape(town, code="east", geometry=square(2, 0, 2, 4))
    for number in range(5):
        AddressFactory.create(
            municipality=town, address_number=str(number), location=spot(number + 0.5, 1)
        )
    return town


def asked(client: Client, question: str = "", path: str = ADDRESSES) -> dict[str, Any]:
    answer = client.get(path + question)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


def numbers(document: dict[str, Any]) -> list[str]:
    return [one["properties"]["number"] for one in document["features"]]


@pytest.mark.parametrize("page", PAGES)
def test_each_document_is_also_a_page(client: Client, town: Municipality, page: str) -> None:
    path = f"/podeni/ogc/{page}"
    assert "json" in client.get(path)["Content-Type"]
    assert client.get(path, HTTP_ACCEPT="text/html")["Content-Type"].startswith("text/html")
    assert client.get(f"{path}?f=html")["Content-Type"].startswith("text/html")
    assert client.head(path).content == b""


def test_pages_hold_every_row_once_in_a_lasting_order(client: Client, town: Municipality) -> None:
    seen, document = [], asked(client, "?limit=2")
    while True:
        seen += numbers(document)
        assert document["numberMatched"] == 5
        after = [one["href"] for one in document["links"] if one["rel"] == "next"]
        if not after:
            break
        document = asked(client, "", after[0].removeprefix("http://testserver"))
    assert seen == ["0", "1", "2", "3", "4"]


def test_a_new_row_neither_doubles_nor_hides_one_of_the_next_page(
    client: Client, town: Municipality
) -> None:
    first = asked(client, "?limit=2")
    town.addresses.filter(address_number="0").delete()
    (after,) = (one["href"] for one in first["links"] if one["rel"] == "next")
    assert numbers(asked(client, "", after.removeprefix("http://testserver"))) == ["2", "3"]


def test_more_than_the_most_is_answered_with_the_most(client: Client, town: Municipality) -> None:
    assert asked(client, "?limit=999999")["numberReturned"] == 5


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("?bbox=26.301,46.905,26.316,46.915", ["0", "1"]),
        ("?bbox=26.301,46.905,0,26.316,46.915,900", ["0", "1"]),
        (f"?bbox=46.905,26.301,46.915,26.316&bbox-crs={EPSG}/4326", ["0", "1"]),
        ("?bbox=26.305,46.91,26.305,46.91", ["0"]),
        # From Asia over the date line to America: the whole world but Europe.
        ("?bbox=100,-90,-100,90", []),
        ("?number=3", ["3"]),
        ("?number=3&bbox=26.301,46.905,26.316,46.915", []),
        ("?datetime=2020-01-01T00:00:00Z", ["0", "1", "2", "3", "4"]),
    ],
)
def test_a_choice_keeps_its_rows(
    client: Client, town: Municipality, question: str, left: list[str]
) -> None:
    assert numbers(asked(client, question)) == left


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("?nonsense=1", "nonsense"),
        ("?source=x", "source"),
        ("?limit=0", "limit"),
        ("?limit=x", "limit"),
        ("?limit=1&limit=2", "limit"),
        ("?bbox=1,2,3", "bbox"),
        ("?bbox=1,2,3,nan", "bbox"),
        ("?bbox=26,48,27,46", "bbox"),
        ("?bbox=26,46,27,460", "bbox"),
        (f"?bbox=1,2,3,4,5,6&bbox-crs={EPSG}/4326", "bbox"),
        ("?crs=EPSG:4326", "crs"),
        (f"?crs={EPSG}/7801", "crs"),
        ("?bbox-crs=x", "bbox-crs"),
        ("?datetime=yesterday", "datetime"),
        ("?datetime=2026-05-31T08:00:00", "datetime"),
        ("?datetime=../..", "datetime"),
        ("?datetime=2026-06-01/2026-05-01", "datetime"),
        ("?datetime=9999-12-31T23:59:59Z", "datetime"),
        ("?street=x", "street"),
        ("?street=" + "9" * 40, "street"),
        ("?number=a%00b", "number"),
        ("?number=" + "a" * 201, "number"),
        ("?cursor=-1", "cursor"),
        ("?cursor=" + "9" * 19, "cursor"),
        ("?f=xml", "f"),
    ],
)
def test_what_is_wrong_is_refused_by_name(
    client: Client, town: Municipality, question: str, named: str
) -> None:
    answer = client.get(ADDRESSES + question)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert list(json.loads(answer.content)["errors"]) == [named]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere/ogc/", 404),
        ("/podeni/ogc/collections/reports", 404),  # the town takes no reports
        ("/podeni/ogc/collections/addresses/items/99999999", 404),
        ("/podeni/ogc/collections/addresses/items/99999999999999999999", 404),
        ("/podeni/ogc/collections?limit=1", 400),
    ],
)
def test_what_is_not_there_is_a_problem_document(
    client: Client, town: Municipality, path: str, status: int
) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_a_form_nobody_writes_is_told_so(client: Client, town: Municipality) -> None:
    assert client.get(ADDRESSES, HTTP_ACCEPT="image/png").status_code == 406
    assert client.post(ADDRESSES).status_code == 405


def test_other_sites_may_read_and_ask_again_cheaply(client: Client, town: Municipality) -> None:
    first = client.get(ADDRESSES)
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "Cookie" not in first["Vary"]
    again = client.get(ADDRESSES, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert client.options(ADDRESSES)["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_too_many_questions_are_told_when_to_come_back(
    client: Client, town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.views.geodata_base.OpenRate.rate", "1/min", raising=False)
    assert client.get(ADDRESSES).status_code == 200
    refused = client.get(ADDRESSES)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0


def test_a_page_of_rows_asks_the_same_however_many_there_are(
    client: Client, town: Municipality, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # The town, its kinds of zone, the count, the rows.
    with django_assert_num_queries(4):
        asked(client, "?limit=1")
    with django_assert_num_queries(4):
        asked(client, "?limit=5")


def test_zones_of_another_day_are_not_those_of_today(client: Client, town: Municipality) -> None:
    path = "/podeni/ogc/collections/zones-neighbourhood/items"
    assert asked(client, "?datetime=2026-05-31", path)["numberMatched"] == 2
    assert asked(client, "?datetime=2025-12-31", path)["numberMatched"] == 0
    assert asked(client, "?datetime=../2026-01-01", path)["numberMatched"] == 2
    assert asked(client, "?datetime=2026-01-01T00:00:00%2B02:00/..", path)["numberMatched"] == 2
    assert asked(client, "?datetime=../2025-12-31T23:59:59%2B02:00", path)["numberMatched"] == 0


@override_settings(LANGUAGE_CODE="en")
def test_an_empty_town_answers_with_nothing(client: Client) -> None:
    MunicipalityFactory.create(slug="bare", outline=None)
    assert asked(client, "", "/bare/ogc/collections/streets/items")["features"] == []
    page = client.get(
        "/bare/ogc/collections/streets/items?f=html", headers={"accept-language": "en"}
    )
    assert "No row fits this question" in page.content.decode()
