"""Letters of the demonstration: kept as files, read back, and reached by their own names only."""

import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from outbox import mailbox
from outbox.mailbox import Mailbox
from tests.outbox.mail_server import free_port

ROOT = Path(__file__).resolve().parents[2]


def letter(subject: str = "Invitație") -> bytes:
    """A letter as a mail server gets it."""
    message = EmailMessage()
    message["From"], message["To"] = "Town <town@town.example>", "ana@town.example"
    message["Subject"], message["Date"] = subject, "Mon, 02 Mar 2026 09:00:00 +0000"
    message.set_content("Bună ziua!")
    return message.as_bytes()


def test_a_kept_letter_is_read_back(tmp_path: Path) -> None:
    box = Mailbox(tmp_path / "mail")
    kept = box.read(box.keep(letter()))
    assert kept is not None
    assert (kept.subject, kept.recipient) == ("Invitație", "ana@town.example")
    assert kept.sender == "Town <town@town.example>"
    assert kept.text == "Bună ziua!\n"
    assert kept.written_at is not None


def test_the_newest_come_first_and_the_oldest_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MOST_KEPT", 3)
    box = Mailbox(tmp_path)
    kept = [box.keep(letter(str(number))) for number in range(5)]
    assert box.names() == kept[:1:-1]


@pytest.mark.parametrize("name", ["../secret", "..", "", "/etc/passwd", "x.eml", "a" * 300, "\0"])
def test_no_other_file_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("hush")
    box = Mailbox(tmp_path / "mail")
    box.keep(letter())
    assert box.read(name) is None


def test_an_empty_box_has_no_letters(tmp_path: Path) -> None:
    assert Mailbox(tmp_path / "none").names() == []


def test_outside_a_demonstration_no_letter_is_kept(settings: Settings) -> None:
    settings.MEGDAN_DEMO = False
    with pytest.raises(CommandError) as refusal:
        call_command("mail_sink", "--port", "1")
    assert refusal.value.returncode == 2


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[int]:
    """`manage.py mail_sink` as `make run` starts it; gives its port."""
    port = free_port()
    env = {**os.environ, "MEGDAN_DEMO": "1", "MEGDAN_VAR": str(tmp_path)}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "manage.py", "mail_sink", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    yield port
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


@pytest.mark.slow
def test_the_mail_server_keeps_what_it_gets(sink: int, tmp_path: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with smtplib.SMTP("127.0.0.1", sink) as server:
                server.sendmail("town@town.example", ["ana@town.example"], letter())
            break
        except ConnectionRefusedError:
            time.sleep(0.2)
    box = Mailbox(tmp_path / "mail")
    kept = box.read(box.names()[0])
    assert kept is not None
    assert kept.subject == "Invitație"
