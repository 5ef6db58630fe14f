"""Takes the pictures of the guides and of the README: `python -m deploy.pictures ORIGIN`.

It goes every way of a running demonstration (`make run`) in each language, as a visitor does, and
writes one small picture of each step where `/<town>/guides/` shows it; then the README's pictures.
Run it again whenever pages or translations have changed.
"""

import argparse
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
GUIDES = ROOT / "portal" / "static" / "portal" / "guides"
README = ROOT / "docs" / "pictures"
PHONE, DESK = (360, 640), (1280, 800)
#: Width and height of a picture of a desk in the guides; its sentences must stay legible.
DESK_SHOWN = (800, 500)
TOWNS = {"ro": "piatra-neamt", "bg": "stara-zagora", "en": "stara-zagora"}
#: Until tiles are drawn and figures have come in.
SETTLED_MS = 1800


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture of the README: whose language, at which address, on what, under which name."""

    language: str
    path: str
    size: tuple[int, int]
    name: str


SHOWN = (
    Shown("ro", "/piatra-neamt/", DESK, "home"),
    Shown("bg", "/stara-zagora/", PHONE, "home-phone"),
    Shown("en", "/demo/", DESK, "demo"),
)
#: Steps that the README shows too, by language and name.
SHOWN_STEPS = {
    ("bg", "rate-1"): "rating",
    ("bg", "press-1"): "press",
    ("ro", "planner-1"): "area",
    ("ro", "report-3"): "desk",
}


def main() -> int:
    """Take every picture, and say how much they weigh."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("origin", help="where the demonstration runs")
    parser.add_argument("--chromium", default="", help="path of the browser")
    parser.add_argument("--language", action="append", choices=sorted(TOWNS), help="these alone")
    asked = parser.parse_args()
    GUIDES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=asked.chromium or None, args=["--no-sandbox"]
        )
        for language in asked.language or TOWNS:
            guides(browser, asked.origin, language)
        for one in SHOWN:
            page = opened(browser, one.language, one.size)
            page.goto(asked.origin + one.path)
            keep(taken(page), one.name)
            page.context.close()
        browser.close()
    total = sum(file.stat().st_size for file in GUIDES.glob("*.webp"))
    print(f"{len(list(GUIDES.glob('*.webp')))} pictures of guides, {total // 1024} KB in {GUIDES}")
    return 0


def guides(browser: Browser, origin: str, language: str) -> None:
    """Every step of every way of one town, on what its people hold in their hands."""
    for name, picture in steps(opened(browser, language, DESK), origin, language):
        small = picture if picture.size == PHONE else picture.resize(DESK_SHOWN)
        small.save(GUIDES / f"{name}-{language}.webp", quality=60, method=6)
        if shown := SHOWN_STEPS.get((language, name)):
            keep(picture, shown)


def keep(picture: Image.Image, name: str) -> None:
    """Write one picture of the README, in few colours."""
    picture.quantize(128).save(README / f"{name}.png", optimize=True)


def steps(page: Page, origin: str, language: str) -> Iterator[tuple[str, Image.Image]]:
    """Name and picture of each step of each way; the strip that leads on is left out."""
    town = TOWNS[language]
    page.goto(f"{origin}/{town}/guides/")
    codes = [
        link.split("/")[-2]
        for link in page.locator("main .cards a").evaluate_all("all => all.map(a => a.href)")
    ]
    for code in codes:
        page.goto(f"{origin}/{town}/guides/{code}/")
        for number, (width, height) in page.evaluate(_STEPS):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{origin}/demo/")
            with page.expect_navigation() as there:
                page.evaluate(_GO, [town, code, number])
            if not there.value.ok:
                raise SystemExit(f"{code}, step {number}: {there.value.status} {page.url}")
            outside = page.locator(".walk p a")
            if outside.count():
                opened_beside(page, origin + (outside.get_attribute("href") or ""))
            page.evaluate("document.querySelector('.walk')?.remove()")
            yield f"{code}-{number}", taken(page)
    page.context.close()


def opened_beside(page: Page, address: str) -> None:
    """Go there; what comes as a file to take along is shown as its reader sees it."""
    answer = page.request.get(address)
    if "attachment" in answer.headers.get("content-disposition", ""):
        page.goto("about:blank")  # the page before would lend it its own policy
        page.set_content(answer.text())
    else:
        page.goto(address)


#: Number of each step of a guide, and the size of the screen that it is seen on.
_STEPS = f"""() => [...document.querySelectorAll(".guide [data-step]")].map(step => [
  Number(step.dataset.step), step.dataset.on === "phone" ? {list(PHONE)} : {list(DESK)}])"""
#: Press the button that a visitor presses, for any step.
_GO = """([town, walk, step]) => {
  const form = [...document.querySelectorAll("main form:has([name=walk])")].find(
    one => one.town.value === town && one.walk.value === walk);
  form.step.value = step; form.submit(); }"""


def opened(browser: Browser, language: str, size: tuple[int, int]) -> Page:
    """A page in one language on a screen of one size."""
    width, height = size
    return browser.new_context(
        viewport={"width": width, "height": height}, locale=language, reduced_motion="reduce"
    ).new_page()


def taken(page: Page) -> Image.Image:
    """What is seen, once it is drawn."""
    page.wait_for_timeout(SETTLED_MS)
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


if __name__ == "__main__":
    raise SystemExit(main())
