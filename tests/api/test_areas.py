"""What lines of an area give, asked by a program: shape, words, reach, care; faults with place."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from departments.models import Membership
from tests.factories.accounts import MembershipFactory
from tests.factories.zones import (
    MunicipalityFactory,
    PlaceFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.models import Municipality, Zone
from zones.services.target_areas import freeze, save_area

pytestmark = pytest.mark.django_db
CROSSED = [[26.3, 46.9], [26.31, 46.91], [26.31, 46.9], [26.3, 46.91], [26.3, 46.9]]


@pytest.fixture
def quarter() -> Zone:
    town = MunicipalityFactory.create(slug="podeni", languages=["ro", "en"])
    return zone_with_shape(town, code="Gara", geometry=square(0, 0))


def as_role(client: Client, town: Municipality, role: str) -> Client:
    client.force_login(MembershipFactory.create(municipality=town, role=role).user)
    return client


def ask(client: Client, lines: Any, **more: Any) -> Any:
    return client.post(
        "/api/podeni/v1/areas/evaluate/",
        json.dumps({"lines": lines, **more}),
        content_type="application/json",
        headers={"accept-language": "en"},
    )


def lines_of(zone: Zone) -> list[dict[str, Any]]:
    return [{"op": "add", "kind": "zones", "zones": [zone.pk]}]


@pytest.mark.parametrize("role", [Membership.Role.PLANNER, Membership.Role.PRESS])
def test_the_answer_has_all_a_planner_needs(client: Client, quarter: Zone, role: str) -> None:
    town = quarter.kind.municipality
    PlaceFactory.create(municipality=town, names={"en": "School 3"}, location=spot(0.5, 0.5))
    PlaceFactory.create(municipality=town, names={"en": "School 9"}, location=spot(2.5, 0.5))
    other = save_area(
        municipality=town,
        name="Half",
        recipe=[
            {
                "kind": "shape",
                "geometry": json.loads(square(0.5, 0)[0].json),
            }
        ],
        on=timezone.localdate(),
        actor=None,
        now=timezone.now(),
    )
    freeze(area=other, now=timezone.now())

    answer = ask(as_role(client, town, role), lines_of(quarter)).json()

    assert answer["geometry"]["type"] == "MultiPolygon"
    assert answer["area_m2"] == pytest.approx(846_800, rel=0.01)
    assert answer["words"] == "Neighbourhood: GARA."
    assert [place["name"] for place in answer["places"]] == ["School 3"]
    assert [(area["name"], area["share"]) for area in answer["areas"]] == [("Half", 50)]
    assert answer["reach"]["words"]


def test_a_fault_names_its_line_and_place(client: Client, quarter: Zone) -> None:
    planner = as_role(client, quarter.kind.municipality, Membership.Role.PLANNER)
    shape = {"kind": "shape", "geometry": {"type": "Polygon", "coordinates": [CROSSED]}}

    answer = ask(planner, [*lines_of(quarter), shape])

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["line"], problem["code"]) == (2, "self_intersection")
    assert problem["place"] == pytest.approx([26.305, 46.905])
    assert "26.305" in problem["detail"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"lines": 3}', b'{"lines": []}x', b"[" * 5000, b'{"on": "June"}']
)
def test_whatever_comes_is_answered(client: Client, quarter: Zone, body: bytes) -> None:
    planner = as_role(client, quarter.kind.municipality, Membership.Role.PLANNER)

    answer = planner.post("/api/podeni/v1/areas/evaluate/", body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_only_staff_of_the_town_may_ask(client: Client, quarter: Zone) -> None:
    other = MunicipalityFactory.create(slug="altul")

    assert ask(client, lines_of(quarter)).status_code == 401
    stranger = as_role(client, other, Membership.Role.PLANNER)
    assert ask(stranger, lines_of(quarter)).status_code == 403
    crew = as_role(client, quarter.kind.municipality, Membership.Role.CREW)
    assert ask(crew, lines_of(quarter)).status_code == 403
    planner = as_role(client, quarter.kind.municipality, Membership.Role.PLANNER)
    foreign = zone_with_shape(other, code="X", geometry=square(0, 0))
    assert ask(planner, lines_of(foreign)).json()["code"] == "zone_unknown"


def test_a_few_queries_answer(
    client: Client, quarter: Zone, django_assert_max_num_queries: Any
) -> None:
    planner = as_role(client, quarter.kind.municipality, Membership.Role.PLANNER)

    with django_assert_max_num_queries(25):
        ask(planner, lines_of(quarter))
