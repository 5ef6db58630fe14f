"""The planner's desk in a browser: by mouse, by keys, and as plain forms, to the same area."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLUG = "stara-zagora"
Begun = Callable[..., Page]


@pytest.fixture
def begun(open_page: OpenPage) -> Begun:
    """Open a new area as the town's planner."""

    def opened(name: str, **options: object) -> Page:
        page = open_page("/demo/", **options)
        page.locator("form:has(input[value='planner@stara-zagora.example']) button").first.click()
        page.wait_for_load_state()
        page.goto(f"/{SLUG}/plan/areas/new/")
        page.fill("[name=name]", name)
        page.locator("main button[type=submit]").click()
        page.wait_for_url("**/plan/areas/*/")
        return page

    return opened


def wait_for_desk(page: Page) -> None:
    page.wait_for_selector("[data-area-desk][data-ready=yes]", timeout=90_000)


def open_form(page: Page, name: str) -> None:
    page.locator(f"[data-line-form={name}] > summary").click()


def add(page: Page, name: str) -> None:
    lines = page.locator(".area-line").count()
    page.locator(f"[data-line-form={name}] button[type=submit]").click()
    expect(page.locator(".area-line")).to_have_count(lines + 1)


def first_street(page: Page) -> str:
    return str(page.locator("#streets option").first.get_attribute("value"))


def drawn(page: Page) -> str:
    return page.locator("[data-line-form=shape] [name=geometry]").input_value()


def test_an_area_is_drawn_surrounded_and_saved(begun: Begun) -> None:
    page = begun("By mouse")
    wait_for_desk(page)
    page.locator("[data-draw-snap]").uncheck()
    page.click("[data-tool=polygon]")
    box = page.locator("megdan-map canvas").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for across, down in ((-90, -70), (80, -80), (90, 80), (-70, 90)):
        page.mouse.move(middle[0] + across, middle[1] + down)
        page.mouse.click(middle[0] + across, middle[1] + down)
        page.wait_for_timeout(350)
    page.click("[data-draw=finish]")
    page.wait_for_selector("[data-area-desk][data-told='1']")
    reached = page.locator("[data-reach-size]").inner_text()
    add(page, "shape")

    open_form(page, "around")
    page.fill("[data-line-form=around] [name=street]", first_street(page))
    page.fill("[data-line-form=around] [name=metres]", "300")
    add(page, "around")

    expect(page.locator(".area-line").nth(1)).to_contain_text("300 m around")
    expect(page.locator("[data-reach-size]")).not_to_have_text(reached)
    page.reload()
    expect(page.locator(".area-line")).to_have_count(2)


def test_keys_and_plain_forms_give_the_same_area(begun: Begun) -> None:
    page = begun("By keys")
    wait_for_desk(page)
    page.locator("[data-draw-snap]").uncheck()
    page.click("[data-tool=polygon]")
    page.locator("megdan-map canvas").focus()
    for key in ("ArrowLeft", "ArrowUp", "ArrowRight"):
        page.keyboard.press("Enter")
        page.wait_for_timeout(350)
        for _step in range(9):
            page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_timeout(350)
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector("[data-area-desk][data-told='1']")
    shape = drawn(page)
    add(page, "shape")
    size = page.locator("[data-reach-size]").inner_text()

    plain = begun("By form", java_script_enabled=False)
    open_form(plain, "shape")
    plain.fill("[data-line-form=shape] [name=text]", as_corners(shape))
    plain.locator("[data-line-form=shape] button[type=submit]").click()

    expect(plain.locator(".area-line")).to_have_count(1)
    expect(plain.locator("[data-reach-size]")).to_have_text(size)


def test_the_desk_is_accessible(begun: Begun) -> None:
    page = begun("Looked at")
    wait_for_desk(page)
    path = page.url.split("?")[0]
    assert faults_of(page, path, "en") == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert faults_of(page, path, "en") == []


def as_corners(shape: str) -> str:
    """The corners of a drawn shape as a person would type them."""
    ring = shape.split("[[[")[1].split("]]]")[0]
    return "\n".join(corner.replace(",", ", ") for corner in ring.split("],["))
