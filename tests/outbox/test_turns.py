"""Towns take turns: however much one sends, another's letters go out between."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from outbox import delivery
from outbox.carrying import NobodyAnswersError, NotTakenError
from outbox.claiming_sql import CLAIM
from outbox.delivery import MOST_BROKEN_LINES, Outcome, deliver_next, round_of_deliveries
from outbox.models import Channel, Outage, OutboxMessage, Turn
from outbox.retrying import LEASE, OUTAGE_WAIT
from tests.factories.outbox import WRITTEN_AT, OutboxMessageFactory

pytestmark = pytest.mark.django_db
NOW = WRITTEN_AT
MINUTE = dt.timedelta(minutes=1)


class Cart:
    """Carries everything away at once, and remembers what; refuses as it is told to."""

    carried: list[OutboxMessage]
    trouble: Exception | None

    def carry(self, message: OutboxMessage) -> None:
        """Take one."""
        if self.trouble is not None:
            raise self.trouble
        self.carried.append(message)

    def close(self) -> None:
        """Nothing was open."""


@pytest.fixture
def cart(monkeypatch: pytest.MonkeyPatch) -> type[Cart]:
    """Takes the place of the mail server."""
    Cart.carried, Cart.trouble = [], None
    monkeypatch.setitem(delivery.CARRIERS, Channel.EMAIL, Cart)
    return Cart


def drain(now: dt.datetime = NOW) -> list[Outcome]:
    """One round to its end."""
    outcomes: list[Outcome] = []
    with round_of_deliveries(now) as within:
        while (outcome := deliver_next(now=now, within=within)) is not Outcome.NOTHING_DUE:
            outcomes.append(outcome)
    return outcomes


def waiting(**numbers: int) -> None:
    """So many letters of each town, in the order of the towns."""
    OutboxMessage.objects.bulk_create(
        OutboxMessageFactory.build(queue=queue, subject=f"{queue} {number}", created_at=NOW)
        for queue, count in numbers.items()
        for number in range(count)
    )


def test_ten_letters_go_out_between_a_thousand(cart: type[Cart]) -> None:
    waiting(big=1000, small=10)
    drain()
    order = [message.subject for message in cart.carried]
    assert order[:4] == ["big 0", "small 0", "big 1", "small 1"]
    assert max(order.index(f"small {number}") for number in range(10)) == 19
    assert len(order) == 1010


def test_who_was_served_just_now_waits_for_the_others(cart: type[Cart]) -> None:
    waiting(a=3)
    deliver_next(now=NOW)
    waiting(b=2)
    drain()
    assert [message.subject for message in cart.carried] == ["a 0", "b 0", "a 1", "b 1", "a 2"]
    assert Turn.objects.count() == 2


def test_what_somebody_waits_for_goes_before_every_turn(cart: type[Cart]) -> None:
    waiting(a=3, b=3)
    OutboxMessageFactory.create(queue="b", subject="code", is_urgent=True, created_at=NOW)
    drain()
    assert cart.carried[0].subject == "code"


def test_a_code_for_one_goes_before_an_alert_to_thousands(cart: type[Cart]) -> None:
    alert = {"kind": "alert", "is_urgent": True, "batch": "notice-7", "created_at": NOW - MINUTE}
    OutboxMessageFactory.create_batch(5, subject="alert", **alert)
    deliver_next(now=NOW)
    waiting(a=1)
    OutboxMessageFactory.create(subject="code", kind="sign_in", is_urgent=True, created_at=NOW)
    drain()
    subjects = [message.subject for message in cart.carried]
    assert subjects == ["alert", "code", *["alert"] * 4, "a 0"]


def test_what_is_not_due_is_left(cart: type[Cart]) -> None:
    OutboxMessageFactory.create(queue="a", next_attempt_at=NOW + MINUTE)
    OutboxMessageFactory.create(queue="b", is_urgent=True, next_attempt_at=NOW + MINUTE)
    assert drain() == []
    assert drain(NOW + MINUTE) == [Outcome.SENT] * 2


@rules(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(counts=st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_nobody_waits_longer_than_a_turn_of_each(cart: type[Cart], counts: list[int]) -> None:
    OutboxMessage.objects.all().delete()
    cart.carried = []
    waiting(**{f"town{number}": count for number, count in enumerate(counts)})
    drain()
    order = [message.queue for message in cart.carried]
    subjects = [message.subject for message in cart.carried]
    assert len(order) == sum(counts)
    for number, count in enumerate(counts):
        queue = f"town{number}"
        own = [subject for subject in subjects if subject.startswith(f"{queue} ")]
        assert own == [f"{queue} {one}" for one in range(count)]
        places = [place for place, one in enumerate(order) if one == queue]
        for nth, place in enumerate(places):
            assert place < (nth + 1) * len(counts)


# --- What a claim costs --------------------------------------------------------------------------


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All parts of a plan."""
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def test_a_claim_reads_a_few_rows_of_a_full_outbox() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_outboxmessage (reference, channel, recipient, queue, batch, sender,"
            " subject, body, html, link, unsubscribe_url, language, kind, is_secret, is_urgent,"
            " created_at, next_attempt_at, attempts, state, last_error)"
            " SELECT gen_random_uuid(), 'email', 'x', 'town' || n %% 20, '', '', '', '', '', '',"
            " '', '', 'notice', false, false, %s, %s, 0, 'waiting', ''"
            " FROM generate_series(1, 20000) n",
            [NOW, NOW],
        )
        values: dict[str, Any] = {"now": NOW, "until": NOW + LEASE, "channels": [*Channel]}
        hints, claim = CLAIM.split("WITH RECURSIVE", 1)
        cursor.execute(f"{hints} EXPLAIN (ANALYZE, FORMAT JSON) WITH RECURSIVE {claim}", values)
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    reads = [node for node in nodes(plan) if node.get("Relation Name") == "outbox_outboxmessage"]
    assert not [node for node in reads if node["Node Type"] == "Seq Scan"]
    looked_at = sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in reads
    )
    assert looked_at < 100


