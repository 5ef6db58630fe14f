"""Letters that come back: reported, signed, noted once, and told to whoever must know."""

import datetime as dt
import io
import smtplib
import socket
import sys
import uuid
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from outbox.bounce_addresses import bounce_address, reference_in
from outbox.bounce_reports import read_report
from outbox.delivery import Outcome, deliver_next
from outbox.management.commands.receive_bounces import BounceController
from outbox.models import OutboxMessage
from outbox.services import bounces
from outbox.services.bounces import Bounce, NotOurBounceError, receive_bounce
from tests.factories.outbox import WRITTEN_AT, OutboxMessageFactory
from tests.outbox.mail_server import MailServer, free_port

NOW = WRITTEN_AT
DOMAIN = "bounces.town.example"
KEY = "a key of this installation"


@pytest.fixture(autouse=True)
def bounce_settings(settings: Settings) -> None:
    """Letters come back to an address of ours."""
    settings.MEGDAN_BOUNCE_DOMAIN, settings.SECRET_KEY = DOMAIN, KEY


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Bounce]:
    """What an app above is told."""
    heard: list[Bounce] = []
    monkeypatch.setattr(bounces, "_reactions", [heard.append])
    return heard


def report(action: str = "failed", status: str = "5.1.1", said: str = "550 No such user") -> bytes:
    """As Postfix and others write it."""
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: somebody\r\nSubject: Undelivered\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; ana@town.example\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {said}\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: Hello\r\n--b--\r\n"
    ).encode()


def address_of(message: OutboxMessage) -> str:
    """Where it comes back to."""
    return bounce_address(message.reference, domain=DOMAIN, secret=KEY)


def sent(**changes: Any) -> OutboxMessage:
    """A letter a server took."""
    return OutboxMessageFactory.create(**{"state": "sent", "sent_at": NOW, **changes})


# --- Addresses -----------------------------------------------------------------------------------


def test_an_address_names_its_letter_whatever_servers_do_to_its_case() -> None:
    reference = uuid.uuid4()
    address = bounce_address(reference, domain=DOMAIN, secret=KEY)
    assert len(address.partition("@")[0]) <= 64
    for written in (address, address.upper(), f"<{address}>"):
        assert reference_in(written, domain=DOMAIN, secrets=["new key", KEY]) == reference


def test_a_changed_address_is_none_of_ours() -> None:
    address = bounce_address(uuid.uuid4(), domain=DOMAIN, secret=KEY)
    local, _, host = address.partition("@")
    changed = [
        f"{local[:place]}{'0' if letter != '0' else '1'}{local[place + 1 :]}@{host}"
        for place, letter in enumerate(local)
    ]
    others = [f"{local}@evil.example", local, "", f"{local}x@{host}", f"bounce+{uuid.uuid4().hex}"]
    for forged in [*changed, *others]:
        assert reference_in(forged, domain=DOMAIN, secrets=[KEY]) is None
    assert reference_in(address, domain=DOMAIN, secrets=["another key"]) is None


@pytest.mark.django_db
def test_the_envelope_is_signed_and_the_reader_sees_the_town(mail_server: MailServer) -> None:
    message = OutboxMessageFactory.create()
    assert deliver_next(now=NOW) is Outcome.SENT
    assert mail_server.senders == [address_of(message)]
    assert mail_server.letters[0]["From"] == "Town <town@town.example>"


@pytest.mark.django_db
def test_without_a_domain_letters_come_back_to_the_sender(
    mail_server: MailServer, settings: Settings
) -> None:
    settings.MEGDAN_BOUNCE_DOMAIN = ""
    OutboxMessageFactory.create()
    deliver_next(now=NOW)
    assert mail_server.senders == ["town@town.example"]


# --- Reports -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "status", "is_final", "is_permanent"),
    [
        ("failed", "5.1.1", True, True),
        ("Failed", "5.7.1 (refused)", True, True),
        ("failed", "5.2.2", True, False),
        ("failed", "4.4.7", True, False),
        ("failed", "", True, False),
        ("delayed", "4.4.1", False, False),
    ],
)
def test_a_report_is_read(action: str, status: str, is_final: bool, is_permanent: bool) -> None:
    found = read_report(report(action, status))
    assert found is not None
    assert (found.is_final, found.is_permanent) == (is_final, is_permanent)


def test_what_a_server_says_is_kept_without_addresses() -> None:
    found = read_report(report(said="550 <ana@town.example>: unknown"))
    assert found is not None
    assert (found.words, "ana@" in found.words) == ("550 … unknown", False)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\xff\xfe",
        b"Subject: I am away\r\n\r\nUntil Monday.",
        report("delivered", "2.0.0"),
        report()[:300],
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b--",
        b"Content-Type: message/delivery-status\r\n\r\nAction: failed",
        b"Content-Type: multipart/report\r\n\r\n" + b"Content-Type: multipart/mixed\r\n\r\n" * 500,
    ],
)
def test_what_is_no_report_of_a_failure_says_nothing(content: bytes) -> None:
    found = read_report(content)
    assert found is None or not found.is_final


