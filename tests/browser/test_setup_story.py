"""From nothing to the first sign by the pages alone: found, set up, report a fault, rate.

The real web server, worker, beat, database, Redis and a mail server; the extract of a town the
program has never seen. Clicks and seconds are counted.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker

from departments.models import Membership
from incidents.models import Incident
from portal.loading import Share, placed_share
from sign_registry.codes import sign_url
from sign_registry.models import RatingInbox, SignCode
from sign_registry.services.moves import Trace
from sign_registry.services.signs import move_signs
from sign_registry.workflow import State
from tests.browser.conftest import Watch
from tests.browser.town_stack import PATIENCE_S, Ask, LetterBox, plain
from zones.models import Municipality, TileBake

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

SLUG, OPERATOR, DISPATCHER = "monaco", "ops@monaco.example.org", "desk@monaco.example.org"
EXTRACT = Path(__file__).parents[1] / "data" / "osm" / "monaco.osm.pbf"
PATIENCE_MS = PATIENCE_S * 1000
# What a person takes to read a page and to find the next button on it.
SECONDS_A_CLICK = 10
MOST_WORK_S = 15 * 60
LEAST_PLACED = 0.9
SCHOOL = {"longitude": 7.4197, "latitude": 43.7314}


@pytest.fixture(scope="package")
def server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """No demonstration is loaded: alone, this story begins in a database without any town."""
    with django_db_blocker.unblock():
        with ThreadPoolExecutor(1) as thread:  # the driver of the browser keeps this thread busy
            was_empty = not thread.submit(Municipality.objects.exists).result()
            thread.submit(connections.close_all).result()
        yield "http://127.0.0.1"
        if was_empty:
            with ThreadPoolExecutor(1) as thread:
                flush = partial(
                    call_command, "flush", verbosity=0, interactive=False, reset_sequences=False
                )
                thread.submit(flush).result()
                thread.submit(connections.close_all).result()


@dataclass
class Way:
    """Clicks, typed fields and seconds of each step."""

    page: Page
    steps: list[tuple[str, int, float]] = field(default_factory=list)
    clicks: int = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what stands inside."""
        clicks, begun = self.clicks, time.monotonic()
        yield
        self.steps.append((name, self.clicks - clicks, time.monotonic() - begun))

    def press(self, name: str, role: str = "button") -> None:
        """One click on what is called so; the next page is there afterwards."""
        self.clicks += 1
        found = self.page.locator("main").get_by_role(role, name=name)  # type: ignore[arg-type]
        found.first.click()
        self.page.wait_for_load_state()

    def fill(self, label: str, text: str) -> None:
        """One field; counts as a click."""
        self.clicks += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def says(self, text: str) -> None:
        """The page shows a sentence, now or when the worker is done."""
        self.page.locator("main").get_by_text(text).first.wait_for(timeout=PATIENCE_MS)

    @property
    def seconds(self) -> float:
        """What the machine took, and a person beside it."""
        return sum(seconds for *_, seconds in self.steps) + self.clicks * SECONDS_A_CLICK

    def report(self) -> str:
        """The figures as a table."""
        lines = [f"{clicks:4d} clicks {s:7.1f} s  {name}" for name, clicks, s in self.steps]
        return "\n".join([*lines, f"{self.clicks:4d} clicks {self.seconds:7.1f} s with a person"])


