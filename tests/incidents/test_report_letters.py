"""Letters about a report: to whom, once, in their language, without what is the house's."""

import datetime as dt
from collections.abc import Mapping

import pytest
from django.core.cache import cache

from incidents.models import Incident
from incidents.services.following import Follow, follow
from incidents.services.recording import SYSTEM, record
from incidents.services.reporting import NewReporter
from incidents.workflow import Kind
from outbox.models import OutboxMessage
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, DepartmentFactory
from tests.factories.incidents import reported
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db

LATER = NOON + dt.timedelta(days=1)
ANA = NewReporter(email="ana@example.org", language="ro")


@pytest.fixture
def town() -> Municipality:
    """A town with an address of its own."""
    cache.clear()
    found: Municipality = MunicipalityFactory.create(
        slug="piatra", modules=["reports"], sign_origin="https://piatra.example"
    )
    return found


def letters(email: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(recipient=email).order_by("pk"))


def happens(
    report: Incident, kind: Kind, data: Mapping[str, object] | None = None, **more: str
) -> None:
    record(incident=report, kind=kind, data=data or {}, actor=SYSTEM, now=LATER, secrets=more)


def test_the_receipt_says_where_it_is_and_how_to_follow_it(town: Municipality) -> None:
    report = reported(town, reporter=ANA)

    (letter,) = letters("ana@example.org")

    assert letter.language == "ro"
    assert report.reference in letter.subject
    assert f"https://piatra.example/piatra/track/{report.tracking}/" in letter.body
    assert bytes(report.head_hash).hex()[:10] in letter.body


def test_without_an_address_nothing_is_written(town: Municipality) -> None:
    report = reported(town)
    happens(report, Kind.ASKED, text="Where?")

    assert not OutboxMessage.objects.exists()


def test_an_unconfirmed_address_gets_its_link_and_nothing_else(town: Municipality) -> None:
    report = reported(town, reporter=NewReporter(email="x@example.org", is_confirmed=False))
    happens(report, Kind.FOLLOWED)

    (letter,) = letters("x@example.org")

    assert letter.is_secret
    assert "/track/confirm/" in letter.body
    assert report.tracking not in letter.body


@pytest.mark.parametrize(
    ("kind", "secret", "said"),
    [
        (Kind.ASKED, {"text": "Which pole?"}, "Which pole?"),
        (Kind.ANSWERED, {"answer": "We mended it."}, "We mended it."),
        (Kind.CLOSED, {"why": "Mended on Monday."}, "Mended on Monday."),
    ],
)
def test_the_reporter_reads_what_is_said_to_them(
    town: Municipality, kind: Kind, secret: dict[str, str], said: str
) -> None:
    report = reported(town, reporter=ANA)

    happens(report, kind, {"outcome": "done"}, **secret)

    assert said in letters("ana@example.org")[-1].body


def test_followers_hear_of_it_without_the_words_and_can_stop(town: Municipality) -> None:
    report = reported(town, reporter=ANA)
    follow(incident=report, who=Follow(user=UserFactory.create(email="f@example.org")), now=NOON)

    happens(report, Kind.ASKED, text="Which flat?")
    happens(report, Kind.ANSWERED, {"outcome": "done"}, answer="Dear Ana, ...")

    (letter,) = letters("f@example.org")
    assert "Ana" not in letter.body
    assert report.tracking not in letter.body
    assert "/track/follow/" in letter.unsubscribe_url


def test_a_follower_by_address_is_written_to_only_after_confirming(town: Municipality) -> None:
    report = reported(town)
    follow(incident=report, who=Follow(email="f@example.org", language="en"), now=NOON)

    happens(report, Kind.ANSWERED, {"outcome": "done"}, answer="-")

    (letter,) = letters("f@example.org")
    assert "confirm" in letter.body


def test_who_follows_a_report_that_was_joined_hears_of_the_leader(town: Municipality) -> None:
    small, leader = reported(town, reporter=ANA), reported(town)
    follow(incident=small, who=Follow(user=UserFactory.create(email="f@example.org")), now=NOON)
    happens(small, Kind.MERGED, {"leader": leader.pk})
    before = len(letters("f@example.org")), len(letters("ana@example.org"))

    happens(leader, Kind.ANSWERED, {"outcome": "done"}, answer="Done.")

    assert len(letters("f@example.org")) == before[0] + 1
    assert len(letters("ana@example.org")) == before[1] + 1


def test_me_too_on_a_joined_report_follows_the_leader_and_counts_once(town: Municipality) -> None:
    small, leader = reported(town), reported(town)
    happens(small, Kind.MERGED, {"leader": leader.pk})
    user = UserFactory.create()

    for _ in range(2):
        follow(incident=small, who=Follow(user=user), now=LATER)

    assert leader.followers.count() == 1
    assert leader.events.filter(kind="followed").count() == 1
    assert user.email not in str([bytes(one.body) for one in leader.events.all()])


def test_a_missed_term_is_told_once_however_many_are_warned(town: Municipality) -> None:
    report = reported(town, reporter=ANA)
    missed = {"code": "answer", "due_on": "2026-06-04", "days_before": -1}

    happens(report, Kind.WARNED, missed | {"level": "head"})
    happens(report, Kind.WARNED, missed | {"level": "mayor"})
    happens(report, Kind.WARNED, missed | {"days_before": 3})

    assert len(letters("ana@example.org")) == 2


@pytest.mark.parametrize("kind", [Kind.NOTED, Kind.ASSIGNED, Kind.RELEASED, Kind.TOLD])
def test_work_of_the_house_is_no_letter(town: Municipality, kind: Kind) -> None:
    report = reported(town, reporter=ANA)
    office = DepartmentFactory.create(municipality=town)
    happens(report, Kind.ROUTED, {"department": office.pk})
    before = OutboxMessage.objects.count()

    data = {"handler": UserFactory.create().pk} if kind == Kind.ASSIGNED else {}
    happens(report, kind, data)

    assert OutboxMessage.objects.count() == before


def test_the_receipt_and_the_first_department_are_one_letter(town: Municipality) -> None:
    report = reported(town, reporter=ANA)
    office = DepartmentFactory.create(municipality=town)
    record(
        incident=report, kind=Kind.ROUTED, data={"department": office.pk}, actor=SYSTEM, now=NOON
    )

    assert len(letters("ana@example.org")) == 1
