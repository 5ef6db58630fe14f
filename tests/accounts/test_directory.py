"""The town's own directory: off unless named, and then only a way to accounts that exist."""

import pytest
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory

from accounts.adapter import DirectoryAdapter
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
