"""GeoReport v2 as the specification says: rows, errors, keys, tokens, formats, both endpoints."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.models import ApiKey, Category, Incident, Leg
from incidents.services.keys import make_key, revoke_key
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, DepartmentFactory
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.submissions import picture
from tests.factories.zones import AddressFactory, MunicipalityFactory, StreetFactory, spot
from tests.incidents.open311_rules import DEFINITION, ERRORS, REQUESTS, SERVICES, fits
from zones.models import Municipality

pytestmark = pytest.mark.django_db

QUESTIONS = [
    {
        "code": "size",
        "datatype": "singlevaluelist",
        "is_required": True,
        "names": {"en": "How big?"},
        "values": [{"key": "hand", "names": {"en": "a hand"}}],
    },
    {"code": "since", "datatype": "datetime", "is_required": False, "names": {"en": "Since?"}},
]


class Caller:
    """A program that talks to one town."""

    def __init__(self, town: Municipality, key: str = "") -> None:
        self.town = town
        self.key = key
        self.client = Client(HTTP_ACCEPT_LANGUAGE="en")

    def get(self, call: str, base: str = "v2", **given: Any) -> Any:
        return self.client.get(f"/{self.town.slug}/open311/{base}/{call}", given)

    def post(self, base: str = "v2", suffix: str = "json", **given: Any) -> Any:
        path = f"/{self.town.slug}/open311/{base}/requests.{suffix}"
        return self.client.post(path, {"api_key": self.key, **given})


@pytest.fixture
def town() -> Municipality:
    cache.clear()
    return MunicipalityFactory.create(modules=["reports"])


@pytest.fixture
def caller(town: Municipality) -> Caller:
    return Caller(town, key_for(town)[1])


def key_for(town: Municipality, **given: Any) -> tuple[ApiKey, str]:
    given = {"name": "App", "department": None, **given}
    return make_key(municipality=town, actor=UserFactory.create(), now=NOON, **given)


HERE = {"lat": str(spot(0.5, 0.5).y), "long": str(spot(0.5, 0.5).x)}


def test_discovery_names_two_endpoints_in_both_formats(caller: Caller) -> None:
    found = json.loads(caller.get("discovery.json").content)
    assert [one["type"] for one in found["endpoints"]] == ["production", "test"]
    assert found["endpoints"][0]["url"].endswith("/open311/v2")
    response = caller.get("discovery.xml")
    root = ET.fromstring(response.content)
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    assert response.content.startswith(b"<?xml")
    assert [one.text for one in root.findall("endpoints/endpoint/formats/format")] == [
        "text/xml", "application/json", "text/xml", "application/json",
    ]  # fmt: skip


def test_services_and_definitions_keep_the_rules(caller: Caller) -> None:
    CategoryFactory.create(municipality=caller.town, code="pothole", questions=QUESTIONS)
    CategoryFactory.create(municipality=caller.town, code="secret", reporter="account")
    services = json.loads(caller.get("services.json").content)
    assert fits(SERVICES, services)
    assert [one["service_code"] for one in services] == ["pothole"]
    definition = json.loads(caller.get("services/pothole.json").content)
    assert fits(DEFINITION, definition)
    root = ET.fromstring(caller.get("services/pothole.xml").content)
    assert root.tag == "service_definition"
    assert root.findtext("attributes/attribute/values/value/key") == "hand"
    assert root.findtext("attributes/attribute/required") == "true"
    assert caller.get("services/none.json").status_code == 404


def test_a_report_of_a_program_goes_the_usual_way(caller: Caller) -> None:
    CategoryFactory.create(municipality=caller.town, code="pothole", questions=QUESTIONS)
    response = caller.post(
        **HERE,
        service_code="pothole",
        description="A hole.",
        first_name="Ana",
        email="ana@example.org",
        media_url="http://127.0.0.1:1/steal",
        media=SimpleUploadedFile("a.jpg", picture()),
        **{"attribute[size]": "hand"},
    )
    assert response.status_code == 200
    (receipt,) = json.loads(response.content)
    incident = Incident.objects.get(reference=receipt["service_request_id"])
    assert incident.source == "open311"
    assert incident.reporter.answers == {"size": "hand"}
    assert incident.reporter.key is not None
    assert incident.attachments.filter(role="photo").count() == 1
    assert "not fetched" in receipt["service_notice"]
    assert caller.get(f"requests/{incident.reference}.json").status_code == 404
    own = caller.get(f"requests/{incident.reference}.json", api_key=caller.key)
    assert fits(REQUESTS, json.loads(own.content))
    assert own["Cache-Control"] == "private, no-store"
    token = ET.fromstring(caller.get(f"tokens/{incident.tracking}.xml").content)
    assert token.findtext("request/service_request_id") == incident.reference


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"api_key": ""}, 403),
        ({"api_key": "wrong"}, 403),
        ({"service_code": ""}, 400),
        ({"service_code": "none"}, 404),
        ({"jurisdiction_id": "elsewhere"}, 404),
        ({"lat": "", "long": ""}, 400),
        ({"lat": "0", "long": "0"}, 400),
        ({"lat": "north"}, 400),
        ({"lat": "", "long": "", "address_id": "999"}, 400),
        ({"lat": "", "long": "", "address_string": "nowhere at all"}, 400),
        ({"attribute[size]": ""}, 400),
        ({"attribute[size]": "elephant"}, 400),
        ({"attribute[colour]": "red"}, 400),
        ({"attribute[since]": "some day"}, 400),
        ({"email": "no address"}, 400),
        ({"description": "x" * 4001}, 400),
        ({"first_name": "x" * 200}, 400),
    ],
)
@pytest.mark.parametrize("suffix", ["json", "xml"])
def test_what_is_wrong_is_said_as_the_specification_says(
    caller: Caller, changed: dict[str, str], status: int, suffix: str
) -> None:
    CategoryFactory.create(municipality=caller.town, code="pothole", questions=QUESTIONS)
    sound = {**HERE, "service_code": "pothole", "attribute[size]": "hand"}
    response = caller.post(suffix=suffix, **{**sound, **changed})
    assert response.status_code == status
    if suffix == "json":
        (error,) = json.loads(response.content)
        assert fits(ERRORS, [error])
        assert error["code"] == status
    else:
        root = ET.fromstring(response.content)
        assert (root.tag, root.findtext("error/code")) == ("errors", str(status))
    assert not Incident.objects.exists()


def test_a_place_can_be_an_address(caller: Caller) -> None:
    CategoryFactory.create(municipality=caller.town, code="pothole")
    street = StreetFactory.create(municipality=caller.town, names={"ro": "Strada Florilor"})
    address = AddressFactory.create(
        municipality=caller.town, street=street, address_number="7", location=spot(1.2, 1.3)
    )
    for place in ({"address_id": str(address.pk)}, {"address_string": "Strada Florilor 7"}):
        assert caller.post(service_code="pothole", **place).status_code == 200
    assert {one.geometry.wkt for one in Incident.objects.all() if one.geometry} == {
        Incident.objects.earliest("pk").geometry.wkt  # type: ignore[union-attr]
    }


def test_a_trial_is_checked_and_not_kept(caller: Caller) -> None:
    CategoryFactory.create(municipality=caller.town, code="pothole")
    response = caller.post("test/v2", **HERE, service_code="pothole", description="A hole.")
    (receipt,) = json.loads(response.content)
    assert (response.status_code, receipt["token"]) == (200, "trial")
    assert "service_request_id" not in receipt
    assert not Incident.objects.exists()
    assert caller.get("tokens/trial.json", base="test/v2").status_code == 200
    assert caller.get("tokens/trial.json").status_code == 404


def public(town: Municipality, **given: Any) -> Incident:
    category = CategoryFactory.create(municipality=town, release=Category.Release.RULE)
    return reported(town, category=category, **given)


def test_lists_are_narrowed_paged_and_bounded(caller: Caller) -> None:
    rows = [public(caller.town) for _number in range(3)]
    since = {"start_date": "2026-05-01T00:00:00Z"}

    def ids(**given: Any) -> list[str]:
        response = caller.get("requests.json", **given)
        assert response.status_code == 200, response.content
        found = json.loads(response.content)
        assert fits(REQUESTS, found)
        return [one["service_request_id"] for one in found]

    every = [one.reference for one in reversed(rows)]
    assert ids(**since) == every
    assert ids(**since, page_size=2) == every[:2]
    assert ids(**since, page_size=2, page=2) == every[2:]
    assert ids(**since, status="closed") == []
    assert ids(**since, status="open,closed") == every
    assert rows[0].category is not None
    assert ids(**since, service_code=rows[0].category.code) == [rows[0].reference]
    assert ids(service_request_id=f"{every[0]},{every[1]}") == every[:2]
    assert ids(**since, bbox="26.3,46.9,26.31,46.91") == every
    assert ids(**since, bbox="26.31,46.91,26.32,46.92") == []
    assert ids(start_date="2026-05-01 00:00:00", end_date="2026-05-02") == []


@pytest.mark.parametrize(
    "given",
    [
        {"start_date": "soon"}, {"start_date": "2026-01-01", "end_date": "2026-12-01"},
        {"start_date": "2026-05-09", "end_date": "2026-05-01"}, {"start_date": "0001-01-01"},
        {"status": "half"}, {"page": "0"}, {"page_size": "1001"}, {"page": "9" * 50},
        {"bbox": "1,2,3"}, {"bbox": "nan,nan,nan,nan"}, {"start_date": "2026-05-01\x00"},
        {"service_request_id": ",".join("1" * 300)},
    ],
)  # fmt: skip
def test_wrong_questions_are_refused(caller: Caller, given: dict[str, str]) -> None:
    response = caller.get("requests.json", **given)
    assert response.status_code == 400
    assert fits(ERRORS, json.loads(response.content))


def test_a_key_opens_its_own_reports_and_a_partner_those_sent_to_it(caller: Caller) -> None:
    body = DepartmentFactory.create(municipality=caller.town)
    _key, secret = key_for(caller.town, name="Water", department=body)
    hidden = CategoryFactory.create(municipality=caller.town, visibility="never")
    sent, other = (reported(caller.town, category=hidden, words="Call 0722123456") for _n in "ab")
    Leg.objects.create(incident=sent, number=1, receiver=body, sent_at=NOON)
    since = {"start_date": "2026-05-01"}
    found = json.loads(caller.get("requests.json", api_key=secret, **since).content)
    assert [one["service_request_id"] for one in found] == [sent.reference]
    assert "0722" not in found[0]["description"]
    assert caller.get(f"requests/{other.reference}.json", api_key=secret).status_code == 404
    assert json.loads(caller.get("requests.json", api_key=caller.key, **since).content) == []


def test_a_key_ends(caller: Caller) -> None:
    key, secret = key_for(caller.town, name="Old")
    revoke_key(key=key, actor=UserFactory.create(), now=NOON)
    assert caller.get("requests.json", api_key=secret).status_code == 403
    assert secret not in str(ApiKey.objects.values_list())


def test_a_key_of_another_town_opens_nothing(caller: Caller) -> None:
    CategoryFactory.create(municipality=caller.town, code="pothole")
    _key, foreign = key_for(MunicipalityFactory.create(modules=["reports"]))
    response = caller.post(**{**HERE, "service_code": "pothole", "api_key": foreign})
    assert response.status_code == 403


def test_a_town_without_reports_answers_not_found_in_the_format(town: Municipality) -> None:
    town.modules = []
    town.save()
    response = Caller(town).get("services.json")
    assert (response.status_code, fits(ERRORS, json.loads(response.content))) == (404, True)
    assert Client().get("/nowhere/open311/v2/services.xml").status_code == 404


def test_a_query_count_does_not_grow_with_rows(
    caller: Caller, django_assert_max_num_queries: Any
) -> None:
    for _number in range(8):
        public(caller.town)
    with django_assert_max_num_queries(8):
        caller.get("requests.json", start_date="2026-05-01")


ODD = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "\x00", "-1", "1e400", "NaN", "%", "'", "2026-13-45", "💥" * 9, "1,2,3,4"]
    ),
)
NAMES = st.sampled_from(
    ["start_date", "end_date", "status", "page", "page_size", "bbox", "service_code",
     "service_request_id", "jurisdiction_id", "lat", "long", "address_id", "address_string",
     "email", "description", "first_name", "phone", "attribute[size]", "attribute[size][]",
     "attribute[", "media", "account_id"]
)  # fmt: skip


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(given=st.dictionaries(NAMES, ODD, max_size=6), is_post=st.booleans())
def test_hostile_parameters_never_crash(
    caller: Caller, given: dict[str, str], is_post: bool
) -> None:
    cache.clear()
    CategoryFactory.create(municipality=caller.town, questions=QUESTIONS)
    clean = {name: value.encode(errors="replace").decode() for name, value in given.items()}
    if is_post:
        code = Category.objects.filter(parent__isnull=False).latest("pk").code
        response = caller.post(**{**HERE, "service_code": code, **clean})
    else:
        response = caller.get("requests.xml", **clean)
        ET.fromstring(response.content)
    assert response.status_code < 500


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"--x\r\nbroken", b"a=" + b"1" * 100])
@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data; boundary=x", "multipart/form-data", "text/xml", "application/json"],
)
def test_hostile_bodies_never_crash(caller: Caller, body: bytes, kind: str) -> None:
    path = f"/{caller.town.slug}/open311/v2/requests.json"
    assert caller.client.post(path, body, content_type=kind).status_code in (400, 403)
