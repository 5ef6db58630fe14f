"""The start page of staff: doors by role, and nobody else comes in."""

from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from departments.models import Membership
from portal.doors import DOORS, Door
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.departments import DepartmentFactory
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="piatra")


def test_crew_sees_rounds_and_no_settings(client: Client, town: Municipality) -> None:
    person = MembershipFactory.create(municipality=town, role=Membership.Role.CREW).user
    client.force_login(person)
    page = client.get("/piatra/staff/").content.decode()
    assert "/piatra/crew/" in page
    assert "/piatra/town/history/" not in page


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.path)
def test_a_door_says_what_its_page_says(door: Door) -> None:
    answers: Any = resolve(f"/piatra/{door.path}").func
    view = answers.view_class
    assert (door.right, door.narrows) == (view.right, view.narrows)


@pytest.mark.parametrize("role", Membership.Role.values)
@pytest.mark.parametrize("is_narrow", [True, False], ids=["one office", "whole town"])
def test_every_door_that_shows_opens_and_no_other(
    client: Client, town: Municipality, role: str, is_narrow: bool
) -> None:
    office = DepartmentFactory.create(municipality=town) if is_narrow else None
    member = MembershipFactory.create(municipality=town, role=role, department=office)
    client.force_login(member.user)
    shown = {door.path for door in client.get("/piatra/staff/").context["doors"]}
    opens = {door.path for door in DOORS if client.get(f"/piatra/{door.path}").status_code == 200}
    assert shown == opens


def test_a_role_without_pages_yet_is_told_so(client: Client, town: Municipality) -> None:
    client.force_login(MembershipFactory.create(municipality=town, role="handler").user)
    page = client.get("/piatra/staff/", headers={"accept-language": "en"})
    assert "Nothing is open for your role yet" in page.content.decode()


def test_others_are_refused_and_strangers_sign_in(client: Client, town: Municipality) -> None:
    assert client.get("/piatra/staff/").status_code == 302
    client.force_login(UserFactory.create())
    assert client.get("/piatra/staff/").status_code == 403
    client.force_login(MembershipFactory.create().user)
    assert client.get("/piatra/staff/").status_code == 403
