"""A town without neighbourhoods: ten drawn by mouse, published by a second person, and undone."""

from collections.abc import Iterator

import pytest
import shapely
from django.conf import settings
from django.contrib.gis.geos import Point
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker

from tests.browser.conftest import OpenPage, Watch, wait_for_map
from tests.browser.test_accessibility import faults_of
from tests.browser.test_crew import asked
from tests.factories.accounts import MembershipFactory
from tests.factories.zones import AddressFactory
from zones.models import AddressPlacement, Municipality, ZoneShape
from zones.services.divisions import outline_of
from zones.services.municipalities import TownFacts, create_municipality

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SLUG = "zone-story"
NET = 1e-9  # degrees, as geo.coverage has it
WEST, SOUTH, SIDE = 26.35, 46.91, 0.05


class Story:
    """A town with an outline and addresses, and two planners."""

    def __init__(self) -> None:
        """Nothing has ever been drawn here."""
        facts = TownFacts(
            slug=SLUG, names={"en": "Zone story"}, country="RO", timezone="Europe/Bucharest",
            languages=["en", "ro"], metric_srid=3844,
        )  # fmt: skip
        ground = shapely.box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)
        self.town = create_municipality(facts=facts, outline=shapely.MultiPolygon([ground]))
        for number in range(60):
            place = Point(
                WEST + SIDE * (number % 10 + 0.3) / 10, SOUTH + SIDE * (number // 10 + 0.5) / 6
            )
            AddressFactory.create(municipality=self.town, location=place)
        self.planners = [
            MembershipFactory.create(
                municipality=self.town, role="planner", user__language="en"
            ).user
            for _number in range(2)
        ]

    def cookie(self, number: int) -> str:
        """A session of one of the planners."""
        client = Client()
        client.force_login(self.planners[number])
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def in_force(self) -> list[shapely.Geometry]:
        """The areas of all zones, as the register has them."""
        shapes = ZoneShape.objects.in_municipality(self.town).current()
        return [shapely.from_wkb(bytes(shape.geometry.wkb)) for shape in shapes]

    def is_covered(self) -> bool:
        """Whether they cover the outline, without gap and overlap.

        Corners that were set on the outline lie on the net, half its width beside at the most.
        """
        shapes = self.in_force()
        outline = outline_of(self.town)
        assert outline is not None
        beside = shapely.coverage_union_all(shapes).symmetric_difference(outline)
        return bool(shapely.coverage_is_valid(shapes)) and beside.area < NET * outline.length

    def placed(self) -> int:
        """Addresses that belong to a zone."""
        return AddressPlacement.objects.in_municipality(self.town).current().count()


@pytest.fixture
def story(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Story]:
    """The town is taken away again."""
    with django_db_blocker.unblock():
        made = asked(Story)
        yield made
        asked(lambda: Municipality.objects.filter(pk=made.town.pk).update(modules=[]))


def signed_in(open_page: OpenPage, story: Story, server: str, number: int) -> Page:
    """A browser of one of the planners, at the list of what can be drawn."""
    page = open_page("/")
    key = asked(lambda: story.cookie(number))
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])
    page.goto(f"/{SLUG}/plan/zones/")
    return page


def press(page: Page, name: str, role: str = "button") -> None:
    """One click; the next page is there afterwards."""
    page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]
    page.wait_for_load_state()


def ready(page: Page) -> None:
    """The tools can be used."""
    wait_for_map(page)
    page.wait_for_selector("[data-zone-editor][data-ready]")


def corner(page: Page, east: float, north: float) -> None:
    """Click a place of the town given as shares of its width and height."""
    page.locator("megdan-map canvas").scroll_into_view_if_needed()
    place = [WEST + SIDE * east, SOUTH + SIDE * north]
    x, y = page.evaluate(
        """place => {
          const map = document.querySelector("megdan-map").megdanMap;
          const { x, y } = map.project(place);
          const { left, top } = map.getCanvas().getBoundingClientRect();
          return [left + x, top + y];
        }""",
        place,
    )
    page.mouse.move(x, y)
    page.mouse.click(x, y)


def draw(page: Page, *corners: tuple[float, float]) -> None:
    """Set corners and finish."""
    for east, north in corners:
        corner(page, east, north)
    page.get_by_role("button", name="Finish").click()


