"""The pages of the zone editor: who comes in, what steps answer, and publishing by a second."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from portal.tasks import follow_zones
from tests.factories.accounts import MembershipFactory
from tests.factories.zones import (
    CELL,
    SOUTH,
    WEST,
    AddressFactory,
    MunicipalityFactory,
    StreetFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.models import AddressPlacement, Municipality, ZoneDraft, ZoneEdition, ZoneKind

pytestmark = pytest.mark.django_db
NEW_KIND = {"code": "neighbourhood", "names_ro": "Cartier", "plurals_ro": "Cartiere"}


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="piatra", names={"ro": "Piatra"})


def planner(client: Client, town: Municipality) -> User:
    user: User = MembershipFactory.create(municipality=town, role="planner").user
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return user


@pytest.fixture
def draft(client: Client, town: Municipality) -> ZoneDraft:
    planner(client, town)
    answer = client.post("/piatra/plan/zones/new/", NEW_KIND)
    draft = ZoneDraft.objects.get()
    assert answer["Location"] == f"/piatra/plan/zones/{draft.pk}/"
    return draft


def box(column: float, row: float, width: float, height: float) -> dict[str, Any]:
    west, south = WEST + column * CELL, SOUTH + row * CELL
    east, north = west + width * CELL, south + height * CELL
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def send(client: Client, draft: ZoneDraft, **act: Any) -> Any:
    path = f"/piatra/plan/zones/{draft.pk}/step/"
    return client.post(path, json.dumps(act), content_type="application/json")


def form(client: Client, draft: ZoneDraft, **values: Any) -> Any:
    return client.post(f"/piatra/plan/zones/{draft.pk}/step/", values, follow=True)


def test_strangers_and_planners_of_other_towns_stay_outside(
    client: Client, town: Municipality, draft: ZoneDraft
) -> None:
    paths = ["", "new/", f"{draft.pk}/", f"{draft.pk}/zones.json"]
    assert {client.get(f"/piatra/plan/zones/{path}").status_code for path in paths} == {200}
    other = MunicipalityFactory.create(slug="other")
    planner(client, other)
    assert {client.get(f"/piatra/plan/zones/{path}").status_code for path in paths} == {403}
    assert client.get(f"/other/plan/zones/{draft.pk}/").status_code == 404
    body = json.dumps({"op": "fill"})
    path = f"/other/plan/zones/{draft.pk}/step/"
    assert client.post(path, body, content_type="application/json").status_code == 404
    client.logout()
    assert {client.get(f"/piatra/plan/zones/{path}").status_code for path in paths} == {302}


def test_other_roles_do_not_draw(client: Client, town: Municipality) -> None:
    client.force_login(MembershipFactory.create(municipality=town, role="press").user)
    assert client.get("/piatra/plan/zones/").status_code == 403


def test_a_step_answers_with_the_zones(client: Client, draft: ZoneDraft) -> None:
    answer = send(client, draft, op="draw", geometry=box(0, 0, 2, 4), position=0).json()
    assert (answer["position"], answer["canUndo"], answer["canRedo"]) == (1, True, False)
    answer = send(client, draft, op="fill").json()
    colours = [zone["properties"]["colour"] for zone in answer["zones"]["features"]]
    assert len(colours) == len(set(colours)) == 2
    assert send(client, draft, op="undo").json()["canRedo"] is True
    assert send(client, draft, op="redo").json()["position"] == 2


def test_a_refused_step_says_what_and_where(client: Client, draft: ZoneDraft) -> None:
    send(client, draft, op="draw", geometry=box(0, 0, 2, 4))
    ends_inside = {"type": "LineString", "coordinates": [[WEST - CELL, SOUTH + CELL],
                                                         [WEST + CELL, SOUTH + CELL]]}  # fmt: skip
    answer = send(client, draft, op="split", zone="n1", geometry=ends_inside)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "not_through")
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["place"] == pytest.approx([WEST + CELL, SOUTH + CELL])
    assert "Draw it on until it crosses the border" in problem["detail"]


@pytest.mark.parametrize("body", ["[]", "{", "[" * 100_000, '{"op": "draw", "geometry": {}}'])
def test_what_cannot_be_read_is_refused(client: Client, draft: ZoneDraft, body: str) -> None:
    path = f"/piatra/plan/zones/{draft.pk}/step/"
    assert client.post(path, body, content_type="application/json").status_code == 422


def test_a_page_that_is_behind_is_told(client: Client, draft: ZoneDraft) -> None:
    send(client, draft, op="draw", geometry=box(0, 0, 2, 4))
    answer = send(client, draft, op="fill", position=0)
    assert (answer.status_code, answer.json()["code"]) == (409, "moved_on")


def test_everything_can_be_done_without_the_map(
    client: Client, town: Municipality, draft: ZoneDraft
) -> None:
    strip = zone_with_shape(town, code="long", geometry=square(1.9, 0, 0.2, 4), kind="street")
    axis = "SRID=4326;MULTILINESTRING((26.301 46.921, 26.339 46.9212))"
    street = StreetFactory.create(municipality=town, zone=strip, axis=axis)
    form(client, draft, op="draw", text=json.dumps(box(0, 0, 1, 4)), names_ro="Vest")
    upload = SimpleUploadedFile("zone.geojson", json.dumps(box(3, 0, 1, 4)).encode())
    form(client, draft, op="draw", file=upload)
    form(
        client, draft, op="draw", text="POLYGON((26.31 46.9, 26.315 46.9, 26.31 46.91, 26.31 46.9))"
    )
    form(client, draft, op="streets", streets=[street.pk])
    form(client, draft, op="fill", zone="n1")
    form(client, draft, op="split", zone="n2", street=street.pk)
    form(client, draft, op="merge", zones=["n1", "n3"])
    form(client, draft, op="name", zone="n2", code="east", names_ro="Est", names_en="East")
    page = form(client, draft, op="remove", zone="n4")
    assert {choice["name"] for choice in page.context["choices"]} == {"Vest", "East", "n5"}
    draft.refresh_from_db()
    assert draft.position == 9


def test_a_refused_form_says_why(client: Client, draft: ZoneDraft) -> None:
    page = form(client, draft, op="draw", text="<kml/>")
    assert "This is no area." in page.content.decode()
    page = form(client, draft, op="merge", zones=[])
    assert "Choose at least two zones." in page.content.decode()


def test_a_second_person_publishes_and_everything_follows(
    client: Client, town: Municipality, draft: ZoneDraft
) -> None:
    AddressFactory.create(municipality=town, location=spot(1, 1))
    send(client, draft, op="draw", geometry=box(0, 0, 4, 4), names={"ro": "Tot"})
    hand_in = f"/piatra/plan/zones/{draft.pk}/hand-in/"
    settle = f"/piatra/plan/zones/{draft.pk}/settle/"
    client.post(hand_in, {"do": "hand-in", "note": "First drawing."})
    own = client.post(settle, {"do": "publish"}, follow=True).content.decode()
    assert "You handed this in yourself" in own
    assert not ZoneEdition.objects.exists()

    planner(client, town)
    seen = client.get(f"/piatra/plan/zones/{draft.pk}/")
    assert "First drawing." in seen.content.decode()
    assert "1 address would change its zone." in seen.content.decode()
    client.post(settle, {"do": "publish"})

    draft.refresh_from_db()
    assert (draft.state, draft.placed_at is not None) == ("published", True)
    assert AddressPlacement.objects.current().get().zone.code == "n1"


def test_a_publication_is_undone_from_the_list(
    client: Client, town: Municipality, draft: ZoneDraft
) -> None:
    send(client, draft, op="draw", geometry=box(0, 0, 4, 4), names={"ro": "Tot"})
    client.post(f"/piatra/plan/zones/{draft.pk}/hand-in/", {"do": "hand-in"})
    planner(client, town)
    client.post(f"/piatra/plan/zones/{draft.pk}/settle/", {"do": "publish"})
    edition = ZoneEdition.objects.get()
    assert "Undo this" in client.get("/piatra/plan/zones/").content.decode()
    begin = {"kind": draft.kind_id, "undo": edition.pk}
    page = client.post("/piatra/plan/zones/begin/", begin, follow=True)
    assert page.context["choices"] == []


def test_what_is_given_back_is_drawn_on(client: Client, draft: ZoneDraft) -> None:
    send(client, draft, op="draw", geometry=box(0, 0, 4, 4), names={"ro": "Tot"})
    client.post(f"/piatra/plan/zones/{draft.pk}/hand-in/", {"do": "hand-in"})
    sent = {"do": "back", "note": "The east is missing."}
    page = client.post(f"/piatra/plan/zones/{draft.pk}/settle/", sent, follow=True)
    assert "The east is missing." in page.content.decode()
    sent = {"do": "discard"}
    client.post(f"/piatra/plan/zones/{draft.pk}/hand-in/", sent)
    assert not ZoneDraft.objects.open().exists()


def test_kinds_of_other_towns_cannot_be_begun(client: Client, draft: ZoneDraft) -> None:
    foreign = ZoneKind.objects.create(
        municipality=MunicipalityFactory.create(), code="x", names={"ro": "X"}
    )
    for kind in (foreign.pk, 10**30, "x"):
        assert client.post("/piatra/plan/zones/begin/", {"kind": kind}).status_code == 404


def test_a_page_takes_as_many_questions_for_ten_zones_as_for_one(
    client: Client, draft: ZoneDraft, django_assert_max_num_queries: Any
) -> None:
    for column in range(10):
        send(client, draft, op="draw", geometry=box(column * 0.4, 0, 0.4, 4))
    with django_assert_max_num_queries(40):
        client.get(f"/piatra/plan/zones/{draft.pk}/")
    with django_assert_max_num_queries(20):
        client.get("/piatra/plan/zones/")


def test_a_large_town_follows_in_the_background(
    client: Client, town: Municipality, draft: ZoneDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.placing.PLACED_AT_ONCE", 0)
    AddressFactory.create(municipality=town, location=spot(1, 1))
    send(client, draft, op="draw", geometry=box(0, 0, 4, 4), names={"ro": "Tot"})
    client.post(f"/piatra/plan/zones/{draft.pk}/hand-in/", {"do": "hand-in"})
    planner(client, town)
    path = f"/piatra/plan/zones/{draft.pk}/settle/"
    page = client.post(path, {"do": "publish"}, follow=True).content.decode()
    assert "Addresses and residents are following." in page
    assert not AddressPlacement.objects.exists()

    follow_zones()

    draft.refresh_from_db()
    assert draft.placed_at is not None
    assert AddressPlacement.objects.current().count() == 1
