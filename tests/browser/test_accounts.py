"""Signing in with a keyboard and a finger: codes without JavaScript, passkeys, both accessible."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import LOOKS, faults_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PAGES = ["/accounts/", "/accounts/password/", "/accounts/invitation/worn-out/", "/demo/mail/"]
OWN_PAGES = ["/accounts/security/", "/accounts/app/", "/accounts/passkeys/add/"]


def give_a_device(page: Page) -> None:
    """Plug a device in that knows its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def enter(page: Page) -> None:
    """Sign in as the first invented person."""
    page.goto("/demo/")
    page.locator("form:has(input[name=user]) button").first.click()


def ask_for_code(page: Page) -> str:
    """Ask for a code as the first invented person; answers the code from the letter."""
    cache.clear()  # the limits count every test of this folder together
    page.goto("/demo/")
    email = page.locator("input[name=user]").first.get_attribute("value") or ""
    page.goto("/accounts/?next=/demo/mail/")
    page.locator("[name=login]").fill(email)
    page.keyboard.press("Enter")
    page.locator("[name=code]").wait_for()
    found = re.search(r"\d{4}-\d{4}", str(mail.outbox[-1].body))
    assert found
    return found.group()


def test_a_passkey_is_added_signs_in_alone_and_is_removed(open_page: OpenPage) -> None:
    page = open_page("/")
    give_a_device(page)
    enter(page)
    page.goto("/accounts/passkeys/add/")
    page.locator("#passkey-add").click()
    page.wait_for_url("**/accounts/recovery-codes/")
    assert page.locator("li code").count() == 10
    page.goto("/accounts/logout/")
    page.locator("main button").click()

    page.goto("/accounts/?next=/demo/mail/")
    page.locator("#passkey-sign-in").click()
    page.wait_for_url(re.compile(r"\d/demo/mail/$"))

    page.goto("/accounts/security/")
    removal = page.locator("a[href^='/accounts/passkeys/'][href$='/remove/']")
    removal.click()  # not by its name: who signs in for good is met in their own language
    page.locator("#passkey-again").click()
    page.locator(".button.is-danger").click()
    page.wait_for_url("**/accounts/security/")
    assert removal.count() == 0


def test_a_device_without_a_passkey_is_told_so(open_page: OpenPage) -> None:
    page = open_page("/accounts/")
    give_a_device(page)
    assert page.locator("#passkey-problem").is_hidden()
    page.locator("#passkey-sign-in").click()
    page.locator("#passkey-problem").wait_for()


def test_a_code_signs_in_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/", java_script_enabled=False)
    code = ask_for_code(page)
    assert page.locator("#passkey-sign-in").count() == 0
    page.locator("[name=code]").fill(code)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\d/demo/mail/$"))


@pytest.mark.parametrize(("town", "width", "theme", "language"), LOOKS)
def test_the_pages_of_sign_in_are_accessible(
    open_page: OpenPage, town: str, width: int, theme: str, language: str
) -> None:
    page = open_page("/", width=width, color_scheme=theme, locale=language)
    faults = [fault for path in PAGES[:2] for fault in faults_of(page, path, language)]
    ask_for_code(page)
    faults += faults_of(page, "/accounts/code/", language)
    page.locator("[name=code]").fill("0000-0000")
    page.keyboard.press("Enter")
    page.locator(".error-summary").wait_for()
    enter(page)
    faults += [fault for path in OWN_PAGES for fault in faults_of(page, path, language)]
    assert faults == []
