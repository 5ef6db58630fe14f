"""Messages of a practice town reach no server, whatever their channel; all others do."""

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from outbox.delivery import CARRIERS, Outcome, deliver_next
from outbox.held import PRACTICE_ENDING, is_held
from outbox.models import Channel, OutboxMessage
from tests.factories.outbox import OutboxMessageFactory

pytestmark = pytest.mark.django_db
PRACTICE = f"piatra{PRACTICE_ENDING}"


class Counting:
    """A line that counts what it is handed; nothing else of the delivery is replaced."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.taken: list[str] = []

    def carry(self, message: OutboxMessage) -> None:
        """Take it."""
        self.taken.append(message.queue)

    def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize("channel", list(Channel))
def test_no_line_is_opened_for_a_practice_town(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Counting()
    monkeypatch.setitem(CARRIERS, channel, lambda: line)
    now = timezone.now()
    for queue in (PRACTICE, "piatra"):
        OutboxMessageFactory.create(
            channel=channel, queue=queue, created_at=now, next_attempt_at=now
        )
    outcomes = [deliver_next(now=now) for _turn in range(3)]
    assert outcomes == [Outcome.SENT, Outcome.SENT, Outcome.NOTHING_DUE]
    assert line.taken == ["piatra"]
    kept = OutboxMessage.objects.get(queue=PRACTICE)
    assert kept.state == OutboxMessage.State.SENT
    assert kept.body  # it can be read


@override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
def test_an_urgent_message_is_held_too() -> None:
    now = timezone.now()
    OutboxMessageFactory.create(queue=PRACTICE, is_urgent=True, created_at=now, next_attempt_at=now)
    assert deliver_next(now=now) is Outcome.SENT
    assert mail.outbox == []


@pytest.mark.parametrize("queue", ["", "piatra", "practice", "practice-piatra", "-practice-x"])
def test_real_queues_are_not_held(queue: str) -> None:
    assert not is_held(queue)
