"""The map of the town: it draws, answers clicks and keys, and folds away where it cannot draw."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import OpenPage, Watch, click_map, wait_for_map

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("town", ["piatra-neamt", "stara-zagora"])
def test_the_home_page_draws_its_map_without_a_complaint(open_page: OpenPage, town: str) -> None:
    page = open_page(f"/{town}/")

    wait_for_map(page)

    assert page.locator("megdan-map").get_attribute("data-state") == "ready"
    expect(page.locator("[data-map-status]")).to_have_text("")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_click_opens_the_sheet_of_the_place(open_page: OpenPage, width: int) -> None:
    page = open_page("/piatra-neamt/", width=width)
    wait_for_map(page)

    click_map(page, across=0.5, down=0.5)

    sheet = page.locator("[data-sheet]")
    expect(sheet.locator(".place-line")).to_contain_text("You are")
    expect(sheet.get_by_role("button", name="Share this place")).to_be_visible()
    assert sheet.locator("[data-zone-ids]").get_attribute("data-zone-ids")


def test_the_whole_way_can_be_gone_with_the_keyboard(open_page: OpenPage) -> None:
    page = open_page("/piatra-neamt/")
    wait_for_map(page)

    page.locator("megdan-map canvas").focus()
    page.keyboard.press("Equal")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    sheet = page.locator("[data-sheet]")
    expect(sheet.locator(".place-line")).to_be_visible()
    expect(sheet.locator("[data-sheet-body]")).to_be_focused()

    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.locator("megdan-map canvas")).to_be_focused()


def test_where_am_i_answers_for_the_position_of_the_device(open_page: OpenPage) -> None:
    page = open_page("/piatra-neamt/", permissions=["geolocation"])
    page.context.set_geolocation({"longitude": 26.3715, "latitude": 46.9275})
    wait_for_map(page)

    page.get_by_role("button", name="Where am I?").click()

    expect(page.locator("[data-sheet] .place-line")).to_contain_text("You are")


def test_a_zone_marks_itself_on_its_own_page(open_page: OpenPage) -> None:
    page = open_page("/piatra-neamt/zones/?kind=neighbourhood")
    page.get_by_role("link", name="Mărăței", exact=True).click()

    wait_for_map(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Mărăței")
    expect(
        page.get_by_text("invented shape, for demonstration. It proves nothing.")
    ).to_be_visible()


def test_the_dark_look_is_chosen_and_kept(open_page: OpenPage) -> None:
    page = open_page("/piatra-neamt/")
    wait_for_map(page)

    page.get_by_text("Appearance").locator("xpath=ancestor::summary").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()

    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_without_webgl_the_list_carries_on(
    browser_without_webgl: Browser, server: str, watch: Watch
) -> None:
    page = browser_without_webgl.new_page(base_url=server, locale="en")
    watch.follow(page)

    page.goto("/piatra-neamt/")

    page.wait_for_selector("megdan-map[data-state=list]")
    expect(page.locator("[data-map-message]")).to_contain_text("cannot draw the map")
    expect(page.get_by_role("link", name="Mărăței", exact=True)).to_be_visible()


def test_without_javascript_the_list_is_the_page(open_page: OpenPage) -> None:
    page = open_page("/piatra-neamt/", java_script_enabled=False)

    expect(page.locator("[data-map-message]")).to_contain_text("needs JavaScript")
    page.get_by_role("searchbox").fill("Bulevardul Decebal 1")
    page.get_by_role("button", name="Find").click()

    expect(page.locator("main")).to_contain_text("Decebal")
