"""A phone of the crew: few touches for a sign, a day without a network, nothing lost or twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
import qrcode
from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import BrowserContext, Dialog, Page, Playwright
from pytest_django import DjangoDbBlocker

from accounts.models import User
from departments.models import Membership
from sign_registry.codes import sign_url
from sign_registry.models import CrewRound, RoundStop, Sign, SignCode, SignEvent, Site
from tests.browser.conftest import CHROMIUM, FLAGS, Watch
from tests.browser.test_accessibility import AXE, faults_of
from tests.factories.accounts import MembershipFactory
from tests.factories.signs import SignCodeFactory
from tests.factories.sites import SiteFactory
from zones.models import Dataset, Municipality

pytestmark = pytest.mark.browser

ORIGIN = "https://signs.example"
SIGNS = 20
CREW = "/stara-zagora/crew/"


Found = TypeVar("Found")


def asked(question: Callable[[], Found]) -> Found:
    """Ask the database from a thread of its own: the driver of the browser keeps this one busy."""

    def ask() -> Found:
        try:
            return question()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(ask).result()


class Crew:
    """Somebody with a round of twenty printed signs, and a cookie to be them."""

    def __init__(self) -> None:
        """Rows in the centre of Stara Zagora, thirty metres apart."""
        self.town = Municipality.objects.get(slug="stara-zagora")
        self.origin_before = self.town.sign_origin
        self.town.sign_origin = ORIGIN
        self.town.save(update_fields=["sign_origin"])
        self.member = MembershipFactory.create(
            municipality=self.town, user__email="crew@signs.example", role="crew"
        )
        self.dataset = Dataset.objects.create(municipality=self.town, source="crew test")
        self.longitude, self.latitude = 25.6346, 42.4258
        self.round = CrewRound.objects.create(
            municipality=self.town,
            name="Round of the test",
            planned_on=timezone.localdate(),
            member=self.member,
        )
        self.spare = self._spare()
        self.signs = [self._sign(number) for number in range(1, SIGNS + 1)]
        codes = SignCode.objects.filter(sign__in=[*self.signs, self.spare])
        self.codes = dict(codes.values_list("sign", "token"))
        client = Client()
        client.force_login(self.member.user)
        self.session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def _spare(self) -> Sign:
        """A sign for no place yet, and a place without a sign a few steps away."""
        SiteFactory.create(
            municipality=self.town,
            dataset=self.dataset,
            code="crew-test-bare",
            names={"en": "Bare corner", "bg": "Ъгъл", "ro": "Colț"},
            geometry=Point(self.longitude, self.latitude, srid=4326),
        )
        spare = Sign.objects.create(
            municipality=self.town, number=9900, purpose="rating", state="printed"
        )
        SignCodeFactory.create(sign=spare)
        return spare

    def _sign(self, number: int) -> Sign:
        place = Point(self.longitude, self.latitude + 0.0003 * (number - 1), srid=4326)
        name = f"Площадка {number}"
        site = SiteFactory.create(
            municipality=self.town,
            dataset=self.dataset,
            code=f"crew-test-{number}",
            names={"en": f"Playground {number}", "bg": name, "ro": f"Loc de joacă {number}"},
            geometry=place,
        )
        sign = Sign.objects.create(
            municipality=self.town,
            site=site,
            number=9000 + number,
            purpose="rating",
            state="printed",
        )
        SignCodeFactory.create(sign=sign)
        RoundStop.objects.create(round=self.round, sign=sign, position=number)
        return sign

    def code(self, sign: Sign) -> str:
        """What stands on the sign."""
        return self.codes[sign.pk]

    def cookie(self, origin: str) -> dict[str, str]:
        """The cookie of somebody who is signed in."""
        return {"name": settings.SESSION_COOKIE_NAME, "value": self.session, "url": origin}

    @property
    def round_path(self) -> str:
        """The round's page."""
        return f"{CREW}rounds/{self.round.pk}/"

    def states(self) -> list[str]:
        """Of all signs in their order."""
        signs = Sign.objects.filter(pk__in=[sign.pk for sign in self.signs]).order_by("number")
        return asked(lambda: list(signs.values_list("state", flat=True)))

    def events(self) -> list[SignEvent]:
        """Everything recorded about them, in the order of its arrival."""
        events = SignEvent.objects.filter(sign__in=self.signs).select_related("sign")
        return asked(lambda: list(events.order_by("recorded_at", "pk")))


@pytest.fixture
def crew(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Crew]:
    """Rows that the live server sees; taken away by the owner, because moves are append-only."""
    with django_db_blocker.unblock():
        made = asked(Crew)
        yield made
        asked(lambda: _take_away(made))


