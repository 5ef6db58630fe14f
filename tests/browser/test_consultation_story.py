"""A line with two alternatives, in Bulgarian: drawn, debated, voted on, counted and answered.

The planner draws and publishes; somebody inside the area speaks and votes, somebody outside speaks
and is told why the vote does not count. The days between are skipped by moving the phases; the task
that beat calls makes the roll and closes the vote. The published file is counted outside.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from consultations.models import BudgetProject, Contribution, CountRun, Phase, Process, RollEntry
from consultations.services.voting import cast
from consultations.tasks import run_votes
from residents.models import Resident
from tests.browser.conftest import Watch
from tests.browser.town_stack import Ask
from zones.area_streets import street_label
from zones.models import Address, Municipality, Street, TargetArea

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

SLUG = "stara-zagora"
TITLE = "Тролейбус до болницата"
COST = ("400000", "300000")
BUDGET = "500000"
VOTERS = 40
SAID = "Спирката трябва да е пред училището."
FROM_OUTSIDE = "Живея в друг квартал, но минавам оттук всеки ден."
REASON = "Спирката е преместена с петдесет метра."
Somebody = Callable[..., Page]


@pytest.fixture
def somebody(browser: Browser, server: str, ask: Ask) -> Iterator[Somebody]:
    """A Bulgarian browser: of a planner at a desk, of a resident with a phone, of anybody."""
    watch = Watch(server)
    with ExitStack() as stack:

        def opened(user: User | None = None, *, width: int = 360) -> Page:
            size = {"width": width, "height": 800}
            context = browser.new_context(
                base_url=server,
                locale="bg-BG",
                viewport=size,  # type: ignore[arg-type] # a TypedDict of the same shape
            )
            stack.callback(context.close)
            if user is not None:
                key = ask(lambda: signed_in(user))
                context.add_cookies(
                    [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}]
                )
            page = context.new_page()
            watch.follow(page)
            return page

        yield opened
    assert watch.faults == []


def signed_in(user: User) -> str:
    """A session of somebody."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_from_the_line_to_the_count(somebody: Somebody, ask: Ask, tmp_path: Path) -> None:
    desk = somebody(ask(planner), width=1280)
    area = puts_area_together(desk, ask(busy_street))
    page_of = begins(desk, area)
    draws(desk, page_of)
    sets(desk, page_of)
    offers(desk, page_of)
    publishes(desk, page_of)
    pk = int(re.findall(r"\d+", page_of)[-1])

    inside, outside = ask(lambda: neighbours(pk))
    near, far = somebody(inside), somebody(outside)
    ask(lambda: goes_on_to(pk, "debate"))
    says(near, pk, SAID)
    says(far, pk, FROM_OUTSIDE)
    answers(desk, pk)

    ask(lambda: goes_on_to(pk, "vote"))
    votes(near, pk)
    is_refused(far, pk)
    ask(lambda: others_vote(pk, inside))
    ask(lambda: goes_on_to(pk, "result"))
    counts(desk, pk)
    reads(somebody(), pk)
    assert counted_outside(somebody(), pk, tmp_path) == ask(lambda: winners(pk))


def planner() -> User:
    """Of the town."""
    return User.objects.get(email=f"planner@{SLUG}.example")


def busy_street() -> str:
    """A street of the town with many homes, as the list of the workbench offers it."""
    town = Municipality.objects.get(slug=SLUG)
    homes = Resident.objects.in_municipality(town).values_list("residences__address", flat=True)
    streets: dict[int, int] = {}
    for street in Address.objects.filter(pk__in=list(homes)).values_list("street", flat=True):
        if street is not None:
            streets[street] = streets.get(street, 0) + 1
    most = max(streets, key=lambda pk: (streets[pk], pk))
    return street_label(Street.objects.get(pk=most), town.languages)


