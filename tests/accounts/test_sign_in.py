"""Signing in by a code from a letter: who comes in, who does not, and what strangers can learn."""

import re

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.services import deactivate, reactivate
from outbox.models import OutboxMessage
from outbox.tasks import deliver_messages
from tests.accounts.conftest import ReadCode
from tests.factories.accounts import UserFactory
from tests.outbox.mail_server import MailServer

pytestmark = pytest.mark.django_db
SIGN_IN, CODE, PASSWORD = "/accounts/", "/accounts/code/", "/accounts/password/"


def ask(client: Client, email: str, **more: str) -> str:
    """Ask for a code; answers where the page leads."""
    return client.post(SIGN_IN, {"login": email, **more}).headers.get("Location", "")


def is_in(client: Client, user: User) -> bool:
    """Whether a visit belongs to a person."""
    return client.session.get("_auth_user_id") == str(user.pk)


def test_a_code_from_a_letter_signs_in(client: Client, ana: User, read_code: ReadCode) -> None:
    assert ask(client, "Ana@TOWN.example") == CODE
    assert not is_in(client, ana)
    answer = client.post(CODE, {"code": read_code().replace("-", " ")})
    assert answer["Location"] == "/"
    assert is_in(client, ana)


def test_the_code_comes_by_a_real_mail_server(
    client: Client, ana: User, mail_server: MailServer
) -> None:
    ask(client, ana.email)
    deliver_messages()
    letter = mail_server.letters[0]
    found = re.search(r"\d{4}-\d{4}", letter.get_content())
    assert found
    client.post(CODE, {"code": found.group()})
    assert is_in(client, ana)
    assert OutboxMessage.objects.get().body == "", "nobody reads the code in the database"


def test_the_letter_is_secret_and_in_the_language_of_the_page(client: Client, ana: User) -> None:
    client.post(SIGN_IN, {"login": ana.email}, HTTP_ACCEPT_LANGUAGE="ro")
    letter = OutboxMessage.objects.get()
    assert (letter.kind, letter.is_secret, letter.is_urgent) == ("sign_in", True, True)
    assert (letter.recipient, letter.language) == (ana.email, "ro")
    assert not re.search(r"\d", letter.subject), "the subject stays when the text is erased"


def test_a_code_opens_once(client: Client, ana: User, read_code: ReadCode) -> None:
    ask(client, ana.email)
    code = read_code()
    client.post(CODE, {"code": code})
    client.post("/accounts/logout/")
    assert client.post(CODE, {"code": code})["Location"] == SIGN_IN
    assert not is_in(client, ana)


def test_a_code_works_only_where_it_was_asked_for(ana: User, read_code: ReadCode) -> None:
    here, elsewhere = Client(), Client()
    ask(here, ana.email)
    assert elsewhere.post(CODE, {"code": read_code()})["Location"] == SIGN_IN
    assert not is_in(elsewhere, ana)


def test_three_wrong_codes_end_the_attempt(client: Client, ana: User, read_code: ReadCode) -> None:
    ask(client, ana.email)
    for _ in range(3):
        client.post(CODE, {"code": "0000-0000"})
    client.post(CODE, {"code": read_code()})
    assert not is_in(client, ana)


def test_the_visit_gets_a_new_key(client: Client, ana: User, read_code: ReadCode) -> None:
    ask(client, ana.email)
    before = client.session.session_key
    client.post(CODE, {"code": read_code()})
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/town/streets/?q=a", "/town/streets/?q=a"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("https:evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_sign_in_leads_back_but_never_away(
    client: Client, ana: User, read_code: ReadCode, wanted: str, led: str
) -> None:
    confirm = ask(client, ana.email, next=wanted)
    answer = client.post(confirm, {"code": read_code()})
    assert answer["Location"] == led


# --- What a stranger can learn -------------------------------------------------------------------


def page_after(client: Client, email: str) -> str:
    """The page after asking for a code, without what differs at each visit."""
    page = client.get(ask(client, email)).content.decode().replace(email, "SOMEBODY")
    return re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", page)


def test_an_unknown_address_gets_the_same_page(ana: User) -> None:
    assert page_after(Client(), ana.email) == page_after(Client(), "nobody@town.example")


def test_a_wrong_code_is_answered_alike(ana: User) -> None:
    answers = []
    for email in (ana.email, "nobody@town.example"):
        client = Client()
        ask(client, email)
        tries = [client.post(CODE, {"code": "0000-0000"}) for _ in range(3)]
        answers.append([(answer.status_code, answer.headers.get("Location")) for answer in tries])
    assert answers[0] == answers[1]


