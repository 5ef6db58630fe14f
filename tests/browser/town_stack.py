"""A whole town for stories: web server, worker and beat, and a mail server that keeps letters."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connections

from tests.stack import free_port, wait_for

ROOT = Path(__file__).parents[2]
PATIENCE_S = 90
Ask = Callable[[Callable[[], Any]], Any]


def address_of_tests() -> str:
    """The address of the database the tests were given, with the name of the test database."""
    told = urlsplit(os.environ.get("DATABASE_URL", "postgis://megdan_app@/megdan"))
    return told._replace(path=f"/{connections['default'].settings_dict['NAME']}").geturl()


@dataclass
class LetterBox:
    """A mail server that keeps what it gets."""

    letters: list[EmailMessage] = field(default_factory=list)
    port: int = field(default_factory=free_port)

    async def handle_DATA(  # noqa: N802 - aiosmtpd names its hooks so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take everything."""
        assert isinstance(envelope.content, bytes)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def of(self, address: str) -> list[EmailMessage]:
        """Letters to one address, oldest first."""
        return [one for one in self.letters if one["To"] == address]

    def wait_for(self, address: str, text: str) -> EmailMessage:
        """The first letter to an address that holds a text."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            for one in self.of(address):
                if text in plain(one):
                    return one
            time.sleep(0.2)
        raise AssertionError(f"no letter with {text!r}; there are {len(self.letters)} others")


def plain(letter: EmailMessage) -> str:
    """Subject and plain text."""
    part = letter.get_body(("plain",))
    assert part is not None
    return f"{letter['Subject']}\n{part.get_content()}"


@contextmanager
def letters_kept() -> Iterator[LetterBox]:
    """The town's mail server."""
    box = LetterBox()
    running = Controller(box, hostname="127.0.0.1", port=box.port)
    running.start()
    try:
        yield box
    finally:
        running.stop()


@contextmanager
def town_running(post: LetterBox, folder: Path) -> Iterator[str]:
    """Origin of the web server with its worker and beat, on the test database."""
    port = free_port()
    env = {
        **os.environ,
        "DATABASE_URL": address_of_tests(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{post.port}",
        "MEGDAN_HTTPS": "0",
        "MEGDAN_DEMO": "1",
        "MEGDAN_DEBUG": "1",
    }
    python = [sys.executable, "-m"]
    web = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    worker = ["celery", "-A", "config", "worker", "--concurrency", "2", "--loglevel", "WARNING"]
    beat = ["celery", "-A", "config", "beat", "--schedule", str(folder / "beat")]
    commands = {
        "web": [*web, "--workers", "1", "--blocking-threads", "4", "config.wsgi:application"],
        "worker": [*worker, "--without-gossip", "--without-mingle"],
        "beat": [*beat, "--pidfile", ""],
    }
    with ExitStack() as stack:
        started = {}
        for name, command in commands.items():
            log = stack.enter_context((folder / f"{name}.log").open("wb"))
            started[name] = stack.enter_context(
                subprocess.Popen([*python, *command], cwd=ROOT, env=env, stdout=log, stderr=log)
            )
            stack.callback(started[name].terminate)
        wait_for(port, started["web"], folder / "web.log")
        yield f"http://127.0.0.1:{port}"
