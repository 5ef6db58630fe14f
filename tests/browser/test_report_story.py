"""A hole with a photo: to the right department by a rule, to an institution, answered, tracked.

The real web server, worker, beat, database, Redis and an SMTP server; in Romanian, as in
Piatra-Neamț. At the end every event of every report is checked.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, Page

from incidents.models import Incident
from incidents.workflow import Status
from tests.browser.conftest import Watch
from tests.browser.test_report import HERE, PATIENCE_MS, photo
from tests.browser.town_stack import Ask, LetterBox, plain

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

SLUG = "piatra-neamt"
ANNA, WATER = "ana.ionescu@example.org", "water@piatra-neamt.example"
ANSWER = "Groapa a fost asfaltată astăzi."
NOT_OURS = "Conducta este întreagă; apa vine de la ploaie."
Somebody = Callable[..., Page]


@pytest.fixture
def somebody(browser: Browser, town: str) -> Iterator[Somebody]:
    """A Romanian browser of one person: a phone, or a desk signed in as one of the staff."""
    watch = Watch(town)
    with ExitStack() as stack:

        def opened(email: str = "", **options: object) -> Page:
            size = {"width": 1280, "height": 900} if email else {"width": 360, "height": 740}
            context = browser.new_context(
                base_url=town,
                locale="ro-RO",
                viewport=size,  # type: ignore[arg-type] # a TypedDict of the same shape
                **options,  # type: ignore[arg-type]
            )
            stack.callback(context.close)
            page = context.new_page()
            watch.follow(page)
            if email:
                page.goto("/demo/")
                person = page.locator(f'form:has(input[value="{email}@{SLUG}.example"]) button')
                person.first.click()
                page.wait_for_load_state()
            return page

        yield opened
    assert watch.faults == []


def test_from_the_hole_to_the_answer(
    ask: Ask, post: LetterBox, somebody: Somebody, tmp_path: Path
) -> None:
    phone = somebody(geolocation=HERE, permissions=["geolocation"])
    reports(phone, tmp_path)
    confirm = path_in(post.wait_for(ANNA, "/track/confirm/"), "/track/confirm/")
    phone.goto(confirm)
    phone.locator("main form button.is-primary").click()
    report: Incident = ask(newest)

    handler = somebody("handler")
    handler.goto(f"/{SLUG}/desk/{report.pk}/")
    case = handler.locator("[data-case]").inner_text()
    assert "regula" in case.lower(), case  # the rule is named where the department stands
    assert ask(office_of) == "roads"
    forwards(handler, report)
    partner_looks(somebody(), post)
    ask(is_back)
    answers(handler, report)
    for person in ("head", "mayor"):
        passes_on(somebody(person), report)
    sends(somebody("clerk"), report)

    letter = plain(post.wait_for(ANNA, ANSWER))
    tracked(phone, path_in_text(letter, "/track/"))
    ask(lambda: is_in_time(report.pk))
    assert "Whole" in ask(checked)


def newest() -> Incident:
    """The report of this story."""
    return Incident.objects.filter(reporter__email=ANNA).latest("pk")


def office_of() -> str:
    """Who got it."""
    department = newest().department
    assert department is not None
    return department.code


def is_back() -> None:
    """What the institution refused lies on the desk again."""
    assert newest().status == Status.OPEN


def path_in(letter: EmailMessage, mark: str) -> str:
    """The path of the link in a letter that holds a mark."""
    return path_in_text(plain(letter), mark)


def path_in_text(text: str, mark: str) -> str:
    """The same in its words."""
    links = [one for one in re.findall(r"https?://\S+", text) if mark in one]
    assert links, text
    path: str = urlsplit(links[0]).path
    return path


def reports(page: Page, folder: Path) -> None:
    """Kind, place, photo, words, who."""
    (folder / "hole.jpg").write_bytes(photo())
    page.goto(f"/{SLUG}/report/")
    tile = page.locator("[data-code=pothole]")
    page.locator("details[data-group]", has=tile).locator("summary").click()
    tile.locator("label.choice").first.click()
    page.locator("[data-position]").click()
    page.locator("input[name=marks][value]").wait_for(state="attached")
    page.locator("#id_photos").set_input_files(folder / "hole.jpg")
    page.locator("[data-photos] li").wait_for(timeout=PATIENCE_MS)
    page.locator("textarea[name=words]").fill("O groapă adâncă, cu apă în ea.")
    page.locator("#part-email summary").click()
    page.locator("input[name=email]").fill(ANNA)
    page.locator("input[name=name]").fill("Ana Ionescu")
    page.locator("form[data-report] button[type=submit]").last.click()
    if page.locator("button[value=new]").count():  # others reported holes near by
        page.locator("button[value=new]").click()
    page.wait_for_url("**/receipt/")


def forwards(page: Page, report: Incident) -> None:
    """The water below the hole is the water company's."""
    page.goto(f"/{SLUG}/desk/{report.pk}/forward/")
    receiver = page.locator("select[name=receiver]")
    company = ask_option(page)
    receiver.select_option(company)
    page.locator("input[name=legal_basis]").fill("OG 27/2002, art. 6")
    page.locator("textarea[name=message]").fill("Curge apă sub asfalt.")
    page.locator("main form button.is-primary").click()
    page.wait_for_url(f"**/desk/{report.pk}/")


