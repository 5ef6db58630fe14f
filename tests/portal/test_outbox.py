"""Outgoing messages of a town: staff's listed and masked, residents' in round figures only."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from outbox.masking import masked, without_addresses
from outbox.models import Outage, OutboxMessage
from portal.outgoing import about
from tests.factories.accounts import MembershipFactory
from tests.factories.outbox import WRITTEN_AT, OutboxMessageFactory
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    """Whose messages they are."""
    return MunicipalityFactory.create(slug="piatra")


@pytest.fixture
def office(client: Client, town: Municipality) -> Client:
    """An administrator at the screen."""
    member = MembershipFactory.create(municipality=town, role="administrator", department=None)
    client.force_login(member.user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def dead(**changes: object) -> OutboxMessage:
    """An invitation that was given up."""
    fields = {"queue": "piatra", "kind": "invitation", "state": "dead", "attempts": 10}
    return OutboxMessageFactory.create(**{**fields, **changes})


def test_what_failed_is_shown_with_its_reason_and_no_address(office: Client) -> None:
    words = "SMTPRecipientsRefused: 550 <ana.pop@town.example>: unknown, call 0233 218 991"
    dead(recipient="ana.pop@town.example", last_error=words)
    page = office.get("/piatra/town/outbox/").content.decode()
    assert "a…@town.example" in page
    assert "550" in page
    assert "ana.pop" not in page
    assert "218 991" not in page


def test_another_town_and_other_states_are_not_shown(office: Client) -> None:
    dead(queue="roman", last_error="of Roman")
    dead(queue="", last_error="of nobody")
    dead(state="waiting", last_error="still waits")
    page = office.get("/piatra/town/outbox/").content.decode()
    assert not any(words in page for words in ("of Roman", "of nobody", "still waits"))
    assert "still waits" in office.get("/piatra/town/outbox/?state=waiting").content.decode()


@pytest.mark.parametrize("count", [0, 1, 9])
def test_a_page_never_tells_whether_anybody_was_meant(office: Client, count: int) -> None:
    pages = [
        office.get("/piatra/town/outbox/", {"state": state}).content.decode()
        for state in ("dead", "bounced", "waiting")
    ]
    for number in range(count):
        dead(kind="notice", batch="notice-7", last_error=f"550 nr {number}")
        dead(kind="invitation", batch="notice-7", last_error="550")
    dead(kind="notice", batch="notice-7", state="waiting")
    dead(kind="notice", batch="notice-7", state="bounced", sent_at=WRITTEN_AT)
    if count < 5:
        again = [
            office.get("/piatra/town/outbox/", {"state": state}).content.decode()
            for state in ("dead", "bounced", "waiting")
        ]
        assert [without_tokens(page) for page in again] == [without_tokens(page) for page in pages]
    assert "nr 0" not in office.get("/piatra/town/outbox/").content.decode()
    assert "notice" not in office.get("/piatra/town/outbox/?format=csv").getvalue().decode()


def without_tokens(page: str) -> str:
    """A page without what differs at each visit."""
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def test_round_figures() -> None:
    assert [about(count) for count in (0, 9, 10, 14, 1234)] == [
        "fewer than 10",
        "fewer than 10",
        "about 10",
        "about 10",
        "about 1230",
    ]


def test_one_message_is_tried_again(office: Client) -> None:
    message = dead()
    answer = office.post(f"/piatra/town/outbox/{message.pk}/", {"do": "again"}, follow=True)
    assert "tried again" in answer.content.decode()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("waiting", 0)


def test_one_message_is_stopped(office: Client) -> None:
    message = dead(state="waiting")
    office.post(f"/piatra/town/outbox/{message.pk}/", {"do": "stop"})
    message.refresh_from_db()
    assert message.state == "dead"
    assert "Stopped by" in message.last_error


def test_a_refusal_is_said(office: Client) -> None:
    message = dead(is_secret=True, body="")
    answer = office.post(f"/piatra/town/outbox/{message.pk}/", {"do": "again"}, follow=True)
    assert "erased" in answer.content.decode()


@pytest.mark.parametrize(
    "fields", [{"queue": "roman"}, {"kind": "notice"}, {"batch": "b"}, {"state": "sent"}]
)
def test_what_is_not_listed_cannot_be_touched(office: Client, fields: dict[str, str]) -> None:
    message = dead(**fields, **({"sent_at": WRITTEN_AT} if "state" in fields else {}))
    assert office.post(f"/piatra/town/outbox/{message.pk}/", {"do": "stop"}).status_code == 404


def test_all_of_a_kind_or_all_of_residents_are_tried_again(office: Client) -> None:
    invitation, digest = dead(), dead(kind="digest")
    notice, other_town = dead(kind="notice", batch="notice-7"), dead(queue="roman", kind="notice")
    office.post("/piatra/town/outbox/again/", {"kind": "invitation"})
    assert set(OutboxMessage.objects.waiting()) == {invitation}
    office.post("/piatra/town/outbox/again/", {"kind": "residents"})
    assert set(OutboxMessage.objects.waiting()) == {invitation, notice}
    office.post("/piatra/town/outbox/again/", {"kind": "everything"})
    assert set(OutboxMessage.objects.dead()) == {digest, other_town}


def test_an_outage_is_told(office: Client) -> None:
    Outage.objects.create(channel="sms", since=WRITTEN_AT, until=WRITTEN_AT, words="refused")
    assert "Nothing leaves by text message" in office.get("/piatra/town/outbox/").content.decode()


def test_a_long_list_is_paged_and_costs_the_same(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(35):
        dead()
    with django_assert_max_num_queries(20):
        page = office.get("/piatra/town/outbox/?kind=invitation").content.decode()
    assert page.count('name="do"') == 30
    assert "Page 1 of 2" in page


@pytest.mark.parametrize(
    ("recipient", "shown"),
    [
        ("ana@town.example", "a…@town.example"),
        ("+40712345678", "+40…78"),
        ("fcm.googleapis.com", "fcm.googleapis.com"),
    ],
)
def test_an_address_is_masked(recipient: str, shown: str) -> None:
    assert masked(recipient) == shown
    assert recipient == shown or recipient not in without_addresses(f"550 <{recipient}>: no")
