"""Carries letters to the mail server, many over one connection."""

import smtplib
import time

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from outbox.carrying import NobodyAnswersError, NotTakenError
from outbox.letters import letter
from outbox.models import OutboxMessage
from outbox.retrying import in_words, is_final

#: Mail servers end a connection after some number of letters; we say goodbye before.
MOST_LETTERS = 100
#: A line that was silent for longer is asked whether it still stands.
_SILENCE_S = 2.0
_CLOSING = 421

logger = structlog.get_logger(__name__)


class MailLine:
    """A connection to the mail server, opened when the first letter needs it."""

    def __init__(self) -> None:
        """Opens nothing yet."""
        self._connection: BaseEmailBackend | None = None
        self._letters = 0
        self._used_at = 0.0

    def carry(self, message: OutboxMessage) -> None:
        """Hand one letter over; see `Carrier`."""
        connection = self._open()
        try:
            connection.send_messages([letter(message)])
        except OSError as error:  # smtplib's own errors are kinds of it
            is_answer = isinstance(
                error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused
            )
            if not is_answer or getattr(error, "smtp_code", 0) == _CLOSING:
                self.close()
            raise NotTakenError(
                in_words(error), is_final=is_final(error), is_line=not is_answer
            ) from error
        except ValueError as error:  # a header that Django will not write
            raise NotTakenError(f"{type(error).__name__}: {error}", is_final=True) from error
        self._letters += 1
        self._used_at = time.monotonic()

    def close(self) -> None:
        """Say goodbye; once the server took the letter, a broken goodbye changes nothing."""
        connection, self._connection, self._letters = self._connection, None, 0
        if connection is None:
            return
        try:
            connection.close()
        except OSError as error:
            logger.info("The mail server broke off at the end.", code=type(error).__name__)

    def _open(self) -> BaseEmailBackend:
        if self._connection is not None and (self._letters >= MOST_LETTERS or not self._stands()):
            self.close()
        if self._connection is None:
            connection = get_connection(settings.MEGDAN_DELIVERY_BACKEND)
            try:
                connection.open()
            except OSError as error:
                raise NobodyAnswersError(in_words(error)) from error
            self._connection = connection
        return self._connection

    def _stands(self) -> bool:
        """Whether the server still listens; asked only after a silence, when it may have left."""
        line = getattr(self._connection, "connection", None)
        if not isinstance(line, smtplib.SMTP) or time.monotonic() - self._used_at < _SILENCE_S:
            return True
        try:
            return line.noop()[0] == 250
        except OSError:
            return False
