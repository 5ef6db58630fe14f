"""What strangers can do with registration: learn nothing, send few letters, take nobody's place."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from outbox.models import OutboxMessage
from residents.models import Resident
from tests.factories.accounts import UserFactory
from tests.factories.zones import AddressFactory, MunicipalityFactory
from tests.residents.test_join import CODE, HOME, JOIN, code_sent, signed_in
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def town() -> Municipality:
    return MunicipalityFactory.create(slug="ours", modules=["notices"])


def statements(email: str) -> list[str]:
    """The shapes of the statements that asking for a code takes."""
    with CaptureQueriesContext(
        connection,
    ) as caught:
        Client().post(JOIN, {"email": email})
    shapes = [query["sql"].split("WHERE")[0].split("VALUES")[0] for query in caught]
    return [re.sub(r'"s\d+_x\d+"', "one", shape) for shape in shapes]


def test_a_known_and_an_unknown_address_are_answered_alike() -> None:
    UserFactory.create(email="known@home.example")
    UserFactory.create(email="locked@home.example", is_active=False)
    answers, pages, letters = set(), set(), set()
    for email in ("known@home.example", "locked@home.example", "nobody@home.example"):
        client = Client()
        answer = client.post(JOIN, {"email": email})
        answers.add((answer.status_code, answer["Location"]))
        page = client.get(CODE).content.decode().replace(email, "~")
        token = page.split('name="csrfmiddlewaretoken" value="')
        pages.add("".join([token[0], *(part.split('"', 1)[1] for part in token[1:])]))
        body = OutboxMessage.objects.get(recipient=email).body
        letters.add(body.replace(code_sent(), "~"))
    assert (len(answers), len(pages), len(letters)) == (1, 1, 1)


def test_a_known_address_makes_the_same_work() -> None:
    UserFactory.create(email="known@home.example")
    statements("warm@home.example")
    assert statements("known@home.example") == statements("nobody@home.example")


def test_no_statement_looks_for_an_account_before_the_code_is_right() -> None:
    with CaptureQueriesContext(connection) as caught:
        client = Client()
        client.post(JOIN, {"email": "nobody@home.example"})
        client.post(CODE, {"code": "0000-0000"})
    assert not [one for one in caught if "accounts_user" in one["sql"]]


def test_a_thousand_sign_ups_with_one_foreign_address_are_few_letters() -> None:
    with time_machine.travel(dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC), tick=False) as clock:
        for number in range(1000):
            ip = f"10.0.{number // 250}.{number % 250}"
            Client(REMOTE_ADDR=ip).post(JOIN, {"email": "victim@home.example"})
            clock.shift(dt.timedelta(seconds=2))
    assert 1 <= OutboxMessage.objects.to("victim@home.example").count() <= 8


def test_even_with_the_counters_lost_the_outbox_keeps_count() -> None:
    for _ in range(30):
        cache.clear()
        Client().post(JOIN, {"email": "victim@home.example"})
    assert OutboxMessage.objects.to("victim@home.example").count() == 20


def test_a_code_is_guessed_three_times_and_no_more() -> None:
    client = Client()
    client.post(JOIN, {"email": "ion@home.example"})
    right = code_sent()
    wrong = "0000-0000" if right != "0000-0000" else "1111-1111"
    answers = [client.post(CODE, {"code": wrong}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [400, 400, 302]
    client.post(CODE, {"code": right})
    assert "_auth_user_id" not in client.session
    assert not User.objects.exists()


def test_a_code_opens_once_and_only_where_it_was_asked_for() -> None:
    client, other = Client(), Client()
    client.post(JOIN, {"email": "ion@home.example"})
    code = code_sent()
    other.post(JOIN, {"email": "eva@home.example"})
    other.post(CODE, {"code": code})
    assert "_auth_user_id" not in other.session
    client.post(CODE, {"code": code})
    assert client.session["_auth_user_id"]
    client.logout()
    client.post(CODE, {"code": code})
    assert "_auth_user_id" not in client.session


def test_a_code_of_one_town_opens_no_other() -> None:
    MunicipalityFactory.create(slug="theirs", modules=["notices"])
    client = Client()
    client.post(JOIN, {"email": "ion@home.example"})
    client.post("/theirs/join/code/", {"code": code_sent()})
    assert "_auth_user_id" not in client.session


def test_the_visit_gets_a_new_key_with_the_account() -> None:
    client = Client()
    client.post(JOIN, {"email": "ion@home.example"})
    before = client.session.session_key
    client.post(CODE, {"code": code_sent()})
    assert client.session["_auth_user_id"]
    assert client.session.session_key != before


def test_a_second_factor_is_still_asked_for() -> None:
    user = UserFactory.create(email="ana@home.example")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = Client()
    client.post(JOIN, {"email": "ana@home.example"})
    answer = client.post(CODE, {"code": code_sent()})
    assert answer["Location"].startswith("/accounts/second-step/")
    assert "_auth_user_id" not in client.session
    assert not Resident.objects.exists()


def test_a_locked_account_stays_shut() -> None:
    UserFactory.create(email="locked@home.example", is_active=False)
    client = Client(headers={"accept-language": "en"})
    client.post(JOIN, {"email": "locked@home.example"})
    answer = client.post(CODE, {"code": code_sent()})
    assert "This account is locked" in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", [JOIN, CODE, HOME])
def test_a_forged_form_is_refused(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory.create())
    assert client.post(path, {"written": "Elsewhere 1"}).status_code == 403


def test_nobody_is_led_to_another_host() -> None:
    client = Client()
    asked = {"email": "ion@home.example", "next": "https://evil.example/"}
    assert client.post(f"{JOIN}?next=https://evil.example/", asked)["Location"] == CODE
    answer = client.post(f"{CODE}?next=//evil.example", {"code": code_sent(), "next": "//evil"})
    assert answer["Location"] == HOME


def test_an_address_of_another_town_cannot_be_named() -> None:
    client = Client()
    elsewhere = AddressFactory.create()
    signed_in(client)
    typed = {"written": "x 1", "asked": "x 1", "home": elsewhere.pk, "birth_year": "1980"}
    assert client.post(HOME, typed).status_code == 200
    assert not Resident.objects.finished().exists()


@pytest.mark.parametrize("home", ["-1", "9" * 30, "1e3", "²", "yes"])
def test_an_odd_number_names_no_address(home: str) -> None:
    client = Client()
    signed_in(client)
    typed = {"written": "x 1", "asked": "x 1", "home": home, "birth_year": "1980"}
    assert client.post(HOME, typed).status_code in {200, 400}
    assert not Resident.objects.finished().exists()


def test_what_is_typed_is_not_in_the_visit() -> None:
    client = Client()
    client.post(JOIN, {"email": "ion@home.example"})
    assert "ion@home.example" not in str(dict(client.session))
    assert code_sent() not in str(dict(client.session))


def test_who_is_not_signed_in_declares_no_address() -> None:
    client = Client()
    typed = {"written": "Strada Morii 4", "birth_year": "1980"}
    assert client.post(HOME, typed)["Location"] == JOIN
    assert not Resident.objects.exists()
