"""Links of invitations: they open the right account, once, by a button, within fourteen days."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from time_machine import travel

from accounts.invitations import LIFE, invitation_path, invited
from accounts.models import User
from accounts.services import deactivate, invite_user, reactivate
from tests.accounts.test_second_factor import connect_app
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_an_invitation_makes_an_account_without_a_password() -> None:
    user = invite_user(email=" Maria@Town.example ", full_name="Maria", language="ro")
    assert (user.email, user.full_name, user.language) == ("maria@town.example", "Maria", "ro")
    assert not user.has_usable_password()


def test_somebody_who_has_an_account_keeps_it(ana: User) -> None:
    assert invite_user(email="ANA@town.example", full_name="Another") == ana
    ana.refresh_from_db()
    assert ana.full_name == "Ana Pop"


@pytest.mark.parametrize("email", ["", "ana", "ana@town.example, eve@evil.example"])
def test_an_address_that_is_none_is_refused(email: str) -> None:
    with pytest.raises(ValidationError):
        invite_user(email=email)


def test_a_locked_person_is_not_invited(ana: User) -> None:
    deactivate(user=ana)
    with pytest.raises(ValidationError) as refusal:
        invite_user(email=ana.email)
    assert refusal.value.code == "locked"
    reactivate(user=ana)
    assert invite_user(email=ana.email) == ana


def test_a_link_opens_the_account_when_the_person_agrees(client: Client, ana: User) -> None:
    link = invitation_path(ana)
    for _ in range(2):
        assert ana.full_name in client.get(link).content.decode()
        assert "_auth_user_id" not in client.session
    answer = client.post(link, {"next": "/town/town/"})
    assert answer["Location"] == "/accounts/security/"
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_a_link_opens_once(client: Client, ana: User) -> None:
    link = invitation_path(ana)
    client.post(link)
    other = Client()
    assert other.get(link).status_code == 410
    assert other.post(link).status_code == 410
    assert "_auth_user_id" not in other.session


def test_a_link_ends_after_fourteen_days(client: Client, ana: User) -> None:
    link = invitation_path(ana)
    with travel(dt.timedelta(days=14) + dt.timedelta(minutes=1)):
        assert client.post(link).status_code == 410
    assert dt.timedelta(days=14) == LIFE


@pytest.mark.parametrize("token", ["x", "WzEsIiJd:1abc:forged", "%00"])
def test_a_forged_link_opens_nothing(client: Client, ana: User, token: str) -> None:
    assert client.post(f"/accounts/invitation/{token}/").status_code == 410


def test_a_link_of_a_locked_account_is_dead(client: Client, ana: User) -> None:
    link = invitation_path(ana)
    deactivate(user=ana)
    assert client.post(link).status_code == 410


def test_a_link_does_not_pass_the_second_factor_by(client: Client, ana: User) -> None:
    client.force_login(ana)
    connect_app(client)
    client.post("/accounts/logout/")
    ana.refresh_from_db()
    answer = client.post(invitation_path(ana))
    assert answer["Location"] == "/accounts/second-step/"
    assert "_auth_user_id" not in client.session


def test_another_persons_visit_ends_first(client: Client, ana: User) -> None:
    client.force_login(UserFactory.create())
    client.post(invitation_path(ana))
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_a_token_of_something_else_is_none(ana: User) -> None:
    assert invited("") is None
    assert invited(invitation_path(ana).split("/")[3]) == ana