# --- Outages -------------------------------------------------------------------------------------


def test_an_outage_keeps_the_order(cart: type[Cart]) -> None:
    waiting(a=3, b=2)
    cart.trouble = NobodyAnswersError("refused")
    assert drain() == [Outcome.UNREACHABLE]
    assert drain(NOW + OUTAGE_WAIT / 2) == []
    cart.trouble = None
    assert drain(NOW + OUTAGE_WAIT) == [Outcome.SENT] * 5
    own = [message.subject for message in cart.carried if message.queue == "a"]
    assert own == ["a 0", "a 1", "a 2"]
    assert not Outage.objects.exists()
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1}


def test_an_outage_of_one_channel_leaves_the_others(
    cart: type[Cart], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away(Cart):
        def carry(self, message: OutboxMessage) -> None:
            raise NobodyAnswersError("away")

    monkeypatch.setitem(delivery.CARRIERS, Channel.SMS, Away)
    OutboxMessageFactory.create_batch(3, channel="sms", recipient="+40712345678")
    waiting(a=3)
    outcomes = drain()
    assert sorted(one.value for one in outcomes) == ["sent"] * 3 + ["unreachable"]
    assert Outage.objects.get().channel == "sms"


def test_lines_that_keep_breaking_are_left_alone(cart: type[Cart]) -> None:
    waiting(a=10)
    cart.trouble = NotTakenError("hangs", is_line=True)
    assert drain() == [Outcome.POSTPONED] * MOST_BROKEN_LINES
    assert Outage.objects.get().until == NOW + OUTAGE_WAIT
    assert OutboxMessage.objects.filter(attempts=0).count() == 10 - MOST_BROKEN_LINES


def test_refusals_one_by_one_are_no_outage(cart: type[Cart]) -> None:
    waiting(a=10)
    cart.trouble = NotTakenError("450 later")
    assert drain() == [Outcome.POSTPONED] * 10
    assert not Outage.objects.exists()
