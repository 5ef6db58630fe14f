"""The second factor: setting it up, being asked for it, and saying whether a visit has it."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.models import User
from accounts.security import (
    DEMO_MARK,
    has_second_factor,
    signed_in_with_second_factor,
    way_to_second_factor,
)
from outbox.models import OutboxMessage
from tests.accounts.conftest import ReadCode
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
SECURITY = "/accounts/security/"


def app_code(secret: str) -> str:
    """What an app shows now: RFC 6238 with SHA-1, six digits, thirty seconds."""
    key = base64.b32decode(secret)
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def connect_app(client: Client) -> str:
    """Connect an app for whoever is signed in; answers its key."""
    secret = str(client.get("/accounts/app/").context["form"].secret)
    client.post("/accounts/app/", {"code": app_code(secret)})
    return secret


def sign_in_by_code(client: Client, user: User, read_code: ReadCode) -> str:
    """Type the code from the letter in; answers where that leads."""
    client.post("/accounts/", {"login": user.email})
    return client.post("/accounts/code/", {"code": read_code()}).headers["Location"]


def visit(client: Client, path: str = "/town/town/?a=b") -> WSGIRequest:
    """A request of this visit, as a page of staff would see it."""
    request = RequestFactory().get(path)
    request.session = client.session
    request.user = User.objects.get(pk=client.session["_auth_user_id"])
    return request


def test_a_person_connects_an_app(client: Client, ana: User) -> None:
    client.force_login(ana)
    assert not has_second_factor(ana)
    connect_app(client)
    assert has_second_factor(ana)
    assert signed_in_with_second_factor(visit(client))


@pytest.mark.django_db(transaction=True)
def test_the_owner_is_told_by_letter(client: Client, ana: User) -> None:
    client.force_login(ana)
    connect_app(client)
    kinds = set(OutboxMessage.objects.to(ana.email).values_list("kind", flat=True))
    assert kinds == {"security"}


def test_a_wrong_code_connects_nothing(client: Client, ana: User) -> None:
    client.force_login(ana)
    client.get("/accounts/app/")
    client.post("/accounts/app/", {"code": "000000"})
    assert not has_second_factor(ana)


def test_a_code_from_a_letter_is_then_not_enough(
    client: Client, ana: User, read_code: ReadCode
) -> None:
    client.force_login(ana)
    secret = connect_app(client)
    client.post("/accounts/logout/")
    assert sign_in_by_code(client, ana, read_code) == "/accounts/second-step/"
    assert "_auth_user_id" not in client.session
    client.post("/accounts/second-step/", {"code": app_code(secret)})
    assert client.session["_auth_user_id"] == str(ana.pk)
    assert signed_in_with_second_factor(visit(client))


def test_a_recovery_code_opens_once(client: Client, ana: User, read_code: ReadCode) -> None:
    client.force_login(ana)
    connect_app(client)
    page = client.get("/accounts/recovery-codes/").content.decode()
    code = re.findall(r"<code>(\d+)</code>", page)[0]
    for expected in (True, False):
        client.post("/accounts/logout/")
        sign_in_by_code(client, ana, read_code)
        client.post("/accounts/second-step/", {"code": code})
        assert ("_auth_user_id" in client.session) is expected


def test_recovery_codes_can_be_taken_along_and_made_anew(client: Client, ana: User) -> None:
    client.force_login(ana)
    connect_app(client)
    first = client.get("/accounts/recovery-codes/file/").content.decode().split()
    assert client.post("/accounts/recovery-codes/new/").status_code == 302
    second = client.get("/accounts/recovery-codes/file/").content.decode().split()
    assert len(first) == len(second) == 10
    assert not set(first) & set(second)


def test_guessing_the_app_stops_even_the_right_code(
    client: Client, ana: User, read_code: ReadCode
) -> None:
    client.force_login(ana)
    secret = connect_app(client)
    client.post("/accounts/logout/")
    sign_in_by_code(client, ana, read_code)
    for _ in range(5):
        client.post("/accounts/second-step/", {"code": "000000"})
    client.post("/accounts/second-step/", {"code": app_code(secret)})
    assert "_auth_user_id" not in client.session


def test_taking_the_app_away_asks_for_it_once_more(client: Client, ana: User) -> None:
    client.force_login(ana)
    connect_app(client)
    old_visit = Client()
    old_visit.force_login(ana)
    answer = old_visit.post("/accounts/app/remove/")
    assert answer["Location"].startswith("/accounts/again/app/")
    assert has_second_factor(ana)


def test_a_visit_by_code_alone_has_no_second_factor(
    client: Client, ana: User, read_code: ReadCode
) -> None:
    sign_in_by_code(client, ana, read_code)
    assert not signed_in_with_second_factor(visit(client))


def test_the_way_leads_to_setting_up_and_back(client: Client, ana: User) -> None:
    client.force_login(ana)
    way = way_to_second_factor(visit(client))
    assert way == f"{SECURITY}?next=%2Ftown%2Ftown%2F%3Fa%3Db"
    assert client.get(way).context["afterwards"] is False
    connect_app(client)
    assert client.get(SECURITY).context["afterwards"] == "/town/town/?a=b"


def test_the_way_never_leads_to_another_site(client: Client, ana: User) -> None:
    client.force_login(ana)
    client.get(f"{SECURITY}?next=https://evil.example/")
    connect_app(client)
    assert client.get(SECURITY).context["afterwards"] == ""


def test_the_way_of_an_old_visit_asks_for_the_app(client: Client, ana: User) -> None:
    client.force_login(ana)
    secret = connect_app(client)
    other = Client()
    other.force_login(ana)
    way = way_to_second_factor(visit(other))
    assert way.startswith("/accounts/again/app/?next=")
    answer = other.post(way, {"code": app_code(secret)})
    assert answer["Location"] == "/town/town/?a=b"
    assert signed_in_with_second_factor(visit(other))


def test_one_persons_proof_is_not_anothers(client: Client, ana: User) -> None:
    client.force_login(ana)
    connect_app(client)
    request = visit(client)
    request.user = UserFactory.create()
    assert not signed_in_with_second_factor(request)


def test_a_demonstration_asks_for_no_phone(client: Client, ana: User, settings: Settings) -> None:
    client.force_login(ana)
    session = client.session
    session[DEMO_MARK] = True
    session.save()
    assert not signed_in_with_second_factor(visit(client))
    settings.MEGDAN_DEMO = True
    assert signed_in_with_second_factor(visit(client))


def test_a_directory_that_asks_itself_counts(client: Client, ana: User, settings: Settings) -> None:
    client.force_login(ana)
    session = client.session
    session["account_authentication_methods"] = [{"method": "socialaccount", "at": 1}]
    session["account_authentication_methods_user"] = str(ana.pk)
    session.save()
    assert not signed_in_with_second_factor(visit(client))
    settings.MEGDAN_OIDC_SECOND_FACTOR = True
    assert signed_in_with_second_factor(visit(client))


def test_nobody_reads_or_removes_anothers_passkey(client: Client, ana: User) -> None:
    theirs = Authenticator.objects.create(
        user=UserFactory.create(), type="webauthn", data={"name": "Theirs", "credential": {}}
    )
    client.force_login(ana)
    for page in ("rename", "remove"):
        assert client.post(f"/accounts/passkeys/{theirs.pk}/{page}/").status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_name_and_language_are_ones_own(client: Client, ana: User) -> None:
    client.force_login(ana)
    answer = client.post(SECURITY, {"full_name": "Ana Popescu", "language": "ro"})
    ana.refresh_from_db()
    assert (ana.full_name, ana.language) == ("Ana Popescu", "ro")
    assert answer.cookies["django_language"].value == "ro"


def test_a_visit_on_a_lost_phone_is_ended_from_here(client: Client, ana: User) -> None:
    phone = Client()
    phone.force_login(ana)
    client.force_login(ana)
    assert client.post(SECURITY, {"end_visits": "1"})["Location"] == SECURITY
    assert client.get(SECURITY).status_code == 200
    assert phone.get(SECURITY)["Location"] == f"/accounts/?next={SECURITY}"


def test_the_account_page_needs_a_person(client: Client) -> None:
    assert client.get(SECURITY)["Location"] == f"/accounts/?next={SECURITY}"
