"""Finding a place by typing: suggestions, the keyboard, the plain form, the remark."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, wait_for_map

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_typing_suggests_and_enter_opens_the_place(open_page: OpenPage) -> None:
    page = open_page("/piatra-neamt/")
    wait_for_map(page)

    box = page.get_by_role("combobox", name="Your street or address")
    box.press_sequentially("decebal")
    expect(page.get_by_role("option").first).to_contain_text("Decebal")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "search-list-0")
    box.press("Enter")

    expect(page.locator("[data-sheet] .place-line")).to_contain_text("Decebal")


def test_escape_closes_the_suggestions_and_keeps_the_text(open_page: OpenPage) -> None:
    page = open_page("/piatra-neamt/")

    box = page.get_by_role("combobox", name="Your street or address")
    box.press_sequentially("traian")
    expect(page.get_by_role("listbox")).to_be_visible()
    box.press("Escape")

    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("traian")


def test_cyrillic_is_found_as_it_is_typed(open_page: OpenPage) -> None:
    page = open_page("/stara-zagora/", locale="bg")

    page.locator("#search-input").press_sequentially("Загоре")

    expect(page.get_by_role("option").first).to_contain_text("Загоре")


def test_what_is_not_in_the_register_is_not_guessed(open_page: OpenPage) -> None:
    page = open_page("/piatra-neamt/search/?q=Qwertzuiop+999")

    expect(page.get_by_role("heading", name="No such address here")).to_be_visible()


def test_not_right_reaches_the_town_office(open_page: OpenPage) -> None:
    page = open_page("/piatra-neamt/here/?lon=26.3715&lat=46.9275")

    page.get_by_text("Not right?").click()
    page.get_by_label("What is right?").fill("The border runs along the other side.")
    page.get_by_role("button", name="Send to the town office").click()
    expect(page.get_by_text("Received.")).to_be_visible()

    page.goto("/demo/")
    office = page.locator('form:has(input[value="admin@piatra-neamt.example"])')
    office.get_by_role("button").first.click()
    page.goto("/piatra-neamt/town/corrections/")
    expect(page.get_by_text("The border runs along the other side.")).to_be_visible()
