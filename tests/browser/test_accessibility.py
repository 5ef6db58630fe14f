"""Open pages, clean for axe, in three languages, light and dark, on a phone and on a desk.

`test_staff_pages.py` opens every page of a town, signed in; here nobody is.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.audit_record import RECORD
from tests.browser.conftest import OpenPage, wait_for_map
from tests.browser.looks import AUDIT, DESK, PHONE, Look, small_targets
from tests.browser.looks import LOOKS as ALL_LOOKS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPEN = [
    "",
    "data/",
    "open/geodata/",
    "zones/",
    "streets/",
    "sites/",
    "search/?q=decebal",
    "search/?q=qwertzuiop",
]
OPEN += ["search/?q=park"]
OPEN += ["phone/", "scan/"]
OPEN += ["about/", "accessibility/", "help/", "help/report/", "questions/", "questions/ask/"]
OUTSIDE = ["/", "/accounts/", "/accounts/signup/", "/demo/", "/demo/mail/"]
TOWNS = {"ro": "piatra-neamt", "bg": "stara-zagora", "en": "stara-zagora"}
# Each town in its own language; English on the phone, where long words hurt most.
TYPICAL = [
    Look(PHONE, "light", "ro"),
    Look(DESK, "dark", "ro"),
    Look(PHONE, "dark", "bg"),
    Look(DESK, "light", "bg"),
    Look(PHONE, "light", "en"),
]
LOOKS = [
    pytest.param(TOWNS[one.language], one.width, one.theme, one.language, id=str(one))
    for one in (ALL_LOOKS if AUDIT else TYPICAL)
]
POINTS = {
    "piatra-neamt": "lon=26.3715&lat=46.9275",
    "stara-zagora": "lon=25.6345&lat=42.4258",
}


def faults_of(page: Page, path: str, language: str) -> list[str]:
    """What is wrong with a page: axe, sideways scrolling, small targets, language."""
    page.goto(path)
    if page.locator("megdan-map").count():  # one inside a closed fold is drawn too
        page.wait_for_selector("megdan-map[data-state]", state="attached")
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
        ".then(result => result.violations"
        ".map(fault => fault.id + ' at ' + fault.nodes.map(node => node.target).join(', ')))",
        RULES,
    )
    faults = [f"{path}: {fault}" for fault in found]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append(f"{path}: scrolls sideways")
    if page.evaluate("innerWidth") <= PHONE:
        faults += small_targets(page)
    if page.locator("html").get_attribute("lang") != language:
        faults.append(f"{path}: wrong language")
    if AUDIT:
        RECORD.note(page, path, language, faults)
    return faults


def first_link(page: Page, path: str) -> str:
    """The first row of a list page."""
    page.goto(path)
    return page.locator(".row-link").first.get_attribute("href") or ""


@pytest.mark.parametrize(("town", "width", "theme", "language"), LOOKS)
def test_the_pages_of_a_town_are_accessible(
    open_page: OpenPage, town: str, width: int, theme: str, language: str
) -> None:
    page = open_page("/", width=width, color_scheme=theme, locale=language)
    paths = [*OUTSIDE, *(f"/{town}/{path}" for path in OPEN)]
    paths += [f"/{town}/{page}?{POINTS[town]}" for page in ("here/", "", "nearby/")]
    paths += [first_link(page, f"/{town}/{rows}/") for rows in ("zones", "streets", "sites")]
    paths.append(first_link(page, f"/{town}/zones/") + "dossier/")

    faults = [fault for path in paths for fault in faults_of(page, path, language)]

    assert faults == []


def test_open_suggestions_and_the_open_sheet_are_accessible(open_page: OpenPage) -> None:
    page = open_page("/piatra-neamt/")
    wait_for_map(page)

    page.locator("#search-input").press_sequentially("decebal")
    page.get_by_role("option").first.wait_for()
    page.evaluate(AXE.read_text())
    with_list = page.evaluate("axe.run().then(result => result.violations.map(one => one.id))")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("[data-sheet] .place-line").wait_for()
    with_sheet = page.evaluate("axe.run().then(result => result.violations.map(one => one.id))")

    assert (with_list, with_sheet) == ([], [])