def test_an_unknown_address_makes_the_same_work(ana: User) -> None:
    made = []
    for email in (ana.email, "nobody@town.example"):
        cache.clear()
        client = Client()
        ask(client, ana.email)  # what is read once is read
        with CaptureQueriesContext(connection) as asked:
            ask(client, email)
        writes = sum(not query["sql"].startswith("SELECT") for query in asked)
        made.append((len(asked), writes))
    assert made[0] == made[1]


def test_an_unknown_address_is_told_so_by_letter_only(client: Client) -> None:
    ask(client, "nobody@town.example")
    letter = OutboxMessage.objects.get()
    assert not re.search(r"\d{4}-\d{4}", letter.body)
    assert not User.objects.exists()


def test_a_locked_person_is_treated_as_unknown(client: Client, ana: User) -> None:
    deactivate(user=ana)
    assert ask(client, ana.email) == CODE
    assert not re.search(r"\d{4}-\d{4}", OutboxMessage.objects.get().body)


def test_locking_ends_a_visit_at_once(client: Client, ana: User) -> None:
    client.force_login(ana)
    deactivate(user=ana)
    assert client.get("/accounts/security/").status_code == 302


def test_opening_an_account_again_does_not_bring_old_visits_back(client: Client, ana: User) -> None:
    client.force_login(ana)
    deactivate(user=ana)
    reactivate(user=ana)
    assert client.get("/accounts/security/").status_code == 302


def test_asking_too_often_is_refused_for_known_and_unknown_alike(ana: User) -> None:
    for email in (ana.email, "nobody@town.example"):
        answers = [Client().post(SIGN_IN, {"login": email}) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
        assert answers[-1].context["form"].errors


def test_one_machine_cannot_ask_for_many_people(client: Client) -> None:
    answers = [Client().post(SIGN_IN, {"login": f"p{n}@town.example"}) for n in range(21)]
    assert answers[19].status_code == 302
    assert answers[20].status_code == 200
    assert OutboxMessage.objects.count() == 20


# --- Passwords, for those who have one -----------------------------------------------------------


@pytest.fixture
def old_hand() -> User:
    return User.objects.create_user("Ion@Town.example", "hidden-valley-27")


def test_an_old_password_still_signs_in(client: Client, old_hand: User) -> None:
    client.post(PASSWORD, {"login": "ION@town.example", "password": "hidden-valley-27"})
    assert is_in(client, old_hand)


@pytest.mark.parametrize("email", ["ion@town.example", "nobody@town.example"])
def test_a_wrong_password_is_refused_with_a_sentence(
    client: Client, old_hand: User, email: str
) -> None:
    answer = client.post(PASSWORD, {"login": email, "password": "wrong"})
    assert answer.context["form"].has_error("__all__", "email_password_mismatch")


def test_guessing_stops_even_the_right_password(client: Client, old_hand: User) -> None:
    for _ in range(5):
        client.post(PASSWORD, {"login": old_hand.email, "password": "wrong"})
    client.post(PASSWORD, {"login": old_hand.email, "password": "hidden-valley-27"})
    assert not is_in(client, old_hand)


def test_an_account_without_a_password_opens_to_none(client: Client, ana: User) -> None:
    for password in ("", "!", ana.password):
        client.post(PASSWORD, {"login": ana.email, "password": password})
    assert not is_in(client, ana)


# --- What is closed ------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["email/", "password/reset/", "3rdparty/", "oidc/x/login/"])
def test_pages_nobody_needs_do_not_exist(client: Client, page: str) -> None:
    assert client.get(f"/accounts/{page}").status_code == 404


def test_nobody_signs_up(client: Client) -> None:
    assert client.post("/accounts/signup/", {"email": "eve@town.example"}).status_code == 405
    assert not User.objects.exists()


def test_leaving_needs_a_button(client: Client, ana: User) -> None:
    client.force_login(ana)
    client.get("/accounts/logout/")
    assert is_in(client, ana)
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert not is_in(client, ana)


def test_one_address_has_one_account_whatever_its_case(ana: User) -> None:
    with pytest.raises(IntegrityError):
        User.objects.create_user("ANA@TOWN.EXAMPLE")


def test_an_address_is_kept_in_small_letters() -> None:
    with pytest.raises(IntegrityError):
        UserFactory.create(email="Ana@town.example")
