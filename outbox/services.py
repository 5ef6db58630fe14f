"""Writing a message, trying a dead one again, giving one up, and clearing old ones away."""

import datetime as dt
import unicodedata
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from outbox.models import OutboxMessage
from outbox.waking import wake_worker

SIGN_IN = "sign_in"
#: Somebody sits in front of the screen and waits for these.
URGENT_KINDS = frozenset({SIGN_IN, "alert"})
#: More sign-in codes than anybody asks for in an hour: somebody fills another person's mailbox.
MOST_CODES = 20
CODE_WINDOW = dt.timedelta(hours=1)
KEPT = dt.timedelta(days=90)
# Python's own mail library ends a header at each of these.
LINE_ENDS = frozenset({"Cc", "Zl", "Zp", "Cs"})


@transaction.atomic
def enqueue_mail(  # noqa: PLR0913 - the parts of one letter
    *,
    recipient: str,
    subject: str,
    body: str,
    kind: str,
    now: dt.datetime,
    language: str = "",
    sender: str = "",
    key: str = "",
    is_secret: bool = False,
) -> OutboxMessage:
    """Write a letter into the current transaction: it leaves if and only if that one commits.

    Args:
        sender: `name <address>`; empty for the installation's own address.
        key: what the letter tells, such as `invitation-17`; a second letter of the same key is not
            written, the first one is answered. Empty where each call is a letter of its own.
        is_secret: the text is erased as soon as it is sent or given up.

    Raises:
        ValidationError: `line_break` for a line break in a header, `invalid` for an address that is
            none, `too_many_codes` when an address was sent too many sign-in codes in an hour.
    """
    if key and (known := OutboxMessage.objects.filter(key=key).first()):
        return known
    _refuse_line_breaks(recipient, subject, sender)
    if kind == SIGN_IN:
        _refuse_bombing(recipient, now)
    fields = {
        "recipient": recipient,
        "sender": sender,
        "subject": subject,
        "body": body,
        "language": language,
        "kind": kind,
        "is_secret": is_secret,
        "is_urgent": kind in URGENT_KINDS,
        "created_at": now,
        "next_attempt_at": now,
    }
    OutboxMessage(key=key or None, **fields).full_clean(validate_unique=False)
    if key:
        message, is_new = OutboxMessage.objects.get_or_create(key=key, defaults=fields)
    else:
        message, is_new = OutboxMessage.objects.create(**fields), True
    if is_new:
        transaction.on_commit(wake_worker, robust=True)
    return message


@transaction.atomic
def retry_message(*, message: OutboxMessage, now: dt.datetime) -> OutboxMessage:
    """Try a message again that was given up, as if it were new.

    Raises:
        ValidationError: `not_dead` when it was not given up, `erased` when its text is gone.
    """
    current = OutboxMessage.objects.select_for_update().get(pk=message.pk)
    if current.state != OutboxMessage.State.DEAD:
        raise ValidationError(
            _("This message was not given up, so there is nothing to try again."), code="not_dead"
        )
    if current.is_secret:
        raise ValidationError(
            _("The text of this message is erased. Ask for a new one instead."), code="erased"
        )
    current.state = OutboxMessage.State.WAITING
    current.attempts = 0
    current.next_attempt_at = now
    current.save(update_fields=["state", "attempts", "next_attempt_at"])
    transaction.on_commit(wake_worker, robust=True)
    return current


@transaction.atomic
def bury(*, message: OutboxMessage, reason: str) -> OutboxMessage:
    """Give a waiting message up by a person's decision.

    Raises:
        ValidationError: `not_waiting` when it was sent or given up before.
    """
    current = OutboxMessage.objects.select_for_update().get(pk=message.pk)
    if current.state != OutboxMessage.State.WAITING:
        raise ValidationError(
            _("This message no longer waits, so it cannot be stopped."), code="not_waiting"
        )
    current.state = OutboxMessage.State.DEAD
    current.last_error = reason[:500]
    current.body = "" if current.is_secret else current.body
    current.save(update_fields=["state", "last_error", "body"])
    return current


def clear_old(*, now: dt.datetime) -> int:
    """Delete what was sent or given up and is older than ninety days; tell how many."""
    return OutboxMessage.objects.finished_before(now - KEPT).delete()[0]


def _refuse_line_breaks(recipient: str, subject: str, sender: str) -> None:
    for text in (recipient, subject, sender):
        if any(unicodedata.category(letter) in LINE_ENDS for letter in text):
            raise ValidationError(
                _("An address or a subject must be one line. Remove the line break."),
                code="line_break",
            )
    validate_email(recipient)
    if sender:
        validate_email(parseaddr(sender)[1])


def _refuse_bombing(recipient: str, now: dt.datetime) -> None:
    codes = OutboxMessage.objects.to(recipient).of_kind(SIGN_IN).written_since(now - CODE_WINDOW)
    if codes.count() >= MOST_CODES:
        raise ValidationError(
            _("Too many codes were sent to this address. Wait an hour and try again."),
            code="too_many_codes",
        )
