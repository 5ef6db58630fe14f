"""Delivering by real conversations with a mail server: each letter once, in order, never lost."""

import datetime as dt
import threading

import pytest
from django.db import connections
from pytest_django import Settings

from outbox.delivery import Outcome, deliver_next
from outbox.models import OutboxMessage
from outbox.retrying import LEASE, MOST_TRIES, OUTAGE_WAIT, SECRET_LIFE, WAITS
from outbox.tasks import deliver_messages
from tests.factories.outbox import WRITTEN_AT, OutboxMessageFactory
from tests.outbox.mail_server import MailServer, free_port

pytestmark = pytest.mark.django_db
NOW = WRITTEN_AT
MINUTE = dt.timedelta(minutes=1)


def deliver_all(now: dt.datetime = NOW) -> list[Outcome]:
    """Deliver until nothing is due; answers what came of each."""
    outcomes: list[Outcome] = []
    while (outcome := deliver_next(now=now)) is not Outcome.NOTHING_DUE:
        outcomes.append(outcome)
    return outcomes


def test_the_queue_drains_in_order_and_each_letter_arrives_once(mail_server: MailServer) -> None:
    for number in range(5):
        OutboxMessageFactory.create(subject=f"Nr {number}", created_at=NOW - (5 - number) * MINUTE)
    assert deliver_all() == [Outcome.SENT] * 5
    assert deliver_all(NOW + dt.timedelta(days=1)) == []
    assert mail_server.subjects == [f"Nr {number}" for number in range(5)]


def test_what_somebody_waits_for_goes_first(mail_server: MailServer) -> None:
    OutboxMessageFactory.create(subject="digest", created_at=NOW - MINUTE)
    OutboxMessageFactory.create(subject="code", is_urgent=True)
    deliver_all()
    assert mail_server.subjects == ["code", "digest"]


def test_a_letter_says_what_it_is(mail_server: MailServer) -> None:
    message = OutboxMessageFactory.create(
        subject="Șantier pe bulevardul Decebal", body="Ще спрем водата.", language="ro"
    )
    deliver_all()
    letter = mail_server.letters[0]
    assert letter["Subject"] == message.subject
    assert letter.get_content().strip() == message.body
    assert letter["To"] == message.recipient
    assert letter["From"] == "Town <town@town.example>"
    assert letter["Message-ID"] == f"<{message.reference}@town.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "ro"


def test_a_busy_server_is_asked_again_after_growing_waits(mail_server: MailServer) -> None:
    message = OutboxMessageFactory.create()
    mail_server.rcpt_reply[message.recipient] = "451 Try again later"
    now, waits = NOW, []
    for _ in WAITS:
        assert deliver_next(now=now) is Outcome.POSTPONED
        message.refresh_from_db()
        waits.append(message.next_attempt_at - now)
        assert deliver_next(now=now) is Outcome.NOTHING_DUE
        now = message.next_attempt_at
    assert tuple(waits) == WAITS
    mail_server.rcpt_reply.clear()
    assert deliver_next(now=now) is Outcome.SENT


def test_after_the_last_try_a_message_is_given_up_and_says_why(mail_server: MailServer) -> None:
    message = OutboxMessageFactory.create(attempts=MOST_TRIES - 1)
    mail_server.data_reply[message.subject] = "452 Mailbox full"
    assert deliver_all() == [Outcome.GIVEN_UP]
    message.refresh_from_db()
    assert message.state == OutboxMessage.State.DEAD
    assert "452 Mailbox full" in message.last_error


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_a_final_refusal_is_not_repeated(mail_server: MailServer, where: str) -> None:
    message = OutboxMessageFactory.create(kind="sign_in", is_secret=True)
    mail_server.rcpt_reply[message.recipient if where == "rcpt" else ""] = "550 No such person"
    mail_server.data_reply[message.subject if where == "data" else ""] = "554 Refused"
    assert deliver_all() == [Outcome.GIVEN_UP]
    message.refresh_from_db()
    assert (message.state, message.attempts, message.body) == ("dead", 1, "")
    assert "55" in message.last_error


