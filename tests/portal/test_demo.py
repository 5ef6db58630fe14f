"""One-click sign-in: there in a demonstration, absent everywhere else."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.factories.accounts import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_an_invented_person_signs_in_by_one_click(client: Client, settings: Settings) -> None:
    settings.MEGDAN_DEMO = True
    membership = MembershipFactory.create()
    assert membership.user.full_name in client.get("/demo/").content.decode()
    answer = client.post("/demo/sign-in/", {"user": membership.user.email})
    assert answer["Location"] == f"/{membership.municipality.slug}/town/"
    assert client.session["_auth_user_id"] == str(membership.user.pk)


def test_nobody_real_can_be_chosen(client: Client, settings: Settings) -> None:
    settings.MEGDAN_DEMO = True
    real = MembershipFactory.create(user=UserFactory.create(email="mayor@town.ro")).user
    assert client.post("/demo/sign-in/", {"user": real.email}).status_code == 404


def test_outside_a_demonstration_there_is_no_such_page(client: Client, settings: Settings) -> None:
    settings.MEGDAN_DEMO = False
    person = MembershipFactory.create().user
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/sign-in/", {"user": person.email}).status_code == 404
    assert "_auth_user_id" not in client.session
