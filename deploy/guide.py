"""Takes the pictures of the registration guide: `python -m deploy.guide http://localhost:8000`.

It registers somebody invented in a running demonstration (`make run`), in each language, and writes
a small picture of each screen and a walk-through that moves, with the sentence of each step below.
Run it again whenever the pages or their translations have changed.
"""

import argparse
import re
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "residents" / "static" / "residents" / "guide"
FONT = ROOT / "sign_registry" / "fonts" / "NotoSans-Regular.ttf"
WIDTH, HEIGHT, CAPTION = 360, 640, 96
#: Town and home of each language; the address stands in the register of the demonstration.
STORIES = {
    "ro": ("piatra-neamt", "Strada Cașin 1, bl. D1, sc. A"),
    "bg": ("stara-zagora", "ул. Руски 10"),
    "en": ("piatra-neamt", "Strada Cașin 1, bl. D1, sc. A"),
}
SECONDS_A_SCREEN = 4
PATIENCE_S = 30


def main() -> int:
    """Take every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("origin", help="where the demonstration runs")
    parser.add_argument("--chromium", default="", help="path of the browser")
    asked = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=asked.chromium or None, args=["--no-sandbox"]
        )
        for language in STORIES:
            context = browser.new_context(
                viewport={"width": WIDTH, "height": HEIGHT}, locale=language
            )
            page = context.new_page()
            said = sentences(page, asked.origin, language)
            shots = list(screens(page, asked.origin, language))
            keep(shots, said, language)
            context.close()
        browser.close()
    total = sum(file.stat().st_size for file in FOLDER.glob("*.webp"))
    print(f"{len(list(FOLDER.glob('*.webp')))} pictures, {total // 1024} KB in {FOLDER}")
    return 0


def sentences(page: Page, origin: str, language: str) -> list[str]:
    """What the help page says beside each picture."""
    page.goto(f"{origin}/{STORIES[language][0]}/join/help/")
    return page.locator("main ol > li > p").all_inner_texts()


def screens(page: Page, origin: str, language: str) -> Iterator[tuple[str, Image.Image]]:
    """Register somebody, and give each screen by its name."""
    town, home = STORIES[language]
    page.goto(f"{origin}/{town}/join/")
    address = f"guide-{language}-{int(time.time())}@home.example"
    page.fill("input[name=email]", address)
    yield "contact", shot(page)
    page.click("main form.card button.is-primary")
    code = code_for(page, origin, address)
    page.fill("input[name=code]", code)
    yield "code", shot(page)
    page.click("main form.card button.is-primary")
    page.fill("input[name=birth_year]", "1980")
    page.fill("input[name=written]", home)
    page.wait_for_timeout(800)
    page.locator("h1").click()  # closes the suggestions
    yield "address", shot(page)
    with page.expect_navigation():
        page.click("main form button.is-primary")
    if "/address/" in page.url:
        choices = page.locator("input[name=home]:not([value=other]):not([value=unknown])")
        if choices.count():
            choices.first.check()
        page.click("main form button.is-primary")
    page.wait_for_url("**/join/done/")
    yield "done", shot(page)


def code_for(page: Page, origin: str, address: str) -> str:
    """The code in the newest letter of the demonstration's mailbox.

    Raises:
        TimeoutError: no letter came: does the worker run?
    """
    mailbox = page.context.new_page()
    until = time.monotonic() + PATIENCE_S
    try:
        while time.monotonic() < until:
            mailbox.goto(f"{origin}/demo/mail/")
            row = mailbox.locator("tbody tr", has_text=address)
            if row.count():
                row.locator("a").first.click()
                found = re.search(r"\d{4}-\d{4}", mailbox.inner_text("main"))
                if found:
                    return found.group()
            time.sleep(1)
    finally:
        mailbox.close()
    raise TimeoutError(f"No letter to {address} came within {PATIENCE_S} seconds.")


def shot(page: Page) -> Image.Image:
    """What is seen on the phone."""
    path = FOLDER / "shot.png"
    page.screenshot(path=path)
    with Image.open(path) as taken:
        picture = taken.convert("RGB")
    path.unlink()
    return picture


def keep(shots: list[tuple[str, Image.Image]], said: list[str], language: str) -> None:
    """Write the pictures, and the walk-through with its sentences."""
    frames = []
    for (name, picture), sentence in zip(shots, said, strict=True):
        picture.save(FOLDER / f"join-{name}-{language}.webp", quality=70, method=6)
        frames.append(captioned(picture, sentence))
    frames[0].save(
        FOLDER / f"join-walk-{language}.webp",
        save_all=True,
        append_images=frames[1:],
        duration=SECONDS_A_SCREEN * 1000,
        loop=0,
        quality=60,
        method=6,
    )


def captioned(picture: Image.Image, sentence: str) -> Image.Image:
    """A screen with its sentence below it."""
    frame = Image.new("RGB", (WIDTH, HEIGHT + CAPTION), "#101010")
    frame.paste(picture.crop((0, 0, WIDTH, HEIGHT)))
    font = ImageFont.truetype(str(FONT), 16)
    pen = ImageDraw.Draw(frame)
    lines = [""]
    for word in sentence.split():
        longer = f"{lines[-1]} {word}".strip()
        if pen.textlength(longer, font=font) > WIDTH - 24:
            lines.append(word)
        else:
            lines[-1] = longer
    pen.multiline_text((12, HEIGHT + 10), "\n".join(lines), fill="#ffffff", font=font, spacing=4)
    return frame


if __name__ == "__main__":
    raise SystemExit(main())
