"""The page behind a sign in a real browser and server: quick, for everybody, keeping nothing."""

import datetime as dt
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django import DjangoDbBlocker

from sign_registry.models import RatingInbox, Sign
from tests.browser.conftest import Watch
from tests.browser.looks import AUDIT, LOOKS
from tests.browser.test_accessibility import AXE, RULES
from tests.browser.town_stack import address_of_tests
from tests.factories.departments import WorksFactory
from tests.factories.signs import SignCodeFactory, SignFactory
from tests.factories.sites import (
    ReasonTagFactory,
    SiteCategoryFactory,
    SiteFactory,
    SitePeriodFactory,
)
from zones.models import Municipality

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
START_S = 40
NAMES = {
    "bg": "Детска площадка „Загорка“",
    "en": "Playground “Zagorka”",
    "ro": "Locul de joacă „Zagorka”",
}
OpenSign = Callable[..., Page]
Ask = Callable[[Callable[[], Any]], Any]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(origin: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended by itself"
        try:
            with urlopen(f"{origin}/S/", timeout=2):
                return
        except URLError:
            time.sleep(0.2)
    raise AssertionError("the server did not start")


@pytest.fixture(scope="module")
def ask(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Ask]:
    """Run a question to the database in a thread of its own, away from the browser's loop."""
    with ThreadPoolExecutor(1) as pool, django_db_blocker.unblock():
        yield lambda question: pool.submit(question).result()
        pool.submit(connections.close_all).result()


@pytest.fixture(scope="module")
def lane(server: str) -> Iterator[str]:
    """Origin of the real server on the test database."""
    port = _free_port()
    env = {
        **os.environ,
        "DATABASE_URL": address_of_tests(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MEGDAN_HTTPS": "0",
        "MEGDAN_DEBUG": "1",
        "MEGDAN_DEMO": "1",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", "--blocking-threads", "4"]
    command += ["--log-level", "warning", "config.wsgi:application"]
    with subprocess.Popen(command, cwd=ROOT, env=env) as running:
        try:
            _wait_for(f"http://127.0.0.1:{port}", running)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait(20)


@pytest.fixture(scope="module")
def sign(ask: Ask) -> Sign:
    """An installed sign of the demonstration town."""
    hung: Sign = ask(_hung_sign)
    return hung


def _hung_sign() -> Sign:
    town = Municipality.objects.get(slug="stara-zagora")
    category = SiteCategoryFactory.create(
        municipality=town,
        code="playground-of-the-test",
        names={"bg": "Детска площадка", "en": "Playground", "ro": "Loc de joacă"},
        questions={"bg": "Доколко сте доволни?", "en": "How satisfied?", "ro": "Cât de bine?"},
    )
    site = SiteFactory.create(municipality=town, names=NAMES)
    SitePeriodFactory.create(site=site, category=category)
    for code, band in (("dirty", "low"), ("clean", "high")):
        names = dict.fromkeys(NAMES, code.title())
        ReasonTagFactory.create(category=category, code=code, band=band, names=names)
    WorksFactory.create(
        municipality=town,
        kind="intervention",
        names={"en": "New sand", "bg": "Нов пясък", "ro": "Nisip nou"},
        geometry=site.geometry,
        starts_on=dt.datetime.now(dt.UTC).date() - dt.timedelta(days=60),
        ends_on=None,
    )
    hung = SignFactory.create(site=site, state="installed", number=987_654)
    SignCodeFactory.create(sign=hung)
    return hung


@pytest.fixture
def token(ask: Ask, sign: Sign) -> str:
    """The code to scan; no vote waits yet."""
    ask(lambda: RatingInbox.objects.all().delete())
    return str(ask(lambda: sign.codes.living().get().token))


@pytest.fixture
def stored(ask: Ask) -> Callable[[], list[int]]:
    """Scores that lie in the inbox."""
    return lambda: sorted(ask(lambda: list(RatingInbox.objects.values_list("score", flat=True))))


@pytest.fixture
def open_sign(browser: Browser, lane: str, token: str) -> Iterator[OpenSign]:
    """Scan the sign in a fresh profile; fails at its end if a page misbehaved or kept anything."""
    contexts: list[BrowserContext] = []
    watching = Watch(lane)

    def opened(*, width: int = 360, path: str = "", **options: object) -> Page:
        size = {"width": width, "height": 740}
        told = {"locale": "en", **options}
        context = browser.new_context(viewport=size, base_url=lane, **told)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        watching.follow(page)
        page.goto(path or f"/S/{token}")
        return page

    yield opened
    for context in contexts:
        assert context.cookies() == []
        context.close()
    # Asking again in a sentence, and codes nobody has, are what some of these tests are about.
    meant = ("400: ", "404: ")
    faults = [fault for fault in watching.faults if "the server responded with" not in fault]
    assert [fault for fault in faults if not fault.startswith(meant)] == []


def test_two_touches_after_the_scan_and_ten_seconds_are_enough(
    open_sign: OpenSign, token: str, stored: Callable[[], list[int]]
) -> None:
    begun = time.monotonic()
    page = open_sign(has_touch=True, is_mobile=True)
    page.locator(".track label").nth(7).tap()
    page.get_by_role("button", name="Send").tap()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert time.monotonic() - begun < 10
    assert stored() == [8]
    assert page.get_by_text("New sand").is_visible()


def test_nothing_is_chosen_before_the_first_touch(open_sign: OpenSign) -> None:
    page = open_sign()
    assert page.locator("input[name=score]:checked").count() == 0
    assert not page.locator(".ball").is_visible()
    page.get_by_role("button", name="Send").click(force=True)  # it looks disabled, and says why
    assert page.get_by_role("alert").inner_text().startswith("Choose a number")


def test_a_rating_by_keyboard_alone(open_sign: OpenSign, stored: Callable[[], list[int]]) -> None:
    page = open_sign()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.locator("input[name=score]:focus").count():
            break
    for key, expected in (("End", "10"), ("ArrowLeft", "9"), ("Home", "1"), ("ArrowRight", "2")):
        page.keyboard.press(key)
        assert page.locator("input[name=score]:checked").get_attribute("value") == expected
        assert page.locator(".ball").inner_text() == expected
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    assert stored() == [2]


def test_a_rating_by_the_names_a_screen_reader_says(
    open_sign: OpenSign, stored: Callable[[], list[int]]
) -> None:
    page = open_sign()
    group = page.get_by_role("group", name="How satisfied?")
    assert group.get_by_role("radio").count() == 10
    group.get_by_role("radio", name="8 of 10, good", exact=True).check(force=True)
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("heading", name="Thank you").wait_for()
    page.get_by_role("checkbox", name="Clean").check(force=True)
    page.get_by_role("textbox", name="Anything else? (optional)").fill("Very nice.")
    page.get_by_role("button", name="Send this as well").click()
    page.get_by_text("It has arrived.").wait_for()
    assert stored() == [8]


def test_a_rating_without_javascript(open_sign: OpenSign, stored: Callable[[], list[int]]) -> None:
    page = open_sign(java_script_enabled=False)
    page.get_by_role("button", name="Send", exact=True).click()
    assert page.get_by_role("alert").inner_text().startswith("Choose a number")
    page.locator(".track label").nth(2).click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert stored() == [3]


def test_the_ball_is_dragged(open_sign: OpenSign) -> None:
    page = open_sign()
    boxes = [page.locator(".track label").nth(place).bounding_box() for place in (1, 8)]
    start, end = boxes
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 5, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 30, steps=12)
    page.mouse.up()
    assert page.locator("input[name=score]:checked").get_attribute("value") == "9"
    assert page.locator("[data-said]").inner_text() == "9 of 10, very good"


@pytest.mark.parametrize(("width", "least"), [(320, 44), (360, 28), (1280, 44)])
def test_targets_are_large_enough(open_sign: OpenSign, width: int, least: int) -> None:
    page = open_sign(width=width)
    for cell in page.locator(".track label").all():
        box = cell.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= least


@pytest.mark.parametrize(
    ("width", "theme", "language"),
    [(320, "light", "bg"), (360, "dark", "ro"), (360, "light", "en"), (1280, "dark", "bg")]
    + [(look.width, look.theme, look.language) for look in LOOKS if AUDIT],
)
def test_the_pages_are_accessible(
    open_sign: OpenSign, token: str, width: int, theme: str, language: str
) -> None:
    page = open_sign(width=width, color_scheme=theme, locale=language)
    faults = [*_faults(page), *_faults(page, open_folds=True)]
    page.locator(".track label").nth(7).click()
    faults += _faults(page)
    page.locator("[data-send]").click()
    page.locator(".thanks").wait_for()
    faults += _faults(page)
    for path in ("/S/", "/S/123", "/S/000000010"):
        page.goto(path)
        faults += _faults(page)
    assert faults == []


def _faults(page: Page, *, open_folds: bool = False) -> list[str]:
    if open_folds:
        for fold in page.locator("summary").all():
            fold.click()
    page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(result => result.violations"
        ".map(fault => fault.id + ' at ' + fault.nodes.map(node => node.target).join(', ')))",
        RULES,
    )
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("scrolls sideways")
    return [f"{page.url}: {fault}" for fault in found]


def test_letters_twice_as_large_fit(open_sign: OpenSign) -> None:
    page = open_sign(width=640)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert page.get_by_role("button", name="Send", exact=True).is_visible()


def test_nothing_is_kept_and_nobody_is_told(open_sign: OpenSign, lane: str, token: str) -> None:
    page = open_sign()
    headers: list[dict[str, str]] = []
    page.on("request", lambda request: headers.append(request.all_headers()))
    page.locator(".track label").nth(4).click()
    page.locator("[data-send]").click()
    page.locator(".thanks").wait_for()
    kept = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length,"
        " (await indexedDB.databases()).length,"
        " (await navigator.serviceWorker?.getRegistrations() ?? []).length, document.cookie]"
    )
    assert kept == [0, 0, 0, 0, ""]
    assert headers
    assert not any(told.get("referer") or told.get("cookie") for told in headers)
