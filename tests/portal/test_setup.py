"""Founding a town and its checklist: who may, what is refused, what a template adds."""

import json
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Operator, User
from departments.models import Department, Membership
from incidents.models import Category, RuleSet
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.zones import MunicipalityFactory, square, zone_with_shape
from zones.models import Municipality, SettingChange, TownLoad

pytestmark = pytest.mark.django_db

FACTS = {"name": "Târgu Neamț", "country": "RO", "first_language": "ro", "languages": ["en"]}
SETUP = "/targu-neamt/town/setup/"


@pytest.fixture
def operator(client: Client) -> User:
    call_command("appoint_operator", "ops@town.example.org", stdout=StringIO())
    user: User = Operator.objects.get().user
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return user


@pytest.fixture
def founded(client: Client, operator: User) -> Municipality:
    client.post("/setup/", FACTS)
    return Municipality.objects.get()


def test_an_empty_installation_says_where_to_begin(client: Client) -> None:
    assert 'href="/setup/"' in client.get("/").content.decode()


def test_only_operators_found_towns(client: Client) -> None:
    assert client.get("/setup/").status_code == 302
    client.force_login(MembershipFactory.create(role="administrator").user)
    assert client.get("/setup/").status_code == 403
    assert client.post("/setup/", FACTS).status_code == 403


def test_a_dismissed_operator_founds_nothing(client: Client, operator: User) -> None:
    call_command("appoint_operator", operator.email, "--dismiss", stdout=StringIO())
    assert client.post("/setup/", FACTS).status_code == 403
    with pytest.raises(CommandError, match="no operator"):
        call_command("appoint_operator", operator.email, "--dismiss")


def test_a_name_and_a_country_are_enough(founded: Municipality, operator: User) -> None:
    assert (founded.slug, founded.timezone) == ("targu-neamt", "Europe/Bucharest")
    assert (founded.metric_srid, founded.languages) == (3844, ["ro", "en"])
    role = Membership.objects.get(municipality=founded)
    assert (role.user, role.role) == (operator, "administrator")
    assert SettingChange.objects.in_municipality(founded).filter(subject="town").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"slug": "setup"}, "is an address of the program"),
        ({"slug": "there"}, "with this short name already"),
        ({"name": "中文"}, "Latin letters"),
        ({"timezone": "Mars/North"}, "is not a time zone"),
        ({"metric_srid": "4326"}, "does not measure in metres"),
    ],
)
def test_what_no_town_is_founded_with(
    client: Client, operator: User, change: dict[str, str], said: str
) -> None:
    MunicipalityFactory.create(slug="there")
    answer = client.post("/setup/", {**FACTS, **change})
    assert said in answer.content.decode()
    assert Municipality.objects.count() == 1


def test_the_checklist_of_an_empty_town_names_the_border_first(
    client: Client, founded: Municipality, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(50):
        page = client.get(SETUP).content.decode()
    assert "0 of 13 steps are done." in page
    assert 'id="step-outline" aria-current="step"' in page


def test_a_step_is_left_out_and_taken_up_again(client: Client, founded: Municipality) -> None:
    client.post(f"{SETUP}skip/", {"step": "places"})
    founded.refresh_from_db()
    assert founded.setup_skipped == ["places"]
    client.post(f"{SETUP}skip/", {"step": "places", "again": "1"})
    client.post(f"{SETUP}skip/", {"step": "outline"})
    founded.refresh_from_db()
    assert founded.setup_skipped == []


def test_the_border_is_pasted_or_refused_with_its_place(
    client: Client, founded: Municipality
) -> None:
    bow = {"type": "Polygon", "coordinates": [[[26, 47], [27, 48], [27, 47], [26, 48], [26, 47]]]}
    answer = client.post(f"{SETUP}outline/", {"drawn": json.dumps(bow)})
    assert "crosses or touches itself near" in answer.content.decode()
    assert "Draw the border" in client.post(f"{SETUP}outline/", {}).content.decode()
    client.post(f"{SETUP}outline/", {"drawn": square(0, 0).geojson})
    founded.refresh_from_db()
    assert founded.outline is not None


def test_a_template_is_shown_before_it_is_stored(client: Client, founded: Municipality) -> None:
    for template in ("offices", "faults", "ratings"):
        page = client.get(f"{SETUP}template/{template}/")
        assert page.status_code == 200
    assert not Department.objects.exists()
    for template in ("offices", "faults", "ratings"):
        assert client.post(f"{SETUP}template/{template}/").status_code == 302
    assert Department.objects.in_municipality(founded).count() == 13
    # Loading it again adds nothing, and leaves the rules of the town alone.
    assert client.post(f"{SETUP}template/faults/").status_code == 302
    assert RuleSet.objects.filter(municipality=founded).count() == 1
    assert Category.objects.in_municipality(founded).filter(regime="ro-petition").exists()
    assert client.get(f"{SETUP}template/else/").status_code == 404


def test_a_file_too_large_or_of_no_kind_is_refused(
    client: Client, founded: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zones.services.town_loads.MOST_BYTES", 3)
    monkeypatch.setattr("portal.views.setup_files.MOST_BYTES", 3)
    answer = client.post(f"{SETUP}new/zones/", {"file": SimpleUploadedFile("a.json", b"xxxx")})
    assert answer.status_code == 422
    assert client.get(f"{SETUP}new/else/").status_code == 404
    assert not TownLoad.objects.exists()


def test_files_of_another_town_are_not_there(client: Client, founded: Municipality) -> None:
    client.post(f"{SETUP}new/zones/", {"file": SimpleUploadedFile("a.json", b"{}")})
    load = TownLoad.objects.get()
    assert client.get(f"{SETUP}files/{load.pk}/state.json").json()["isWorking"]
    stranger = Client()
    stranger.force_login(
        MembershipFactory.create(
            municipality=MunicipalityFactory.create(slug="else"), user=UserFactory.create()
        ).user
    )
    assert stranger.get(f"/else/town/setup/files/{load.pk}/").status_code == 404
    assert stranger.get(f"{SETUP}files/{load.pk}/").status_code == 403


def test_overlaps_are_things_to_look_at(client: Client, founded: Municipality) -> None:
    shape = zone_with_shape(founded, code="n1", geometry=square(0, 0)).shapes.get()
    shape.edition.report = {"findings": [{"code": "overlap", "level": "warning"}]}
    shape.edition.save()
    page = client.get(SETUP).content.decode()
    assert "1 thing to look at" in page