def zones(page: Page, count: int) -> None:
    """The list says how many zones there are."""
    expect(page.locator("#zone-list tbody tr")).to_have_count(count, timeout=20_000)


def draw_ten(page: Page) -> None:
    """One area over the whole town, then nine lines through it."""
    page.get_by_label("Draw a zone").check()
    page.get_by_label("snap to streets").uncheck()
    draw(page, (-0.02, -0.02), (1.02, -0.02), (1.02, 1.02), (-0.02, 1.02))
    zones(page, 1)
    page.get_by_label("Split", exact=True).check()
    for number in range(1, 10):
        page.get_by_label("Zone to split").select_option("n1")
        draw(page, (number / 10, -0.015), (number / 10 + 0.01, 1.015))
        zones(page, number + 1)


def name_all(page: Page) -> None:
    """Each zone gets a name in the form beside the list."""
    for number in range(1, 11):
        page.locator(f"[id='name-n{number}-en']").fill(f"Quarter {number}")
        form = page.locator(f"form.zone-name:has([id='name-n{number}-en'])")
        form.get_by_role("button").click()
        page.wait_for_load_state()


def undo_and_redo(page: Page) -> None:
    """By the keys that people know."""
    page.keyboard.press("Control+z")
    zones(page, 9)
    page.keyboard.press("Control+y")
    zones(page, 10)


def publish(page: Page, story: Story) -> None:
    """The second person sees the note and what changes, and publishes."""
    press(page, "Compare and decide", "link")
    expect(page.get_by_text("The first neighbourhoods.")).to_be_visible()
    press(page, "Publish")
    expect(page.get_by_text("every address and resident follows it")).to_be_visible()
    assert len(asked(story.in_force)) == 10
    assert asked(story.is_covered)
    assert asked(story.placed) == 60


def test_ten_neighbourhoods_are_drawn_published_and_undone(
    open_page: OpenPage, story: Story, server: str
) -> None:
    page = signed_in(open_page, story, server, 0)
    press(page, "A new kind of zones", "link")
    page.get_by_label("Short name").fill("neighbourhood")
    page.get_by_label("Name of one (English)").fill("Neighbourhood")
    page.get_by_label("Name of several (English)").fill("Neighbourhoods")
    press(page, "Begin to draw")
    ready(page)
    draw_ten(page)
    expect(page.locator("#zone-preview")).to_contain_text("60 addresses would change their zone.")
    expect(page.locator("#zone-preview")).to_contain_text("Every address has a zone.")
    expect(page.locator("#zone-preview")).to_contain_text("The whole town is covered.")
    undo_and_redo(page)
    name_all(page)
    page.get_by_label("Why, for the second person").fill("The first neighbourhoods.")
    press(page, "Hand in")
    expect(page.get_by_text("You handed this in yourself")).to_be_visible()
    assert page.get_by_role("button", name="Publish").count() == 0

    second = signed_in(open_page, story, server, 1)
    publish(second, story)
    second.goto(f"/{SLUG}/plan/zones/")
    press(second, "Undo this")
    press(second, "Hand in")
    page.goto(f"/{SLUG}/plan/zones/")
    press(page, "Compare and decide", "link")
    press(page, "Publish")
    assert (asked(story.in_force), asked(story.placed)) == ([], 0)


def test_a_fault_is_shown_and_everything_goes_without_the_map(
    open_page: OpenPage, story: Story, server: str, watch: Watch
) -> None:
    page = signed_in(open_page, story, server, 0)
    press(page, "A new kind of zones", "link")
    page.get_by_label("Short name").fill("school-district")
    page.get_by_label("Name of one (English)").fill("School district")
    press(page, "Begin to draw")
    ready(page)
    draft = page.url
    page.get_by_text("A zone from another program").click()
    page.get_by_label("GeoJSON or POLYGON text").fill(
        "POLYGON((26.35 46.91, 26.38 46.91, 26.38 46.96, 26.35 46.96, 26.35 46.91))"
    )
    page.locator("#zone-forms details[open] button").click()
    zones(page, 1)
    ready(page)
    page.get_by_label("Split", exact=True).check()
    draw(page, (-0.01, 0.5), (0.3, 0.5))
    said = page.locator("[data-zone-said]")
    expect(said).to_contain_text("Draw it on until it crosses the border.")
    watch.faults[:] = [fault for fault in watch.faults if "422" not in fault]

    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert faults_of(page, draft.removeprefix(server), "en") == []
