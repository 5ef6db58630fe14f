"""Listens for letters to the town's mailboxes for reports, by LMTP from its own mail server."""

import logging
import signal
from collections.abc import Mapping
from email.utils import parseaddr
from threading import Event
from typing import Any

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from incidents.letter_reading import MOST_BYTES, UnreadableLetterError, read_letter
from incidents.services.letters import TooManyLettersError, receive_letter
from zones.management.towns import town_named
from zones.models import Municipality

logger = structlog.get_logger(__name__)
_TAKEN, _NOT_OURS, _LATER = "250 2.0.0 taken", "550 5.1.1 no such mailbox", "451 4.3.0 try later"
_ONE_ONLY, _TOO_MANY = "452 4.5.3 one mailbox at a time", "450 4.7.1 too many, try later"


class Receiver:
    """Answers the questions of a mail server that brings letters."""

    def __init__(self, mailboxes: Mapping[str, str]) -> None:
        """`mailboxes`: address in lower case -> short name of the town."""
        self.mailboxes = mailboxes

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names its hooks so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take only what is for a mailbox of ours, and answer for one at a time."""
        mailbox = _plain(address)
        if mailbox not in self.mailboxes:
            return _NOT_OURS
        if envelope.rcpt_tos and envelope.rcpt_tos[0] != mailbox:
            return _ONE_ONLY
        envelope.rcpt_tos[:] = [mailbox]
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd names its hooks so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the letter, or say why not; without a database the other server tries again."""
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        try:
            return await sync_to_async(self._keep)(
                envelope.rcpt_tos[0], envelope.mail_from or "", raw
            )
        except UnreadableLetterError as error:
            return f"554 5.6.0 {error}"
        except TooManyLettersError:
            return _TOO_MANY
        except DatabaseError as error:
            logger.warning("A letter waits.", code=type(error).__name__)
            return _LATER

    async def handle_exception(self, error: Exception) -> str:
        """What nobody thought of: the letter stays with the other server, nothing is told of us."""
        logger.error("A letter could not be taken.", code=type(error).__name__)
        return _LATER

    def _keep(self, mailbox: str, sender: str, raw: bytes) -> str:
        close_old_connections()
        try:
            return self._take(mailbox, sender, raw)
        finally:
            close_old_connections()

    def _take(self, mailbox: str, sender: str, raw: bytes) -> str:
        if not parseaddr(sender)[1]:  # notes of absence and letters that came back have no sender
            return _TAKEN
        letter = read_letter(raw)
        town = Municipality.objects.get(slug=self.mailboxes[mailbox])
        if "reports" not in town.modules:
            return _NOT_OURS
        what = receive_letter(
            municipality=town, letter=letter, own=self.mailboxes, now=timezone.now()
        )
        logger.info("A letter came in.", code=letter.why_ignored or str(what))
        return _TAKEN


def _plain(address: str) -> str:
    """An address without its extension: reports+anything@town.example is reports@town.example."""
    local, _at, domain = parseaddr(address)[1].lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


class ReportController(Controller):
    """Serves LMTP, as mail servers hand over to programs on their own machine."""

    def __init__(self, mailboxes: Mapping[str, str], **options: Any) -> None:
        """`mailboxes`: address in lower case -> short name of the town."""
        super().__init__(Receiver(mailboxes), data_size_limit=MOST_BYTES, **options)

    def factory(self) -> SMTP:
        """One conversation."""
        return LMTP(self.handler, **self.SMTP_kwargs)


class Command(BaseCommand):
    """`manage.py receive_reports --mailbox ADDRESS=TOWN [--listen HOST:PORT]`: until stopped."""

    help = "Take letters with reports, by LMTP; docs/mail-in.md says how to send them here."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen, and for whom."""
        parser.add_argument("--listen", default="127.0.0.1:8025", help="host:port")
        parser.add_argument(
            "--mailbox",
            action="append",
            required=True,
            metavar="ADDRESS=TOWN",
            help="a mailbox and the short name of its town; may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve."""
        host, _, port = options["listen"].rpartition(":")
        if not host or not port.isdecimal():
            raise CommandError(
                "--listen takes a host and a port, such as 127.0.0.1:8025.", returncode=2
            )
        mailboxes = dict(_mailbox(given) for given in options["mailbox"])
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # it tells of each connection
        server = ReportController(mailboxes, hostname=host.strip("[]"), port=int(port))
        stop = Event()
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: stop.set())
        try:
            server.start()
        except OSError as problem:
            server.loop.close()
            words = f"{options['listen']} cannot be used: {problem}"
            raise CommandError(words, returncode=2) from problem
        stop.wait()
        server.stop()


def _mailbox(given: str) -> tuple[str, str]:
    address, _, slug = given.partition("=")
    try:
        validate_email(address)
    except ValidationError as error:
        words = f"“{given}” is no mailbox; write --mailbox reports@town.example=town."
        raise CommandError(words, returncode=2) from error
    return _plain(address), town_named(slug).slug
