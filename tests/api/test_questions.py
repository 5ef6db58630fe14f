"""Search, locate, geocode and reverse: shapes of the answers, and one town's rows only."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zones.models import Municipality, Street, Zone

pytestmark = pytest.mark.django_db

ROOT = "/api/podeni/v1"
MIDDLE = {"longitude": "26.3025", "latitude": "46.905"}


def ask(client: Client, path: str, **parameters: Any) -> dict[str, Any]:
    answer = client.get(f"{ROOT}/{path}", parameters)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_a_point_is_told_its_zones_street_and_nearest_address(
    client: Client, town: Municipality
) -> None:
    found = ask(client, "locate/", **MIDDLE)
    zone, street = Zone.objects.get(code="podeni-west"), Street.objects.get()
    assert found["inside"] is True
    assert found["zones"][0] | {"area_m2": 0} == {
        "id": zone.pk, "kind": "neighbourhood", "kind_label": "Neighbourhood",
        "code": "podeni-west", "name": "PODENI-WEST", "names": zone.names, "basis": "polygon",
        "is_synthetic": False, "area_m2": 0, "url": f"/podeni/zones/{zone.pk}/",
    }  # fmt: skip
    assert len(found["zones"]) == 1
    assert found["street"]["id"] == street.pk
    assert found["street"]["url"] == f"/podeni/streets/{street.pk}/"
    assert found["nearest_address"]["label"].startswith("Strada Podeni 1")
    assert found["nearest_address"]["distance_m"] == pytest.approx(38, abs=2)


def test_a_point_of_another_time_and_one_outside(client: Client, town: Municipality) -> None:
    assert ask(client, "locate/", **MIDDLE, on="2020-01-01")["zones"] == []
    outside = ask(client, "locate/", longitude="20", latitude="40")
    assert outside == {
        "longitude": 20.0, "latitude": 40.0, "inside": False, "zones": [], "street": None,
        "nearest_address": None,
    }  # fmt: skip


def test_search_suggests_while_typing(client: Client, town: Municipality) -> None:
    found = ask(client, "search/", q="pode", near="26.3,46.9")
    street = Street.objects.get()
    row = next(row for row in found["results"] if row["street_id"] == street.pk)
    assert row["label"].startswith("Strada Podeni")
    assert (row["kind"], row["kind_label"]) == ("street", "street")
    assert row["url"] == f"/podeni/streets/{street.pk}/"
    assert isinstance(row["longitude"], float)


def test_nothing_typed_suggests_nothing(client: Client, town: Municipality) -> None:
    assert ask(client, "search/", q="") == {"results": []}
    assert ask(client, "search/", q="xqzw 77") == {"results": []}


def test_an_address_is_geocoded_and_found_back(client: Client, town: Municipality) -> None:
    best = ask(client, "geocode/", q="Strada Podeni 3")["results"][0]
    assert (best["precision"], best["ambiguous"]) == ("address", False)
    assert [best["longitude"], best["latitude"]] == pytest.approx([26.308, 46.905])
    back = ask(client, "reverse/", longitude=best["longitude"], latitude=best["latitude"])
    assert back["result"]["address_id"] == best["address_id"]
    assert ask(client, "reverse/", longitude="20", latitude="40") == {"result": None}


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("search/", {"q": "canary"}),
        ("geocode/", {"q": "Strada Canary 3"}),
        ("reverse/", {"longitude": "26.308", "latitude": "46.905"}),
        ("locate/", MIDDLE),
    ],
)
def test_no_answer_shows_a_row_of_another_town(
    client: Client,
    town: Municipality,
    neighbour: Municipality,
    path: str,
    parameters: dict[str, str],
) -> None:
    assert b"canary" not in client.get(f"{ROOT}/{path}", parameters).content.lower()
    assert b"canary" in client.get(f"/api/vecini/v1/{path}", parameters).content.lower()


def test_locating_asks_few_questions(client: Client, town: Municipality) -> None:
    with CaptureQueriesContext(connection) as queries:
        ask(client, "locate/", **MIDDLE)
    # The town, its outline, the zones, the nearest address, the words of the zones.
    assert len(queries) <= 5
