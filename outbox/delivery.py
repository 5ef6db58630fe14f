"""Hands one waiting message to the mail server and writes down what came of it."""

import datetime as dt
from email.utils import format_datetime, parseaddr
from enum import Enum
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from outbox.models import OutboxMessage
from outbox.retrying import (
    LEASE,
    MOST_TRIES,
    OUTAGE_WAIT,
    SECRET_LIFE,
    in_words,
    is_final,
    wait_after,
)

logger = structlog.get_logger(__name__)
State = OutboxMessage.State


class Outcome(Enum):
    """What one look into the queue came to."""

    NOTHING_DUE = "nothing_due"
    SENT = "sent"
    POSTPONED = "postponed"
    GIVEN_UP = "given_up"
    #: The server cannot be reached, so that the rest need not be tried now.
    UNREACHABLE = "unreachable"


def deliver_next(*, now: dt.datetime) -> Outcome:
    """Claim the first due message and hold one conversation with the mail server about it.

    No row stays locked while the server talks. A worker that dies in between leaves its claim,
    which runs out: the message is then sent again under the same Message-ID. Twice is possible
    where the server had already taken it; never is not.
    """
    message = _claim(now)
    if message is None:
        return Outcome.NOTHING_DUE
    if message.is_secret and now - message.created_at > SECRET_LIFE:
        return _give_up(message, "The code ran out before the mail server could be reached.")
    if message.attempts > MOST_TRIES:
        return _give_up(message, "Each worker that tried to send it ended without an answer.")
    connection = get_connection(settings.MEGDAN_DELIVERY_BACKEND)
    try:
        return _converse(connection, message, now)
    finally:
        _hang_up(connection)


def _converse(connection: BaseEmailBackend, message: OutboxMessage, now: dt.datetime) -> Outcome:
    try:
        connection.open()
    except OSError as error:
        return _wait_for_server(message, in_words(error), now)
    try:
        connection.send_messages([letter(message)])
    except OSError as error:  # smtplib's own errors are kinds of it
        return _record_refusal(message, error, now)
    return _record_sent(message, now)


def letter(message: OutboxMessage) -> EmailMessage:
    """The message as a letter; equal at every try, down to its date."""
    sender = message.sender or settings.DEFAULT_FROM_EMAIL
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    headers = {
        "Message-ID": f"<{message.reference}@{domain}>",
        "Date": format_datetime(message.created_at),
        "Auto-Submitted": "auto-generated",
    }
    if message.language:
        headers["Content-Language"] = message.language
    return EmailMessage(message.subject, message.body, sender, [message.recipient], headers=headers)


@transaction.atomic
def _claim(now: dt.datetime) -> OutboxMessage | None:
    message = OutboxMessage.objects.due(now).unclaimed().first()
    if message is None:
        return None
    message.attempts += 1
    message.next_attempt_at = now + LEASE
    message.save(update_fields=["attempts", "next_attempt_at"])
    return message


def _hang_up(connection: BaseEmailBackend) -> None:
    """Say goodbye; once the server took the letter, a broken goodbye changes nothing."""
    try:
        connection.close()
    except OSError as error:
        logger.info("The mail server broke off at the end.", code=type(error).__name__)


def _write(message: OutboxMessage, **changes: Any) -> None:
    """Write the result down, unless the claim ran out and another worker has it now."""
    claimed = OutboxMessage.objects.waiting().filter(pk=message.pk, attempts=message.attempts)
    claimed.update(**changes)


def _record_sent(message: OutboxMessage, now: dt.datetime) -> Outcome:
    # Whoever claims it now: the server has it, and it must not leave again.
    OutboxMessage.objects.filter(pk=message.pk).exclude(state=State.SENT).update(
        state=State.SENT,
        sent_at=now,
        last_error="",
        body="" if message.is_secret else message.body,
    )
    return Outcome.SENT


def _record_refusal(message: OutboxMessage, error: Exception, now: dt.datetime) -> Outcome:
    wait = None if is_final(error) else wait_after(message.attempts)
    if wait is None:
        return _give_up(message, in_words(error))
    _write(message, next_attempt_at=now + wait, last_error=in_words(error))
    return Outcome.POSTPONED


def _wait_for_server(message: OutboxMessage, words: str, now: dt.datetime) -> Outcome:
    logger.warning("The mail server cannot be reached; messages wait.", kind=message.kind)
    _write(
        message,
        next_attempt_at=now + OUTAGE_WAIT,
        attempts=message.attempts - 1,
        last_error=words,
    )
    return Outcome.UNREACHABLE


def _give_up(message: OutboxMessage, words: str) -> Outcome:
    logger.error("A message was given up.", kind=message.kind, attempt=message.attempts)
    body = "" if message.is_secret else message.body
    _write(message, state=State.DEAD, last_error=words, body=body)
    return Outcome.GIVEN_UP
