"""The press story in Bulgarian: from opening the page to a cited picture and a sentence."""

import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, StorageState

from accounts.models import User
from tests.browser.conftest import OpenPage
from tests.factories.accounts import MembershipFactory
from zones.models import Municipality

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MOST_SECONDS, MOST_CLICKS = 90, 4


@pytest.fixture
def press_officer(server: str) -> Iterator[StorageState]:
    """The cookies of somebody of the press office of Stara Zagora."""
    with ThreadPoolExecutor(1) as outside:  # the driver has a loop, in which Django asks nothing
        state, person = outside.submit(_signed_in).result()
        yield state
        outside.submit(_gone, person).result()


def _signed_in() -> tuple[StorageState, int]:
    town = Municipality.objects.get(slug="stara-zagora")
    person = MembershipFactory.create(municipality=town, role="press").user
    client = Client()
    client.force_login(person)
    # A server that has served before: nobody waits for its start each time.
    for path in ("", "export/", "picture.png"):
        assert client.get(f"/stara-zagora/press/{path}").status_code == 200
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    connections.close_all()
    return {
        "cookies": [
            {
                "name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "domain": "localhost",
                "path": "/", "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax",
            }
        ],
        "origins": [],
    }, person.pk  # fmt: skip


def _gone(person: int) -> None:
    User.objects.get(pk=person).delete()
    connections.close_all()


class Hand:
    """Clicks, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, selector: str) -> None:
        """Click the first one that is seen."""
        self.page.locator(selector).first.click()
        self.clicks += 1


def test_a_cited_picture_and_a_sentence_in_bulgarian(
    open_page: OpenPage, press_officer: StorageState, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    page = open_page(
        "/stara-zagora/press/",
        locale="bg",
        storage_state=press_officer,
        permissions=["clipboard-read", "clipboard-write"],
    )
    page.set_default_timeout(MOST_SECONDS * 1000)
    hand = Hand(page)
    opened = time.monotonic() - began
    shown = page.locator(".press-sentence").inner_text()
    hand.click("a[href*='/press/export/']")
    hand.click("button[data-copy]")
    page.locator("[role=status]", has_text="").first.wait_for(state="attached")
    with page.expect_download() as downloaded:
        hand.click("a[href*='picture.png']")
    taken = time.monotonic() - began

    copied = page.evaluate("navigator.clipboard.readText()")
    picture = Image.open(io.BytesIO(downloaded.value.path().read_bytes()))
    with capsys.disabled():
        # The measured time is the point of this test, so it is said whether it passes or not.
        print(f"\nopened {opened:.1f} s, taken {taken:.1f} s, {hand.clicks} clicks")  # noqa: T201
    assert shown in copied
    assert "quarter-" in copied
    assert "/stara-zagora/press/" in copied
    assert picture.size == (1600, 900)
    assert "quarter-" in picture.info["Source"]
    assert downloaded.value.suggested_filename.endswith("-bg.png")
    assert shown in picture.info["Description"]
    assert any("а" <= letter <= "я" for letter in picture.info["Title"])
    assert taken < MOST_SECONDS
    assert hand.clicks <= MOST_CLICKS
