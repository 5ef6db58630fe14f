"""Comments reach the moderators in batches, are decided once, and only released ones are shown."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from departments.models import Department, Membership
from sign_registry.models import Comment, SiteZone
from sign_registry.services.comments import ReleasedMonths, decide, release_batch
from submissions.models import Moderation, Submission
from tests.factories.accounts import MembershipFactory
from tests.factories.comments import CommentFactory, comment_in
from tests.factories.signs import SignFactory
from tests.factories.sites import CounterFactory, SiteFactory, rated_site
from tests.factories.zones import MunicipalityFactory, square, zone_with_shape
from zones.models import Municipality, ZoneKind

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 20, 9, tzinfo=dt.UTC)
State = Submission.State


@pytest.fixture
def member() -> Membership:
    """A moderator of the whole town."""
    return MembershipFactory.create(role=Membership.Role.MODERATOR)


@pytest.fixture
def town(member: Membership, client: Client) -> Municipality:
    """The moderator's town, with the moderator signed in."""
    client.force_login(member.user)
    return member.municipality


def address(town: Municipality, query: str = "") -> str:
    return reverse("signs:comments", args=[town.slug]) + query


def shown(client: Client, town: Municipality, query: str = "") -> set[str]:
    answer = client.get(address(town, query))
    assert answer.status_code == 200
    return {row["text"] for row in answer.context["page"].object_list}


# --- Batches -------------------------------------------------------------------------------------


def test_an_opinion_waits_for_the_votes_of_its_month() -> None:
    site = SiteFactory.create()
    comment_in(State.HELD, site=site)
    before, month = dt.date(2026, 2, 1), dt.date(2026, 3, 1)
    assert release_batch(released={}) == 0
    assert release_batch(released={site.pk: ReleasedMonths(before, before)}) == 0
    assert release_batch(released={site.pk + 1: ReleasedMonths(month, month)}) == 0
    assert release_batch(released={site.pk: ReleasedMonths(month, before)}) == 1
    assert Comment.objects.waiting().named().count() == 1


def test_an_opinion_on_a_place_with_few_votes_does_not_name_it() -> None:
    site = SiteFactory.create()
    comment = comment_in(State.HELD, site=site)
    month = dt.date(2026, 3, 1)
    assert release_batch(released={site.pk: ReleasedMonths(dt.date.min, month)}) == 1
    comment.refresh_from_db()
    assert comment.is_unnamed
    assert comment.submission.state == State.WAITING


def test_a_sign_in_the_wrong_place_is_told_at_once() -> None:
    comment_in(State.HELD, about="sign")
    assert release_batch(released={}) == 1


# --- Decisions -----------------------------------------------------------------------------------


def test_several_are_decided_at_once_and_only_once(member: Membership) -> None:
    comments = [comment_in(State.WAITING), comment_in(State.RELEASED)]
    decided = decide(comments=comments, state=State.RELEASED, actor=member, now=NOW)
    assert (decided.changed, decided.left) == (1, 1)
    (kept,) = Moderation.objects.all()
    assert (kept.decided_by, kept.decided_at) == (member.user, NOW)


@pytest.mark.parametrize(
    ("state", "about", "code"),
    [
        (State.REFUSED, "place", "reason_missing"),
        (State.REFUSED, "sign", "reason_missing"),
        (State.RELEASED, "sign", "not_an_opinion"),
    ],
)
def test_what_may_not_be_decided_changes_nothing(
    member: Membership, state: State, about: str, code: str
) -> None:
    comments = [CommentFactory.create(), CommentFactory.create(about=about)]
    with pytest.raises(ValidationError) as refused:
        decide(comments=comments, state=state, actor=member, now=NOW)
    assert refused.value.code == code
    assert Comment.objects.waiting().count() == 2


def test_the_public_sees_only_what_was_released_and_not_erased() -> None:
    site = SiteFactory.create()
    for state in State:
        comment_in(state, state, site=site)
    comment_in(State.RELEASED, "wrong place", site=site, about="sign")
    comment_in(State.RELEASED, "", site=site)
    comment_in(State.RELEASED, "of few votes", site=site, is_unnamed=True)
    comments = Comment.objects.released().select_related("submission")
    page = render_to_string("signs/components/comments.html", {"comments": comments})
    assert [comment.submission.text for comment in comments] == [State.RELEASED]
    assert "March 2026" in page