def puts_area_together(page: Page, street: str) -> str:
    """Six hundred metres around a street; the workbench says how many it reaches."""
    page.goto(f"/{SLUG}/plan/areas/new/")
    page.fill("[name=name]", TITLE)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/plan/areas/*/")
    page.wait_for_selector("[data-area-desk][data-ready=yes]", timeout=90_000)
    page.locator("[data-line-form=around] > summary").click()
    page.fill("[data-line-form=around] [name=street]", street)
    page.fill("[data-line-form=around] [name=metres]", "600")
    page.locator("[data-line-form=around] button[type=submit]").click()
    expect(page.locator(".area-line")).to_have_count(1)
    expect(page.locator("[data-reach-size]")).to_contain_text(re.compile(r"\d"))
    return TITLE


def begins(page: Page, area: str) -> str:
    """From the template of a line; gives the path of its page."""
    page.goto(f"/{SLUG}/plan/consultations/new/")
    page.locator("input[name=template][value=tram_line]").check()
    page.fill("[name=names_bg]", TITLE)
    page.fill("[name=texts_bg]", "Две възможности за новата линия.")
    page.locator("select[name=department]").select_option(index=1)
    page.fill("[name=starts_on]", timezone.localdate().isoformat())
    page.locator("select[name=area]").select_option(label=area)
    page.locator("main form button.is-primary").click()
    page.wait_for_url(re.compile(r"/plan/consultations/\d+/$"))
    return page.url.split("localhost")[1].split("/", 1)[1]


def draws(page: Page, path: str) -> None:
    """Two alternatives; the first drawn with the mouse, the other written as corners."""
    for number, name in enumerate(("По булеварда", "През парка")):
        page.goto(f"/{path}drawing/")
        page.fill("[name=names_bg]", name)
        page.fill("[name=descriptions_bg]", f"{name}: четири спирки до болницата.")
        page.locator("section[aria-labelledby=add] button.is-primary").click()
        page.wait_for_load_state()
        page.goto(f"/{path}drawing/")
        page.locator("section[aria-labelledby=order] a.row-link").nth(number).click()
        page.wait_for_url(re.compile(r"/drawing/\d+/$"))
        page.locator("a[href$='/parts/new/']").click()
        page.locator("input[name=kind][value=section]").check()
        page.fill("[name=names_bg]", name)
        if number == 0:
            by_mouse(page)
        else:
            page.fill("[name=shape]", "25.6330 42.4270\n25.6290 42.4240\n25.6240 42.4210")
        page.locator("main form button.is-primary").first.click()
        page.wait_for_url(re.compile(r"/drawing/\d+/$"))


def by_mouse(page: Page) -> None:
    """Three corners on the map."""
    page.wait_for_selector("megdan-map[data-drawn]", timeout=60_000)
    page.locator("[data-part-tools]").wait_for()
    canvas = page.locator("megdan-map canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    for across, down in ((0.3, 0.4), (0.5, 0.5), (0.7, 0.45)):
        at = (box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        page.mouse.move(*at)
        page.mouse.click(*at)
        page.wait_for_timeout(350)
    page.click("[data-part-finish]")
    expect(page.locator("[name=shape]")).not_to_have_value("")


def sets(page: Page, path: str) -> None:
    """No survey here; what the vote is about, and the day on which homes count."""
    page.goto(f"/{path}phases/")
    page.locator("input[name$=-gone]").nth(1).check()  # the survey
    page.locator("main form button.is-primary").click()
    page.wait_for_load_state()
    page.goto(f"/{path}phases/")
    page.locator("main a[href*='/phases/']").last.click()
    page.fill("[name=budget]", BUDGET)
    page.locator("main form button.is-primary").click()
    page.wait_for_load_state()
    page.goto(f"/{path}who/")
    page.fill("[name=reference_on]", timezone.localdate().isoformat())
    page.locator("main form button.is-primary").click()
    page.wait_for_load_state()


def offers(page: Page, path: str) -> None:
    """Both alternatives stand on the ballot."""
    for name, cost in zip(("По булеварда", "През парка"), COST, strict=True):
        page.goto(f"/{path}projects/new/")
        page.fill("[name=names_bg]", name)
        page.fill("[name=cost]", cost)
        page.locator("input[name=state][value=feasible]").check()
        page.locator("main form button.is-primary").click()
        page.wait_for_load_state()


def publishes(page: Page, path: str) -> None:
    """Nothing is missing any more."""
    page.goto(f"/{path}publish/")
    page.locator("main form button.is-primary").click()
    page.wait_for_load_state()
    page.goto(f"/{path}")
    expect(page.locator(".page-head .badge.is-good")).to_be_visible()


def neighbours(pk: int) -> tuple[User, User]:
    """Somebody who lives in the area, and somebody who does not."""
    area = TargetArea.objects.get(consultations=pk)
    everybody = Resident.objects.in_municipality(area.municipality).filter(
        finished_at__isnull=False, residences__valid_until__isnull=True
    )
    within = everybody.filter(residences__location__coveredby=area.geometry).order_by("pk")
    beyond = everybody.exclude(residences__location__coveredby=area.geometry).order_by("pk")
    assert within.count() > VOTERS, within.count()
    first, last = within.first(), beyond.first()
    assert first is not None
    assert last is not None
    return first.user, last.user


def goes_on_to(pk: int, kind: str) -> None:
    """Days pass until a phase has begun; the roll is made, or the vote closed."""
    phases = Phase.objects.filter(process=pk)
    begun = phases.get(kind=kind).starts_at
    by = timezone.now() - dt.timedelta(minutes=1) - begun
    for one in phases:
        one.starts_at += by
        one.ends_at = one.ends_at + by if one.ends_at else None
        one.save(update_fields=["starts_at", "ends_at"])
    Process.objects.filter(pk=pk).update(
        reference_on=timezone.localdate(), published_at=timezone.now() - dt.timedelta(days=90)
    )
    run_votes()


def says(page: Page, pk: int, words: str) -> None:
    """About the whole project."""
    page.goto(f"/{SLUG}/consultations/{pk}/say/")
    page.fill("[name=text]", words)
    page.locator("form[data-say] button.is-primary").click()
    page.wait_for_url(re.compile(rf"/consultations/{pk}/"))
    expect(page.locator("form[data-say]")).to_have_count(0)


def answers(page: Page, pk: int) -> None:
    """The planner releases both and answers the one."""
    path = f"/{SLUG}/plan/consultations/{pk}/voices/"
    for _number in range(2):
        page.goto(f"{path}?stands=waiting")
        page.locator("button[name=state][value=released]").first.click()
        page.wait_for_load_state()
    page.goto(f"{path}?stands=unanswered")
    page.locator("li.card", has_text=SAID).locator("input[name=chosen]").check()
    page.locator("#answer-form input[name=outcome][value=taken]").check()
    page.fill("#answer-form [name=reason_bg]", REASON)
    page.locator("#answer-form button.is-primary").click()
    page.wait_for_load_state()


def votes(page: Page, pk: int) -> None:
    """One cross, looked at once more, and cast."""
    page.goto(f"/{SLUG}/consultations/{pk}/vote/")
    page.locator("input[name=choice]").first.check()
    page.locator("form[data-ballot] button.is-primary").click()
    page.locator("button[name=cast]").click()
    page.wait_for_url("**/vote/done/")
    page.goto(f"/{SLUG}/consultations/{pk}/vote/")
    expect(page.locator("form[data-ballot]")).to_have_count(0)


