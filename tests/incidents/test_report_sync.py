"""Reports that waited on a phone: taken once, refused with a sentence, as who wrote them."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from incidents.models import Category, Incident
from incidents.views import report_limits, report_sync
from tests.factories.accounts import UserFactory
from tests.factories.incidents import CategoryFactory
from tests.factories.signs import SignCodeFactory
from tests.factories.sites import SiteFactory
from tests.factories.submissions import picture
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db

HERE = "26.305,46.905"
SYNC = "/piatra/report/sync/"


@pytest.fixture(autouse=True)
def fresh(settings: Settings, tmp_path: Path) -> None:
    """No counter and no file of another test."""
    cache.clear()
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def client() -> Client:
    """A reader of English."""
    return Client(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def lamp() -> Category:
    """A street lamp in a town that takes reports."""
    town = MunicipalityFactory.create(slug="piatra", modules=["reports"])
    found: Category = CategoryFactory.create(municipality=town, code="lamp")
    return found


def hand_in(client: Client, **fields: Any) -> dict[str, Any]:
    """What a phone sends, changed by `fields`, and the answer."""
    given = {"category": "lamp", "marks": HERE, "words": "Stâlpul 14", "shape": "point"}
    answer = client.post(SYNC, {**given, "once": "one", "person": "", **fields})
    assert answer.status_code == 200, answer.content
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    found: dict[str, Any] = answer.json()
    return found


def photo() -> SimpleUploadedFile:
    """A small photo."""
    return SimpleUploadedFile("a.jpg", picture(side=80), "image/jpeg")


def test_a_report_is_taken_with_its_photos_and_told_by_its_number(
    client: Client, lamp: Category
) -> None:
    answer = hand_in(client, photos=[photo(), photo()])

    report = Incident.objects.get()
    assert answer["result"] == "recorded"
    assert answer["reference"] == report.reference
    assert answer["receipt"] == f"/piatra/track/{report.tracking}/receipt/"
    assert report.attachments.filter(role="photo").count() == 2
    assert report.category == lamp


def test_the_same_key_gives_the_same_receipt(client: Client, lamp: Category) -> None:
    first = hand_in(client)
    again = hand_in(Client(), words="Something else", marks="")

    assert again == {**first, "result": "already"}
    assert Incident.objects.count() == 1


def test_the_form_and_the_phone_share_one_key(client: Client, lamp: Category) -> None:
    given = {"category": "lamp", "marks": HERE, "words": "x", "once": "one", "shape": "point"}
    sent = client.post("/piatra/report/", given)

    assert hand_in(client)["receipt"] == sent["Location"]


def test_two_of_the_same_moment_make_one_report(
    client: Client, lamp: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = hand_in(client)
    looks = iter([None, Incident.objects.get()])  # the first look came too early
    monkeypatch.setattr(report_sync, "sent_before", lambda *_asked: next(looks))

    assert hand_in(client) == {**first, "result": "already"}


def test_asking_makes_nothing(client: Client, lamp: Category) -> None:
    assert hand_in(client, ask="1")["result"] == "unknown"
    assert not Incident.objects.exists()

    hand_in(client)
    assert hand_in(client, ask="1")["result"] == "already"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"once": ""}, "no number"),
        ({"category": ""}, "Choose what it is about"),
        ({"marks": ""}, "Say where it is"),
        ({"marks": "26.9,46.905"}, "outside the municipality"),
        ({"photos": SimpleUploadedFile("a.jpg", b"%PDF", "image/jpeg")}, "picture"),
        ({"email": "no address"}, "valid email"),
    ],
)
def test_what_cannot_be_taken_is_said(
    client: Client, lamp: Category, fields: dict[str, Any], said: str
) -> None:
    answer = hand_in(client, **fields)

    assert answer["result"] == "refused"
    assert said in answer["sentence"]
    assert not Incident.objects.exists()


def test_only_who_wrote_it_sends_it_under_a_name(client: Client, lamp: Category) -> None:
    writer, other = UserFactory.create(), UserFactory.create()
    mine = {"person": str(writer.pk), "is_named": "on"}

    assert hand_in(client, **mine)["result"] == "other"
    client.force_login(other)
    assert hand_in(client, **mine)["result"] == "other"
    client.force_login(writer)
    assert hand_in(client, **mine)["result"] == "recorded"
    assert Incident.objects.get().reporter.user == writer


def test_what_was_written_without_a_name_stays_so_when_somebody_signed_in(
    client: Client, lamp: Category
) -> None:
    client.force_login(UserFactory.create())

    hand_in(client, is_named="on")

    assert Incident.objects.get().reporter.user is None


def test_a_sign_scanned_without_a_network_is_looked_up_later(
    client: Client, lamp: Category
) -> None:
    site = SiteFactory.create(municipality=lamp.municipality)
    code = SignCodeFactory.create(sign__site=site, sign__municipality=lamp.municipality)

    hand_in(client, marks="", sign=code.token)

    assert Incident.objects.get().site == site


def test_too_many_wait_for_the_next_window(
    client: Client, lamp: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = (report_limits.Limit(0, 600),)
    monkeypatch.setattr("incidents.views.report_sending.REPORTS", few)

    answer = client.post(SYNC, {"category": "lamp", "marks": HERE, "once": "one"})

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert not Incident.objects.exists()


def test_another_page_cannot_send_in_a_readers_name(lamp: Category) -> None:
    phone = Client(enforce_csrf_checks=True)
    given = {"category": "lamp", "marks": HERE, "words": "x", "once": "one", "shape": "point"}

    assert phone.post(SYNC, given).status_code == 403
    token = phone.get(SYNC).json()["csrf"]
    assert phone.post(SYNC, given, headers={"X-CSRFToken": token}).status_code == 200


def test_an_answer_costs_few_questions(
    client: Client, lamp: Category, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    hand_in(client)

    with django_assert_max_num_queries(4):
        hand_in(client)


def test_a_town_without_reports_takes_none(client: Client) -> None:
    town: Municipality = MunicipalityFactory.create(slug="quiet", modules=["ratings"])

    assert client.get(f"/{town.slug}/report/sync/").status_code == 404