def test_what_was_written_is_never_run_as_markup() -> None:
    comment_in(State.RELEASED, "<script>alert(1)</script>")
    comments = Comment.objects.released()
    assert "<script" not in render_to_string(
        "signs/components/comments.html", {"comments": comments}
    )


# --- Page ----------------------------------------------------------------------------------------


def test_each_state_has_its_list(client: Client, town: Municipality) -> None:
    site = rated_site(municipality=town)
    for state in State:
        comment_in(state, state, site=site)
    comment_in(State.WAITING, "wrong place", site=site, about="sign")
    assert shown(client, town) == {State.WAITING}
    assert shown(client, town, "?state=released") == {State.RELEASED}
    assert shown(client, town, "?state=held") == {State.WAITING}
    assert shown(client, town, "?about=sign") == {"wrong place"}


def test_the_list_narrows_by_place_and_kind(client: Client, town: Municipality) -> None:
    park, school = (
        rated_site(municipality=town, names={"en": name}) for name in ("Park", "School")
    )
    for site in (park, school):
        comment_in(State.WAITING, site.names["en"], site=site)
    category = park.periods.get().category.code
    assert shown(client, town, "?q=par") == {"Park"}
    assert shown(client, town, f"?site={school.pk}") == {"School"}
    assert shown(client, town, f"?category={category}") == {"Park", "School"}
    assert shown(client, town, "?category=nothing") == set()
    zone = zone_with_shape(town, code="centre", geometry=square(0, 0))
    ZoneKind.objects.update(is_partition=True)
    SiteZone.objects.create(site=park, kind=zone.kind, zone=zone)
    assert shown(client, town, f"?zone={zone.pk}") == {"Park"}


def test_a_department_sees_its_own_sites_only(client: Client, town: Municipality) -> None:
    mine, other = (
        Department.objects.create(municipality=town, code=code, names={"en": code})
        for code in ("mine", "other")
    )
    for owner in (mine, other):
        comment_in(State.WAITING, owner.code, site=rated_site(municipality=town, owner=owner))
    head = MembershipFactory.create(municipality=town, role=Membership.Role.HEAD, department=mine)
    client.force_login(head.user)
    assert shown(client, town) == {"mine"}
    foreign = Comment.objects.get(submission__text="other")
    answer = client.post(address(town), {"release": foreign.pk})
    assert answer.status_code == 404
    assert not Moderation.objects.exists()


@pytest.mark.parametrize("role", [Membership.Role.CREW, Membership.Role.OBSERVER])
def test_others_of_the_staff_do_not_read_comments(client: Client, role: str) -> None:
    member = MembershipFactory.create(role=role)
    client.force_login(member.user)
    assert client.get(address(member.municipality)).status_code == 403


def test_comments_of_another_town_cannot_be_decided(client: Client, town: Municipality) -> None:
    foreign = comment_in(State.WAITING, site=rated_site(municipality=MunicipalityFactory.create()))
    assert client.post(address(town), {"release": foreign.pk}).status_code == 404
    assert shown(client, town) == set()


def test_one_button_releases_one_comment(client: Client, town: Municipality) -> None:
    site = rated_site(municipality=town)
    first, second = (comment_in(State.WAITING, text, site=site) for text in ("first", "second"))
    answer = client.post(address(town, "?page=1"), {"release": first.pk, "comment": second.pk})
    assert answer["Location"] == address(town, "?page=1")
    assert shown(client, town, "?state=released") == {"first"}
    assert shown(client, town) == {"second"}


