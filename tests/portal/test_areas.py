"""The planner's pages as plain forms: everything works without a map and without a script."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from departments.models import Membership
from tests.factories.accounts import MembershipFactory
from tests.factories.zones import (
    AddressFactory,
    MunicipalityFactory,
    PlaceFactory,
    StreetFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.models import Municipality, TargetArea, Zone
from zones.services.target_areas import freeze

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    town = MunicipalityFactory.create(slug="podeni", languages=["en", "ro"])
    zone_with_shape(town, code="Gara", geometry=square(0, 0))
    zone_with_shape(town, code="Parc", geometry=square(1, 0))
    street = StreetFactory.create(municipality=town, names={"ro": "Strada Lungă"})
    for number in range(1, 9):
        AddressFactory.create(
            municipality=town,
            street=street,
            address_number=str(number),
            location=spot(0.2 + number / 20, 0.5 + number % 2 / 50),
        )
    PlaceFactory.create(municipality=town, names={"ro": "Școala 3"}, location=spot(1.5, 0.5))
    return town


@pytest.fixture
def planner(client: Client, town: Municipality) -> Client:
    held = MembershipFactory.create(municipality=town, role=Membership.Role.PLANNER)
    client.force_login(held.user)
    return client


@pytest.fixture
def area(planner: Client, town: Municipality) -> TargetArea:
    planner.post("/podeni/plan/areas/new/", {"name": "Works", "on": "2026-06-01"})
    return TargetArea.objects.get()


def act(planner: Client, area: TargetArea, what: str, **values: Any) -> Any:
    answer = planner.post(f"/podeni/plan/areas/{area.pk}/", {"act": what, **values})
    area.refresh_from_db()
    return answer


def zone(code: str) -> int:
    return Zone.objects.get(code=code).pk


def test_an_area_is_composed_without_a_map(planner: Client, area: TargetArea) -> None:
    act(planner, area, "zones", op="add", zones=[zone("Gara"), zone("Parc")])
    act(planner, area, "streets", op="subtract", street="strada lungă", side="even")
    act(planner, area, "around", op="add", metres="60", place="Școala 3", side="any")
    act(planner, area, "shape", op="subtract", text="26.311, 46.901\n26.312, 46.901\n26.312 46.902")

    page = planner.get(f"/podeni/plan/areas/{area.pk}/").content.decode()

    assert [line["op"] for line in area.recipe] == ["add", "subtract", "add", "subtract"]
    assert "Zones: GARA, PARC" in page
    assert "Strada Lungă, even side" in page
    assert "60 m around Școala 3" in page
    assert "Școala 3" in page
    assert area.geometry is not None
    assert not area.geometry.covers(spot(0.3, 0.5))
    assert area.geometry.covers(spot(0.25, 0.52))


def test_lines_are_changed_muted_moved_removed_and_undone(
    planner: Client, area: TargetArea
) -> None:
    act(planner, area, "zones", op="add", zones=[zone("Gara")])
    act(planner, area, "around", op="add", metres="50", point="26.35, 46.95", side="any")

    assert b"26.35, 46.95" in planner.get(f"/podeni/plan/areas/{area.pk}/?edit=2").content
    act(planner, area, "around", op="add", metres="70", zone=zone("Parc"), side="any", line="2")
    act(planner, area, "up:2")
    act(planner, area, "mute:1")
    assert [line["kind"] for line in area.recipe] == ["around", "zones"]
    assert (area.recipe[0]["metres"], area.recipe[0]["muted"]) == (70, True)

    act(planner, area, "remove:2")
    assert area.geometry is None
    act(planner, area, "undo")
    act(planner, area, "undo")
    assert [line["muted"] for line in area.recipe] == [False, False]
    act(planner, area, "redo")
    assert [line["muted"] for line in area.recipe] == [True, False]
    for nothing in ("up:1", "down:9", "mute:x", "fly:1", ""):
        assert act(planner, area, nothing).status_code == 302


@pytest.mark.parametrize(
    ("what", "values", "sentence"),
    [
        ("zones", {}, "This field is required"),
        ("streets", {"street": "Nicăieri", "side": "any"}, "There is no street with this name"),
        ("streets", {"street": "Lungă", "side": "any", "first": "9", "last": "2"}, "larger than"),
        ("around", {"metres": "60", "side": "any"}, "Say around what"),
        ("around", {"metres": "2", "point": "26.3, 46.9", "side": "any"}, "greater than or equal"),
        ("around", {"metres": "60", "point": "26.3", "side": "any"}, "Write two numbers"),
        ("shape", {}, "Draw a shape"),
        ("shape", {"text": "26.3, 46.9\nnorth"}, "Line 2 is no corner"),
        ("shape", {"text": "POLYGON ((26 46, 27 47, 27 46, 26 47, 26 46))"}, "26.5"),
        ("shape", {"geometry": "{"}, "not JSON"),
    ],
)
def test_a_fault_is_told_beside_the_form(
    planner: Client, area: TargetArea, what: str, values: dict[str, str], sentence: str
) -> None:
    answer = act(planner, area, what, op="add", **values)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert area.recipe == []


def test_a_file_is_read_in_any_format(planner: Client, area: TargetArea, tmp_path: Path) -> None:
    kml = (
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><Polygon>'
        "<outerBoundaryIs><LinearRing><coordinates>26.31,46.91 26.32,46.91 26.32,46.92 26.31,46.91"
        "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"
    )

    act(planner, area, "shape", op="add", file=SimpleUploadedFile("a.kml", kml.encode()))

    assert area.recipe[0]["geometry"]["type"] == "Polygon"
    assert area.area_m2 == pytest.approx(424_000, rel=0.02)


def test_a_frozen_area_is_only_copied(planner: Client, area: TargetArea) -> None:
    act(planner, area, "zones", op="add", zones=[zone("Gara")])
    freeze(area=area, now=timezone.now())

    act(planner, area, "remove:1")
    act(planner, area, "delete")
    page = planner.get(f"/podeni/plan/areas/{area.pk}/").content.decode()
    copied = act(planner, area, "copy")

    assert len(area.recipe) == 1
    assert "In use since" in page
    assert 'value="remove:1"' not in page
    assert copied.status_code == 302
    assert TargetArea.objects.open().get().name == "Copy of Works"


def test_an_open_area_is_renamed_and_thrown_away(planner: Client, area: TargetArea) -> None:
    act(planner, area, "rename", name="Bridge", on="2026-07-01")
    assert (area.name, area.on.isoformat()) == ("Bridge", "2026-07-01")

    planner.post(f"/podeni/plan/areas/{area.pk}/", {"act": "delete"})
    assert not TargetArea.objects.exists()


def test_the_list_is_filtered_and_exported(planner: Client, area: TargetArea) -> None:
    act(planner, area, "zones", op="add", zones=[zone("Gara")])

    assert b"Works" in planner.get("/podeni/plan/").content
    assert b"Works" in planner.get("/podeni/plan/areas/?q=gara&state=open").content
    assert b"Works" not in planner.get("/podeni/plan/areas/?q=nowhere").content
    assert b"Works" not in planner.get("/podeni/plan/areas/?state=used").content
    table = b"".join(planner.get("/podeni/plan/areas/?format=csv"))
    assert b"Works" in table
    shapes = b"".join(planner.get("/podeni/plan/areas/?format=geojson"))
    assert json.loads(shapes)["features"][0]["properties"]["name"] == "Works"


def test_a_planner_of_one_zone_keeps_to_it(client: Client, town: Municipality) -> None:
    held = MembershipFactory.create(municipality=town, role=Membership.Role.PLANNER)
    held.areas.set([zone("Gara")])
    client.force_login(held.user)
    client.post("/podeni/plan/areas/new/", {"name": "Works", "on": "2026-06-01"})
    area = TargetArea.objects.get()

    act(client, area, "zones", op="add", zones=[zone("Gara")])
    refused = act(client, area, "zones", op="add", zones=[zone("Parc")])

    assert refused.status_code == 422
    assert "outside the zones you plan for" in refused.content.decode()
    assert len(area.recipe) == 1


def test_other_towns_and_other_roles_see_nothing(planner: Client, area: TargetArea) -> None:
    other = MunicipalityFactory.create(slug="altul")
    clerk = MembershipFactory.create(municipality=other, role=Membership.Role.PLANNER)

    assert planner.get(f"/altul/plan/areas/{area.pk}/").status_code == 403
    planner.force_login(clerk.user)
    assert planner.get(f"/altul/plan/areas/{area.pk}/").status_code == 404
    assert planner.get(f"/podeni/plan/areas/{area.pk}/").status_code == 403


def test_a_long_list_takes_few_queries(
    planner: Client, area: TargetArea, django_assert_max_num_queries: Any
) -> None:
    act(planner, area, "zones", op="add", zones=[zone("Gara")])
    for _copy in range(12):
        act(planner, area, "copy")

    with django_assert_max_num_queries(14):
        planner.get("/podeni/plan/areas/")
