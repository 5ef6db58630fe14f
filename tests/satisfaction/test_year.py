"""The satisfaction report of a year: what it tells, what it does not claim, and to whom."""

import datetime as dt
import io
from typing import Any

import pypdfium2
import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from departments.models import Department, Membership, Works
from satisfaction.documents.sheets import as_pdf, as_text
from satisfaction.documents.year import year_sheet
from satisfaction.models import GroupFigure, ReasonShare, Snapshot
from satisfaction.present.years import year_news
from tests.factories.accounts import MembershipFactory
from tests.factories.comments import comment_in
from tests.factories.satisfaction import (
    AlertFactory,
    GroupFigureFactory,
    SnapshotFactory,
    VoteBlockFactory,
)
from tests.factories.sites import ReasonTagFactory, SiteCategoryFactory, rated_site
from tests.factories.zones import MunicipalityFactory, spot
from zones.models import Municipality

pytestmark = pytest.mark.django_db
Role = Membership.Role
TODAY = dt.date(2027, 2, 1)
FIRST, UNTIL = dt.date(2026, 1, 1), dt.date(2027, 1, 1)


def year_of(town: Municipality, **fields: Any) -> Snapshot:
    """The figures of 2026: town and playgrounds."""
    given = {"span": "year", "first_day": FIRST, "until": UNTIL, "public_from": dt.date(2027, 1, 8)}
    snapshot = SnapshotFactory.create(municipality=town, **{**given, **fields})
    GroupFigureFactory.create(snapshot=snapshot)
    kind = SiteCategoryFactory.create(municipality=town)
    GroupFigureFactory.create(
        snapshot=snapshot, kind=GroupFigure.Kind.CATEGORY, category=kind, score=6.2, low=5.9,
        high=6.6, change=-0.4, change_low=-0.7, change_high=-0.1, change_state="down",
    )  # fmt: skip
    return snapshot


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="ours", country="BG", languages=["bg", "en"])


def told(snapshot: Snapshot, language: str = "en") -> str:
    news = year_news(snapshot, origin="https://town.example", today=TODAY)
    return as_text(year_sheet(news, language))


def test_the_report_tells_scores_with_intervals_and_changes(town: Municipality) -> None:
    said = told(year_of(town))
    assert "Playground · 6.2 (between 5.9 and 6.6) · 20 · fell" in said
    assert "7.1 out of 10, between 6.4 and 7.8 (20 votes)" in said
    assert "Votes set aside by rules against misuse · 4" in said
    assert "not about all residents" in said


def test_a_figure_with_too_few_votes_shows_no_number(town: Municipality) -> None:
    snapshot = year_of(town)
    small = SiteCategoryFactory.create(municipality=town, code="library")
    GroupFigureFactory.create(
        snapshot=snapshot, kind=GroupFigure.Kind.CATEGORY, category=small, votes=13,
        state=GroupFigure.State.COLLECTING, score=None, low=None, high=None,
    )  # fmt: skip
    assert "Library · not yet enough votes · – · –" in told(snapshot)


@pytest.mark.parametrize(("country", "is_named"), [("BG", True), ("RO", False)])
def test_the_ordinance_is_named_where_it_holds(
    town: Municipality, country: str, is_named: bool
) -> None:
    town.country = country
    assert ("article 24" in told(year_of(town))) is is_named


def test_what_people_said_is_counted(town: Municipality) -> None:
    site = rated_site(municipality=town)
    block = VoteBlockFactory.create(site=site, month=dt.date(2026, 10, 1))
    reason = ReasonTagFactory.create(category=block.category, names={"en": "Broken swings"})
    ReasonShare.objects.create(block=block, site=site, reason=reason, given=12)
    comment_in("released", site=site, month=dt.date(2026, 10, 1))
    comment_in("waiting", site=site, month=dt.date(2026, 10, 1))
    comment_in("released", site=site, month=dt.date(2025, 10, 1))
    said = told(year_of(town))
    assert "Broken swings · 1 to 4 · 12" in said
    assert "1 comment was released after moderation." in said


def works_at(town: Municipality, **fields: Any) -> Works:
    office, _is_new = Department.objects.get_or_create(
        municipality=town, code="parks", defaults={"names": {"en": "Parks"}}
    )
    given = {
        "kind": Works.Kind.REPAIR, "names": {"en": "New swings"}, "geometry": spot(0.5, 0.5),
        "starts_on": dt.date(2026, 6, 1), "ends_on": dt.date(2026, 6, 8),
        "created_at": dt.datetime(2026, 5, 1, tzinfo=dt.UTC),
    }  # fmt: skip
    return Works.objects.create(municipality=town, owner=office, **{**given, **fields})