def _take_away(crew: Crew) -> None:
    signs = [sign.pk for sign in (*crew.signs, crew.spare)]
    owner = connections["owner"]
    with owner.cursor() as cursor:
        for table in ("roundstop", "signevent", "inspection", "signcode"):
            cursor.execute(f"DELETE FROM sign_registry_{table} WHERE sign_id = ANY(%s)", [signs])
        cursor.execute("DELETE FROM sign_registry_sign WHERE id = ANY(%s)", [signs])
    owner.close()
    crew.round.delete()
    Site.objects.filter(dataset=crew.dataset).delete()
    crew.dataset.delete()
    Membership.objects.filter(pk=crew.member.pk).delete()
    User.objects.filter(pk=crew.member.user_id).delete()
    crew.town.sign_origin = crew.origin_before
    crew.town.save(update_fields=["sign_origin"])


@pytest.fixture
def camera(crew: Crew, tmp_path: Path) -> Path:
    """What a camera before the first sign sees, as a film of still pictures."""
    code = qrcode.make(sign_url(ORIGIN, crew.code(crew.signs[0])), border=4).get_image()
    frame = Image.new("RGB", (640, 480), "#8a8f94")
    frame.paste(code.convert("RGB").resize((300, 300)), (170, 90))
    film = tmp_path / "camera.mjpeg"
    still = tmp_path / "frame.jpg"
    frame.save(still, quality=95)
    film.write_bytes(still.read_bytes() * 5)
    return film


def open_phone(
    playwright: Playwright, folder: Path, server: str, crew: Crew, *flags: str
) -> BrowserContext:
    """A phone that keeps what it has over a restart, and stands at the first sign."""
    phone = playwright.chromium.launch_persistent_context(
        str(folder),
        executable_path=CHROMIUM,
        args=[*FLAGS, *flags],
        viewport={"width": 360, "height": 740},
        base_url=server,
        locale="en",
        has_touch=True,
        permissions=["geolocation", *(["camera"] if flags else [])],
        geolocation={"longitude": crew.longitude, "latitude": crew.latitude},
    )
    phone.on("console", lambda message: refuse_violations(message.text))
    phone.add_cookies([crew.cookie(server)])  # type: ignore[list-item] # a TypedDict of that shape
    return phone


def refuse_violations(text: str) -> None:
    """No page of the crew may break the content policy, with a network or without."""
    assert "Content Security Policy" not in text, text


def wait_until_kept(page: Page) -> None:
    """Wait until pages and tiles are on the phone and the worker is in charge."""
    page.wait_for_selector("[data-crew][data-kept=all]", state="attached", timeout=90_000)


def hang(page: Page, code: str) -> None:
    """Hang one sign by the code typed from it."""
    page.get_by_role("button", name="Scan the sign").click()
    page.get_by_label("Or type the code on the sign").fill(code)
    page.get_by_role("button", name="Go", exact=True).click()
    page.get_by_role("button", name="It hangs").click()
    reason = page.get_by_role("button", name="It is seen better here")
    saved = page.get_by_role("heading", name="Kept on this phone")
    reason.or_(saved).first.wait_for()
    if reason.is_visible():
        reason.click()
    saved.wait_for()
    page.locator("[data-crew-close]").click()


def test_a_sign_is_hung_with_at_most_four_touches(
    playwright: Playwright, server: str, crew: Crew, camera: Path, tmp_path: Path, watch: Watch
) -> None:
    flags = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
    )
    phone = open_phone(playwright, tmp_path / "phone", server, crew, *flags)
    page = phone.pages[0]
    watch.follow(page)
    page.goto(crew.round_path)
    page.wait_for_selector("[data-crew][data-mood=idle]", state="attached", timeout=30_000)
    touches = 0

    page.get_by_role("button", name="Scan the sign").tap()
    touches += 1
    page.get_by_role("button", name="It hangs").wait_for(timeout=30_000)
    page.get_by_role("button", name="It hangs").tap()
    touches += 1
    page.get_by_role("heading", name="Kept on this phone").wait_for()

    page.wait_for_selector("[data-crew][data-waiting='0'][data-mood=idle]", state="attached")
    assert touches <= 4
    assert crew.states()[0] == "installed"
    (event,) = crew.events()
    assert event.distance_m == pytest.approx(0, abs=5)
    phone.close()


@pytest.mark.slow
def test_twenty_signs_hung_without_a_network_arrive_once_after_a_restart(
    playwright: Playwright, server: str, crew: Crew, tmp_path: Path
) -> None:
    """Airplane mode, twenty signs, the browser closed and opened again, then the network."""
    folder = tmp_path / "phone"
    phone = open_phone(playwright, folder, server, crew)
    page = phone.pages[0]
    page.goto(crew.round_path)
    wait_until_kept(page)

    phone.set_offline(True)
    page.reload()
    for sign in crew.signs:
        hang(page, crew.code(sign))
    assert "20 waiting" in page.locator("[data-crew-status]").inner_text()
    assert crew.states() == ["printed"] * SIGNS
    phone.close()

    phone = open_phone(playwright, folder, server, crew)
    phone.set_offline(True)
    page = phone.pages[0]
    page.goto(server + crew.round_path)
    page.wait_for_selector("[data-crew][data-waiting='20']", state="attached")
    assert page.locator(".crew-stop.is-done").count() == SIGNS
    phone.set_offline(False)
    page.wait_for_selector(
        "[data-crew][data-waiting='0'][data-mood=idle]", state="attached", timeout=60_000
    )

    assert crew.states() == ["installed"] * SIGNS
    events = crew.events()
    assert [event.sign.number for event in events] == [sign.number for sign in crew.signs]
    assert len({event.key for event in events}) == SIGNS
    phone.close()


