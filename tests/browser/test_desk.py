"""Sorting by keys alone: keys, seconds and minutes of work; MEGDAN_DRILL=1 sorts 120 messages."""

import os
import time
from collections.abc import Iterator, Sequence
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
from tests.factories.incidents import CategoryFactory, RuleFactory, RuleSetFactory

pytestmark = pytest.mark.browser

CASES = 120 if os.environ.get("MEGDAN_DRILL") == "1" else 12
ASKED = "Unde anume?"
LETTER = (
    "Stimate domnule primar, va scriu in numele locatarilor din scara B. De mai bine de doua luni "
    "aleea dintre blocuri este plina de gropi, iar dupa ploaie nu se mai poate trece cu caruciorul "
    "sau cu bicicleta. Am mai sunat de doua ori la dispecerat si ni s-a spus ca se rezolva, dar nu "
    "a venit nimeni. In plus, la intrarea dinspre parc s-a rupt bordura si masinile urca pe "
    "trotuar. Va rugam sa ne comunicati cine raspunde, cand incepe lucrarea si cat dureaza. "
    "Atasam fotografii. Cu multumiri, presedintele asociatiei de proprietari."
)
#: What came in, and what a dispatcher presses after reading it.
MESSAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("De trei zile nu mai arde lampa din fata blocului 12.", ("1",)),
    ("Casino bonus!!! Castiga acum, click aici.", ("x", "Enter")),
    ("Groapa mare in carosabil, langa trecerea de pietoni.", ("d", "ArrowDown", "Enter")),
    ("Trenul de ora sapte intarzie in fiecare zi.", ("o", "Enter")),
    (LETTER, ("d", "ArrowDown", "Enter")),
    ("E ceva stricat pe strada noastra, veniti repede.", ("q", *ASKED, "Control+Enter")),
    ("Lampa din statia de autobuz clipeste toata noaptea.", ("1",)),
    ("Un copac a cazut peste gardul scolii.", ("1",)),
)
#: Keystroke-level model (Card, Moran and Newell 1980): a key, one act of thought.
KEY_S, THOUGHT_S = 0.28, 1.35
#: Place, proposal, decision, and a look at what came of it.
THOUGHTS = 4
#: Half the speed at which adults read silently (Brysbaert 2019: 238 words a minute).
WORDS_A_MINUTE = 119
HOUR_S = 3600


@dataclass
class Hand:
    """Presses keys, and counts them and the work around them."""

    page: Page
    keys: int = 0
    read: int = 0
    waited: list[float] = field(default_factory=list)

    def press(self, keys: Sequence[str]) -> None:
        """One after the other."""
        for key in keys:
            self.page.keyboard.press(key)
        self.keys += len(keys)

    def work_s(self) -> float:
        """What a person would need: reading, thinking, keys, and waiting for the pages."""
        reading = self.read / WORDS_A_MINUTE * 60
        thinking = len(self.waited) * THOUGHTS * THOUGHT_S
        return reading + thinking + self.keys * KEY_S + sum(self.waited)


class Table:
    """A town whose rules know lamps only, and somebody who sorts."""

    def __init__(self) -> None:
        self.house: Hall = hall()
        lamp = CategoryFactory.create(municipality=self.house.town, words={"ro": ["lampa"]})
        rules = RuleSetFactory.create(municipality=self.house.town)
        RuleFactory.create(rule_set=rules, department=self.house.roads, category=lamp)
        self.house.sent(self.house.parks)  # so that parks are proposed from now on
        self.made = [self._came_in(number) for number in range(CASES)]
        self.sorter = self.house.someone("dispatcher").user

    def _came_in(self, number: int) -> int:
        words = MESSAGES[number % len(MESSAGES)][0]
        made = self.house.report(words=words)
        if "lampa" in words.lower():  # by mail, where nobody chose a category
            Incident.objects.filter(pk=made.pk).update(category=None)
        return made.pk

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


@pytest.mark.timeout(300 + 6 * CASES)
def test_mixed_messages_are_sorted_by_keys_alone(
    server: str, open_page: OpenPage, table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    page = open_page("/")
    key = asked(table.cookie)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])
    page.goto(f"/{table.house.town.slug}/desk/sorting/")
    hand = Hand(page)
    for number, report in enumerate(table.made):
        words, keys = MESSAGES[number % len(MESSAGES)]
        expect(page.locator("[data-sorting]")).to_have_attribute("data-sorting", str(report))
        expect(page.locator("blockquote").first).to_have_text(words)
        hand.read += len(words.split())
        began = time.monotonic()
        hand.press(keys)
        expect(page.locator(f'[data-sorting="{report}"]')).to_have_count(0)
        page.wait_for_load_state()  # before that a key is nobody's
        hand.waited.append(time.monotonic() - began)
    assert asked(table.left) == 0
    with capsys.disabled():
        print(  # noqa: T201 - the figures are what the drill is for
            f"\n{CASES} messages, {hand.read} words: {hand.keys} keys, machine "
            f"{sum(hand.waited):.0f} s, work {hand.work_s() / 60:.1f} min of "
            f"{HOUR_S * CASES / 120 / 60:.0f}"
        )
    assert hand.work_s() < HOUR_S * CASES / 120


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
    expect(page.locator("[data-desk-help]")).to_be_hidden()  # until then a key is the dialog's
    page.keyboard.press("j")
    expect(page.locator("[data-desk-open]").first).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#case-note")).to_be_focused()
    page.keyboard.type("Somebody rang.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-case] .talk").first).to_contain_text("Somebody rang.")
    page.keyboard.press("/")
    expect(page.locator("#desk-q")).to_be_focused()
