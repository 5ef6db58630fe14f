"""Report maps in a browser: they draw, in their frame and from a desk, and ask nobody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState

from satisfaction.reports import maps
from satisfaction.reports.values import About, Ground, Reading, Spot, Step, Zone
from satisfaction.services.report_maps import ReportKind
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = "<img src=x onerror=\"document.title='broken'\"> {{ 7 * 7 }}"
WEST, SOUTH = 25.60, 42.40
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Q"
    "DwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def cell(column: int) -> dict[str, object]:
    """A square of a hundredth of a degree in a row of such squares."""
    west = WEST + column / 100
    ring = [[west, SOUTH], [west + 0.01, SOUTH], [west + 0.01, SOUTH + 0.01], [west, SOUTH + 0.01]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def drawn() -> dict[ReportKind, str]:
    """The four maps of a town of three zones with hostile names."""
    about = About(HOSTILE, "en", "October 2026", 900, 2, "1", "CC BY 4.0", "month-2026-10-v1", True)
    box = (WEST, SOUTH, WEST + 0.03, SOUTH + 0.01)
    ground = Ground(box, cell(0), [Zone(str(n), f"{n} {HOSTILE}", cell(n)) for n in range(3)])
    spots = [Spot(HOSTILE, WEST + 0.015, SOUTH + 0.005, 40)]
    may = {"1": Reading(30, 5.2, 4.8, 5.6)}
    june = {"0": Reading(40, 8.2, 7.9, 8.5), "1": Reading(50, 6.2, 5.9, 6.5)}
    return {
        ReportKind.VOTES: maps.votes_map(about, ground, spots),
        ReportKind.ZONES: maps.zones_map(about, ground, june),
        ReportKind.SURFACE: maps.surface_map(about, ground, PIXEL, box, spots),
        ReportKind.TIME: maps.time_map(about, ground, [Step("May", may), Step("June", june)]),
    }


@pytest.fixture
def on_the_desk(browser: Browser) -> Iterator[Page]:
    """A page without any network; what it complains of or asks for fails the test."""
    context = browser.new_context(offline=True, viewport={"width": 1000, "height": 800})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on(
        "console",
        lambda said: faults.append(said.text) if said.type == "error" else None,
    )
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith(("file:", "data:")) else faults.append(asked.url)
        ),
    )
    yield page
    context.close()
    assert faults == []


@pytest.mark.parametrize("kind", list(ReportKind))
def test_a_file_draws_itself_from_a_desk(
    on_the_desk: Page, tmp_path: Path, kind: ReportKind
) -> None:
    file = tmp_path / f"{kind}.html"
    file.write_text(drawn()[kind], encoding="utf-8")
    on_the_desk.goto(file.as_uri())

    shapes = on_the_desk.locator(".leaflet-overlay-pane path")
    shapes.first.wait_for(state="attached")
    assert shapes.count() >= 1
    middle = on_the_desk.locator(".folium-map").bounding_box()
    assert middle
    on_the_desk.mouse.move(middle["x"] + middle["width"] / 2, middle["y"] + middle["height"] / 2)
    said = on_the_desk.locator(".leaflet-tooltip").inner_text()
    assert HOSTILE in said  # as it was written, and never carried out
    assert on_the_desk.title() != "broken"


def test_a_file_draws_itself_once_its_frame_has_room(on_the_desk: Page, tmp_path: Path) -> None:
    (tmp_path / "votes.html").write_text(drawn()[ReportKind.VOTES], encoding="utf-8")
    around = tmp_path / "around.html"
    around.write_text(
        '<iframe src="votes.html" style="width: 0; height: 30rem; border: 0"></iframe>'
    )
    on_the_desk.goto(around.as_uri())

    inside = on_the_desk.frame_locator("iframe")
    inside.locator("h1").wait_for(state="attached")
    assert inside.locator(".leaflet-pane").count() == 0
    on_the_desk.locator("iframe").evaluate("frame => { frame.style.width = '40rem' }")
    inside.locator(".leaflet-overlay-pane path").first.wait_for(state="attached")
    town = inside.locator(".leaflet-ground-pane path").first.bounding_box()
    assert town
    assert town["width"] > 50  # drawn in no room it would be a dot


def test_the_slider_moves_through_time_by_keyboard(on_the_desk: Page, tmp_path: Path) -> None:
    file = tmp_path / "time.html"
    file.write_text(drawn()[ReportKind.TIME], encoding="utf-8")
    on_the_desk.goto(file.as_uri())

    def colours() -> list[str | None]:
        shapes = on_the_desk.locator(".leaflet-overlay-pane path")
        return [shapes.nth(n).get_attribute("fill") for n in range(shapes.count())]

    label = on_the_desk.locator("#report-label")
    assert label.inner_text() == "June · 90 votes"
    june = colours()
    on_the_desk.locator("#report-step").focus()
    on_the_desk.keyboard.press("ArrowLeft")
    assert label.inner_text() == "May · 30 votes"
    may = colours()
    assert may != june
    assert may.count("url(#report-hatch)") == 2
    on_the_desk.locator("#report-on").click()
    assert colours() == june


@pytest.fixture(scope="module")
def press(browser: Browser, server: str) -> StorageState:
    """The administrator of the demonstration, signed in by one click."""
    with browser.new_context(base_url=server) as context:
        page = context.new_page()
        page.goto("/demo/")
        page.locator("form:has(input[value='/stara-zagora/town/']) button").first.click()
        page.wait_for_url("**/stara-zagora/town/")
        return context.storage_state()


@pytest.mark.parametrize("kind", list(ReportKind))
def test_our_page_frames_the_map_of_the_town(
    open_page: OpenPage, press: StorageState, kind: ReportKind
) -> None:
    page = open_page(f"/stara-zagora/press/reports/{kind}/", storage_state=press)
    frame = page.frame_locator(".report-frame")
    frame.locator(".leaflet-overlay-pane path").first.wait_for(state="attached")
    # It belongs to no origin: neither our cookies nor our pages are within its reach.
    assert frame.locator("body").evaluate("() => self.origin") == "null"
