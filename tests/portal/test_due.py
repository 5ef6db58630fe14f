"""What waits for each role: a line counts the rows its page shows the same person, no more."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from departments.due import Due, Urgency, urgency_of
from departments.models import Department, Membership
from incidents.models import Incident
from portal.due import due_for
from sign_registry.models import Sign
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.departments import TODAY
from tests.factories.zones import MunicipalityFactory
from tests.whole_town import Town, town_with
from zones.models import Municipality

pytestmark = pytest.mark.django_db

Counting = Callable[[Any], int]


def paged(context: Any) -> int:
    return int(context["page"].paginator.count)


#: How many rows each page shows; asked of the page itself, not of what counts the lines.
PAGES: dict[str, tuple[str, Counting]] = {
    "reports_late": ("desk/?late=1", paged),
    "reports_today": ("desk/?today=1", paged),
    "reports_mine": ("desk/?mine=1", paged),
    "sorting": ("desk/sorting/", lambda context: context["waiting"]),
    "to_send": ("desk/to-send/", lambda context: len(context["answers"])),
    "letters": ("desk/letters/", paged),
    "release": ("desk/release/", paged),
    "phases": ("plan/consultations/?due=phase", paged),
    "legal_terms": ("plan/consultations/?due=notice", paged),
    "voices": ("plan/consultations/voices/", paged),
    "questions": ("town/questions/", paged),
    "notices": ("notices/?state=waiting", paged),
    "addresses": ("desk/residents/questions/", paged),
    "code_letters": ("desk/residents/letters/", lambda context: context["waiting"]),
    "falls": ("mine/?waiting=fall", paged),
    "own_signs": ("mine/?waiting=sign", paged),
    "comments": ("town/comments/", paged),
    "remarks": ("town/comments/?about=sign", paged),
    "rounds": (
        "crew/",
        lambda context: sum(one.done_count < one.stop_count for one in context["rounds"]),
    ),
    "signs_missing": ("signs/?state=missing", paged),
    "signs_damaged": ("signs/?state=damaged", paged),
    "signs_planned": ("signs/?state=planned", paged),
    "invited": ("town/staff/?state=invited", paged),
    "corrections": ("town/corrections/", lambda context: context["open_count"]),
    "dead_letters": ("town/outbox/", paged),
}
#: Answers to approve and to sign are a list of the desk, but wait only for those who may sign.
SIGNING = {"reports_head": "desk/?waits=head", "reports_authority": "desk/?waits=authority"}


@pytest.fixture
def busy() -> Town:
    """One row of everything; reports that are late and to be signed, signs in trouble."""
    town = town_with("Ours", "ours")
    alive = Incident.objects.in_municipality(town.row).alive()
    numbers = list(alive.order_by("pk").values_list("pk", flat=True))
    Incident.objects.filter(pk=numbers[0]).update(due_on=TODAY, department=town.department)
    Incident.objects.filter(pk=numbers[0]).update(waits_for="head")
    Sign.objects.filter(pk=town.numbers["sign"]).update(state="missing")
    return town


def lines_of(member: Membership) -> dict[str, Due]:
    found = due_for(member.user, member.municipality, timezone.now())
    assert len({one.code for one in found}) == len(found)
    return {one.code: one for one in found}


def disagreements(client: Client, member: Membership) -> list[str]:
    """Lines and pages of one person that say different numbers."""
    lines, slug, faults = lines_of(member), member.municipality.slug, []
    client.force_login(member.user)
    for code, (path, rows_of) in PAGES.items():
        page = client.get(f"/{slug}/{path}")
        shown = rows_of(page.context) if page.status_code == 200 else 0
        said = lines[code].count if code in lines else 0
        if said != shown:
            faults.append(f"{member.role}: {code} says {said}, {path} shows {shown}")
    return faults + [
        f"{member.role}: {code} leads to {one.path}"
        for code, one in lines.items()
        if client.get(f"/{slug}/{one.path}").status_code != 200
        or (
            one.path != {**SIGNING, **{name: path for name, (path, _) in PAGES.items()}}.get(code)
            and code not in ("rules", "zone_drafts")
        )
    ]


@pytest.mark.slow
@pytest.mark.parametrize("role", Membership.Role.values)
def test_a_line_counts_what_its_page_shows(client: Client, busy: Town, role: str) -> None:
    elsewhere = Department.objects.create(municipality=busy.row, code="else", names={"en": "E"})
    offices = (None, busy.department, elsewhere)
    hats = [
        MembershipFactory.create(municipality=busy.row, role=role, department=office)
        for office in offices
    ]
    assert [fault for hat in hats for fault in disagreements(client, hat)] == []


@pytest.mark.slow
def test_what_waits_is_found_for_those_whose_it_is(client: Client, busy: Town) -> None:
    found: set[str] = set()
    for role in Membership.Role.values:
        found |= set(lines_of(MembershipFactory.create(municipality=busy.row, role=role)))
    assert {"reports_late", "sorting", "letters", "release", "falls", "own_signs"} <= found
    assert {"comments", "rounds", "signs_missing", "invited", "corrections"} <= found
    assert {"dead_letters", "reports_head", "addresses"} <= found


def test_another_department_and_another_town_see_nothing(client: Client, busy: Town) -> None:
    elsewhere = Department.objects.create(municipality=busy.row, code="else", names={"en": "E"})
    handler = MembershipFactory.create(municipality=busy.row, role="handler", department=elsewhere)
    stranger = MembershipFactory.create(municipality=MunicipalityFactory.create())
    assert lines_of(handler) == {}
    assert due_for(stranger.user, busy.row, timezone.now()) == []
    assert due_for(UserFactory.create(), busy.row, timezone.now()) == []


@pytest.mark.parametrize(
    ("role", "queries"), [("crew", 30), ("handler", 30), ("head", 45), ("administrator", 60)]
)
def test_queries_do_not_grow_with_what_waits(
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    role: str,
    queries: int,
) -> None:
    town = town_with("Ours", "ours").row
    member = MembershipFactory.create(municipality=town, role=role)
    with django_assert_max_num_queries(queries) as first:
        due_for(member.user, town, timezone.now())
    _more_of_everything(town)
    with django_assert_max_num_queries(len(first)) as second:
        due_for(member.user, town, timezone.now())
    assert len(second) == len(first)


def _more_of_everything(town: Municipality) -> None:
    sign = Sign.objects.in_municipality(town).first()
    assert sign is not None
    for number in range(2, 6):
        Sign.objects.create(
            municipality=town, number=number, site=sign.site, purpose="report", state="missing"
        )


def test_the_page_says_late_before_what_only_waits(client: Client, busy: Town) -> None:
    head = MembershipFactory.create(municipality=busy.row, role="head")
    client.force_login(head.user)
    page = client.get("/ours/staff/", headers={"accept-language": "en"})
    order = [one.urgency for one in page.context["due"]]
    assert order == sorted(order)
    assert order[0] is Urgency.LATE
    assert "1 answer waits for your approval" in page.content.decode()


def test_nothing_waits_is_said(client: Client) -> None:
    member = MembershipFactory.create(role="crew")
    client.force_login(member.user)
    page = client.get(f"/{member.municipality.slug}/staff/", headers={"accept-language": "en"})
    assert "Nothing waits for you." in page.content.decode()


def test_a_term_presses_by_its_day() -> None:
    day = TODAY
    following, before = day.replace(day=day.day + 1), day.replace(day=day.day - 1)
    asked = [urgency_of(until, day) for until in (before, day, following, None)]
    assert asked == [Urgency.LATE, Urgency.TODAY, Urgency.SOON, Urgency.WAITS]
