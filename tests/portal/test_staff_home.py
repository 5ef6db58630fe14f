"""The start page of staff: doors by role, and nobody else comes in."""

import pytest
from django.test import Client

from departments.models import Membership
from tests.factories.accounts import MembershipFactory, UserFactory
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


def test_a_role_without_pages_yet_is_told_so(client: Client, town: Municipality) -> None:
    client.force_login(MembershipFactory.create(municipality=town, role="handler").user)
    assert "Nothing is open for your role yet" in client.get("/piatra/staff/").content.decode()


def test_others_are_refused_and_strangers_sign_in(client: Client, town: Municipality) -> None:
    assert client.get("/piatra/staff/").status_code == 302
    client.force_login(UserFactory.create())
    assert client.get("/piatra/staff/").status_code == 403
    client.force_login(MembershipFactory.create().user)
    assert client.get("/piatra/staff/").status_code == 403
