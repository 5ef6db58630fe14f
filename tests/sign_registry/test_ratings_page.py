"""The town's page of votes set aside: who comes in, what it shows, and what it never shows."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from departments.models import Membership
from sign_registry.models import RatingTally, SetAsideCase
from tests.factories.accounts import MembershipFactory
from tests.factories.ratings import RatingTallyFactory, SetAsideCaseFactory, votes
from zones.models import Municipality

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def case() -> SetAsideCase:
    found = SetAsideCaseFactory.create()
    RatingTallyFactory.create(site=found.site, set_aside=votes(s1=12), counted=votes(s9=4))
    return found


def page_of(case: SetAsideCase) -> str:
    return f"/{case.site.municipality.slug}/town/ratings/"


def signed_in(client: Client, town: Municipality, role: str = Role.PRESS) -> Client:
    client.force_login(MembershipFactory.create(municipality=town, role=role).user)
    return client


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.PRESS, 200), (Role.OBSERVER, 200), (Role.ADMINISTRATOR, 200), (Role.CREW, 403)],
)
def test_those_who_may_see_ratings_come_in(
    client: Client, case: SetAsideCase, role: str, status: int
) -> None:
    signed_in(client, case.site.municipality, role)
    assert client.get(page_of(case)).status_code == status


def test_the_page_counts_votes_and_shows_no_score(client: Client, case: SetAsideCase) -> None:
    signed_in(client, case.site.municipality)
    page = client.get(page_of(case), headers={"accept-language": "en"}).content.decode()
    assert "12 votes" in page
    assert "100 % said the same" in page
    table = client.get(page_of(case) + "?format=csv").getvalue().decode()
    assert ",12,burst,set_aside," in table
    for text in (page, table):
        assert "[12" not in text
        assert "{12" not in text


def test_votes_are_counted_again_with_a_reason_and_taken_out_again(
    client: Client, case: SetAsideCase
) -> None:
    signed_in(client, case.site.municipality)
    address = f"{page_of(case)}{case.pk}/"
    for counted, state in ((votes(s1=12, s9=4), "restored"), (votes(s9=4), "set_aside")):
        client.post(address, {"reason": "A school class."})
        case.refresh_from_db()
        assert (RatingTally.objects.get().counted, case.state) == (counted, state)


@pytest.mark.parametrize(
    ("role", "status"), [(Role.PRESS, 302), (Role.ADMINISTRATOR, 302), (Role.OBSERVER, 403)]
)
def test_those_who_only_look_decide_nothing(
    client: Client, case: SetAsideCase, role: str, status: int
) -> None:
    signed_in(client, case.site.municipality, role)
    assert ('name="reason"' in client.get(page_of(case)).content.decode()) is (status == 302)
    answer = client.post(f"{page_of(case)}{case.pk}/", {"reason": "A school class."})
    assert answer.status_code == status


def test_the_page_tells_every_decision(client: Client, case: SetAsideCase) -> None:
    signed_in(client, case.site.municipality)
    for reason in ("A school class.", "No, a bet."):
        client.post(f"{page_of(case)}{case.pk}/", {"reason": reason})
    page = client.get(page_of(case)).content.decode()
    assert page.index("No, a bet.") < page.index("A school class.")


def test_without_a_reason_nothing_moves(client: Client, case: SetAsideCase) -> None:
    signed_in(client, case.site.municipality)
    answer = client.post(f"{page_of(case)}{case.pk}/", {"reason": " "}, follow=True)
    assert "stays on record" in answer.content.decode()
    assert RatingTally.objects.get().counted == votes(s9=4)


def test_a_case_of_another_town_is_not_there(client: Client, case: SetAsideCase) -> None:
    other = SetAsideCaseFactory.create()
    signed_in(client, case.site.municipality)
    answer = client.post(f"{page_of(case)}{other.pk}/", {"reason": "Mine."})
    assert answer.status_code == 404
    assert str(other.pk) not in client.get(page_of(case)).content.decode()


def test_the_list_costs_the_same_however_long_it_is(
    client: Client, case: SetAsideCase, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    SetAsideCaseFactory.create_batch(9, site=case.site)
    signed_in(client, case.site.municipality)
    with django_assert_max_num_queries(12):
        client.get(page_of(case))
