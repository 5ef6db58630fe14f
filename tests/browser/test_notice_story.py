"""Scanned on the staircase, registered, placed, told what concerns the street; next door is not.

The real web server, worker, beat, database, Redis and an SMTP server; in Romanian, as in
Piatra-Neamț.
"""

import datetime as dt
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page

from notifications.models import Announcement, Preference
from residents.models import Residence
from residents.services.registering import AddressChoice, declare_address, finish, register
from sign_registry.models import SignCode
from tests.browser.conftest import Watch
from tests.browser.town_stack import PATIENCE_S, Ask, LetterBox, plain
from tests.factories.accounts import UserFactory
from zones.models import Address, Municipality

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]

logger = logging.getLogger(__name__)
SLUG = "piatra-neamt"
ANNA, DAN = "ana.popescu@example.org", "dan.vecin@example.org"
GOAL_S = 90
# Each notice at once, and no quiet hours: what is due soon waits for the end of the night, and
# this story is also told at night.
AWAKE = {"is_daily": False, "quiet_from": dt.time(0), "quiet_until": dt.time(0)}


@dataclass(frozen=True)
class Staircase:
    """A sign on a staircase, the address behind it, and a home that is not near."""

    token: str
    address: Address
    elsewhere: Address


def staircase() -> Staircase:
    """The first one of the demonstration, with a neighbour half a kilometre away."""
    codes = SignCode.objects.living().filter(
        sign__site__municipality__slug=SLUG,
        sign__purpose="registration",
        sign__state="installed",
        sign__site__address__isnull=False,
    )
    code = codes.select_related("sign__site__address").order_by("pk").first()
    assert code is not None
    assert code.sign.site is not None
    address = code.sign.site.address
    assert address is not None
    far = Address.objects.filter(municipality__slug=SLUG, street__isnull=False)
    near = address.location.buffer(0.006)
    elsewhere = far.exclude(location__intersects=near).order_by("pk").first()
    assert elsewhere is not None
    return Staircase(code.token, address, elsewhere)


def neighbour(home: Address) -> None:
    """Somebody who wants each notice at once and lives elsewhere."""
    now = timezone.now()
    town = Municipality.objects.get(slug=SLUG)
    # A notice can be stopped for no time at all: the test does not wait for it.
    Municipality.objects.filter(pk=town.pk).update(notice_delay_minutes=0)
    with transaction.atomic():
        user = UserFactory.create(email=DAN, language="ro")
        resident = register(municipality=town, user=user, origin="web", now=now)
        resident.birth_year = 1970
        resident.save()
        declare_address(resident=resident, choice=AddressChoice(address=home), now=now)
        finish(resident=resident, now=now)
        Preference.objects.create(municipality=town, user=user, changed_at=now, **AWAKE)


def wants_everything_at_once() -> None:
    """Anna chose each notice by itself, as the page of preferences lets her."""
    home = Residence.objects.get(resident__user__email=ANNA)
    Preference.objects.update_or_create(
        municipality=home.resident.municipality,
        user=home.resident.user,
        defaults={"changed_at": timezone.now(), **AWAKE},
    )


def is_over() -> None:
    """Wait until everybody was told."""
    deadline = time.monotonic() + PATIENCE_S
    news = Announcement.objects.order_by("-pk")
    while news.values_list("state", flat=True)[0] != Announcement.State.SENT:
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.fixture
def phone(browser: Browser, town: str) -> Iterator[Page]:
    """A Romanian phone."""
    watch = Watch(town)
    context = browser.new_context(
        base_url=town, locale="ro-RO", viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    watch.follow(page)
    yield page
    context.close()
    assert watch.faults == []


@pytest.fixture
def desk(browser: Browser, town: str) -> Iterator[Page]:
    """The press officer's computer."""
    context = browser.new_context(
        base_url=town, locale="ro-RO", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.goto("/demo/")
    page.locator('form:has(input[value="press@piatra-neamt.example"]) button').first.click()
    page.wait_for_load_state()
    yield page
    context.close()


def test_from_the_staircase_to_the_notice(
    ask: Ask, town: str, post: LetterBox, phone: Page, desk: Page
) -> None:
    place: Staircase = ask(staircase)
    ask(lambda: neighbour(place.elsewhere))

    screens = registers(phone, place, post)
    assert screens <= 4
    home: Residence = ask(lambda: Residence.objects.get(resident__user__email=ANNA))
    assert home.address_id == place.address.pk
    assert home.assurance == Residence.Assurance.DECLARED  # a scan proves nothing
    ask(wants_everything_at_once)

    started = time.monotonic()
    sends(desk, place)
    clicks_s = time.monotonic() - started
    letter = post.wait_for(ANNA, "Apa se oprește")
    logger.info("drawn and sent in %.1f s of clicks, %d screens to register", clicks_s, screens)
    assert "deoarece locuiți în această zonă" in plain(letter)
    assert letter["List-Unsubscribe"]
    assert clicks_s <= GOAL_S
    ask(is_over)
    assert not [one for one in post.of(DAN) if "Apa se oprește" in plain(one)]


def registers(page: Page, place: Staircase, post: LetterBox) -> int:
    """Scan, give an address, type the code, say where; how many screens it took."""
    page.goto(f"/S/{place.token}")
    page.wait_for_url("**/join/**")  # the sign opens the door itself
    page.locator("input[name=email]").fill(ANNA)
    page.locator("main form button[type=submit]").first.click()
    letter = post.wait_for(ANNA, "Codul dumneavoastră")
    code = re.search(r"^\s*([A-Z0-9-]{5,12})\s*$", plain(letter), re.MULTILINE)
    assert code, plain(letter)
    page.locator("input[name=code]").fill(code.group(1))
    page.locator("main form button.is-primary").first.click()
    page.locator("input[name=birth_year]").fill("1985")
    assert page.locator("input[name=home][value=yes]").is_checked()
    page.locator("main form button.is-primary").first.click()
    page.locator("text=Sunteți înregistrat").first.wait_for()
    return 4


def sends(page: Page, place: Staircase) -> None:
    """Write a notice, draw the area around the staircase, hand it in."""
    page.goto(f"/{SLUG}/notices/new/")
    page.locator("input[name=names_ro]").fill("Apa se oprește mâine")
    page.locator("textarea[name=texts_ro]").fill("Între orele 9 și 12 se repară conducta.")
    page.locator("input[name=urgency][value=soon]").check()
    page.locator("details.fold:has([data-draw-area]) > summary").click()
    draw_around(page, place)
    page.locator("form.notice-form button.is-primary").click()
    page.locator("button[value=hand_in]").click()
    page.locator("button[value=hand_in]").wait_for(state="detached")


def draw_around(page: Page, place: Staircase) -> None:
    """Move the map to the staircase and click four corners around it, some 150 m away."""
    page.locator("[data-draw-tools]").wait_for(timeout=60_000)
    host = page.locator("[data-draw-area] megdan-map")
    centre = [place.address.location.x, place.address.location.y]
    host.evaluate("(host, centre) => host.megdanMap.jumpTo({center: centre, zoom: 16})", centre)
    canvas = host.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for across, down in ((-90, -70), (90, -70), (90, 70), (-90, 70)):
        page.mouse.click(middle[0] + across, middle[1] + down)
        page.wait_for_timeout(350)  # two quick clicks would end the shape
    page.locator("[data-draw-finish]").click()
    assert "Polygon" in page.locator("[data-draw-shape]").input_value()
