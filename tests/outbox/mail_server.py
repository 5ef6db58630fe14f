"""A mail server on loopback that answers as a test tells it to."""

import asyncio
import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailServer:
    """What it got, and how it answers: a reply by recipient or by subject, or odd behaviour."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    connections: int = 0
    rcpt_reply: dict[str, str] = field(default_factory=dict)
    data_reply: dict[str, str] = field(default_factory=dict)
    drops_after_data: bool = False
    drops_on_subject: str = ""
    drops_after_letter: bool = False
    drops_at_quit: bool = False
    silence_s: float = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd names its hooks so
        self, server: SMTP, session: Session, envelope: Envelope, host: str, replies: list[str]
    ) -> list[str]:
        """Count who comes in."""
        self.connections += 1
        session.host_name = host
        return replies

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names its hooks so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        reply = self.rcpt_reply.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(  # noqa: N802 - aiosmtpd names its hooks so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the letter, unless told to refuse it."""
        await asyncio.sleep(self.silence_s)
        content = envelope.content
        assert isinstance(content, bytes)
        letter = email.message_from_bytes(content, policy=email.policy.default)
        reply = self.data_reply.get(str(letter["Subject"]), "250 OK")
        if reply.startswith("250"):
            self.letters.append(letter)
            self.recipients.append(list(envelope.rcpt_tos))
            self.senders.append(str(envelope.mail_from))
        if self.drops_after_data or self.drops_on_subject == letter["Subject"]:
            break_off(server)
        if self.drops_after_letter:
            asyncio.get_running_loop().call_later(0.02, break_off, server)
        return reply

    async def handle_QUIT(  # noqa: N802 - aiosmtpd names its hooks so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Say goodbye, or just leave."""
        if self.drops_at_quit:
            break_off(server)
        return "221 Bye"

    @property
    def subjects(self) -> list[str]:
        """Subjects in the order of arrival."""
        return [str(letter["Subject"]) for letter in self.letters]


def break_off(server: SMTP) -> None:
    """Drop the line without a word."""
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    """Serve until the block ends."""
    handler = MailServer(free_port())
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    try:
        yield handler
    finally:
        controller.stop()