def is_refused(page: Page, pk: int) -> None:
    """Who lives elsewhere reads why, and what can be done about it."""
    page.goto(f"/{SLUG}/consultations/{pk}/vote/")
    expect(page.locator("form[data-ballot]")).to_have_count(0)
    expect(page.locator("section[aria-labelledby=why]")).to_be_visible()


def others_vote(pk: int, but: User) -> None:
    """Forty neighbours, two of three for the alternative that stands second."""
    vote = Phase.objects.get(process=pk, kind="vote")
    codes = list(
        BudgetProject.objects.filter(process=pk).order_by("drawn").values_list("code", flat=True)
    )
    entitled = RollEntry.objects.filter(roll__phase=vote, why="counted").exclude(resident__user=but)
    for number, entry in enumerate(entitled.select_related("resident__user")[:VOTERS]):
        chosen = codes[1] if number % 3 else codes[0]
        cast(phase=vote, user=entry.resident.user, choices={chosen: 1}, now=timezone.now())


def counts(page: Page, pk: int) -> None:
    """The planner has the file counted; as the result is due, everybody sees it at once."""
    page.goto(f"/{SLUG}/plan/consultations/{pk}/count/")
    page.locator("form:has(input[name=step][value=count]) button").click()
    expect(page.locator("main .notice a, main a.button.is-primary").first).to_be_visible()


def reads(page: Page, pk: int) -> None:
    """Everybody: the result, its map by zone, and the answer of the town."""
    page.goto(f"/{SLUG}/consultations/{pk}/result/")
    expect(page.locator("section[aria-labelledby=winners] li")).to_have_count(1)
    page.goto(f"/{SLUG}/consultations/{pk}/zones/")
    expect(page.locator("main table").first).to_be_visible()
    page.goto(f"/{SLUG}/consultations/{pk}/answers/")
    assert REASON in page.locator("main").inner_text()
    page.goto(f"/{SLUG}/consultations/{pk}/integrity/")
    expect(page.locator("main .facts").first).to_be_visible()


def counted_outside(page: Page, pk: int, folder: Path) -> list[str]:
    """The winners of the published file, by the command that needs no database."""
    page.goto(f"/{SLUG}/consultations/{pk}/result/")
    with page.expect_download() as loading:
        page.locator("a[href$='.pb']").click()
    file = folder / "result.pb"
    loading.value.save_as(file)
    out = StringIO()
    call_command("count_budget", str(file), json=True, stdout=out)
    return sorted(json.loads(out.getvalue())["winners"])


def winners(pk: int) -> list[str]:
    """As the town counted; the words of both people stayed."""
    assert Contribution.objects.filter(process=pk, submission__state="released").count() == 2
    count = CountRun.objects.filter(phase__process=pk).latest("pk")
    return sorted(count.result["winners"])
