"""Writing messages: one for each key, safe headers, no bombing, and what happens to old ones."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection, send_mail
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from outbox.delivery import letter
from outbox.mail_backend import KIND, SECRET
from outbox.models import OutboxMessage
from outbox.services import (
    CODE_WINDOW,
    KEPT,
    MOST_CODES,
    bury,
    clear_old,
    enqueue_mail,
    retry_message,
)
from tests.factories.outbox import WRITTEN_AT, OutboxMessageFactory

pytestmark = pytest.mark.django_db
NOW = WRITTEN_AT
BACKEND = "outbox.mail_backend.OutboxBackend"


def write(**changes: object) -> OutboxMessage:
    """An invitation, changed as wanted."""
    fields = {"recipient": "ana@town.example", "subject": "Welcome", "body": "Come in."}
    return enqueue_mail(**{**fields, "kind": "invitation", "now": NOW, **changes})  # type: ignore[arg-type]


def test_a_message_waits_from_the_moment_it_is_written() -> None:
    message = write()
    assert OutboxMessage.objects.due(NOW).get() == message


def test_a_message_goes_with_its_transaction() -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()


def test_the_worker_is_woken_after_the_commit(
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    woken: list[str] = []
    monkeypatch.setattr("outbox.services.writing.wake_worker", lambda: woken.append("now"))
    with django_capture_on_commit_callbacks(execute=True):
        write()
        assert woken == []
    assert woken == ["now"]


def test_one_key_is_one_message() -> None:
    assert write(key="invitation-7") == write(key="invitation-7", subject="Another")
    assert write(key="invitation-8") != write() != write()
    assert OutboxMessage.objects.count() == 4


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Hello\nBcc: all@town.example"},
        {"subject": "Hello\u2028Bcc: all@town.example"},
        {"recipient": "ana@town.example\r\nBcc: all@town.example"},
        {"sender": "Town\r\nBcc: x <town@town.example>"},
    ],
)
def test_a_line_break_in_a_header_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refusal:
        write(**change)
    assert refusal.value.code == "line_break"


@pytest.mark.parametrize(
    "recipient", ["", "ana", "ana@", "Ana <ana@town.example>", "a@b.ro,c@d.ro"]
)
def test_an_address_that_is_none_is_refused(recipient: str) -> None:
    with pytest.raises(ValidationError):
        write(recipient=recipient)


@rules(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(subject=st.text(max_size=80), recipient=st.one_of(st.text(max_size=40), st.emails()))
def test_whatever_is_typed_a_letter_has_one_recipient_and_our_headers(
    subject: str, recipient: str
) -> None:
    try:
        message = write(subject=subject, recipient=recipient)
    except ValidationError:
        return
    sent = letter(message)
    headers = sent.message().keys()
    assert sent.recipients() == [recipient]
    assert sorted(headers) == sorted(
        [
            *("Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To"),
            *("Message-ID", "Date", "Auto-Submitted"),
        ]
    )
    assert b"\n\n" not in sent.message().as_bytes().split(b"\n\n", 1)[0]


def test_nobody_is_bombed_with_codes() -> None:
    for number in range(MOST_CODES):
        write(kind="sign_in", now=NOW + dt.timedelta(minutes=number))
    late = NOW + dt.timedelta(minutes=MOST_CODES)
    with pytest.raises(ValidationError) as refusal:
        write(kind="sign_in", recipient="ANA@town.example", now=late)
    assert refusal.value.code == "too_many_codes"
    assert write(kind="invitation", now=late)
    assert write(kind="sign_in", recipient="ion@town.example", now=late)
    assert write(kind="sign_in", now=late + CODE_WINDOW)


def test_a_dead_message_is_tried_again_only_if_it_is_dead() -> None:
    dead = OutboxMessageFactory.create(state="dead", attempts=10)
    assert retry_message(message=dead, now=NOW) == OutboxMessage.objects.due(NOW).get()
    with pytest.raises(ValidationError) as refusal:
        retry_message(message=dead, now=NOW)
    assert refusal.value.code == "not_dead"


def test_an_erased_code_cannot_be_tried_again() -> None:
    dead = OutboxMessageFactory.create(state="dead", is_secret=True, body="")
    with pytest.raises(ValidationError) as refusal:
        retry_message(message=dead, now=NOW)
    assert refusal.value.code == "erased"


def test_a_waiting_message_can_be_stopped_once() -> None:
    waiting = OutboxMessageFactory.create(is_secret=True)
    assert bury(message=waiting, reason="Written by mistake").body == ""
    with pytest.raises(ValidationError) as refusal:
        bury(message=waiting, reason="again")
    assert refusal.value.code == "not_waiting"


def test_old_messages_are_cleared_and_waiting_ones_stay() -> None:
    sent_long_ago = NOW - KEPT - dt.timedelta(days=1)
    OutboxMessageFactory.create(state="sent", created_at=sent_long_ago, sent_at=sent_long_ago)
    waiting = OutboxMessageFactory.create(created_at=sent_long_ago)
    recent = OutboxMessageFactory.create(state="sent", sent_at=NOW)
    assert clear_old(now=NOW) == 1
    assert set(OutboxMessage.objects.all()) == {waiting, recent}


@override_settings(EMAIL_BACKEND=BACKEND)
def test_django_mail_becomes_rows() -> None:
    send_mail("Subject", "Text", None, ["ana@town.example", "ion@town.example"])
    rows = OutboxMessage.objects.order_by("recipient")
    assert [row.recipient for row in rows] == ["ana@town.example", "ion@town.example"]
    assert {row.kind for row in rows} == {"mail"}


@override_settings(EMAIL_BACKEND=BACKEND)
def test_a_sender_says_what_its_letter_is() -> None:
    EmailMessage("S", "T", to=["a@town.example"], headers={KIND: "sign_in", SECRET: "1"}).send()
    row = OutboxMessage.objects.get()
    assert (row.kind, row.is_secret, row.is_urgent) == ("sign_in", True, True)
    assert KIND not in letter(row).message()


@override_settings(EMAIL_BACKEND=BACKEND)
def test_a_letter_in_html_is_refused_aloud() -> None:
    with pytest.raises(ValidationError) as refusal:
        send_mail("S", "T", None, ["a@town.example"], html_message="<p>T</p>")
    assert refusal.value.code == "plain_text_only"
    silent = get_connection(BACKEND, fail_silently=True)
    html = EmailMessage("S", "T", to=["a@town.example"])
    html.content_subtype = "html"
    assert silent.send_messages([html]) == 0


def test_the_command_counts_and_revives(
    capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    OutboxMessageFactory.create(state="dead", last_error="550 No such person")
    call_command("outbox")
    shown = capsys.readouterr().out
    assert "waiting  0" in shown
    assert "550 No such person" in shown
    call_command("outbox", "--retry-dead")
    assert "1 messages wait again" in capsys.readouterr().out
    assert OutboxMessage.objects.waiting().count() == 1