# --- Taking note ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_letter_that_came_back_is_noted_once(told: list[Bounce]) -> None:
    message = sent(batch="notice-7", key="notice-7-4")
    for _ in range(2):
        receive_bounce(address=address_of(message), content=report(), now=NOW)
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("bounced", "5.1.1 550 No such user")
    assert [(one.recipient, one.batch, one.key, one.is_permanent) for one in told] == [
        (message.recipient, "notice-7", "notice-7-4", True)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("content", [report("delayed", "4.4.1"), b"Subject: I am away\r\n\r\n."])
def test_a_delay_or_an_absence_changes_nothing(told: list[Bounce], content: bytes) -> None:
    message = sent()
    assert receive_bounce(address=address_of(message), content=content, now=NOW) is None
    message.refresh_from_db()
    assert (message.state, told) == ("sent", [])


@pytest.mark.django_db
def test_a_forged_report_changes_nothing(told: list[Bounce]) -> None:
    message = sent()
    forged = bounce_address(message.reference, domain=DOMAIN, secret="guessed")
    with pytest.raises(NotOurBounceError):
        receive_bounce(address=forged, content=report(), now=NOW)
    message.refresh_from_db()
    assert (message.state, told) == ("sent", [])


@pytest.mark.django_db
def test_a_reaction_that_fails_undoes_the_note(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_bounce: Bounce) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(bounces, "_reactions", [fail])
    message = sent()
    with pytest.raises(RuntimeError):
        receive_bounce(address=address_of(message), content=report(), now=NOW)
    message.refresh_from_db()
    assert message.state == "sent"


@pytest.mark.django_db
def test_a_report_before_our_own_note_is_not_overwritten(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, told: list[Bounce]
) -> None:
    message = OutboxMessageFactory.create(is_secret=True, created_at=NOW)
    carry = "outbox.mail_line.MailLine.carry"
    monkeypatch.setattr(
        carry,
        lambda _self, one: receive_bounce(address=address_of(one), content=report(), now=NOW),
    )
    deliver_next(now=NOW)
    message.refresh_from_db()
    assert (message.state, message.body) == ("bounced", "")


# --- Conversations -------------------------------------------------------------------------------


@pytest.fixture(params=[smtplib.LMTP, smtplib.SMTP])
def caller(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A mail server that brings something back, in either language."""
    port = free_port()
    speaks_smtp = request.param is smtplib.SMTP
    server = BounceController(speaks_smtp=speaks_smtp, hostname="127.0.0.1", port=port)
    server.start()
    try:
        with request.param("127.0.0.1", port) as client:
            yield client
    finally:
        server.stop()


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_brings_a_letter_back(caller: Any, told: list[Bounce]) -> None:
    message = sent()
    caller.sendmail("", [address_of(message)], report())
    message.refresh_from_db()
    assert (message.state, len(told)) == ("bounced", 1)


@pytest.mark.django_db(transaction=True)
def test_a_forged_address_is_refused_before_anything_is_sent(caller: Any) -> None:
    message = sent()
    forged = bounce_address(message.reference, domain=DOMAIN, secret="guessed")
    for address in (forged, "postmaster@town.example", "x" * 500 + "@evil.example"):
        with pytest.raises((smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException)):
            caller.sendmail("", [address], report())
    message.refresh_from_db()
    assert message.state == "sent"


@pytest.mark.django_db(transaction=True)
def test_a_flood_is_cut_off(caller: Any) -> None:
    message = sent()
    with pytest.raises(smtplib.SMTPException):
        caller.sendmail("", [address_of(message)], report() + b"x" * 2_000_000)
    message.refresh_from_db()
    assert message.state == "sent"


@pytest.mark.django_db
@pytest.mark.parametrize("is_told", [True, False])
def test_a_pipe_hands_one_letter_over(
    monkeypatch: pytest.MonkeyPatch, told: list[Bounce], is_told: bool
) -> None:
    message = sent()
    content = b"Delivered-To: <" + address_of(message).encode() + b">\r\n" + report()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    call_command("receive_bounce", *(["--recipient", address_of(message)] if is_told else []))
    assert len(told) == 1


@pytest.mark.django_db
def test_a_pipe_with_another_letter_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(report())))
    with pytest.raises(CommandError) as refusal:
        call_command("receive_bounce")
    assert refusal.value.returncode == 67


@pytest.mark.parametrize("listen", ["", "8024", "127.0.0.1:", "127.0.0.1:mail"])
def test_a_wrong_place_to_listen_is_refused(listen: str) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("receive_bounces", "--listen", listen)
    assert refusal.value.returncode == 2


def test_a_taken_port_and_a_missing_domain_are_named(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match="cannot be used"):
            call_command("receive_bounces", "--listen", f"127.0.0.1:{port}")
    settings.MEGDAN_BOUNCE_DOMAIN = ""
    with pytest.raises(CommandError, match="MEGDAN_BOUNCE_DOMAIN"):
        call_command("receive_bounces")


def test_a_letter_that_only_talks_of_a_failure_is_no_report() -> None:
    quoted = EmailMessage()
    quoted["Subject"], quoted["Date"] = "Hello", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    quoted.set_content("Action: failed\nStatus: 5.1.1")
    assert read_report(quoted.as_bytes()) is None