def test_one_refused_letter_does_not_hold_up_the_others(mail_server: MailServer) -> None:
    refused, fine = OutboxMessageFactory.create_batch(2)
    mail_server.rcpt_reply[refused.recipient] = "450 Greylisted"
    assert deliver_all() == [Outcome.POSTPONED, Outcome.SENT]
    assert mail_server.subjects == [fine.subject]


def test_a_server_that_is_down_costs_no_try(settings: Settings, mail_server: MailServer) -> None:
    message = OutboxMessageFactory.create()
    settings.EMAIL_PORT = free_port()
    assert deliver_next(now=NOW) is Outcome.UNREACHABLE
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("waiting", 0)
    assert message.next_attempt_at == NOW
    assert deliver_next(now=NOW) is Outcome.NOTHING_DUE
    settings.EMAIL_PORT = mail_server.port
    assert deliver_next(now=NOW + OUTAGE_WAIT) is Outcome.SENT


def test_a_round_stops_when_the_server_is_down(settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    OutboxMessageFactory.create_batch(3)
    deliver_messages()
    assert OutboxMessage.objects.exclude(last_error="").count() == 1


def test_a_silent_server_is_left_after_a_while(settings: Settings, mail_server: MailServer) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    mail_server.silence_s = 1
    message = OutboxMessageFactory.create()
    assert deliver_next(now=NOW) is Outcome.POSTPONED
    message.refresh_from_db()
    assert "timed out" in message.last_error.lower() or "timeout" in message.last_error.lower()


def test_a_double_after_a_broken_line_can_be_recognised(mail_server: MailServer) -> None:
    mail_server.drops_after_data = True
    OutboxMessageFactory.create()
    assert deliver_next(now=NOW) is Outcome.POSTPONED
    mail_server.drops_after_data = False
    assert deliver_next(now=NOW + WAITS[0]) is Outcome.SENT
    first, second = mail_server.letters
    assert first.as_bytes() == second.as_bytes()
    assert first["Message-ID"]


def test_a_broken_goodbye_changes_nothing(mail_server: MailServer) -> None:
    mail_server.drops_at_quit = True
    OutboxMessageFactory.create()
    assert deliver_all() == [Outcome.SENT]
    assert len(mail_server.letters) == 1


def test_a_message_of_a_killed_worker_is_sent_when_its_claim_runs_out(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    OutboxMessageFactory.create()
    with monkeypatch.context() as patched:
        patched.setattr("outbox.delivery._carry", _die)
        with pytest.raises(KeyboardInterrupt):
            deliver_next(now=NOW)
    assert deliver_next(now=NOW + LEASE - MINUTE) is Outcome.NOTHING_DUE
    assert deliver_next(now=NOW + LEASE) is Outcome.SENT


def _die(*_arguments: object) -> None:
    raise KeyboardInterrupt


def test_a_message_that_kills_each_worker_is_given_up(mail_server: MailServer) -> None:
    OutboxMessageFactory.create(attempts=MOST_TRIES)
    assert deliver_all() == [Outcome.GIVEN_UP]
    assert mail_server.letters == []


def test_a_secret_is_erased_once_sent(mail_server: MailServer) -> None:
    message = OutboxMessageFactory.create(is_secret=True, body="Code 123456")
    deliver_all()
    message.refresh_from_db()
    assert message.body == ""
    assert "123456" in mail_server.letters[0].get_content()


def test_a_code_that_comes_too_late_is_not_sent(mail_server: MailServer) -> None:
    message = OutboxMessageFactory.create(is_secret=True)
    assert deliver_all(NOW + SECRET_LIFE + MINUTE) == [Outcome.GIVEN_UP]
    message.refresh_from_db()
    assert (message.body, mail_server.letters) == ("", [])


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_each_letter_once(mail_server: MailServer) -> None:
    OutboxMessageFactory.create_batch(20)

    def work() -> None:
        try:
            deliver_all()
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(mail_server.subjects) == len(set(mail_server.subjects)) == 20
