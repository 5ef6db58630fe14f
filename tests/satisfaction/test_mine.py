"""My places: whose they are, what waits first, the answer, a sign printed again, the notice."""

import datetime as dt
import io
from typing import Any

import pypdfium2
import pytest
from django.test import Client

from departments.models import Department, Membership
from outbox.models import OutboxMessage
from satisfaction.access import owned_sites
from satisfaction.models import Alert, GroupFigure, Snapshot
from sign_registry.models import Sign, Site, SiteCategory, SiteZone
from tests.factories.comments import comment_in
from tests.factories.departments import DepartmentFactory, WorksFactory, member
from tests.factories.ratings import RatingTallyFactory, votes
from tests.factories.satisfaction import (
    AlertFactory,
    GroupFigureFactory,
    SnapshotFactory,
    figure_of,
)
from tests.factories.signs import sign_in
from tests.factories.sites import CounterFactory, SiteCategoryFactory, rated_site
from tests.factories.zones import square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db
FAR = dt.date(2990, 1, 1)


@pytest.fixture
def town() -> Municipality:
    return SiteCategoryFactory.create().municipality


@pytest.fixture
def office(town: Municipality) -> Department:
    return DepartmentFactory.create(municipality=town, kind=Department.Kind.INSTITUTION)


@pytest.fixture
def owner(town: Municipality, office: Department, client: Client) -> Membership:
    """A village mayor, signed in."""
    held: Membership = member(town, "owner", department=office)
    client.force_login(held.user)
    return held


@pytest.fixture
def site(town: Municipality, office: Department) -> Site:
    return rated_site(municipality=town, owner=office)


def page(client: Client, town: Municipality, path: str = "") -> Any:
    return client.get(f"/{town.slug}/mine/{path}", headers={"accept-language": "en"})