def ask_option(page: Page) -> str:
    """The water company among the bodies."""
    found = page.locator("select[name=receiver] option", has_text="Apă").first
    value = found.get_attribute("value")
    assert value
    return value


def partner_looks(page: Page, post: LetterBox) -> None:
    """Opening the link changes nothing; first ours, by that day; then not ours after all."""
    page.goto(path_in(post.wait_for(WATER, "/partner/"), "/partner/"))
    assert ANNA not in page.locator("main").inner_text()  # the name does not go along
    day = (timezone.localdate() + dt.timedelta(days=3)).isoformat()
    page.locator("#ours input[name=accept-done_by]").fill(day)
    page.locator("#ours button").click()
    page.locator(".notice.is-good").wait_for()
    page.locator("textarea[name=refuse-reason]").fill(NOT_OURS)
    page.locator("#not-ours button").click()
    page.locator("#not-ours").wait_for(state="detached")


def answers(page: Page, report: Incident) -> None:
    """Write it and pass it to the head."""
    page.goto(f"/{SLUG}/desk/{report.pk}/")
    page.locator('details[data-key="r"] > summary').click()
    page.locator("#case-answer").fill(ANSWER)
    page.locator("#case-outcome").select_option("done")
    page.locator("button[name=go]").click()
    page.wait_for_load_state()


def passes_on(page: Page, report: Incident) -> None:
    """Approve, or sign."""
    page.goto(f"/{SLUG}/desk/{report.pk}/")
    page.locator(f'form[action$="/desk/{report.pk}/answer/pass-on/"] button').click()
    page.wait_for_load_state()


def sends(page: Page, report: Incident) -> None:
    """Public relations send what is signed."""
    page.goto(f"/{SLUG}/desk/to-send/")
    page.locator(f'form[action$="/desk/to-send/{report.pk}/"] button.is-primary').click()
    page.wait_for_load_state()


def tracked(page: Page, path: str) -> None:
    """The resident reads who had it and what was answered."""
    page.goto(path)
    words = page.locator("main").inner_text()
    assert ANSWER in words
    assert NOT_OURS in words
    assert page.locator("img.report-picture").count() == 1


def is_in_time(pk: int) -> None:
    """All terms were met, and the answer went through four hands."""
    report = Incident.objects.get(pk=pk)
    kinds = list(report.events.order_by("seq").values_list("kind", flat=True))
    assert kinds.count("passed_on") == 2 + 1, kinds
    assert not report.clocks.filter(state="late").exists()
    assert report.clocks.filter(code="forward", state="met").exists()
    assert report.clocks.filter(code="answer", state="met").exists()


def checked() -> str:
    """What the check of all events says."""
    out = StringIO()
    call_command("verify_ledger", SLUG, stdout=out)
    return out.getvalue()
