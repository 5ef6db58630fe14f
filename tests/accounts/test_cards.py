"""Printed cards: what is drawn and read, whom they let in, and where their code never appears."""

import datetime as dt
import logging

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.cards import (
    ALPHABET,
    CODE_LENGTH,
    MistypedCardError,
    card_digest,
    grouped_card_code,
    new_card_code,
    read_card_code,
)
from accounts.models import SignInCard, User
from accounts.services import (
    deactivate,
    holder_of,
    issue_card,
    open_account,
    withdraw_cards,
)
from tests.factories.accounts import UserFactory

CARD = "/accounts/card/"
NOW = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)


# --- The code itself ------------------------------------------------------------------------------


def test_codes_are_long_and_never_alike() -> None:
    drawn = {new_card_code() for _ in range(500)}
    assert len(drawn) == 500
    assert all(len(code) == CODE_LENGTH >= 21 and set(code) <= set(ALPHABET) for code in drawn)


def test_a_code_is_read_as_people_type_it() -> None:
    code = new_card_code()
    for typed in (code, code.lower(), grouped_card_code(code), "-".join(code), f" {code}\n"):
        assert read_card_code(typed) == code
    assert read_card_code(code.replace("0", "о").replace("1", "l")) == code


def test_each_wrong_symbol_is_found() -> None:
    code = new_card_code()
    for place in range(CODE_LENGTH):
        for other in ALPHABET.replace(code[place], ""):
            with pytest.raises(MistypedCardError):
                read_card_code(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize("typed", ["", "ABC", "Ж" * CODE_LENGTH, "A" * 5000, "\x00" * CODE_LENGTH])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(MistypedCardError):
        read_card_code(typed)


# --- Cards ----------------------------------------------------------------------------------------


@pytest.fixture
def maria() -> User:
    """Somebody without an e-mail address."""
    return User.objects.create_card_user(full_name="Maria")


@pytest.mark.django_db
def test_only_a_digest_of_the_code_is_kept(maria: User) -> None:
    code = issue_card(user=maria, actor=None, now=NOW)
    [card] = SignInCard.objects.all()
    assert card.digest == card_digest(code)
    assert code not in str(vars(card))


@pytest.mark.django_db
def test_a_new_card_ends_the_old_one(maria: User) -> None:
    old = issue_card(user=maria, actor=None, now=NOW)
    new = issue_card(user=maria, actor=None, now=NOW)
    assert (holder_of(old), holder_of(new)) == (None, maria)
    assert withdraw_cards(user=maria, now=NOW) == 1
    assert holder_of(new) is None


@pytest.mark.django_db
def test_a_locked_account_has_no_card(maria: User) -> None:
    code = issue_card(user=maria, actor=None, now=NOW)
    deactivate(user=maria)
    assert holder_of(code) is None
    with pytest.raises(ValidationError):
        issue_card(user=maria, actor=None, now=NOW)


@pytest.mark.django_db
def test_a_card_signs_in(client: Client, maria: User) -> None:
    code = issue_card(user=maria, actor=None, now=NOW)
    before = client.session.session_key
    answer = client.post(CARD, {"code": grouped_card_code(code).lower(), "next": "/ours/me/"})
    assert answer["Location"] == "/ours/me/"
    assert client.session["_auth_user_id"] == str(maria.pk)
    assert client.session.session_key != before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_a_card_leads_nowhere_else(client: Client, maria: User, onward: str) -> None:
    code = issue_card(user=maria, actor=None, now=NOW)
    assert "evil" not in client.get(CARD, {"next": onward}).content.decode().split("<form")[-1]
    answer = client.post(CARD, {"code": code, "next": onward})
    assert answer["Location"] == "/"


@pytest.mark.django_db
def test_a_wrong_card_opens_nothing(client: Client, maria: User) -> None:
    issue_card(user=maria, actor=None, now=NOW)
    answer = client.post(CARD, {"code": new_card_code()})
    assert answer.status_code == 200
    assert "No card has this code" in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_the_code_is_taken_from_no_address(client: Client, maria: User) -> None:
    code = issue_card(user=maria, actor=None, now=NOW)
    client.get(CARD, {"code": code})
    assert "_auth_user_id" not in client.session
    assert client.get(f"{CARD}{code}/").status_code == 404


@pytest.mark.django_db
def test_no_log_holds_the_code(
    client: Client, maria: User, caplog: pytest.LogCaptureFixture
) -> None:
    code = issue_card(user=maria, actor=None, now=NOW)
    with caplog.at_level(logging.DEBUG):
        client.post(CARD, {"code": code})
        client.post(CARD, {"code": code[:-1] + "?"})
    assert code[:-1] not in caplog.text


@pytest.mark.django_db
def test_trying_codes_is_slowed_down(client: Client, maria: User) -> None:
    answers = [client.post(CARD, {"code": new_card_code()}).status_code for _ in range(30)]
    assert answers.count(200) == 20
    assert answers[-1] == 429


@pytest.mark.django_db
def test_a_second_factor_is_still_asked_for(client: Client, maria: User) -> None:
    Authenticator.objects.create(user=maria, type=Authenticator.Type.TOTP, data={"secret": "x"})
    code = issue_card(user=maria, actor=None, now=NOW)
    assert client.post(CARD, {"code": code})["Location"].startswith("/accounts/second-step/")
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_a_forged_form_is_refused(maria: User) -> None:
    code = issue_card(user=maria, actor=None, now=NOW)
    assert Client(enforce_csrf_checks=True).post(CARD, {"code": code}).status_code == 403


# --- Accounts without an address ------------------------------------------------------------------


@pytest.mark.django_db
def test_a_telephone_opens_only_what_has_no_address() -> None:
    with_mail = UserFactory.create(phone="+40712345678")
    first = open_account(phone="+40712345678", language="ro")
    assert first != with_mail
    assert (first.email, first.language) == ("", "ro")
    assert open_account(phone="+40712345678") == first


@pytest.mark.django_db
def test_a_telephone_alone_stands_once() -> None:
    User.objects.create_card_user(phone="+40712345678")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_card_user(phone="+40712345678")


@pytest.mark.django_db
def test_many_people_have_no_address() -> None:
    for _ in range(3):
        User.objects.create_card_user()
    assert User.objects.filter(email="").count() == 3


@pytest.mark.django_db
def test_the_language_a_person_chose_stays() -> None:
    user = UserFactory.create(language="bg")
    assert open_account(email=user.email.upper(), language="ro") == user
    user.refresh_from_db()
    assert user.language == "bg"


@pytest.mark.django_db
def test_a_locked_account_is_not_opened_by_its_address() -> None:
    user = UserFactory.create(is_active=False)
    with pytest.raises(ValidationError, match="locked"):
        open_account(email=user.email)
