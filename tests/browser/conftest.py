"""A live server with both demonstration towns, Debian's Chromium, and a watch over every page."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
    sync_playwright,
)
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from portal.audit import PROOF
from tests.browser.audit_record import RECORD, commit_of
from tests.browser.looks import AUDIT
from tests.browser.town_stack import Ask, LetterBox, letters_kept, town_running

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox"]  # the gate may run as root, where Chromium has no sandbox
DIST = Path(__file__).parents[2] / "frontend/dist"
# Said by the software renderer of headless Chromium about its own speed, not by our page.
RENDERER_NOISE = "GPU stall due to ReadPixels"

OpenPage = Callable[..., Page]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """An audit leaves its figures where the accessibility statement of each town reads them."""
    if AUDIT and RECORD.visits and not hasattr(session.config, "workerinput"):
        PROOF.write_text(RECORD.as_json(commit_of(PROOF.parent)), encoding="utf-8")


@dataclass
class Watch:
    """What a page must not do: complain, break its policy, or ask another host."""

    origin: str
    faults: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to everything the page says and asks."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and RENDERER_NOISE not in message.text:
            self.faults.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob") and f"{url.scheme}://{url.netloc}" != self.origin:
            self.faults.append(f"asked another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")


@pytest.fixture(scope="package")
def server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Origin of a server with both towns; the database is emptied again at the end."""
    assert (DIST / "map.js").exists(), "Build the front end first: npm --prefix frontend run build"
    with django_db_blocker.unblock(), override_settings(MEGDAN_DEMO=True):
        call_command("load_demo", stdout=StringIO())
        running = LiveServer("localhost")
        yield running.url
        running.stop()
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture(scope="package")
def playwright(server: str) -> Iterator[Playwright]:
    """The driver; it stops before the server does."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all tests of this folder."""
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield chromium
    chromium.close()


@pytest.fixture
def browser_without_webgl(playwright: Playwright) -> Iterator[Browser]:
    """Chromium as on a device that cannot draw in three dimensions."""
    flags = [*FLAGS, "--disable-gpu", "--disable-3d-apis"]
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    yield chromium
    chromium.close()


@pytest.fixture
def watch(server: str) -> Iterator[Watch]:
    """Fails the test at its end if a page misbehaved."""
    watching = Watch(server)
    yield watching
    assert watching.faults == []


@pytest.fixture
def open_page(browser: Browser, server: str, watch: Watch) -> Iterator[OpenPage]:
    """Open a path in a fresh profile; keywords go to the browser context."""
    contexts = []

    def opened(path: str, *, width: int = 1280, **options: object) -> Page:
        size = {"width": width, "height": 800}
        context = browser.new_context(
            viewport=size,  # type: ignore[arg-type] # a TypedDict of the same shape
            base_url=server,
            **{"locale": "en", **options},  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def ask(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Ask]:
    """Run a question to the database in a thread of its own, away from the browser's loop."""
    with ThreadPoolExecutor(1) as pool, django_db_blocker.unblock():
        yield lambda question: pool.submit(question).result()
        pool.submit(connections.close_all).result()


@pytest.fixture(scope="module")
def post() -> Iterator[LetterBox]:
    """The town's mail server."""
    with letters_kept() as box:
        yield box


@pytest.fixture(scope="module")
def town(server: str, post: LetterBox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Origin of a whole town on the test database."""
    with town_running(post, tmp_path_factory.mktemp("town")) as origin:
        yield origin


def wait_for_map(page: Page) -> None:
    """Wait until everything in view is drawn; wait_for_function would need eval."""
    page.wait_for_selector("megdan-map[data-drawn]", timeout=60_000)


def click_map(page: Page, across: float = 0.5, down: float = 0.5) -> None:
    """Click a point of the map given as shares of its width and height."""
    canvas = page.locator("megdan-map canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
