"""The pages of interruptions."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from incidents.models import Incident, OutageScope, Scope
from notifications.models import Announcement
from tests.factories.departments import NOON, DepartmentFactory, member
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.zones import MunicipalityFactory
from tests.incidents.test_outages import works_of
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Any:
    """It is noon on the day of all tests."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def town() -> Municipality:
    """A town with reports."""
    return MunicipalityFactory.create(slug="town", modules=["reports", "notices"])


def browser(town: Municipality, role: str = "dispatcher", **fields: Any) -> Client:
    """Somebody of the staff, who reads English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(member(town, role, **fields).user)
    return client


def test_from_the_kinds_to_the_answer_and_the_notice(town: Municipality) -> None:
    water, works = CategoryFactory.create(municipality=town), works_of(town)
    incident = reported(town, category=water)
    client, base = browser(town), f"/town/desk/outages/{works.pk}/"
    assert "Water is off" in client.get("/town/desk/outages/").content.decode()
    client.post(base, {"kinds": [str(water.pk)]})
    assert client.get(base).context["waiting"] == 1
    client.post(f"{base}absorb/")
    assert client.get(base).context["taken"] == 1
    assert client.post(f"{base}answer/", {"outcome": "done", "text": ""}).status_code == 400
    client.post(f"{base}answer/", {"outcome": "done", "text": "Mended."})
    incident.refresh_from_db()
    assert (incident.status, incident.works) == ("answered", works)
    client.post(f"{base}notice/")
    assert Announcement.objects.get().works == works
    assert client.get(base).status_code == 200


def test_opening_the_addresses_of_buttons_changes_nothing(town: Municipality) -> None:
    water, works = CategoryFactory.create(municipality=town), works_of(town)
    client, base = browser(town), f"/town/desk/outages/{works.pk}/"
    client.post(base, {"kinds": [str(water.pk)]})
    for verb in ("absorb", "answer", "notice"):
        assert client.get(f"{base}{verb}/").status_code == 302
    assert not Announcement.objects.exists()
    assert not Incident.objects.exists()


def test_only_who_answers_for_the_whole_town_comes_here(town: Municipality) -> None:
    works = works_of(town)
    limited = member(town, "dispatcher")
    Scope.objects.create(membership=limited, category=CategoryFactory.create(municipality=town))
    narrowed = Client()
    narrowed.force_login(limited.user)
    department = DepartmentFactory.create(municipality=town)
    for client in (
        browser(town, "handler", department=department),
        browser(town, "clerk"),
        narrowed,
    ):
        assert client.get("/town/desk/outages/").status_code == 403
        assert client.get(f"/town/desk/outages/{works.pk}/").status_code == 403
        assert client.post(f"/town/desk/outages/{works.pk}/", {"kinds": []}).status_code == 403
    assert not OutageScope.objects.exists()


def test_kinds_and_interruptions_of_another_town_are_not_found(town: Municipality) -> None:
    other = MunicipalityFactory.create(modules=["reports"])
    foreign_works, foreign = works_of(other), CategoryFactory.create(municipality=other)
    client, works = browser(town), works_of(town)
    assert client.get(f"/town/desk/outages/{foreign_works.pk}/").status_code == 404
    client.post(f"/town/desk/outages/{works.pk}/", {"kinds": [str(foreign.pk)]})
    assert not OutageScope.objects.get(works=works).categories.exists()
