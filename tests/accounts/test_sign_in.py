"""Signing in by e-mail and password: what is let in and what is refused."""

import pytest
from django.core.cache import cache
from django.db import IntegrityError
from django.test import Client

from accounts.forms import MOST_FAILURES
from accounts.models import User

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/"


@pytest.fixture(autouse=True)
def forget_tries() -> None:
    cache.clear()


@pytest.fixture
def person() -> User:
    return User.objects.create_user("Ana@Town.example", "hidden-valley-27")


def test_an_address_signs_in_whatever_its_case(client: Client, person: User) -> None:
    answer = client.post(LOGIN, {"username": "ana@town.example", "password": "hidden-valley-27"})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_wrong_password_is_refused_with_a_sentence(client: Client, person: User) -> None:
    answer = client.post(LOGIN, {"username": person.email, "password": "wrong"})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session
    assert answer.context["form"].non_field_errors()


def test_a_locked_person_is_refused(client: Client, person: User) -> None:
    User.objects.update(is_active=False)
    client.post(LOGIN, {"username": person.email, "password": "hidden-valley-27"})
    assert "_auth_user_id" not in client.session


def test_guessing_stops_even_the_right_password(client: Client, person: User) -> None:
    for _ in range(MOST_FAILURES):
        client.post(LOGIN, {"username": person.email, "password": "wrong"})
    answer = client.post(LOGIN, {"username": person.email, "password": "hidden-valley-27"})
    assert answer.context["form"].has_error("__all__", "too_many_tries")


def test_sign_in_does_not_lead_to_another_site(client: Client, person: User) -> None:
    answer = client.post(
        f"{LOGIN}?next=https://evil.example/",
        {"username": person.email, "password": "hidden-valley-27"},
    )
    assert answer["Location"] == "/"


def test_one_address_has_one_account_whatever_its_case(person: User) -> None:
    with pytest.raises(IntegrityError):
        User.objects.create_user("ANA@TOWN.EXAMPLE")