def test_a_row_leads_to_the_page_of_its_place_where_there_is_one(
    client: Client, town: Municipality
) -> None:
    place = rated_site(municipality=town)
    counter = CounterFactory.create(municipality=town)
    for site in (place, counter):
        comment_in(State.WAITING, site=site)
    text = client.get(address(town)).content.decode()
    assert f'href="/{town.slug}/sites/{place.pk}/"' in text
    assert f'href="/{town.slug}/sites/{counter.pk}/"' not in text
    assert f'href="?site={counter.pk}"' in text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"state": "refused"}, "Choose at least one"),
        ({"state": "refused", "comment": "one"}, "no such comment"),
        ({"state": "refused", "comment": "known"}, "Write a few words"),
    ],
)
def test_what_is_missing_is_said(
    client: Client, town: Municipality, sent: dict[str, str], sentence: str
) -> None:
    comment = comment_in(State.WAITING, site=rated_site(municipality=town))
    sent = {name: str(comment.pk) if text == "known" else text for name, text in sent.items()}
    answer = client.post(address(town), sent, follow=True)
    assert sentence in answer.content.decode()
    assert not Moderation.objects.exists()


def test_the_table_names_no_day_and_runs_no_formula(client: Client, town: Municipality) -> None:
    comment_in(State.WAITING, "=HYPERLINK(1)", site=rated_site(municipality=town))
    table = b"".join(client.get(address(town, "?format=csv"))).decode()
    assert "2026-03," in table
    assert "2026-03-" not in table
    assert "'=HYPERLINK(1)" in table


def test_the_page_names_no_day(client: Client, town: Municipality) -> None:
    comment_in(State.WAITING, site=rated_site(municipality=town))
    page = client.get(address(town)).content.decode()
    assert "March 2026" in page
    assert not re.search(r"\d March", page)


def test_a_long_list_asks_no_more_than_a_short_one(
    client: Client, town: Municipality, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(40):
        comment_in(State.WAITING, site=rated_site(municipality=town))
    with django_assert_max_num_queries(20):
        assert len(shown(client, town)) == 1


def test_a_remark_about_a_sign_names_the_signs_of_the_place(
    client: Client, town: Municipality
) -> None:
    site = rated_site(municipality=town)
    comment_in(State.WAITING, "", site=site, about="sign")
    sign = SignFactory.create(municipality=town, site=site, number=417, state="installed")
    page = client.get(address(town, "?about=sign")).content.decode()
    assert "417" in page
    # A moderator does not run the signs; who does gets there by a link.
    link = reverse("signs:sign", args=[town.slug, sign.pk])
    assert link not in page
    client.force_login(MembershipFactory.create(municipality=town).user)
    assert link in client.get(address(town, "?about=sign")).content.decode()


def test_a_comment_on_a_place_with_few_votes_names_only_its_kind(
    client: Client, town: Municipality
) -> None:
    site = rated_site(municipality=town, names={"en": "Village hall of Elm"}, code="hall-7")
    comment_in(State.WAITING, "Cold in winter", site=site, is_unnamed=True)
    zone = zone_with_shape(town, code="centre", geometry=square(0, 0))
    ZoneKind.objects.update(is_partition=True)
    SiteZone.objects.create(site=site, kind=zone.kind, zone=zone)
    page = client.get(address(town)).content.decode()
    table = b"".join(client.get(address(town, "?format=csv"))).decode()
    for text in (page, table):
        assert "Cold in winter" in text
        assert "Playground" in text
        assert "hall-7" not in text
    assert "Village hall of Elm" not in table
    assert f"sites/{site.pk}/" not in page
    assert shown(client, town, "?category=playground") == {"Cold in winter"}
    for query in ("?q=elm", f"?site={site.pk}", f"?zone={zone.pk}"):
        assert shown(client, town, query) == set()


def test_a_department_could_guess_the_place_and_does_not_see_the_comment(
    client: Client, town: Municipality
) -> None:
    mine = Department.objects.create(municipality=town, code="mine", names={"en": "mine"})
    site = rated_site(municipality=town, owner=mine)
    comment = comment_in(State.WAITING, site=site, is_unnamed=True)
    head = MembershipFactory.create(municipality=town, role=Membership.Role.HEAD, department=mine)
    client.force_login(head.user)
    assert shown(client, town) == set()
    assert client.post(address(town), {"release": comment.pk}).status_code == 404
