"""Lets Django's own mail functions write into the outbox instead of calling the mail server."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone, translation

from outbox.services import enqueue_mail

#: Headers by which a sender tells the outbox what its letter is; they do not leave the house.
KIND, SECRET = "X-Outbox-Kind", "X-Outbox-Secret"


class OutboxBackend(BaseEmailBackend):
    """`EMAIL_BACKEND`: one row for each recipient, in the transaction of the caller."""

    @transaction.atomic
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue all or none; tell how many letters were queued.

        Raises:
            ValidationError: what `enqueue_mail` refuses, unless the backend was made to be silent;
                `plain_text_only` for attachments and letters in HTML.
        """
        try:
            return sum(self._queue(message) for message in email_messages)
        except ValidationError:
            if self.fail_silently:
                return 0
            raise

    def _queue(self, message: EmailMessage) -> int:
        alternatives = getattr(message, "alternatives", ())
        if message.attachments or alternatives or message.content_subtype != "plain":
            raise ValidationError(
                "The outbox sends plain text without attachments.", code="plain_text_only"
            )
        for recipient in message.recipients():
            enqueue_mail(
                recipient=recipient,
                subject=str(message.subject),
                body=str(message.body),
                sender=message.from_email,
                kind=message.extra_headers.get(KIND, "mail"),
                is_secret=SECRET in message.extra_headers,
                language=translation.get_language() or "",
                now=timezone.now(),
            )
        return bool(message.recipients())