def test_from_nothing_to_the_first_sign(
    ask: Ask, post: LetterBox, browser: Browser, town: str, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = Watch(town)
    context = browser.new_context(base_url=town, locale="en")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    watch.follow(page)
    way = Way(page)
    ask(lambda: call_command("appoint_operator", OPERATOR, stdout=StringIO()))
    with way.step("signed in"):
        signs_in(way, post)
    with way.step("town founded"):
        founds(way)
    with way.step("border, zones, streets, addresses and places from an extract"):
        loads(way)
    share: Share = ask(lambda: placed_share(monaco()))
    assert share.total > 200
    assert share.placed / share.total > LEAST_PLACED
    with way.step("offices, faults and ratings from templates, modules, people"):
        chooses(way)
    letter = post.wait_for(DISPATCHER, "/accounts/invitation/")
    assert "Monaco" in plain(letter)
    with way.step("first place, first sign, printed"):
        prints(way)
    with capsys.disabled():
        print(f"\n{way.report()}")  # noqa: T201 - the figures are what this test is for
    assert way.seconds < MOST_WORK_S
    assert tile_of(page, ask)
    reports_and_rates(page, ask)
    context.close()
    assert watch.faults == []


def monaco() -> Municipality:
    """The town of this story."""
    return Municipality.objects.get(slug=SLUG)


def signs_in(way: Way, post: LetterBox) -> None:
    """By the code of a letter, as the command says."""
    way.page.goto("/accounts/?next=/setup/")
    way.page.locator("input[type=email]").fill(OPERATOR)
    way.page.locator("main form button.is-primary").first.click()
    way.page.locator("[name=code]").wait_for()
    words = plain(post.wait_for(OPERATOR, "-")).split()
    code = next(word for word in words if len(word) == 9 and word[4] == "-")
    way.page.locator("[name=code]").fill(code)
    way.page.locator("main form button.is-primary").first.click()
    way.page.wait_for_url("**/setup/")
    way.clicks += 4


def founds(way: Way) -> None:
    """A name, a country, languages."""
    way.fill("Name of the municipality", "Monaco")
    way.page.get_by_label("Country", exact=True).select_option("MC")
    way.page.get_by_label("First language", exact=True).select_option("en")
    way.clicks += 2
    way.press("Found it")
    way.page.wait_for_url(f"**/{SLUG}/town/setup/")
    way.says("0 of 13 steps are done")


def loads(way: Way) -> None:
    """One file brings the ground; its report comes before anything is stored."""
    way.press("From an OpenStreetMap extract (Border)", "link")
    way.page.locator("#id_file").set_input_files(EXTRACT)
    way.clicks += 1
    way.press("Hand it in")
    way.says("All areas of level 10 together")
    assert not way.page.get_by_text("Store it").count()
    way.press("Try it")
    way.says("What this file would change")
    way.says("placed")
    way.press("Store it")
    way.says("What this file changed")
    way.press("Go on", "link")


def chooses(way: Way) -> None:
    """Three templates, each shown before it is stored; one invitation; two modules."""
    for step in ("Departments and working days", "Kinds of faults", "Kinds of rated places"):
        way.press(f"Start from a template ({step})", "link")
        way.press("Load it")
        way.says("The template is loaded.")
    way.press("Invite by e-mail (People)", "link")
    way.page.locator("input[name=email]").fill(DISPATCHER)
    way.page.locator("input[name=full_name]").fill("Dominique Desk")
    way.page.locator("select[name=role]").select_option("dispatcher")
    way.clicks += 2
    way.page.locator("main form button.is-primary").last.click()
    way.page.wait_for_url(lambda url: not url.endswith("/invite/"))
    way.page.goto(f"/{SLUG}/town/setup/")
    way.press("Choose (What is switched on)", "link")
    for module in ("reports", "ratings"):
        way.page.locator(f"input[name=modules][value={module}]").check()
    way.clicks += 4
    way.press("Save")
    way.says("2 modules are on")


def prints(way: Way) -> None:
    """A school of the extract is the first place; its sheet is drawn and read back."""
    way.press("First place and sign (First sign)", "link")
    way.page.locator("#id_place").select_option(index=1)
    way.page.locator("#id_category").select_option(index=1)
    way.clicks += 2
    way.press("Make the place and print its sign")
    deadline = time.monotonic() + PATIENCE_S
    while way.page.get_by_role("link", name="Look again").count():
        assert time.monotonic() < deadline
        way.page.wait_for_timeout(1000)
        way.page.get_by_role("link", name="Look again").click()
        way.page.wait_for_load_state()
    way.clicks += 1
    way.says("Sheets (PDF)")


def tile_of(page: Page, ask: Ask) -> bool:
    """Whether the map has something to show over the middle of the town."""
    deadline = time.monotonic() + PATIENCE_S
    while not ask(lambda: is_baked(monaco())):
        assert time.monotonic() < deadline
        page.wait_for_timeout(500)
    # Zoom 14 over Monaco.
    answer = page.request.get(f"/{SLUG}/tiles/zones/14/8529/5974.mvt")
    return answer.ok and len(answer.body()) > 100


def is_baked(town: Municipality) -> bool:
    """Whether every layer of the town's present register was drawn."""
    bakes = TileBake.objects.in_municipality(town).filter(version=town.register_version)
    return bakes.exists() and not bakes.filter(finished_at__isnull=True).exists()


def reports_and_rates(page: Page, ask: Ask) -> None:
    """A resident reports a fault, which reaches an office, and rates the first place."""
    page.goto(f"/{SLUG}/report/?lon={SCHOOL['longitude']}&lat={SCHOOL['latitude']}")
    tile = page.locator("[data-code=pothole]")
    page.locator("details[data-group]", has=tile).locator("summary").click()
    tile.locator("label.choice").first.click()
    page.locator("textarea[name=words]").fill("A deep hole.")
    page.locator("form[data-report] button[type=submit]").last.click()
    page.wait_for_url("**/receipt/")
    assert ask(office_of_report) == "roads"
    code = ask(hung_code)
    page.goto(sign_url("http://localhost", code).replace("HTTP://LOCALHOST", ""))
    page.locator("[name=score]").last.check(force=True)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_load_state()
    assert ask(lambda: RatingInbox.objects.exists())


def hung_code() -> str:
    """The code of the first sign, once the crew has hung it (tests/browser/test_crew.py)."""
    code = SignCode.objects.filter(sign__municipality=monaco()).latest("pk")
    founder = Membership.objects.get(municipality=monaco(), role="administrator")
    hung = Trace(founder, timezone.now(), reason="By the entrance")
    move_signs(municipality=monaco(), moves=[(code.sign, hung)], to=State.INSTALLED)
    return code.token


def office_of_report() -> str:
    """Which office the report of this story reached by the rules of the template."""
    report = Incident.objects.in_municipality(monaco()).select_related("department").latest("pk")
    return report.department.code if report.department else ""
