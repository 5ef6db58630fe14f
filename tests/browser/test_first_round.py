"""The way of the head of the sign crew from a table of places to the first round on paper."""

import csv
import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import shapely
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import DjangoDbBlocker, Settings

from departments.acts import Act
from departments.loading import load_departments
from sign_registry.models import BatchSign, Sign
from sign_registry.querysets import SignQuerySet
from sign_registry.services.site_categories import load_categories
from sign_registry.tasks import print_signs
from tests.browser.conftest import OpenPage
from tests.browser.test_crew import asked
from tests.factories.accounts import MembershipFactory
from zones.services.municipalities import TownFacts, create_municipality

pytestmark = pytest.mark.browser

CATEGORIES = Path(settings.BASE_DIR) / "fixtures" / "site_categories.csv"
DEPARTMENTS = "code,name_en,kind,parent\nparks,Parks,department,\nschools,Schools,department,\n"
WEST, SOUTH, SIDE = 25.60, 42.40, 0.06
SMALL, FULL = 24, 600
MOST_CLICKS = 13
# What a person takes to read a page and to find the next button on it.
SECONDS_A_CLICK = 10
MOST_WORK_S = 5 * 60
MOST_PRINT_S = 60


@dataclass
class Way:
    """Clicks and seconds of each step."""

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
        """One click; the next page is there afterwards."""
        self.clicks += 1
        found = self.page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
        found.first.click()
        self.page.wait_for_load_state()

    def says(self, text: str) -> None:
        """The page shows a sentence."""
        self.page.get_by_text(text).first.wait_for()

    def report(self, count: int) -> str:
        """The figures as a table."""
        lines = [f"{count} places", *(f"{c:4d} clicks {s:7.1f} s  {n}" for n, c, s in self.steps)]
        return "\n".join([*lines, f"{self.clicks:4d} clicks {self.seconds:7.1f} s  in all"])

    @property
    def seconds(self) -> float:
        """What the machine took."""
        return sum(seconds for _name, _clicks, seconds in self.steps)


@pytest.fixture
def head(
    server: str, django_db_blocker: DjangoDbBlocker, settings: Settings, tmp_path: Path
) -> Iterator[str]:
    """The session of the head of the crew of a new town; it goes with the whole database."""
    settings.MEDIA_ROOT = tmp_path
    with django_db_blocker.unblock():
        yield asked(found_town)


def found_town() -> str:
    """A town with offices and categories, and nothing else."""
    now = timezone.now()
    facts = TownFacts(
        slug="first-round",
        names={"en": "First round", "bg": "Първи обход"},
        country="BG",
        timezone="Europe/Sofia",
        languages=["bg", "en"],
        metric_srid=7801,
    )
    ground = shapely.box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)
    town = create_municipality(facts=facts, outline=shapely.MultiPolygon([ground]))
    town.sign_origin = "https://signs.example"
    town.save(update_fields=["sign_origin"])
    load_departments(municipality=town, raw=DEPARTMENTS.encode(), act=Act(None, now, "test"))
    raw = CATEGORIES.read_bytes()
    load_categories(municipality=town, raw=raw, actor=None, now=now, origin="test")
    client = Client()
    lead = MembershipFactory.create(municipality=town, role="crew_lead", user__language="en")
    client.force_login(lead.user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def table(count: int) -> bytes:
    """As many places on a slanted grid over the whole town."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["code", "name_bg", "name_en", "category", "owner", "longitude", "latitude"])
    side = int(count**0.5) + 1
    for number in range(count):
        across, down = number % side / side, number // side / side
        kind, owner = [("playground", "parks"), ("school", "schools")][number % 2]
        place = f"{WEST + 0.001 + SIDE * across:.6f}", f"{SOUTH + 0.001 + SIDE * down:.6f}"
        rows.writerow([f"p{number}", f"Място {number}", f"Place {number}", kind, owner, *place])
    return out.getvalue().encode()


@pytest.fixture
def way(open_page: OpenPage, head: str, server: str) -> Way:
    page = open_page("/first-round/")
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": head, "url": server}])
    page.goto("/first-round/town/sites/")
    return Way(page)


def bring_in(way: Way, count: int) -> None:
    """Upload, read the report, confirm."""
    with way.step("table tried and its report shown"):
        way.press("Import", "link")
        way.clicks += 1  # to choose the file
        file = {"name": "places.csv", "mimeType": "text/csv", "buffer": table(count)}
        way.page.get_by_label("Table (CSV in UTF-8)").set_input_files(file)  # type: ignore[arg-type]
        way.press("Try the file")
        way.says("What this file would change")
    with way.step("places stored"):
        way.press("Load it")
        way.says(f"{count} new places are in.")


def plan(way: Way, count: int) -> None:
    """Signs for all, approved at once; then rounds for them."""
    with way.step("signs planned and approved"):
        way.press("Plan their signs", "link")
        way.press("Plan signs")
        way.says(f"{count} signs are planned")
    with way.step("rounds planned"):
        way.press("Plan rounds", "link")
        way.press("Make the rounds")
        way.says("planned.")


def print_sheets(way: Way, count: int, work: Callable[[], None]) -> bytes:
    """Order the run, let the worker make it, fetch the sheets."""
    with way.step("sheets ordered"):
        way.clicks += 1
        way.page.get_by_label("Mark each sign as DEMO").check()
        way.press("Make the sheets")
        way.says("The run waits for its turn.")
    with way.step("sheets drawn and every code read back"):
        asked(work)
        way.press("Look again", "link")
        way.says(f"All {count} codes were read back")
    with way.step("sheets fetched"), way.page.expect_download() as fetched:
        way.press("Sheets (PDF)", "link")
    return fetched.value.path().read_bytes()


def first_round_on_paper(way: Way) -> list[int]:
    """The numbers of the signs of the first round, as they stand on paper."""
    with way.step("first round on paper"):
        way.press("On paper Round 1", "link")
        way.page.get_by_role("heading", name="Round 1").wait_for()
    rows = way.page.locator(".crew-paper tbody tr")
    return [int(row.locator("td").nth(3).inner_text()) for row in rows.all()]


def walked(way: Way, count: int) -> None:
    """Go the whole way, and hold its figures against what we promise."""
    bring_in(way, count)
    plan(way, count)
    sheets = print_sheets(way, count, print_signs)
    paper = first_round_on_paper(way)

    print(f"\n{way.report(count)}")  # noqa: T201 - the figures are what the drill is for
    states = asked(lambda: list(signs_of_town().values_list("state", flat=True)))
    assert states == ["printed"] * count
    assert sheets.startswith(b"%PDF")
    assert paper == asked(numbers_of_sheets)[: len(paper)]
    assert way.clicks <= MOST_CLICKS


def signs_of_town() -> SignQuerySet:
    """The signs of the new town."""
    return Sign.objects.filter(municipality__slug="first-round")


def numbers_of_sheets() -> list[int]:
    """Signs in the order in which they leave the printer."""
    rows = BatchSign.objects.filter(batch__municipality__slug="first-round")
    return list(rows.order_by("position").values_list("sign__number", flat=True))


@pytest.mark.drill
def test_a_table_of_places_becomes_a_first_round_in_five_minutes(way: Way) -> None:
    count = FULL if os.environ.get("MEGDAN_DRILL") == "1" else SMALL
    walked(way, count)
    printing = next(s for name, _clicks, s in way.steps if name.startswith("sheets drawn"))
    assert printing < MOST_PRINT_S
    assert way.clicks * SECONDS_A_CLICK + way.seconds < MOST_WORK_S
