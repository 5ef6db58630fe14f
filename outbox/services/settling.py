"""Trying given-up messages again, giving waiting ones up, and clearing old ones away."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from outbox.models import OutboxMessage
from outbox.querysets import OutboxMessageQuerySet
from outbox.services.writing import NewMessage, refuse
from outbox.waking import wake_worker

KEPT = dt.timedelta(days=90)
State = OutboxMessage.State


@transaction.atomic
def retry_message(*, message: OutboxMessage, now: dt.datetime) -> OutboxMessage:
    """Try a message again that was given up, as if it were new.

    Raises:
        ValidationError: `not_dead` when it was not given up, `erased` when its text is gone, and
            what `enqueue_mail` refuses where it was given up for what it is.
    """
    # Of the message alone: the browser it goes to is read along and may be none.
    locked = OutboxMessage.objects.select_for_update(of=("self",))
    current = locked.select_related("push_address").get(pk=message.pk)
    if current.state != State.DEAD:
        raise ValidationError(
            _("This message was not given up, so there is nothing to try again."), code="not_dead"
        )
    if current.is_secret:
        raise ValidationError(
            _("The text of this message is erased. Ask for a new one instead."), code="erased"
        )
    refuse(_as_new(current))
    current.state = State.WAITING
    current.attempts = 0
    current.next_attempt_at = now
    current.save(update_fields=["state", "attempts", "next_attempt_at"])
    transaction.on_commit(wake_worker, robust=True)
    return current


@transaction.atomic
def retry_messages(*, messages: OutboxMessageQuerySet, now: dt.datetime) -> int:
    """Try all given-up ones among some messages again, in one statement; tell how many.

    Left out are those whose text is erased, and those that were never tried: they are not fit to
    be sent, or a person stopped them.
    """
    dead = messages.dead().filter(is_secret=False, attempts__gt=0)
    tried = dead.order_by().update(state=State.WAITING, attempts=0, next_attempt_at=now)
    if tried:
        transaction.on_commit(wake_worker, robust=True)
    return tried


@transaction.atomic
def bury(*, message: OutboxMessage, reason: str) -> OutboxMessage:
    """Give a waiting message up by a person's decision.

    Raises:
        ValidationError: `not_waiting` when it was sent or given up before.
    """
    current = OutboxMessage.objects.select_for_update().get(pk=message.pk)
    if current.state != State.WAITING:
        raise ValidationError(
            _("This message no longer waits, so it cannot be stopped."), code="not_waiting"
        )
    current.state = State.DEAD
    current.attempts = 0
    current.last_error = reason[:500]
    if current.is_secret:
        current.body = current.html = ""
    current.save(update_fields=["state", "attempts", "last_error", "body", "html"])
    return current


def clear_old(*, now: dt.datetime) -> int:
    """Delete what was sent or given up and is older than ninety days; tell how many."""
    return OutboxMessage.objects.finished_before(now - KEPT).delete()[0]


def _as_new(message: OutboxMessage) -> NewMessage:
    return NewMessage(
        channel=OutboxMessage.Channel(message.channel),
        recipient=message.recipient,
        subject=message.subject,
        sender=message.sender,
        kind=message.kind,
        link=message.link,
        unsubscribe_url=message.unsubscribe_url,
        address=message.push_address,
        now=message.created_at,
    )