def text(client: Client, town: Municipality, path: str = "") -> str:
    answer = page(client, town, path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def busy_place(town: Municipality, office: Department) -> Site:
    """A place where everything waits that can."""
    site = rated_site(municipality=town, owner=office)
    comment_in("waiting", site=site)
    sign_in("missing", site=site)
    AlertFactory.create(site=site)
    return site


# --- Whose places --------------------------------------------------------------------------------


def test_an_owner_sees_own_places_and_no_others(
    client: Client, town: Municipality, owner: Membership, site: Site
) -> None:
    theirs = rated_site(municipality=town, owner=DepartmentFactory.create(municipality=town))
    nobodys = rated_site(municipality=town)
    elsewhere = rated_site()
    shown = text(client, town)
    assert site.name in shown
    for other in (theirs, nobodys, elsewhere):
        assert other.name not in shown
        for path in (f"{other.pk}/", f"{other.pk}/notice.pdf"):
            assert page(client, town, path).status_code == 404
        alert = AlertFactory.create(site=other)
        assert page(client, town, f"alerts/{alert.pk}/").status_code == 404
        for path in (f"alerts/{alert.pk}/", f"alerts/{alert.pk}/close/", f"{other.pk}/print/"):
            answer = client.post(f"/{town.slug}/mine/{path}", {"reason": "no", "replies_ro": "no"})
            assert answer.status_code == 404
    assert set(Alert.objects.values_list("state", flat=True)) == {"open"}


def test_department_and_area_of_one_role_must_both_fit(
    town: Municipality, office: Department, site: Site
) -> None:
    near = zone_with_shape(town, code="near", geometry=square(0, 0))
    far = zone_with_shape(town, code="far", geometry=square(2, 2))
    SiteZone.objects.create(site=site, kind=near.kind, zone=near)
    today = dt.date(2026, 11, 2)

    def owns(*roles: Membership) -> bool:
        held = Membership.objects.filter(pk__in=[one.pk for one in roles])
        return owned_sites(town, held, today).filter(pk=site.pk).exists()

    other = DepartmentFactory.create(municipality=town)
    here, away = (member(town, "owner", department=one) for one in (office, other))
    assert owns(here)
    assert not owns(away)
    away.areas.add(near)
    here.areas.add(far)
    assert not owns(here, away)
    here.areas.add(near)
    assert owns(here)
    assert not owns()


def test_a_role_for_an_office_covers_the_offices_below(
    client: Client, town: Municipality, office: Department, site: Site
) -> None:
    above = DepartmentFactory.create(municipality=town)
    Department.objects.filter(pk=office.pk).update(parent=above)
    client.force_login(member(town, "head", department=above).user)
    assert site.name in text(client, town)


def test_counters_are_nobodys_places(client: Client, town: Municipality) -> None:
    counter = CounterFactory.create(municipality=town, names={"en": "Desk of one person"})
    client.force_login(member(town, "administrator").user)
    assert counter.name not in text(client, town)
    assert page(client, town, f"{counter.pk}/").status_code == 404


@pytest.mark.parametrize("role", ["press", "crew", "moderator", "observer"])
def test_others_are_refused(client: Client, town: Municipality, role: str) -> None:
    client.force_login(member(town, role).user)
    assert page(client, town).status_code == 403


# --- What waits ----------------------------------------------------------------------------------


def test_what_waits_stands_first_with_its_day(
    client: Client, town: Municipality, owner: Membership, site: Site
) -> None:
    AlertFactory.create(site=site, answer_due_on=FAR, reply_until=FAR)
    comment_in("waiting", site=site)
    sign_in("damaged", site=site)
    shown = text(client, town)
    assert "from 7.4 to 5.6" in shown
    assert "Please answer by" in shown
    assert "the press office does not publish" in shown
    assert f"town/comments/?site={site.pk}" in shown
    assert "damaged" in shown


def test_an_answer_that_is_late_is_said_to_be(
    client: Client, town: Municipality, owner: Membership, site: Site
) -> None:
    alert = AlertFactory.create(site=site)
    for path in ("", f"{site.pk}/", f"alerts/{alert.pk}/"):
        assert "The answer was due on" in text(client, town, path)


def test_where_nothing_waits_that_is_said(
    client: Client, town: Municipality, owner: Membership, site: Site
) -> None:
    assert "Nothing waits for you." in text(client, town)


def test_a_small_place_shows_how_far_its_votes_are_and_its_like(
    client: Client, town: Municipality, owner: Membership, site: Site
) -> None:
    RatingTallyFactory.create(site=site, day=dt.date(2026, 11, 4), counted=votes(s8=4))
    GroupFigureFactory.create(
        snapshot=SnapshotFactory.create(municipality=town),
        kind=GroupFigure.Kind.SMALL,
        category=SiteCategory.objects.get(municipality=town),
        score=7.9,
        low=7.5,
        high=8.3,
    )
    for path in ("", f"{site.pk}/"):
        shown = text(client, town, path)
        assert "4 of 10 votes" in shown
        assert "all small places of the kind “Playground”: 7.9 (7.5–8.3)" in shown


def test_an_owner_sees_figures_before_residents_do(
    client: Client, town: Municipality, owner: Membership, site: Site
) -> None:
    figure_of(site, snapshot=SnapshotFactory.create(municipality=town, public_from=FAR))
    assert "Residents see these figures from" in text(client, town, f"{site.pk}/")
    assert "7.1</strong>" in text(client, town)


@pytest.mark.parametrize("waiting", ["fall", "comment", "sign", "votes"])
def test_the_list_can_be_narrowed_to_what_waits(
    client: Client, town: Municipality, owner: Membership, office: Department,
    waiting: str,
) -> None:  # fmt: skip
    quiet = rated_site(municipality=town, owner=office)
    figure_of(quiet)
    busy = busy_place(town, office)
    answer = page(client, town, f"?waiting={waiting}")
    assert [row["site"]["id"] for row in answer.context["page"].object_list] == [busy.pk]


def test_the_list_is_a_table_too(
    client: Client, town: Municipality, owner: Membership, site: Site
) -> None:
    figure_of(site)
    body = b"".join(page(client, town, "?format=csv")).decode()
    assert f"{site.code},{site.name},playground,7.10,6.40,7.80,20" in body
    client.logout()
    assert page(client, town, "?format=csv").status_code == 302


def test_a_long_list_asks_no_more_than_a_short_one(
    client: Client, town: Municipality, owner: Membership, site: Site, office: Department,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    figure_of(site)
    busy_place(town, office)
    page(client, town)
    with django_assert_max_num_queries(40) as few:
        page(client, town)
    for _number in range(25):
        busy_place(town, office)
    with django_assert_max_num_queries(len(few)):
        page(client, town)


# --- Answering -----------------------------------------------------------------------------------


def test_an_answer_by_works_and_words_is_taken(
    client: Client, town: Municipality, owner: Membership, site: Site, office: Department
) -> None:
    alert = AlertFactory.create(site=site)
    works = WorksFactory.create(municipality=town, owner=office, starts_on=dt.date(2026, 11, 1))
    path = f"/{town.slug}/mine/alerts/{alert.pk}/"
    assert works.name in text(client, town, f"alerts/{alert.pk}/")
    answer = client.post(path, {"works": works.pk, "replies_ro": "Reparăm."})
    assert answer.status_code == 302
    alert.refresh_from_db()
    assert (alert.state, alert.works, alert.replies) == ("answered", works, {"ro": "Reparăm."})
    assert alert.answered_by == owner


def test_an_empty_answer_and_foreign_works_are_shown_again_with_a_reason(
    client: Client, town: Municipality, owner: Membership, site: Site
) -> None:
    alert = AlertFactory.create(site=site)
    path = f"/{town.slug}/mine/alerts/{alert.pk}/"
    for given in ({}, {"works": WorksFactory.create().pk}):
        answer = client.post(path, given)
        assert answer.status_code == 200
        assert answer.context["form"].errors
    alert.refresh_from_db()
    assert alert.state == Alert.State.OPEN


def test_a_worsening_is_closed_with_a_reason_only(
    client: Client, town: Municipality, owner: Membership, site: Site
) -> None:
    alert = AlertFactory.create(site=site)
    path = f"/{town.slug}/mine/alerts/{alert.pk}/close/"
    client.post(path, {"reason": ""})
    alert.refresh_from_db()
    assert alert.state == Alert.State.OPEN
    client.post(path, {"reason": "It is being rebuilt"})
    alert.refresh_from_db()
    assert (alert.state, alert.reason) == ("closed", "It is being rebuilt")
    assert "It is being rebuilt" in text(client, town, f"alerts/{alert.pk}/")


def test_only_who_may_enter_works_is_led_there(
    client: Client, town: Municipality, owner: Membership, site: Site, office: Department
) -> None:
    alert = AlertFactory.create(site=site)
    assert "town/works/add/" not in text(client, town, f"alerts/{alert.pk}/")
    client.force_login(member(town, "head", department=office).user)
    assert "town/works/add/?longitude=" in text(client, town, f"alerts/{alert.pk}/")


# --- Signs ---------------------------------------------------------------------------------------


def test_an_owner_asks_the_crew_and_an_administrator_sends_to_print(
    client: Client, town: Municipality, owner: Membership, site: Site
) -> None:
    lead = member(town, "crew_lead")
    sign = sign_in("damaged", site=site)
    path = f"/{town.slug}/mine/{site.pk}/print/"
    client.post(path, {"sign": sign.pk, "reason": "The sun took the colour"})
    sign.refresh_from_db()
    assert sign.state == Sign.State.DAMAGED
    letter = OutboxMessage.objects.get(recipient=lead.user.email)
    assert "The sun took the colour" in letter.body
    assert sign.stops.count() == 1
    client.force_login(member(town, "administrator").user)
    client.post(path, {"sign": sign.pk, "reason": "The sun took the colour"})
    sign.refresh_from_db()
    assert sign.state == Sign.State.APPROVED


def test_a_sign_of_another_place_or_without_a_reason_is_refused(
    client: Client, town: Municipality, owner: Membership, site: Site
) -> None:
    path = f"/{town.slug}/mine/{site.pk}/print/"
    foreign = sign_in("damaged", site=rated_site(municipality=town))
    assert client.post(path, {"sign": foreign.pk, "reason": "Old"}).status_code == 404
    planned = sign_in("planned", site=site)
    for given in ({"sign": planned.pk, "reason": "Old"}, {"sign": planned.pk, "reason": ""}, {}):
        assert client.post(path, given).status_code == 302
    assert not OutboxMessage.objects.exists()


# --- The notice ----------------------------------------------------------------------------------


def words_of(answer: Any) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    assert len(document) == 1
    read: str = document[0].get_textpage().get_text_range()
    document.close()
    return " ".join(read.split())


def test_the_notice_says_the_public_figure_in_large_print(
    client: Client, town: Municipality, owner: Membership, site: Site
) -> None:
    figure_of(site, snapshot=SnapshotFactory.create(municipality=town, is_synthetic=True))
    hidden = SnapshotFactory.create(
        municipality=town,
        public_from=FAR,
        span=Snapshot.Span.ROLLING,
        first_day=dt.date(2025, 1, 1),
    )
    figure_of(site, snapshot=hidden, score=3.3, low=3.0, high=3.6)
    answer = page(client, town, f"{site.pk}/notice.pdf")
    words = words_of(answer)
    assert answer["Content-Type"] == "application/pdf"
    assert site.name in words
    assert "How good is this place?" in words
    assert "7.1 out of 10" in words
    assert "between 6.4 and 7.8" in words
    assert "20 votes, October 2026" in words
    assert "Invented for the demonstration." in words
    assert "3.3" not in words


def test_the_notice_of_a_small_place_tells_of_its_like_and_no_count(
    client: Client, town: Municipality, owner: Membership, site: Site
) -> None:
    RatingTallyFactory.create(site=site, day=dt.date(2026, 11, 4), counted=votes(s8=4))
    GroupFigureFactory.create(
        snapshot=SnapshotFactory.create(municipality=town),
        kind=GroupFigure.Kind.SMALL,
        category=SiteCategory.objects.get(municipality=town),
        score=7.9,
    )
    words = words_of(page(client, town, f"{site.pk}/notice.pdf"))
    assert "Not yet enough votes" in words
    assert "7.9" in words
    assert "4 of 10" not in words


def test_a_notice_of_a_year_needs_public_figures_of_that_year(
    client: Client, town: Municipality, owner: Membership, site: Site
) -> None:
    year = {"span": Snapshot.Span.YEAR, "first_day": dt.date(2025, 1, 1)}
    figure_of(site, snapshot=SnapshotFactory.create(
        municipality=town, until=dt.date(2026, 1, 1), **year))  # fmt: skip
    assert "2025" in words_of(page(client, town, f"{site.pk}/notice.pdf?year=2025"))
    assert "Notice of 2025" in text(client, town, f"{site.pk}/")
    for wrong in ("2024", "x", "0", "99999", "9" * 30):
        assert page(client, town, f"{site.pk}/notice.pdf?year={wrong}").status_code == 404
