"""The press office's page in a browser: layers, time by keyboard, what was picked, its table."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MONTHS = "/stara-zagora/press/?span=month"
Signed = Callable[..., Page]


@pytest.fixture
def signed_in(open_page: OpenPage) -> Signed:
    """Open a page as the town's press officer."""

    def opened(path: str, **options: object) -> Page:
        page = open_page("/demo/", **options)
        page.locator("form:has(input[value='/stara-zagora/town/']) button").first.click()
        page.wait_for_url("**/stara-zagora/town/")
        page.goto(path)
        return page

    return opened


def wait_for_layer(page: Page, layer: str) -> None:
    """Wait until a layer is drawn with its figures."""
    page.wait_for_selector(f"megdan-map[data-press-drawn={layer}]", timeout=60_000)


def test_layers_are_switched_and_stay_in_the_address(signed_in: Signed) -> None:
    page = signed_in(MONTHS)
    wait_for_layer(page, "places")
    for layer, legend in (
        ("kind", "average of the same kind"),
        ("zones", "Score from 1 to 10"),
        ("surface", "spread over the places nearby"),
        ("votes", "Number of votes, not satisfaction"),
    ):
        page.check(f"input[value={layer}]")
        wait_for_layer(page, layer)
        expect(page.locator(".press-legend:visible")).to_contain_text(legend)
        assert f"layer={layer}" in page.url
    page.reload()
    wait_for_layer(page, "votes")


def test_the_slider_goes_back_in_time_by_keyboard(signed_in: Signed) -> None:
    page = signed_in(MONTHS)
    wait_for_layer(page, "places")
    period = page.locator("[data-press-period]").inner_text()
    said = page.locator(".press-sentence").inner_text()
    page.focus("#press-slider")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".press-sentence")).not_to_have_text(said)
    expect(page.locator("[data-press-period]")).not_to_have_text(period)
    expect(page.locator("#press-slider")).to_be_focused()
    expect(page.locator(".press-table caption").first).to_contain_text(
        page.locator("[data-press-period]").inner_text()
    )
    assert "from=" in page.url


def test_what_lies_under_the_cross_is_said_with_its_interval(signed_in: Signed) -> None:
    page = signed_in(f"{MONTHS}&layer=zones")
    wait_for_layer(page, "zones")
    page.locator("megdan-map canvas").focus()
    page.keyboard.press("Enter")
    said = page.locator("[data-press-picked]")
    expect(said).to_contain_text("out of 10 (between")
    assert "/zones/" in (said.locator("a").get_attribute("href") or "")


def test_a_filter_changes_sentence_table_and_address_without_a_new_page(signed_in: Signed) -> None:
    page = signed_in(MONTHS)
    wait_for_layer(page, "places")
    page.evaluate("document.documentElement.dataset.same = 'yes'")
    page.select_option("#press-category", "playground")
    page.click(".press-form button[type=submit]")
    page.wait_for_url("**category=playground**")
    expect(page.locator(".press-sentence")).to_contain_text("of the kind")
    assert page.locator("html").get_attribute("data-same") == "yes"
    kinds = page.locator("#places tbody .press-kind")
    assert set(kinds.all_inner_texts()) == {"Playground"}


def test_the_page_is_whole_without_scripts(signed_in: Signed, open_page: OpenPage) -> None:
    state = signed_in(MONTHS).context.storage_state()
    page = open_page(MONTHS, java_script_enabled=False, storage_state=state)
    expect(page.locator(".press-sentence")).to_contain_text("out of 10")
    assert page.locator("#places tbody tr").count() > 1
    page.click("[data-press-go][rel=prev]")
    page.wait_for_url("**from=**")
    expect(page.locator("#press-slider")).not_to_be_visible()