def test_what_the_town_did_stands_with_its_place_and_votes(town: Municipality) -> None:
    site = rated_site(municipality=town, names={"en": "Park"}, geometry=spot(0.5, 0.5))
    VoteBlockFactory.create(site=site)
    works_at(town)
    works_at(town, names={"en": "Secret"}, is_public=False)
    works_at(town, names={"en": "Elsewhere"}, geometry=spot(3.5, 3.5))
    works_at(town, names={"en": "Long ago"}, starts_on=dt.date(2025, 6, 1))
    answered = rated_site(municipality=town, names={"en": "Hall"})
    AlertFactory.create(
        site=answered, state="answered", answered_on=dt.date(2026, 11, 9),
        replies={"en": "A ramp was built."},
    )  # fmt: skip
    said = told(year_of(town))
    assert "Park · New swings · not yet enough votes" in said
    assert "Hall · A ramp was built." in said
    assert "Worsenings found: 1; answered by their owners: 1." in said
    for absent in ("Secret", "Elsewhere", "Long ago"):
        assert absent not in said


def test_another_town_is_not_in_it(town: Municipality) -> None:
    other = MunicipalityFactory.create(slug="theirs")
    VoteBlockFactory.create(site=rated_site(municipality=other, geometry=spot(0.5, 0.5)))
    works_at(other)
    comment_in("released", site=rated_site(municipality=other), month=dt.date(2026, 10, 1))
    said = told(year_of(town))
    assert "New swings" not in said
    assert "0 comments" in said


def test_before_its_day_the_report_says_so(town: Municipality) -> None:
    assert "Not public before" in told(year_of(town, public_from=dt.date(2027, 3, 1)))
    later = year_of(MunicipalityFactory.create(), is_synthetic=True)
    assert "Invented for the demonstration." in told(later)


def ask(client: Client, path: str, role: str = Role.PRESS) -> Any:
    town = Municipality.objects.get(slug="ours")
    member = MembershipFactory.create(municipality=town, role=role)
    moment = dt.datetime(2027, 2, 1, 9, tzinfo=dt.UTC)
    with time_machine.travel(moment, tick=False):
        client.force_login(member.user)
        return client.get(f"/ours/press/year/{path}", headers={"accept-language": "bg"})


def test_years_are_listed_and_each_has_its_page_and_pdf(client: Client, town: Municipality) -> None:
    town.names = {"bg": "Стара Загора", "en": "Stara Zagora"}
    town.save()
    year_of(town)
    assert "/ours/press/year/2026/" in ask(client, "").content.decode()
    assert "Стара Загора" in ask(client, "2026/").content.decode()
    answer = ask(client, "2026.pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="ours-satisfaction-2026.pdf"'
    text = pypdfium2.PdfDocument(io.BytesIO(answer.content))[0].get_textpage().get_text_range()
    assert "Стара Загора" in text


@pytest.mark.parametrize("path", ["2025/", "0/", "99999/", "2025.pdf"])
def test_a_year_without_figures_is_no_page(client: Client, town: Municipality, path: str) -> None:
    year_of(town)
    year_of(MunicipalityFactory.create(), first_day=dt.date(2025, 1, 1), until=FIRST)
    assert ask(client, path).status_code == 404


def test_staff_read_it_and_the_press_takes_it_along(client: Client, town: Municipality) -> None:
    year_of(town)
    assert ask(client, "2026/", Role.OBSERVER).status_code == 200
    assert ask(client, "2026.pdf", Role.OBSERVER).status_code == 403
    assert ask(client, "2026/", Role.CREW).status_code == 403


def test_without_a_complete_year_the_list_says_when(client: Client, town: Municipality) -> None:
    assert "/press/year/2026/" not in ask(client, "").content.decode()


def test_long_reports_break_over_pages(town: Municipality) -> None:
    snapshot = year_of(town)
    for number in range(60):
        kind = SiteCategoryFactory.create(
            municipality=town, code=f"k{number}", names={"en": f"Kind {number} <i>&"}
        )
        GroupFigureFactory.create(snapshot=snapshot, kind="category", category=kind)
    news = year_news(snapshot, origin="", today=TODAY)
    document = pypdfium2.PdfDocument(as_pdf(year_sheet(news, "ro")))
    assert len(document) >= 3
    texts = "".join(page.get_textpage().get_text_range() for page in document)
    assert "Kind 59 <i>&" in texts


def test_the_report_costs_the_same_for_many_kinds(
    town: Municipality, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    snapshot = year_of(town)
    for number in range(12):
        kind = SiteCategoryFactory.create(municipality=town, code=f"k{number}")
        GroupFigureFactory.create(snapshot=snapshot, kind="category", category=kind)
    with django_assert_max_num_queries(12):
        year_news(snapshot, origin="", today=TODAY)
