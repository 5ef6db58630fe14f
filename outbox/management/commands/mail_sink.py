"""A mail server for the demonstration: takes every letter on this machine and sends none on."""

import logging
import signal
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from outbox.mailbox import Mailbox

MOST_BYTES = 1_000_000


class Keeper:
    """Answers the mail server's questions."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_DATA(  # noqa: N802 - aiosmtpd names its hooks so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep a letter."""
        content = envelope.content or b""
        self.mailbox.keep(content.encode() if isinstance(content, str) else content)
        return "250 kept for /demo/mail/"


class Command(BaseCommand):
    """`manage.py mail_sink --port N`: serves on loopback until it is told to stop."""

    help = "Take the letters of a demonstration; /demo/mail/ shows them."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The port that EMAIL_URL names."""
        parser.add_argument("--port", type=int, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve; letters go to the folder `mail` of MEGDAN_VAR."""
        if not settings.MEGDAN_DEMO:
            raise CommandError(
                "Only a demonstration keeps its letters; see MEGDAN_DEMO.", returncode=2
            )
        keeper = Keeper(Mailbox(settings.MEGDAN_MAIL_FOLDER))
        server = Controller(
            keeper, hostname="127.0.0.1", port=options["port"], data_size_limit=MOST_BYTES
        )
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # it tells of each connection
        stop = Event()
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: stop.set())
        try:
            server.start()
        except OSError as problem:
            raise CommandError(
                f"Port {options['port']} cannot be used: {problem}", returncode=2
            ) from problem
        stop.wait()
        server.stop()
