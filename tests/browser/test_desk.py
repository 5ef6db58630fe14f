"""Sorting by keys alone: how many keys and seconds a report takes; DRILL=120 is the long run."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker

from incidents.models import Incident
from incidents.workflow import Status
from tests.browser.conftest import OpenPage
from tests.browser.test_crew import asked
from tests.factories.desk import Hall, hall

CASES = int(os.environ.get("DRILL", "12"))
WORDS = ("A lamp is dark.", "Casino bonus!!!", "There is a hole.", "The train is late.")
#: 120 reports in an hour leave 30 seconds each; reading takes most of it.
MOST_SECONDS, MOST_KEYS = 6.0, 12.0


@dataclass
class Hand:
    """Presses keys and counts them."""

    page: Page
    keys: int = 0
    seconds: list[float] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        """One after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, words: str) -> None:
        """Letter by letter."""
        self.page.keyboard.type(words)
        self.keys += len(words)


class Table:
    """A town whose rules place nothing, and somebody who sorts."""

    def __init__(self) -> None:
        self.house: Hall = hall()
        self.house.sent(self.house.parks)  # so that parks are proposed from now on
        self.made = [
            self.house.report(words=WORDS[number % len(WORDS)]).pk for number in range(CASES)
        ]
        self.sorter = self.house.someone("dispatcher").user

    def cookie(self) -> str:
        """A session of the dispatcher."""
        assert self.sorter is not None
        client = Client()
        client.force_login(self.sorter)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def left(self) -> int:
        """Reports nobody decided about."""
        rows = Incident.objects.filter(pk__in=self.made, status=Status.TRIAGE)
        return rows.exclude(waits_for="reporter").count()


@pytest.fixture
def table(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Table]:
    """The town goes with the whole database."""
    with django_db_blocker.unblock():
        yield asked(Table)


def decide(hand: Hand) -> None:
    """What a dispatcher would press after reading the words."""
    words = hand.page.locator("blockquote").first.inner_text()
    if "Casino" in words:
        hand.press("x", "Enter")
    elif "train" in words:
        hand.press("o", "Enter")
    elif "hole" in words:
        hand.press("d", "ArrowDown", "Enter")
    else:
        hand.press("1")


@pytest.mark.timeout(300 + 6 * CASES)
def test_reports_are_sorted_by_keys_alone(
    server: str, open_page: OpenPage, table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    slug = table.house.town.slug
    page = open_page("/")
    key = asked(table.cookie)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])
    page.goto(f"/{slug}/desk/sorting/")
    hand = Hand(page)
    for _case in table.made:
        shown = page.locator("[data-sorting]")
        number = shown.get_attribute("data-sorting")
        began = time.monotonic()
        decide(hand)
        expect(page.locator(f'[data-sorting="{number}"]')).to_have_count(0)
        page.wait_for_load_state()  # before that a key is nobody's
        hand.seconds.append(time.monotonic() - began)
    assert asked(table.left) == 0
    each, keys = sum(hand.seconds) / CASES, hand.keys / CASES
    with capsys.disabled():
        print(  # noqa: T201 - the figures are what the drill is for
            f"\n{CASES} reports: {keys:.1f} keys and {each:.2f} s each by machine; "
            f"120 leave {(3600 - 120 * each) / 120:.0f} s each for reading within an hour"
        )
    assert keys <= MOST_KEYS
    assert each <= MOST_SECONDS


def test_the_list_is_gone_through_and_a_report_opened_by_keys(
    server: str, open_page: OpenPage, table: Table
) -> None:
    page = open_page("/")
    key = asked(table.cookie)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])
    page.goto(f"/{table.house.town.slug}/desk/?status=open")
    page.keyboard.press("?")
    expect(page.locator("[data-desk-help]")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("[data-desk-open]").first).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#case-note")).to_be_focused()
    page.keyboard.type("Somebody rang.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-case] .talk").first).to_contain_text("Somebody rang.")
    page.keyboard.press("/")
    expect(page.locator("#desk-q")).to_be_focused()
