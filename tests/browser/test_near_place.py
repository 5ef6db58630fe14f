"""The place of the home page: remembered on this device when chosen here, and never otherwise."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOME = "/piatra-neamt/"
MEMORY = "localStorage.getItem('megdan-place-piatra-neamt')"


def choose(page: Page) -> None:
    page.get_by_role("link", name="Mărăței", exact=True).click()
    page.wait_for_url("**zone=*")
    expect(page.get_by_role("heading", name="Near you · Mărăței")).to_be_visible()


def test_a_chosen_place_is_there_again_until_it_is_forgotten(open_page: OpenPage) -> None:
    page = open_page(HOME, width=360)
    choose(page)

    page.goto(HOME)
    page.wait_for_url("**zone=*")
    page.get_by_role("link", name="The whole town").click()

    expect(page.get_by_role("heading", name="Now in the town")).to_be_visible()
    assert page.evaluate(MEMORY) is None


def test_a_link_that_somebody_sent_is_not_remembered(open_page: OpenPage) -> None:
    page = open_page(HOME)
    link = page.get_by_role("link", name="Mărăței", exact=True).get_attribute("href")
    page.goto("about:blank")

    page.goto(HOME + (link or ""))

    expect(page.get_by_role("heading", name="Near you · Mărăței")).to_be_visible()
    assert page.evaluate(MEMORY) is None


def test_the_position_of_the_phone_answers_and_is_rounded(open_page: OpenPage) -> None:
    page = open_page(HOME, permissions=["geolocation"])
    page.context.set_geolocation({"longitude": 26.3715123, "latitude": 46.9275456})

    page.get_by_role("button", name="What is near my position?").click()

    page.wait_for_url(re.compile(r"\?lon=26\.3715&lat=46\.9275$"))
    expect(page.locator("#near-heading")).to_contain_text("Near you")
