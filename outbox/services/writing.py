"""Writing one message in the transaction of what it tells: by e-mail, to a phone, as a text."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from outbox.models import Channel, OutboxMessage, PushAddress
from outbox.waking import wake_worker
from outbox.writing_rules import (
    refuse_bad_mail,
    refuse_bad_page,
    refuse_bad_phone,
    refuse_line_breaks,
)

SIGN_IN = "sign_in"
#: Somebody sits in front of the screen and waits for these.
URGENT_KINDS = frozenset({SIGN_IN, "alert"})
#: More sign-in codes than anybody asks for in an hour: somebody fills another person's mailbox.
MOST_CODES = 20
CODE_WINDOW = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """One message to write.

    Attributes:
        recipient: an e-mail address or a number such as +40712345678; for messages on a phone it
            is filled in from `address`.
        key: what the message tells, such as `notice-17-resident-4`; the same key is written once.
        queue: slug of the town; towns take turns.
        batch: what is sent together, such as `notice-17`; progress is counted by it.
        link: absolute address of the page that a message on a phone opens.
        unsubscribe_url: absolute address of the page that ends such letters.
    """

    channel: Channel = Channel.EMAIL
    recipient: str = ""
    subject: str = ""
    body: str = ""
    kind: str
    now: dt.datetime
    key: str = ""
    queue: str = ""
    batch: str = ""
    html: str = ""
    unsubscribe_url: str = ""
    link: str = ""
    language: str = ""
    sender: str = ""
    address: PushAddress | None = None
    is_secret: bool = False


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
    html: str = "",
    unsubscribe_url: str = "",
    queue: str = "",
    batch: str = "",
) -> OutboxMessage:
    """Write a letter into the current transaction: it leaves if and only if that one commits.

    Args:
        sender: `name <address>`; empty for the installation's own address.
        key: what the letter tells, such as `invitation-17`; a second letter of the same key is not
            written, the first one is answered. Empty where each call is a letter of its own.
        is_secret: the text is erased as soon as it is sent or given up.
        html: the same text with markup, for programs that show it.
        unsubscribe_url: absolute address of the page that ends such letters (RFC 8058).
        queue: slug of the town, so that towns take turns.
        batch: what is sent together; see `batch_progress`.

    Raises:
        ValidationError: `line_break` for a line break in a header, `invalid` for an address that is
            none, `invalid_page` for an address of a page that is none, `too_many_codes` when an
            address was sent too many sign-in codes in an hour.
    """
    return write_message(
        NewMessage(
            recipient=recipient,
            subject=subject,
            body=body,
            kind=kind,
            now=now,
            language=language,
            sender=sender,
            key=key,
            is_secret=is_secret,
            html=html,
            unsubscribe_url=unsubscribe_url,
            queue=queue,
            batch=batch,
        )
    )


def enqueue_push(  # noqa: PLR0913 - the parts of one message
    *,
    address: PushAddress,
    title: str,
    body: str,
    url: str,
    kind: str,
    now: dt.datetime,
    key: str = "",
    queue: str = "",
    batch: str = "",
    language: str = "",
) -> OutboxMessage:
    """Write a message for one browser.

    Args:
        url: absolute address of the page it opens.

    Raises:
        ValidationError: `gone` when the browser no longer listens, `invalid_page` for the page.
    """
    return write_message(
        NewMessage(
            channel=Channel.PUSH,
            address=address,
            subject=title,
            body=body,
            link=url,
            kind=kind,
            now=now,
            key=key,
            queue=queue,
            batch=batch,
            language=language,
        )
    )


def enqueue_sms(  # noqa: PLR0913 - the parts of one message
    *,
    phone: str,
    text: str,
    kind: str,
    now: dt.datetime,
    key: str = "",
    queue: str = "",
    batch: str = "",
    is_secret: bool = False,
) -> OutboxMessage:
    """Write a text message to a number such as +40712345678.

    Raises:
        ValidationError: `invalid_phone` for a number that is none, `too_many_codes` when it was
            sent too many sign-in codes in an hour.
    """
    return write_message(
        NewMessage(
            channel=Channel.SMS,
            recipient=phone,
            body=text,
            kind=kind,
            now=now,
            key=key,
            queue=queue,
            batch=batch,
            is_secret=is_secret,
        )
    )


@transaction.atomic
def write_message(new: NewMessage) -> OutboxMessage:
    """Write one message, or answer the one of the same key."""
    if new.key and (known := OutboxMessage.objects.filter(key=new.key).first()):
        return known
    refuse(new)
    if new.kind == SIGN_IN:
        _refuse_bombing(new.recipient, new.now)
    message = as_row(new)
    message.full_clean(validate_unique=False, exclude=["push_address"])
    if new.key:
        fields = {name: getattr(message, name) for name in WRITTEN}
        message, is_new = OutboxMessage.objects.get_or_create(key=new.key, defaults=fields)
    else:
        message.save(force_insert=True)
        is_new = True
    if is_new:
        transaction.on_commit(wake_worker, robust=True)
    return message


#: What a row is written with, besides its key.
WRITTEN = (
    *("channel", "recipient", "push_address", "sender", "subject", "body", "html", "link"),
    *("unsubscribe_url", "language", "kind", "queue", "batch", "is_secret", "is_urgent"),
    *("created_at", "next_attempt_at"),
)


def as_row(new: NewMessage) -> OutboxMessage:
    """The row of a message, not stored."""
    return OutboxMessage(
        channel=new.channel,
        recipient=new.recipient if new.address is None else service_name(new.address),
        push_address=new.address,
        sender=new.sender,
        subject=new.subject,
        body=new.body,
        html=new.html,
        link=new.link,
        unsubscribe_url=new.unsubscribe_url,
        language=new.language,
        kind=new.kind,
        key=new.key or None,
        queue=new.queue,
        batch=new.batch,
        is_secret=new.is_secret,
        is_urgent=new.kind in URGENT_KINDS,
        created_at=new.now,
        next_attempt_at=new.now,
    )


def service_name(address: PushAddress) -> str:
    """Whose browser it is, in one word for lists: the host of its maker's service."""
    return (urlsplit(address.endpoint).hostname or "")[:254]


def refuse(new: NewMessage) -> None:
    """Refuse a message that could not leave as it is; see the functions above for the codes."""
    refuse_line_breaks(new.recipient, new.subject, new.sender)
    refuse_bad_page(new.unsubscribe_url)
    refuse_bad_page(new.link)
    _REFUSE[new.channel](new)


def _refuse_mail(new: NewMessage) -> None:
    refuse_bad_mail(new.recipient, new.sender)


def _refuse_push(new: NewMessage) -> None:
    if new.address is None or new.address.gone_at is not None:
        raise ValidationError(
            _("This browser no longer takes messages. Its owner can switch them on again."),
            code="gone",
        )


def _refuse_sms(new: NewMessage) -> None:
    refuse_bad_phone(new.recipient)


_REFUSE: dict[Channel, Callable[[NewMessage], None]] = {
    Channel.EMAIL: _refuse_mail,
    Channel.PUSH: _refuse_push,
    Channel.SMS: _refuse_sms,
}


def _refuse_bombing(recipient: str, now: dt.datetime) -> None:
    codes = OutboxMessage.objects.to(recipient).of_kind(SIGN_IN).written_since(now - CODE_WINDOW)
    if codes.count() >= MOST_CODES:
        raise ValidationError(
            _("Too many codes were sent to this address. Wait an hour and try again."),
            code="too_many_codes",
        )
