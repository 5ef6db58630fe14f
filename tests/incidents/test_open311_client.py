"""A client that other people wrote reads our Open311 over a real socket, in both formats."""

from collections.abc import Mapping
from typing import Any

import pytest
import requests
import time_machine
from django.core.cache import cache
from georeport import GeoReport
from pytest_django.live_server_helper import LiveServer

from incidents.models import Category, Incident
from incidents.services.keys import make_key
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.submissions import picture
from tests.factories.zones import MunicipalityFactory, spot
from tests.incidents.open311_rules import DEFINITION, ERRORS, REQUESTS, SERVICES, fits
from zones.models import Municipality

pytestmark = pytest.mark.django_db(transaction=True)
QUESTIONS = [
    {
        "code": "size",
        "datatype": "singlevaluelist",
        "is_required": True,
        "names": {"en": "How big?"},
        "values": [{"key": "hand", "names": {"en": "a hand"}}],
    }
]
SINCE = "2026-05-01T00:00:00Z"
SENT = {
    "service_code": "pothole",
    "attribute[size]": "hand",
    "lat": str(spot(0.5, 0.5).y),
    "long": str(spot(0.5, 0.5).x),
    "description": "A hole.",
}
WAIT = 30


@pytest.fixture
def town() -> Municipality:
    cache.clear()
    return MunicipalityFactory.create(slug="client-town", modules=["reports"])


@pytest.fixture
def category(town: Municipality) -> Category:
    return CategoryFactory.create(
        municipality=town, code="pothole", questions=QUESTIONS, release=Category.Release.RULE
    )


@pytest.fixture
def base(live_server: LiveServer, town: Municipality) -> str:
    return f"{live_server.url}/{town.slug}/open311"


def client(address: str, town: Municipality, output_format: str = "json") -> GeoReport:
    return GeoReport(address, jurisdiction=town.slug, output_format=output_format)


def key_for(town: Municipality) -> str:
    actor = UserFactory.create()
    return make_key(municipality=town, name="App", department=None, actor=actor, now=NOON)[1]


def found_at(base: str, kind: str) -> str:
    """The endpoint, as a program finds it by the discovery."""
    document = requests.get(f"{base}/discovery.json", timeout=WAIT).json()
    (found,) = [str(one["url"]) for one in document["endpoints"] if one["type"] == kind]
    return found


@pytest.mark.parametrize("kind", ["production", "test"])
def test_the_client_reads_everything(
    kind: str, base: str, town: Municipality, category: Category
) -> None:
    reports = [reported(town, category=category) for _number in range(2)]
    reading = client(found_at(base, kind), town)
    assert fits(SERVICES, services := reading.get_service_list())
    assert [one["service_code"] for one in services] == ["pothole"]
    assert fits(DEFINITION, reading.get_service_definition("pothole"))
    rows = reading.get_service_requests(start_date=SINCE, status="open", service_code="pothole")
    assert fits(REQUESTS, rows)
    assert [one["service_request_id"] for one in rows] == [
        one.reference for one in reversed(reports)
    ]
    assert reading.get_service_request(reports[0].reference) == rows[1]


def test_both_formats_say_the_same(base: str, town: Municipality, category: Category) -> None:
    rows = [reported(town, category=category) for _number in range(2)]
    json_client, xml_client = (client(f"{base}/v2", town, one) for one in ("json", "xml"))
    asked: Mapping[str, Any] = {"start_date": SINCE}
    assert [as_text(one) for one in json_client.get_service_requests(**asked)] == [
        dict(one) for one in xml_client.get_service_requests(**asked)
    ]
    one = rows[0].reference
    assert as_text(json_client.get_service_request(one)) == xml_client.get_service_request(one)
    # The client hands the wrapper of XML on for a definition.
    definition = dict(xml_client.get_service_definition("pothole"))
    definition = definition.get("service_definition", definition)
    attribute = definition["attributes"]["attribute"]
    assert (definition["service_code"], attribute["code"]) == ("pothole", "size")
    assert attribute["values"]["value"] == {"key": "hand", "name": "a hand"}


def as_text(row: Mapping[str, Any]) -> dict[str, str | None]:
    """A row of JSON as XML writes it: everything is text, nothing is an empty element."""
    return {name: None if value is None else str(value) for name, value in row.items()}


def test_what_the_client_may_not_know_it_is_refused(
    base: str, town: Municipality, category: Category
) -> None:
    category.visibility = Category.Visibility.NEVER
    category.save()
    hidden = reported(town, category=category)
    elsewhere = GeoReport(f"{base}/v2", jurisdiction="elsewhere")
    for ask in (
        lambda: client(f"{base}/v2", town).get_service_request(hidden.reference),
        elsewhere.get_service_list,
    ):
        with pytest.raises(requests.HTTPError) as refused:
            ask()
        answer = refused.value.response
        assert answer is not None
        assert answer.status_code == 404
        assert fits(ERRORS, answer.json())


def test_what_was_sent_over_the_network_is_read_by_the_client(
    base: str, town: Municipality, category: Category
) -> None:
    data = {**SENT, "api_key": key_for(town), "jurisdiction_id": town.slug}
    files = {"media": ("hole.jpg", picture(), "image/jpeg")}
    with time_machine.travel(NOON):
        address = f"{base}/v2/requests.json"
        sent = requests.post(address, data=data, files=files, timeout=WAIT)
    assert sent.status_code == 200, sent.text
    reference = sent.json()[0]["service_request_id"]
    incident = Incident.objects.get(reference=reference)
    assert incident.attachments.filter(role="photo").count() == 1
    read = client(f"{base}/v2", town).get_service_request(reference)
    assert (read["description"], read["status"]) == ("A hole.", "open")
    token = requests.get(f"{base}/v2/tokens/{incident.tracking}.json", timeout=WAIT).json()
    assert token[0]["service_request_id"] == reference


def test_a_trial_over_the_network_keeps_nothing(
    base: str, town: Municipality, category: Category
) -> None:
    address = f"{found_at(base, 'test')}/requests.xml"
    sent = requests.post(address, data={**SENT, "api_key": key_for(town)}, timeout=WAIT)
    assert sent.status_code == 200, sent.text
    assert "<token>trial</token>" in sent.text
    assert not Incident.objects.exists()
