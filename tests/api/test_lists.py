"""Lists of the register: shapes of the answers, filters, pages, formats, versions."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.zones import AddressFactory, ZoneShapeFactory, spot, square, zone_with_shape
from zones.models import Municipality, Street, Zone, ZoneShape
from zones.services.register import bump

pytestmark = pytest.mark.django_db

ROOT = "/api/podeni/v1"


def ask(client: Client, path: str, **parameters: Any) -> dict[str, Any]:
    answer = client.get(f"{ROOT}/{path}", parameters)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def codes(page: dict[str, Any]) -> list[str]:
    return [row["properties"]["code"] for row in page["features"]]


def test_zones_are_a_geojson_page(client: Client, town: Municipality) -> None:
    page = ask(client, "zones/", kind="neighbourhood")
    assert page["type"] == "FeatureCollection"
    assert (page["count"], page["next"], page["previous"]) == (2, None, None)
    zone = page["features"][0]
    assert zone["id"] == Zone.objects.get(code="podeni-west").pk
    assert zone["geometry"]["type"] == "MultiPolygon"
    assert zone["properties"] | {"source": "", "area_m2": 0} == {
        "kind": "neighbourhood", "code": "podeni-west", "name": "PODENI-WEST",
        "names": {"en": "PODENI-WEST", "ro": "PODENI-WEST"}, "parent": None, "area_m2": 0,
        "valid_from": "2026-01-01", "valid_until": None, "is_synthetic": False, "source": "",
        "licence": "CC0-1.0", "url": f"/podeni/zones/{zone['id']}/",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"kind": "street"}, ["podeni-strip"]),
        ({"q": "EAST"}, ["podeni-east"]),
        ({"bbox": "26.33,46.91,26.34,46.92"}, ["podeni-east"]),
        # The western edge of the eastern zone touches the box: a shared point is enough.
        ({"bbox": "26.315,46.91,26.32,46.92"}, ["podeni-west", "podeni-east"]),
        ({"bbox": "20,40,21,41"}, []),
        ({"on": "2025-12-31"}, []),
        ({"kind": "neighbourhood", "on": "2026-01-01"}, ["podeni-west", "podeni-east"]),
    ],
)
def test_zones_are_filtered(
    client: Client, town: Municipality, parameters: dict[str, str], found: list[str]
) -> None:
    assert codes(ask(client, "zones/", **parameters)) == found


def test_a_zone_tells_the_history_of_its_shapes(client: Client, town: Municipality) -> None:
    zone = Zone.objects.get(code="podeni-west")
    ZoneShape.objects.filter(zone=zone).update(valid_until=dt.date(2026, 2, 1))
    ZoneShapeFactory.create(zone=zone, geometry=square(0, 0), valid_from=dt.date(2026, 2, 1))
    before = ask(client, f"zones/{zone.pk}/", on="2026-01-31")
    after = ask(client, f"zones/{zone.pk}/", on="2026-02-01")
    assert before["geometry"] != after["geometry"]
    assert [row["valid_from"] for row in after["properties"]["history"]] == [
        "2026-01-01",
        "2026-02-01",
    ]


def test_kinds_count_their_zones(client: Client, town: Municipality) -> None:
    rows = ask(client, "kinds/")["results"]
    assert [(row["code"], row["zone_count"]) for row in rows] == [
        ("neighbourhood", 2),
        ("street", 1),
    ]


def test_streets_have_their_axis_or_none(client: Client, town: Municipality) -> None:
    Street.objects.filter(municipality=town).update(variants=["Podeni Mare"])
    page = ask(client, "streets/", q="mare")
    assert page["features"][0]["geometry"]["type"] == "MultiLineString"
    assert page["features"][0]["properties"]["name"] == "Strada Podeni"
    Street.objects.update(axis=None)
    assert ask(client, "streets/")["features"][0]["geometry"] is None
    street = Street.objects.get()
    street.postal_ranges.create(parity="odd", number_from=1, postal_code="610001")
    detail = ask(client, f"streets/{street.pk}/")
    assert detail["properties"]["postal_ranges"] == [
        {"parity": "odd", "number_from": 1, "number_to": None, "block": "", "postal_code": "610001"}
    ]


def test_addresses_are_filtered_by_each_part(client: Client, town: Municipality) -> None:
    street, zone = Street.objects.get(), Zone.objects.get(code="podeni-west")
    AddressFactory.create(municipality=town, location=spot(3.5, 3.5), address_number="9")
    cases: list[tuple[dict[str, Any], int]] = [
        ({}, 3), ({"street": street.pk}, 2), ({"zone": zone.pk}, 2), ({"zone": zone.pk + 1}, 0),
        ({"postal_code": "610001"}, 2), ({"number": "3"}, 1), ({"number": "33"}, 0),
        ({"bbox": "26.3,46.9,26.305,46.91"}, 1),
    ]  # fmt: skip
    for parameters, count in cases:
        assert ask(client, "addresses/", **parameters)["count"] == count, parameters
    row = ask(client, "addresses/", number="3")["features"][0]
    assert row["geometry"]["coordinates"] == pytest.approx([26.308, 46.905])
    assert row["properties"]["label"] == "Strada Podeni 3, podeni"
    zones = ask(client, f"addresses/{row['id']}/")["properties"]["zones"]
    assert [(one["zone"], one["basis"]) for one in zones] == [(zone.pk, "polygon")]


def test_places_have_a_kind(client: Client, town: Municipality) -> None:
    assert ask(client, "places/", kind="school", q="podeni")["count"] == 1
    assert ask(client, "places/", kind="park")["count"] == 0


def test_a_list_comes_in_pages(client: Client, town: Municipality) -> None:
    first = ask(client, "addresses/", limit=1)
    assert (len(first["features"]), first["count"]) == (1, 2)
    second = client.get(first["next"]).json()
    assert second["features"][0]["id"] != first["features"][0]["id"]
    assert second["next"] is None


def test_a_list_is_exported_as_csv_that_no_spreadsheet_runs(
    client: Client, town: Municipality
) -> None:
    Street.objects.update(names={"ro": "=1+1"})
    json_only = {"Accept": "application/json"}
    answer = client.get(f"{ROOT}/streets/", {"format": "csv"}, headers=json_only)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["'=1+1"]
    addresses = client.get(f"{ROOT}/addresses/", {"format": "csv"}).content.decode("utf-8-sig")
    longitudes = [float(row["longitude"]) for row in csv.DictReader(io.StringIO(addresses))]
    assert longitudes == pytest.approx([26.302, 26.308])


def test_geojson_has_its_own_media_type(client: Client, town: Municipality) -> None:
    answer = client.get(f"{ROOT}/zones/", {"format": "geojson"})
    assert answer["Content-Type"] == "application/geo+json"
    assert answer.json()["type"] == "FeatureCollection"


def test_what_is_known_already_is_not_sent_again(client: Client, town: Municipality) -> None:
    etag = client.get(f"{ROOT}/zones/")["ETag"]
    known = {"If-None-Match": etag}
    assert client.get(f"{ROOT}/zones/", headers=known).status_code == 304
    assert client.get(f"{ROOT}/zones/", {"format": "csv"}, headers=known).status_code == 200
    bump(town)
    assert client.get(f"{ROOT}/zones/", headers=known).status_code == 200


@pytest.mark.parametrize(
    ("path", "most"),
    [("kinds/", 3), ("zones/", 3), ("streets/", 3), ("addresses/", 3), ("places/", 3)],
)
def test_a_list_asks_few_questions_however_long_it_is(
    client: Client, town: Municipality, path: str, most: int
) -> None:
    for number in range(8):
        zone_with_shape(town, code=f"more-{number}", geometry=square(0, 3), kind=f"kind{number}")
        AddressFactory.create(municipality=town)
    with CaptureQueriesContext(connection) as queries:
        ask(client, path)
    assert len(queries) <= most


@pytest.mark.parametrize("path", ["zones/", "streets/", "addresses/", "places/", "kinds/"])
@pytest.mark.parametrize("form", ["json", "csv"])
def test_no_list_shows_a_row_of_another_town(
    client: Client, town: Municipality, neighbour: Municipality, path: str, form: str
) -> None:
    own = client.get(f"{ROOT}/{path}", {"format": form})
    other = client.get(f"/api/vecini/v1/{path}", {"format": form})
    assert b"canary" not in own.content.lower()
    assert b"podeni" not in other.content.lower()
    assert b"canary" in other.content.lower() or path == "kinds/"


def test_no_row_is_reached_through_another_town(
    client: Client, town: Municipality, neighbour: Municipality
) -> None:
    zone = Zone.objects.get(code="canary-west")
    street = Street.objects.get(municipality=neighbour)
    address = street.addresses.first()
    assert address is not None
    for path in (f"zones/{zone.pk}/", f"streets/{street.pk}/", f"addresses/{address.pk}/"):
        assert client.get(f"/api/vecini/v1/{path}").status_code == 200
        assert client.get(f"{ROOT}/{path}").status_code == 404
    assert ask(client, "addresses/", zone=zone.pk)["count"] == 0
    assert ask(client, "addresses/", street=street.pk)["count"] == 0
