"""What the API refuses, it refuses as problem JSON that says what to do."""

from typing import Any

import pytest
from django.test import Client, override_settings
from rest_framework.throttling import AnonRateThrottle

from zones.geocoder import OutsideGeocoderError
from zones.models import Municipality

pytestmark = pytest.mark.django_db

ROOT = "/api/podeni/v1"
PLACE = {"longitude": "26.3", "latitude": "46.9"}


def refused(client: Client, path: str, status: int, **parameters: Any) -> dict[str, Any]:
    answer = client.get(f"{ROOT}/{path}", parameters)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert (problem["status"], problem["instance"]) == (status, f"{ROOT}/{path}")
    assert problem["detail"]
    return problem


@pytest.mark.parametrize(
    ("path", "parameters", "field", "code"),
    [
        ("zones/", {"bbox": "1,2,3"}, "bbox", "bbox"),
        ("zones/", {"bbox": "26,46,nan,47"}, "bbox", "number"),
        ("zones/", {"bbox": "27,46,26,47"}, "bbox", "bbox_order"),
        ("zones/", {"bbox": "26,46,27,1e400"}, "bbox", "number"),
        ("zones/", {"bbox": "26,46,27,97"}, "bbox", "outside_world"),
        ("zones/", {"bbox": "SRID=1;POINT(0 0)"}, "bbox", "bbox"),
        ("zones/", {"on": "yesterday"}, "on", "invalid"),
        ("zones/1/", {"on": "2026-13-01"}, "on", "date"),
        ("zones/", {"colour": "red"}, "colour", "unknown_parameter"),
        ("zones/", {"limit": "0"}, "limit", "number"),
        ("zones/", {"limit": "1001"}, "limit", "number"),
        ("zones/", {"limit": "٣"}, "limit", "number"),
        ("zones/", {"offset": "-1"}, "offset", "number"),
        ("zones/", {"offset": "99999999999999999999"}, "offset", "number"),
        ("zones/", {"q": "x\x00"}, "q", "null_characters_not_allowed"),
        ("addresses/", {"zone": "one"}, "zone", "invalid"),
        ("addresses/", {"street": "9" * 30}, "street", "max_value"),
        ("addresses/", {"number": "1" * 31}, "number", "max_length"),
        ("search/", {}, "q", "required"),
        ("search/", {"q": "x" * 201}, "q", "max_length"),
        ("search/", {"q": "x", "near": "26.3"}, "near", "point"),
        ("search/", {"q": "x", "near": "26.3,inf"}, "near", "number"),
        ("search/", {"q": "x", "limit": "50"}, "limit", "max_value"),
        ("geocode/", {"q": ""}, "q", "blank"),
        ("locate/", {"longitude": "26.3"}, "latitude", "required"),
        ("locate/", {"longitude": "26,3", "latitude": "46.9"}, "longitude", "number"),
        ("locate/", {"longitude": "26.3", "latitude": "NaN"}, "latitude", "number"),
        ("locate/", PLACE | {"on": "soon"}, "on", "invalid"),
        ("locate/", PLACE | {"geometry": "{}"}, "geometry", "unknown_parameter"),
        ("reverse/", {"longitude": "POINT(0 0)", "latitude": "0"}, "longitude", "number"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_to_do(
    client: Client,
    town: Municipality,
    path: str,
    parameters: dict[str, str],
    field: str,
    code: str,
) -> None:
    problem = refused(client, path, 400, **parameters)
    assert list(problem["errors"]) == [field]
    assert problem["errors"][field][0]["code"] == code
    assert problem["errors"][field][0]["detail"]


@pytest.mark.parametrize("path", ["zones/0/", "streets/999999999999999999999/", "addresses/0/"])
def test_a_row_that_is_not_there_is_not_found(
    client: Client, town: Municipality, path: str
) -> None:
    refused(client, path, 404)


@pytest.mark.parametrize("path", ["zones/", "zones/1/", "search/?q=x", "locate/", "kinds/"])
def test_an_unknown_town_is_not_found(client: Client, path: str) -> None:
    answer = client.get(f"/api/nowhere/v1/{path}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


def test_an_unknown_format_is_not_found_and_still_a_problem(
    client: Client, town: Municipality
) -> None:
    refused(client, "zones/", 404, format="xlsx")


def test_a_refusal_of_a_csv_is_a_problem_too(client: Client, town: Municipality) -> None:
    refused(client, "zones/", 400, format="csv", bbox="1")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_only_reads(client: Client, town: Municipality, method: str) -> None:
    answer = getattr(client, method)(f"{ROOT}/zones/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_who_asks_too_often_is_told_when_to_come_back(
    client: Client, town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AnonRateThrottle, "THROTTLE_RATES", {"anon": "2/min"})
    for _ in range(2):
        assert client.get(f"{ROOT}/kinds/").status_code == 200
    answer = client.get(f"{ROOT}/kinds/")
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 61


def test_a_geocoder_that_is_down_is_not_an_address_that_is_missing(
    client: Client, town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_named: object) -> None:
        raise OutsideGeocoderError("The outside address search did not answer. Try again later.")

    monkeypatch.setattr("zones.api.questions.geocode_text", fail)
    problem = refused(client, "geocode/", 503, q="Strada Podeni 1")
    assert problem["code"] == "geocoder_unavailable"


@override_settings(LANGUAGE_CODE="en")
def test_a_refusal_speaks_the_language_of_the_reader(client: Client, town: Municipality) -> None:
    answer = client.get(f"{ROOT}/locate/", headers={"Accept-Language": "en"})
    assert answer.json()["errors"]["longitude"][0]["detail"] == "This field is required."
