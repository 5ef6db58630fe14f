"""Makes a letter of a message: equal at every try, with the headers mail programs need."""

from email.utils import format_datetime, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from outbox.bounce_addresses import bounce_address
from outbox.models import OutboxMessage


class Letter(EmailMultiAlternatives):
    """A letter whose border between text and markup is not drawn anew at each try."""

    border = ""

    def message(self, **options: Any) -> Any:
        """The letter as it is sent."""
        made = super().message(**options)
        if made.is_multipart():
            made.set_boundary(self.border)
        return made


def letter(message: OutboxMessage) -> Letter:
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
    headers |= _headers_of_many(message)
    made = Letter(message.subject, message.body, sender, [message.recipient], headers=headers)
    made.border = f"=_{message.reference.hex}"
    if message.html:
        made.attach_alternative(message.html, "text/html")
    if settings.MEGDAN_BOUNCE_DOMAIN:
        # Who reads it sees the town; a mail server that cannot deliver it answers to this address.
        made.extra_headers["From"] = sender
        made.from_email = bounce_address(
            message.reference, domain=settings.MEGDAN_BOUNCE_DOMAIN, secret=settings.SECRET_KEY
        )
    return made


def _headers_of_many(message: OutboxMessage) -> dict[str, str]:
    """What a letter to many says, so that one press ends it and nobody's absence answers it."""
    if not message.unsubscribe_url:
        return {}
    return {
        "List-Unsubscribe": f"<{message.unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
        "Feedback-ID": f"{message.kind}:{message.queue or 'all'}:megdan",
    }
