"""Taking note of a letter that came back, and telling those who want to stop writing there."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import transaction

from outbox.bounce_addresses import reference_in
from outbox.bounce_reports import Report, read_report
from outbox.models import OutboxMessage

logger = structlog.get_logger(__name__)
State = OutboxMessage.State


@dataclass(frozen=True, slots=True)
class Bounce:
    """A letter that came back.

    Attributes:
        is_permanent: no letter to this mailbox will arrive; otherwise this one did not.
    """

    recipient: str
    kind: str
    key: str
    batch: str
    is_permanent: bool
    happened_at: dt.datetime


_reactions: list[Callable[[Bounce], None]] = []


class NotOurBounceError(Exception):
    """The address was not made here, or was changed on the way."""


def register_reaction(react: Callable[[Bounce], None]) -> None:
    """Let an app above do something about each letter that comes back, in the same transaction."""
    _reactions.append(react)


def is_ours(address: str) -> bool:
    """Whether an address was made here and nobody changed it."""
    return _reference(address) is not None


def receive_bounce(*, address: str, content: bytes, now: dt.datetime) -> OutboxMessage | None:
    """Take note of what a mail server sent back.

    Returns:
        The letter that came back; None where nothing is over yet, or no report was sent.

    Raises:
        NotOurBounceError: the address is none of ours.
    """
    reference = _reference(address)
    if reference is None:
        raise NotOurBounceError
    report = read_report(content)
    if report is None or not report.is_final:
        logger.info("Mail came back that reports no failure.", is_report=report is not None)
        return None
    return _take_note(str(reference), report, now)


@transaction.atomic
def _take_note(reference: str, report: Report, now: dt.datetime) -> OutboxMessage | None:
    letters = OutboxMessage.objects.select_for_update()
    message = letters.filter(reference=reference).exclude(state=State.BOUNCED).first()
    if message is None or message.channel != OutboxMessage.Channel.EMAIL:
        return None  # told before, or cleared away long ago
    message.state = State.BOUNCED
    # A server may be faster than our own note that it took the letter.
    message.sent_at = message.sent_at or now
    message.last_error = f"{report.status} {report.words}".strip()
    if message.is_secret:
        message.body = message.html = ""
    message.save(update_fields=["state", "sent_at", "last_error", "body", "html"])
    bounce = Bounce(
        recipient=message.recipient,
        kind=message.kind,
        key=message.key or "",
        batch=message.batch,
        is_permanent=report.is_permanent,
        happened_at=now,
    )
    for react in _reactions:
        react(bounce)
    return message


def _reference(address: str) -> object | None:
    domain = settings.MEGDAN_BOUNCE_DOMAIN
    if not domain:
        return None
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return reference_in(address, domain=domain, secrets=secrets)
