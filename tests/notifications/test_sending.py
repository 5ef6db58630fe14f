"""A notice reaches each of its people once, wherever the work is cut off."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Announcement, Notice
from notifications.services import sending
from notifications.services.sending import send_due, send_slice
from outbox.models import OutboxMessage
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON
from tests.factories.notifications import (
    AnnouncementFactory,
    PreferenceFactory,
    TargetAreaFactory,
)
from tests.factories.residents import ResidenceFactory, ResidentFactory
from tests.factories.zones import AddressFactory, MunicipalityFactory, spot, square
from zones.models import Municipality

pytestmark = pytest.mark.django_db

State = Announcement.State
LATER = NOON + dt.timedelta(minutes=1)


class KilledError(Exception):
    """The worker is gone."""


@pytest.fixture
def town() -> Municipality:
    """A town whose letters can be answered and whose pages have an address."""
    return MunicipalityFactory.create(
        mail_sender="news@town.example", sign_origin="https://town.example"
    )


def resident(town: Municipality, *, column: float = 0.5, **person: Any) -> Any:
    """Somebody who lives in the first row and wants each notice by itself."""
    user = UserFactory.create(**person)
    PreferenceFactory.create(municipality=town, user=user)
    one = ResidentFactory.create(municipality=town, user=user)
    address = AddressFactory.create(municipality=town, location=spot(column, 0.5))
    ResidenceFactory.create(resident=one, address=address)
    return user


def due(town: Municipality, **fields: Any) -> Announcement:
    """A notice for the first cell whose moment has come."""
    area = TargetAreaFactory.create(municipality=town, geometry=square(0, 0), frozen_at=NOON)
    given = {"state": "scheduled", "send_at": NOON, "published_at": None, "target": area}
    return AnnouncementFactory.create(municipality=town, **{**given, **fields})


def send_all(now: dt.datetime = NOON) -> None:
    """Until nothing is left."""
    while send_due(now=now):
        pass


@pytest.fixture
def slices_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people at a time."""
    monkeypatch.setattr(sending, "SLICE", 2)
    monkeypatch.setattr(sending, "PART", 1)


def test_those_inside_are_told_once_and_a_neighbour_outside_is_not(town: Municipality) -> None:
    inside, _outside = resident(town), resident(town, column=1.5)
    one = due(town)
    send_all()
    assert list(Notice.objects.values_list("user", "way")) == [(inside.pk, "email")]
    letter = OutboxMessage.objects.get()
    assert letter.key == f"notice-{one.pk}-{inside.pk}-email"
    assert (letter.batch, letter.queue) == (f"notice-{one.pk}", town.slug)
    assert letter.sender == "news@town.example"
    one.refresh_from_db()
    assert (one.state, one.published_at, one.finished_at) == (State.SENT, NOON, NOON)


def test_a_letter_says_why_and_how_to_end_it_in_the_language_of_the_reader(
    town: Municipality,
) -> None:
    resident(town, language="en")
    one = due(town, titles={"en": "No <b>water</b> & heat", "ro": "Fără apă"})
    send_all()
    letter = OutboxMessage.objects.get()
    assert letter.subject.endswith("No <b>water</b> & heat")
    assert "You get this because you live in this area." in letter.body
    assert "https://town.example/" + town.slug + f"/news/{one.pk}/" in letter.body
    assert letter.unsubscribe_url in letter.body
    assert letter.unsubscribe_url in letter.html
    assert "unsubscribe.invalid" not in letter.body + letter.html
    assert "No &lt;b&gt;water&lt;/b&gt; &amp; heat" in letter.html


def test_those_of_the_daily_letter_get_a_notice_and_no_letter_yet(town: Municipality) -> None:
    user = resident(town)
    user.preferences.update(is_daily=True)
    due(town)
    send_all()
    assert Notice.objects.get().way == "digest"
    assert not OutboxMessage.objects.exists()


def test_an_urgent_notice_goes_before_others_and_by_text_message(town: Municipality) -> None:
    user = resident(town, phone="+40712345678")
    user.preferences.update(is_daily=True, by_sms=True)
    due(town, urgency="urgent")
    send_all()
    messages = OutboxMessage.objects.order_by("channel")
    assert [(row.channel, row.is_urgent) for row in messages] == [("email", True), ("sms", True)]
    assert "https://town.example" in messages[1].body


def test_what_somebody_stopped_in_time_tells_nobody(town: Municipality) -> None:
    resident(town)
    one = due(town, state="stopped", send_at=None)
    assert send_slice(one.pk, now=NOON) is False
    assert not Notice.objects.exists()


def test_nothing_leaves_before_its_moment(town: Municipality) -> None:
    resident(town)
    due(town, send_at=LATER)
    assert send_due(now=NOON) is False
    assert send_due(now=LATER) is True


def test_each_town_gets_its_turn(town: Municipality, slices_of_two: None) -> None:
    for _number in range(5):
        resident(town)
    other = MunicipalityFactory.create()
    resident(other)
    due(town), due(other)
    send_due(now=NOON)
    counts = {slug: Notice.objects.filter(announcement__municipality__slug=slug).count()
              for slug in (town.slug, other.slug)}  # fmt: skip
    assert counts == {town.slug: 2, other.slug: 1}


@pytest.fixture
def statements(town: Municipality, slices_of_two: None) -> Iterator[int]:
    """How many statements the whole sending to five people takes, found on a trial run."""
    for _number in range(5):
        resident(town)
    one = due(town)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        send_all()
    yield len(caught)
    OutboxMessage.objects.all().delete()
    Notice.objects.all().delete()
    one.delete()


@pytest.mark.slow
def test_killed_after_any_statement_it_loses_and_doubles_nothing(
    town: Municipality, statements: int
) -> None:
    kills = 0
    for moment in range(statements):
        OutboxMessage.objects.all().delete()
        Announcement.objects.all().delete()
        one = due(town)
        left = moment

        def killing(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal left
            answer = execute(sql, params, many, context)
            left -= 1
            if left < 0:
                raise KilledError
            return answer

        with connection.execute_wrapper(killing):
            try:
                send_all()
            except KilledError:
                kills += 1
        send_all(LATER)
        keys = list(OutboxMessage.objects.values_list("key", flat=True))
        assert len(keys) == len(set(keys)) == 5
        assert Notice.objects.filter(announcement=one).count() == 5
        one.refresh_from_db()
        assert one.state == State.SENT
    assert kills > statements * 0.9


def test_a_slice_told_again_doubles_nothing(town: Municipality) -> None:
    """As after a restore from a backup that is older than the work."""
    resident(town)
    one = due(town)
    send_all()
    Announcement.objects.update(state="sending", cursor=0)
    send_all(LATER)
    assert Notice.objects.filter(announcement=one).count() == 1
    assert OutboxMessage.objects.count() == 1


def test_a_slice_takes_as_many_statements_for_twenty_people_as_for_two(
    town: Municipality, django_assert_max_num_queries: Any
) -> None:
    def cost() -> int:
        one = due(town)
        with CaptureQueriesContext(connection) as caught:
            send_slice(one.pk, now=NOON)
        return len(caught)

    resident(town), resident(town)
    few = cost()
    for _number in range(18):
        resident(town)
    assert cost() == few
