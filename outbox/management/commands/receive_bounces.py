"""Listens for letters that come back, by LMTP from the town's own mail server or by SMTP."""

import logging
import signal
from email.utils import parseaddr
from threading import Event
from typing import Any

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections
from django.utils import timezone

from outbox.bounce_reports import MOST_BYTES
from outbox.services.bounces import is_ours, receive_bounce

logger = structlog.get_logger(__name__)
_TAKEN, _NOT_OURS, _LATER = "250 2.0.0 noted", "550 5.1.1 no such mailbox", "451 4.3.0 try later"


class Receiver:
    """Answers the questions of a mail server that brings something back."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names its hooks so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take only what was sent by this installation: forged addresses end here."""
        if not is_ours(parseaddr(address)[1]):
            return _NOT_OURS
        envelope.rcpt_tos.append(parseaddr(address)[1])
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd names its hooks so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Note what came back; without a database the other server tries again later."""
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        try:
            await sync_to_async(_note)(list(envelope.rcpt_tos), raw)
        except DatabaseError as error:
            logger.warning("A letter that came back waits.", code=type(error).__name__)
            return _LATER
        return _TAKEN


def _note(addresses: list[str], content: bytes) -> None:
    try:
        for address in addresses:
            receive_bounce(address=address, content=content, now=timezone.now())
    finally:
        connections.close_all()  # letters come back seldom; nothing is held open in between


class BounceController(Controller):
    """Serves SMTP, or LMTP as mail servers hand over to programs on their own machine."""

    def __init__(self, *, speaks_smtp: bool, **options: Any) -> None:
        """`speaks_smtp`: the other mail servers of the world call here directly."""
        self._language = SMTP if speaks_smtp else LMTP
        super().__init__(Receiver(), data_size_limit=MOST_BYTES, **options)

    def factory(self) -> SMTP:
        """One conversation."""
        return self._language(self.handler, **self.SMTP_kwargs)


class Command(BaseCommand):
    """`manage.py receive_bounces [--listen HOST:PORT] [--smtp]`: serves until told to stop."""

    help = "Take letters that come back, by LMTP; docs/delivery.md says how to send them here."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen."""
        parser.add_argument("--listen", default="127.0.0.1:8024", help="host:port")
        parser.add_argument("--smtp", action="store_true", help="speak SMTP instead of LMTP")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve."""
        host, _, port = options["listen"].rpartition(":")
        if not settings.MEGDAN_BOUNCE_DOMAIN:
            raise CommandError(
                "Letters come back to no address of ours; set MEGDAN_BOUNCE_DOMAIN.", returncode=2
            )
        if not host or not port.isdecimal():
            raise CommandError(
                "--listen takes a host and a port, such as 127.0.0.1:8024.", returncode=2
            )
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # it tells of each connection
        server = BounceController(
            speaks_smtp=options["smtp"], hostname=host.strip("[]"), port=int(port)
        )
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
