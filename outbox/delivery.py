"""Carries one waiting message away and writes down what came of it."""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F
from django.db.models.functions import Greatest

from outbox.carrying import Carrier, NobodyAnswersError, NotTakenError
from outbox.claiming_sql import CLAIM
from outbox.gateway import SmsLine
from outbox.held import is_held
from outbox.letters import letter
from outbox.mail_line import MailLine
from outbox.models import Channel, Outage, OutboxMessage, PushAddress
from outbox.push import PushLine
from outbox.retrying import LEASE, MOST_TRIES, OUTAGE_WAIT, SECRET_LIFE, wait_after

__all__ = ["Outcome", "Round", "deliver_next", "letter", "round_of_deliveries"]

logger = structlog.get_logger(__name__)
State = OutboxMessage.State
#: So many broken lines one after another are the server's fault and not the messages'.
MOST_BROKEN_LINES = 3
#: How long what was sent is held in mind while the database is away.
PATIENCE_S = 90.0
_PAUSE_S = 0.5

CARRIERS: dict[Channel, Callable[[], Carrier]] = {
    Channel.EMAIL: MailLine,
    Channel.PUSH: PushLine,
    Channel.SMS: SmsLine,
}


class Outcome(Enum):
    """What one look into the queue came to."""

    NOTHING_DUE = "nothing_due"
    SENT = "sent"
    POSTPONED = "postponed"
    GIVEN_UP = "given_up"
    #: The server of a channel cannot be reached, so that the rest of it need not be tried now.
    UNREACHABLE = "unreachable"


class Round:
    """What a worker keeps between messages: open lines, and channels whose server is away."""

    def __init__(self, now: dt.datetime) -> None:
        """Looks up once which channels rest."""
        self.outages = set(Outage.objects.values_list("channel", flat=True))
        resting = Outage.objects.filter(until__gt=now).values_list("channel", flat=True)
        self.channels = [channel for channel in Channel if channel not in set(resting)]
        self.broken: Counter[str] = Counter()
        self._carriers: dict[Channel, Carrier] = {}

    def carrier(self, channel: Channel) -> Carrier:
        """The line of a channel, opened by its first message."""
        if channel not in self._carriers:
            self._carriers[channel] = CARRIERS[channel]()
        return self._carriers[channel]

    def close(self) -> None:
        """Hang up everywhere."""
        for carrier in self._carriers.values():
            carrier.close()

    def rest(self, channel: Channel, words: str, now: dt.datetime) -> None:
        """Leave a channel alone for a while; messages keep their place."""
        logger.warning("A server cannot be reached; messages wait.", channel=channel.value)
        self.channels = [one for one in self.channels if one != channel]
        Outage.objects.update_or_create(
            channel=channel,
            defaults={"until": now + OUTAGE_WAIT, "words": words},
            create_defaults={"until": now + OUTAGE_WAIT, "words": words, "since": now},
        )

    def works(self, channel: Channel) -> None:
        """The server took something: whatever was wrong is over."""
        self.broken[channel] = 0
        if channel in self.outages:
            self.outages.discard(channel)
            Outage.objects.filter(channel=channel).delete()


@contextmanager
def round_of_deliveries(now: dt.datetime) -> Iterator[Round]:
    """Keep lines open while the block carries messages, and hang up at its end."""
    made = Round(now)
    try:
        yield made
    finally:
        made.close()


def deliver_next(*, now: dt.datetime, within: Round | None = None) -> Outcome:
    """Claim the message whose turn it is and hold one conversation about it.

    No row stays locked while a server talks. A worker that dies in between leaves its claim, which
    runs out: the message is then sent again under the same name. Twice is possible where the server
    had already taken it; never is not.

    Args:
        within: a round whose open lines are used; without one a line is opened for this message.
    """
    if within is None:
        with round_of_deliveries(now) as alone:
            return deliver_next(now=now, within=alone)
    message = _claim(within, now)
    if message is None:
        return Outcome.NOTHING_DUE
    if is_held(message.queue):
        return _record_sent(message, now)  # kept for those who practise; no line is opened
    if message.is_secret and now - message.created_at > SECRET_LIFE:
        return _give_up(message, "The code ran out before the server could be reached.")
    if message.attempts > MOST_TRIES:
        return _give_up(message, "Each worker that tried to send it ended without an answer.")
    return _carry(within, message, now)


def _carry(within: Round, message: OutboxMessage, now: dt.datetime) -> Outcome:
    channel = Channel(message.channel)
    try:
        within.carrier(channel).carry(message)
    except NobodyAnswersError as error:
        within.rest(channel, error.words, now)
        return _put_back(message, error.words)
    except NotTakenError as error:
        within.broken[channel] = within.broken[channel] + 1 if error.is_line else 0
        if within.broken[channel] >= MOST_BROKEN_LINES:
            within.rest(channel, error.words, now)
        if error.is_gone and message.push_address_id is not None:
            PushAddress.objects.filter(pk=message.push_address_id).update(gone_at=now)
        return _record_refusal(message, error, now)
    outcome = _record_sent(message, now)
    within.works(channel)
    return outcome


def _claim(within: Round, now: dt.datetime) -> OutboxMessage | None:
    values = {"now": now, "until": now + LEASE, "channels": [str(one) for one in within.channels]}
    return next(iter(OutboxMessage.objects.raw(CLAIM, values)), None)


def _write(message: OutboxMessage, **changes: Any) -> None:
    """Write the result down, unless the claim ran out and another worker has it now."""
    claimed = OutboxMessage.objects.waiting().filter(pk=message.pk, attempts=message.attempts)
    _hold_in_mind(lambda: claimed.update(**changes))


def _record_sent(message: OutboxMessage, now: dt.datetime) -> Outcome:
    # Whoever claims it now: the server has it, and it must not leave again.
    unsent = OutboxMessage.objects.filter(pk=message.pk, sent_at__isnull=True)
    changes = {"state": State.SENT, "sent_at": now, "last_error": "", **_erased(message)}
    _hold_in_mind(lambda: unsent.update(**changes))
    return Outcome.SENT


def _record_refusal(message: OutboxMessage, error: NotTakenError, now: dt.datetime) -> Outcome:
    wait = None if error.is_final else wait_after(message.attempts)
    if wait is None:
        return _give_up(message, error.words)
    wait = wait if error.wait is None else max(wait, error.wait)
    _write(message, next_attempt_at=now + wait, last_error=error.words)
    return Outcome.POSTPONED


def _put_back(message: OutboxMessage, words: str) -> Outcome:
    """Where it stood before; no try was used up, for the message is not at fault."""
    _write(
        message,
        next_attempt_at=message.was_due,  # type: ignore[attr-defined] # told by the claim
        attempts=Greatest(F("attempts") - 1, 0),
        last_error=words,
    )
    return Outcome.UNREACHABLE


def _give_up(message: OutboxMessage, words: str) -> Outcome:
    logger.error("A message was given up.", kind=message.kind, attempt=message.attempts)
    _write(message, state=State.DEAD, last_error=words, **_erased(message))
    return Outcome.GIVEN_UP


def _erased(message: OutboxMessage) -> dict[str, str]:
    return {"body": "", "html": ""} if message.is_secret else {}


def _hold_in_mind(write: Callable[[], Any]) -> None:
    """Write down what came of a message, waiting for a database that is being started again.

    Forgetting it would send the message twice.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            write()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            connection.close()
            time.sleep(_PAUSE_S)
        else:
            return
