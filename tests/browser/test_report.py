"""A fault reported with the thumb: touches, the phone's and the photo's place, no script."""

import datetime as dt
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.core.cache import cache
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from incidents.models import Incident
from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import faults_of
from tests.browser.test_crew import asked

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FORM = "/piatra-neamt/report/"
HERE = {"longitude": 26.3852, "latitude": 46.9172, "accuracy": 12}
MOST_TOUCHES = 6
#: A photo of twelve million pixels is taken while somebody still looks at the phone.
PATIENCE_MS = 10_000


class Thumb:
    """Touches, and counts them."""

    def __init__(self, page: Page) -> None:
        """Nothing touched yet."""
        self.page = page
        self.touches = 0

    def touch(self, what: Locator) -> None:
        """Once."""
        what.scroll_into_view_if_needed()
        what.tap()
        self.touches += 1


def photo(gps: tuple[float, float] | None = None, size: tuple[int, int] = (4000, 3000)) -> bytes:
    """A JPEG as a phone makes it: twelve million pixels, a maker, a time, a place."""
    image = Image.effect_noise((size[0] // 8, size[1] // 8), 60).resize(size).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "CanaryPhone"
    if gps:
        exif.get_ifd(0x8825).update(
            {1: "N", 2: degrees(gps[1]), 3: "E", 4: degrees(gps[0]), 29: "2026:11:23"}
        )
    out = BytesIO()
    image.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def degrees(value: float) -> tuple[float, float, float]:
    """Degrees, minutes, seconds."""
    whole = int(value)
    minutes = (value - whole) * 60
    return (float(whole), float(int(minutes)), round((minutes - int(minutes)) * 60, 3))


def kept_photo(report: Incident) -> bytes:
    """The photo as it is kept."""
    with report.attachments.get(role="photo").submission.file.open("rb") as kept:
        return bytes(kept.read())


def choose(page: Page, code: str, thumb: Thumb) -> None:
    """The group, then the kind."""
    tile = page.locator(f"[data-code={code}]")
    thumb.touch(page.locator("details[data-group]", has=tile).locator("summary"))
    thumb.touch(tile.locator("label.choice"))


def test_a_fault_is_reported_in_six_touches(open_page: OpenPage, tmp_path: Path) -> None:
    cache.clear()
    (tmp_path / "fault.jpg").write_bytes(photo())
    page = open_page(
        FORM, width=360, locale="ro", has_touch=True, geolocation=HERE, permissions=["geolocation"]
    )
    thumb = Thumb(page)

    choose(page, "road-marking", thumb)
    thumb.touch(page.locator("[data-position]"))
    expect(page.locator("input[name=marks]")).to_have_value(re.compile(r"26\.385"))
    with page.expect_file_chooser() as chooser:
        thumb.touch(page.locator("label.report-photo"))
    chooser.value.set_files(tmp_path / "fault.jpg")
    thumb.touches += 1  # the phone's own list of pictures
    page.locator("[data-photos] li").wait_for(timeout=PATIENCE_MS)
    thumb.touch(page.locator("form[data-report] button[type=submit]").last)
    page.wait_for_url("**/receipt/")

    print(f"\n{thumb.touches} touches from the form to the receipt, photo and place included")  # noqa: T201 - the figure is what it is for
    assert thumb.touches <= MOST_TOUCHES
    report = asked(lambda: Incident.objects.latest("pk"))
    assert report.reference in page.locator("main").inner_text()
    assert report.accuracy_m == 12
    raw = asked(lambda: kept_photo(report))
    assert b"CanaryPhone" not in raw
    assert faults_of(page, page.url, "ro") == []
    assert faults_of(page, f"/piatra-neamt/track/{report.tracking}/", "ro") == []
    page.goto(f"/piatra-neamt/track/{report.tracking}/erase/")
    page.locator("main form button[type=submit]").tap()
    page.wait_for_url(f"**/track/{report.tracking}/")
    assert asked(lambda: report.events.filter(kind="erased").exists())


def test_a_photo_tells_where_it_was_taken_before_it_leaves(
    open_page: OpenPage, tmp_path: Path
) -> None:
    (tmp_path / "fault.jpg").write_bytes(photo((26.3722, 46.9281), (800, 600)))
    page = open_page(FORM, width=360, locale="en")

    page.locator("#id_photos").set_input_files(tmp_path / "fault.jpg")

    expect(page.locator("input[name=marks]")).to_have_value(re.compile(r"26\.3722\d*,46\.9281"))
    page.locator("[data-photos] li").wait_for(timeout=PATIENCE_MS)


def test_what_is_typed_finds_the_kind(open_page: OpenPage) -> None:
    page = open_page(FORM, width=360, locale="en")

    page.locator("#report-q").press_sequentially("intuneric")

    expect(page.locator("[data-code=lamp-out]")).to_be_visible()
    expect(page.locator("[data-code=rats]")).to_be_hidden()


def test_danger_is_shown_as_soon_as_it_is_chosen(open_page: OpenPage) -> None:
    page = open_page(FORM, width=360, locale="ro", has_touch=True)

    choose(page, "gas-smell", Thumb(page))

    expect(page.locator("[data-code=gas-smell] a[href='tel:112']")).to_be_visible()


def test_a_place_of_another_town_is_told_before_anything_is_typed(open_page: OpenPage) -> None:
    elsewhere = {"longitude": 25.6257, "latitude": 42.4258, "accuracy": 9}
    page = open_page(
        FORM, width=360, locale="ro", geolocation=elsewhere, permissions=["geolocation"]
    )

    page.locator("[data-position]").click()

    told = page.locator("[data-known] .notice")
    expect(told).to_contain_text("Stara Zagora")
    expect(page.locator("input[name=marks]")).to_have_value("")
    told.get_by_role("link", name="Sesizați acolo").click()
    page.wait_for_url("**/stara-zagora/report/?lon=*")
    expect(page.locator("input[name=marks]")).to_have_value(re.compile(r"25\.6257"))


def test_without_a_script_the_form_is_the_same_report(open_page: OpenPage) -> None:
    page = open_page(FORM, width=360, locale="en", java_script_enabled=False)
    before = asked(lambda: Incident.objects.count())

    page.locator("details[data-group]", has=page.locator("[data-code=rats]")).locator(
        "summary"
    ).click()
    page.locator("[data-code=rats] label.choice").click()
    page.locator("#id_where").fill("Bulevardul Decebal 20")
    page.locator("form[data-report] button[type=submit]").last.click()
    if page.locator("input[name=chosen]").count():
        page.locator("input[name=chosen]").first.check()
        page.locator("form[data-report] button[type=submit]").last.click()
    if page.locator("button[value=new]").count():
        page.locator("button[value=new]").click()

    assert page.url.endswith("/receipt/")
    assert asked(lambda: Incident.objects.count()) == before + 1
    report = asked(lambda: Incident.objects.latest("pk"))
    assert report.reported_at > dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)


@pytest.mark.parametrize(
    ("town", "width", "theme", "language"),
    [
        ("piatra-neamt", 360, "light", "ro"),
        ("stara-zagora", 360, "dark", "bg"),
        ("stara-zagora", 1280, "light", "en"),
    ],
)
def test_the_form_is_accessible(
    open_page: OpenPage, town: str, width: int, theme: str, language: str
) -> None:
    page = open_page("/", width=width, color_scheme=theme, locale=language)

    assert faults_of(page, f"/{town}/report/", language) == []
    assert faults_of(page, f"/{town}/report/?q=lamp", language) == []
