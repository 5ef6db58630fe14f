"""The town's own directory: off unless named, and then only a way to accounts that exist."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.adapter import DirectoryAdapter
from accounts.models import User
from accounts.urls import directory_urls, urlpatterns
from config import accounts_settings


def test_no_directory_is_named_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEGDAN_OIDC_ISSUER", raising=False)
    assert accounts_settings.directory() == {}
    assert accounts_settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] == []
    assert not set(map(str, directory_urls())) & set(map(str, urlpatterns))


def test_a_directory_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEGDAN_OIDC_ISSUER", "https://people.town.example/realms/staff")
    monkeypatch.setenv("MEGDAN_OIDC_CLIENT_ID", "megdan")
    monkeypatch.setenv("MEGDAN_OIDC_SECRET", "hush")
    named = accounts_settings.directory()
    assert named["name"] == "people.town.example"
    assert (named["client_id"], named["secret"]) == ("megdan", "hush")
    assert named["settings"] == {"server_url": "https://people.town.example/realms/staff"}


def test_half_a_directory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEGDAN_OIDC_ISSUER", "https://people.town.example")
    monkeypatch.delenv("MEGDAN_OIDC_CLIENT_ID", raising=False)
    with pytest.raises(ImproperlyConfigured, match="MEGDAN_OIDC_CLIENT_ID"):
        accounts_settings.directory()


def test_the_directory_makes_no_accounts() -> None:
    login = SocialLogin(account=SocialAccount(uid="x", provider="directory"))
    assert not DirectoryAdapter().is_open_for_signup(RequestFactory().get("/"), login)


@pytest.mark.django_db
def test_the_sign_in_page_offers_no_directory(client: Client) -> None:
    assert "oidc" not in client.get("/accounts/").content.decode()


# --- With a directory, as the browser and the two servers talk --------------------------------


@dataclass
class Directory:
    """A town's directory on loopback, and what it says of the person at its door."""

    origin: str = ""
    person: dict[str, object] = field(default_factory=dict)

    def answer(self, path: str) -> dict[str, object]:
        """What it says at an address."""
        if path == "/.well-known/openid-configuration":
            places = {name: f"{self.origin}/{name}" for name in ("authorize", "token", "userinfo")}
            return {
                "issuer": self.origin,
                "authorization_endpoint": places["authorize"],
                "token_endpoint": places["token"],
                "userinfo_endpoint": places["userinfo"],
            }
        if path == "/token":
            return {"access_token": "t", "token_type": "Bearer"}
        return self.person


@pytest.fixture
def directory(settings: Settings) -> Iterator[Directory]:
    """A directory that the settings name."""
    known = Directory()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(known.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the same

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    known.origin = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    settings.ROOT_URLCONF = "tests.accounts.directory_site"
    settings.MEGDAN_OIDC_NAME = "Staff of the town"
    app = {"provider_id": "directory", "name": "Staff", "client_id": "megdan", "secret": "hush"}
    app["settings"] = {"server_url": known.origin}  # type: ignore[assignment]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield known
    server.shutdown()
    server.server_close()


def come_back(client: Client, wanted: str = "/town/") -> str:
    """Go to the directory and return with its answer; tells where that leads."""
    away = client.post("/accounts/oidc/directory/login/", {"next": wanted})["Location"]
    state = parse_qs(urlsplit(away).query)["state"][0]
    back = client.get("/accounts/oidc/directory/login/callback/", {"code": "c", "state": state})
    return back.headers.get("Location", "")


@pytest.mark.django_db
def test_who_the_directory_knows_signs_in(client: Client, ana: User, directory: Directory) -> None:
    directory.person = {"sub": "17", "email": "Ana@town.example", "email_verified": True}
    assert "Staff of the town" in client.get("/accounts/").content.decode()
    assert come_back(client) == "/town/"
    assert client.session["_auth_user_id"] == str(ana.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "person",
    [
        pytest.param({"email": "ana@town.example", "email_verified": False}, id="not vouched for"),
        pytest.param({"email": "eve@town.example", "email_verified": True}, id="not invited"),
    ],
)
def test_nobody_else_comes_in_or_gets_an_account(
    client: Client, ana: User, directory: Directory, person: dict[str, object]
) -> None:
    directory.person = {"sub": "18", **person}
    come_back(client)
    assert "_auth_user_id" not in client.session
    assert list(User.objects.all()) == [ana]


@pytest.mark.django_db
def test_an_answer_nobody_asked_for_is_refused(
    client: Client, ana: User, directory: Directory
) -> None:
    directory.person = {"sub": "17", "email": ana.email, "email_verified": True}
    client.get("/accounts/oidc/directory/login/callback/", {"code": "c", "state": "forged"})
    assert "_auth_user_id" not in client.session
