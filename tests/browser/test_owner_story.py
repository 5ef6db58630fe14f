"""A fall in the votes, a letter, works and words in answer, and what residents read of it later."""

import datetime as dt
from collections.abc import Iterator

import pytest
import shapely
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import DjangoDbBlocker

from outbox.models import OutboxMessage
from satisfaction.models import Alert
from satisfaction.services.publishing import publish
from sign_registry.models import RatingTally, Site
from sign_registry.paths import site_path
from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import faults_of
from tests.browser.test_crew import asked
from tests.factories.accounts import MembershipFactory
from tests.factories.departments import DepartmentFactory
from tests.factories.ratings import votes
from tests.factories.sites import SiteCategoryFactory, SiteFactory, SitePeriodFactory
from zones.models import Municipality
from zones.services.municipalities import TownFacts, create_municipality

pytestmark = pytest.mark.browser
SLUG = "owner-story"
WEEK = dt.timedelta(weeks=1)
WEST, SOUTH, SIDE = 25.60, 42.40, 0.06
GOOD = votes(s6=4, s7=8, s8=8, s9=4)
BAD = votes(s3=4, s4=8, s5=8, s6=4)
# The fall is found twenty weeks ago, its month is public six weeks later.
FOUND, KNOWN = 20 * WEEK, 14 * WEEK


def last_monday() -> dt.date:
    """Today, or the Monday before."""
    today = timezone.now().date()
    return today - dt.timedelta(days=today.weekday())


class Story:
    """A town of six playgrounds, one of which became worse, and the head of its office."""

    def __init__(self) -> None:
        """Five of them are as they always were."""
        self.monday = last_monday()
        self.town = found_town()
        self.office = DepartmentFactory.create(municipality=self.town, names={"en": "Green spaces"})
        category = SiteCategoryFactory.create(municipality=self.town)
        self.sites = [
            SiteFactory.create(
                municipality=self.town,
                names={"en": f"Playground {number}"},
                geometry=f"SRID=4326;POINT({WEST + 0.005 * number} {SOUTH + 0.01})",
            )
            for number in range(1, 7)
        ]
        for site in self.sites:
            SitePeriodFactory.create(
                site=site, category=category, owner=self.office, valid_from=dt.date(2020, 1, 1)
            )
        self.head = MembershipFactory.create(
            municipality=self.town, role="head", department=self.office, user__language="en"
        )
        for site in self.sites[1:]:
            self.vote(site, GOOD, self.monday - FOUND - 20 * WEEK, self.monday)
        self.vote(
            self.fallen, GOOD, self.monday - FOUND - 20 * WEEK, self.monday - FOUND - 6 * WEEK
        )
        self.vote(self.fallen, BAD, self.monday - FOUND - 6 * WEEK, self.monday - FOUND)
        self.publish(self.monday - FOUND)

    @property
    def fallen(self) -> Site:
        """The place it is about."""
        return self.sites[0]

    @property
    def path(self) -> str:
        """Its public page."""
        return site_path(SLUG, self.fallen.pk)

    def vote(self, site: Site, counted: list[int], first: dt.date, until: dt.date) -> None:
        """The same votes in each of some weeks."""
        RatingTally.objects.bulk_create(
            RatingTally(site=site, grain="week", day=first + WEEK * number, counted=counted)
            for number in range((until - first) // WEEK)
        )

    def publish(self, monday: dt.date) -> None:
        """What happens on a Monday morning."""
        now = dt.datetime.combine(monday, dt.time(2), tzinfo=dt.UTC)
        publish(now=now, municipality=self.town)

    def mended(self) -> None:
        """People like the place again since it was repaired."""
        self.vote(self.fallen, GOOD, self.monday - KNOWN, self.monday)
        self.publish(self.monday)

    def letter(self) -> str:
        """What the head of the office was written."""
        return OutboxMessage.objects.get(recipient=self.head.user.email, kind="worsening").body

    def alert(self) -> Alert:
        """What was found at the place."""
        return Alert.objects.get(site=self.fallen)

    def cookie(self) -> str:
        """A session of the head of the office."""
        client = Client()
        client.force_login(self.head.user)
        return client.cookies[settings.SESSION_COOKIE_NAME].value


def found_town() -> Municipality:
    """A town with nothing in it."""
    facts = TownFacts(
        slug=SLUG,
        names={"en": "Owner story"},
        country="BG",
        timezone="Europe/Sofia",
        languages=["en", "bg"],
        metric_srid=7801,
    )
    ground = shapely.box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)
    town = create_municipality(facts=facts, outline=shapely.MultiPolygon([ground]))
    town.modules = ["ratings"]
    town.save(update_fields=["modules"])
    return town


@pytest.fixture
def story(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Story]:
    """The town goes with the whole database."""
    with django_db_blocker.unblock():
        yield asked(Story)


@pytest.fixture
def page(open_page: OpenPage, story: Story, server: str) -> Page:
    """A browser of the head of the office."""
    page = open_page(f"/{SLUG}/")
    key = asked(story.cookie)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])
    return page


def press(page: Page, name: str, role: str = "button") -> None:
    """One click; the next page is there afterwards."""
    page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
    page.wait_for_load_state()


def says(page: Page, text: str) -> None:
    """The page shows a sentence."""
    page.get_by_text(text).first.wait_for()


def repair(page: Page, begins: dt.date, ends: dt.date) -> None:
    """Enter works at the place of the worsening; where it is is filled in already."""
    press(page, "Enter new works", "link")
    page.get_by_label("Department", exact=True).select_option(label="Green spaces")
    page.get_by_label("Title (English)").fill("New slide")
    page.get_by_label("First day").fill(begins.isoformat())
    page.get_by_label("Last day").fill(ends.isoformat())
    press(page, "Save")
    says(page, "New slide is saved.")


def test_a_fall_is_answered_and_residents_read_what_came_of_it(page: Page, story: Story) -> None:
    link = asked(story.letter).split()[-1]
    assert link.endswith(f"/{SLUG}/mine/alerts/{asked(story.alert).pk}/")

    # What waits stands first, and the letter leads to it.
    page.goto(f"/{SLUG}/staff/")
    page.get_by_role("link", name="My places").click()
    says(page, "Worsenings to answer")
    page.goto(link)
    says(page, "The score has fallen from 7.5 to 4.5")
    begins = story.monday - FOUND + WEEK
    repair(page, begins, begins + WEEK)
    page.goto(link)
    page.get_by_label("Works that mend it").select_option(label=f"New slide ({begins})")
    page.get_by_label("Reply (English)").fill("The slide is being replaced.")
    press(page, "Answer")
    says(page, "Your answer stands on the page of the place.")

    # Residents read it as soon as the figures of that month are public; nothing came of it yet.
    asked(lambda: story.publish(story.monday - KNOWN))
    page.goto(story.path)
    says(page, "The slide is being replaced.")
    says(page, "New slide")
    says(page, "Not yet enough votes before and after to say what came of it.")

    asked(story.mended)
    page.goto(story.path)
    says(page, "Since then the score has risen by")
    says(page, "more than at places of the same kind.")
    for path in (story.path, f"/{SLUG}/mine/", f"/{SLUG}/mine/{story.fallen.pk}/", link):
        assert faults_of(page, path, "en") == []