def test_a_spare_is_bound_to_the_nearest_place_without_a_network(
    playwright: Playwright, server: str, crew: Crew, tmp_path: Path
) -> None:
    phone = open_phone(playwright, tmp_path / "phone", server, crew)
    page = phone.pages[0]
    page.goto(CREW)
    wait_until_kept(page)

    phone.set_offline(True)
    page.get_by_role("button", name="Scan the sign").click()
    page.get_by_label("Or type the code on the sign").fill(crew.code(crew.spare))
    page.get_by_role("button", name="Go", exact=True).click()
    page.get_by_role("heading", name="Which of these is here?").wait_for()
    page.get_by_role("button", name="Bare corner").click()
    page.get_by_role("heading", name="Kept on this phone").wait_for()
    phone.set_offline(False)

    page.wait_for_selector("[data-crew][data-waiting='0'][data-mood=idle]", state="attached")
    spare = asked(lambda: Sign.objects.select_related("site").get(pk=crew.spare.pk))
    assert spare.state == "installed"
    assert spare.site is not None
    assert spare.site.code == "crew-test-bare"
    phone.close()


def test_a_refusal_stays_in_sight_and_a_session_that_ended_loses_nothing(
    playwright: Playwright, server: str, crew: Crew, tmp_path: Path
) -> None:
    phone = open_phone(playwright, tmp_path / "phone", server, crew)
    page = phone.pages[0]
    page.goto(crew.round_path)
    page.wait_for_selector("[data-crew][data-mood=idle]", state="attached")
    first, second = crew.signs[:2]

    asked(lambda: Sign.objects.filter(pk=first.pk).update(state="installed"))
    hang(page, crew.code(first))
    page.get_by_text("Somebody has already entered this").wait_for(state="attached")
    page.locator("[data-crew-queue] summary").click()
    page.get_by_role("button", name="Remove this entry").click()
    phone.clear_cookies()
    hang(page, crew.code(second))
    page.get_by_role("link", name="Sign in again").wait_for()
    assert crew.states()[1] == "printed"

    phone.add_cookies([crew.cookie(server)])  # type: ignore[list-item] # a TypedDict of that shape
    page.reload()
    page.wait_for_selector("[data-crew][data-waiting='0'][data-mood=idle]", state="attached")
    assert crew.states()[1] == "installed"
    phone.close()


def test_signing_out_asks_while_entries_wait(
    playwright: Playwright, server: str, crew: Crew, tmp_path: Path
) -> None:
    phone = open_phone(playwright, tmp_path / "phone", server, crew)
    page = phone.pages[0]
    said: list[str] = []

    def refuse(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    page.goto(crew.round_path)
    wait_until_kept(page)
    phone.set_offline(True)
    hang(page, crew.code(crew.signs[0]))

    page.locator("summary", has_text="Your account").click()
    with page.expect_event("dialog"):
        page.get_by_role("button", name="Sign out").click()

    assert "still wait on this phone" in said[0]
    assert page.url.endswith(crew.round_path)
    assert page.locator("[data-crew]").get_attribute("data-waiting") == "1"
    phone.close()


@pytest.mark.slow
def test_the_pages_of_the_crew_are_accessible(
    playwright: Playwright, server: str, crew: Crew, tmp_path: Path
) -> None:
    asked(lambda: Membership.objects.filter(pk=crew.member.pk).update(role="crew_lead"))
    phone = open_phone(playwright, tmp_path / "phone", server, crew)
    page = phone.pages[0]
    town = "/stara-zagora/"
    link = f"crew/signs/{crew.signs[0].pk}/link/"
    paths = ["crew/", "crew/plan/", link, "signs/coverage/", "install/unknown/"]
    paths += [crew.round_path.removeprefix(town), f"{crew.round_path}print/".removeprefix(town)]

    faults = [fault for path in paths for fault in faults_of(page, town + path, "en")]
    page.goto(crew.round_path)
    page.wait_for_selector("[data-crew][data-mood=idle]", state="attached")
    page.get_by_role("button", name="Scan the sign").click()
    page.get_by_label("Or type the code on the sign").fill(crew.code(crew.spare))
    faults += dialog_faults(page)
    page.get_by_role("button", name="Go", exact=True).click()
    page.get_by_role("heading", name="Which of these is here?").wait_for()
    faults += dialog_faults(page)

    assert faults == []
    phone.close()


def dialog_faults(page: Page) -> list[str]:
    """What axe says of the page as it stands."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document).then(result => result.violations.map(one => one.id))")
    return [str(fault) for fault in found]
