"""Letters with markup, letters to many, one connection for many, and slices of a sending."""

import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from outbox.delivery import Outcome, deliver_next, letter, round_of_deliveries
from outbox.mail_line import MOST_LETTERS
from outbox.models import Channel, OutboxMessage, PushAddress
from outbox.services import (
    NewMessage,
    batch_progress,
    enqueue_mail,
    enqueue_many,
    retry_message,
    retry_messages,
)
from tests.factories.outbox import WRITTEN_AT, OutboxMessageFactory
from tests.outbox.mail_server import MailServer

pytestmark = pytest.mark.django_db
NOW = WRITTEN_AT
END = "https://town.example/piatra/unsubscribe/abc.def/"


def drain() -> list[Outcome]:
    """One round to its end."""
    outcomes: list[Outcome] = []
    with round_of_deliveries(NOW) as within:
        while (outcome := deliver_next(now=NOW, within=within)) is not Outcome.NOTHING_DUE:
            outcomes.append(outcome)
    return outcomes


def write(**changes: Any) -> OutboxMessage:
    """News, changed as wanted."""
    fields = {"recipient": "ana@town.example", "subject": "Apă", "body": "Mâine.", "now": NOW}
    return enqueue_mail(**{**fields, "kind": "notice", **changes})


def test_text_and_markup_travel_together(mail_server: MailServer) -> None:
    write(html="<p>Mâine.</p>", unsubscribe_url=END, queue="piatra")
    drain()
    found = mail_server.letters[0]
    assert found.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in found.iter_parts()]
    assert kinds == ["text/plain", "text/html"]  # the last one is the best one
    assert found["List-Unsubscribe"] == f"<{END}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["Precedence"] == "bulk"
    assert found["Feedback-ID"] == "notice:piatra:megdan"


def test_a_letter_to_one_person_is_not_bulk() -> None:
    headers = letter(write()).message().keys()
    assert not {"List-Unsubscribe", "Precedence", "Feedback-ID"} & set(headers)


def test_each_try_is_the_same_to_the_byte() -> None:
    message = write(html="<p>Mâine.</p>", unsubscribe_url=END)
    again = OutboxMessage.objects.get(pk=message.pk)
    assert letter(message).message().as_bytes() == letter(again).message().as_bytes()


@pytest.mark.parametrize(
    "page",
    [
        "town.example/x",
        "javascript:alert(1)",
        "https://town.example/x>\r\nBcc: all@town.example",
        "https://town.example/a b",
        "https://town.example/<x>",
        "mailto:x@town.example",
    ],
)
def test_a_page_that_would_break_a_header_is_refused(page: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        write(unsubscribe_url=page)
    assert refusal.value.code == "invalid_page"


# --- One connection ------------------------------------------------------------------------------


def test_many_letters_go_over_one_connection(mail_server: MailServer) -> None:
    OutboxMessageFactory.create_batch(20)
    assert drain() == [Outcome.SENT] * 20
    assert mail_server.connections == 1


def test_a_connection_is_not_kept_for_ever(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outbox.mail_line.MOST_LETTERS", 5)
    assert MOST_LETTERS > 5
    OutboxMessageFactory.create_batch(11)
    drain()
    assert mail_server.connections == 3


def test_a_refused_letter_does_not_end_the_connection(mail_server: MailServer) -> None:
    refused, *_others = OutboxMessageFactory.create_batch(5)
    mail_server.rcpt_reply[refused.recipient] = "550 No such person"
    assert drain() == [Outcome.GIVEN_UP] + [Outcome.SENT] * 4
    assert mail_server.connections == 1


def test_after_a_broken_line_the_next_letter_gets_a_new_one(mail_server: MailServer) -> None:
    first, second = OutboxMessageFactory.create_batch(2)
    mail_server.drops_on_subject = first.subject
    assert drain() == [Outcome.POSTPONED, Outcome.SENT]
    assert second.subject in mail_server.subjects
    assert mail_server.connections == 2


def test_a_line_that_ended_in_a_silence_costs_no_try(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outbox.mail_line._SILENCE_S", 0.0)
    mail_server.drops_after_letter = True
    OutboxMessageFactory.create_batch(3)
    with round_of_deliveries(NOW) as within:
        for _ in range(3):
            assert deliver_next(now=NOW, within=within) is Outcome.SENT
            time.sleep(0.1)
    assert mail_server.connections == 3


# --- Slices --------------------------------------------------------------------------------------


def news(number: int, **changes: Any) -> NewMessage:
    """What one reader of a sending gets."""
    fields = {
        "recipient": f"reader{number}@town.example",
        "subject": "Apă",
        "body": "Mâine.",
        "kind": "notice",
        "now": NOW,
        "key": f"notice-7-{number}",
        "queue": "piatra",
        "batch": "notice-7",
    }
    return NewMessage(**{**fields, **changes})


def test_a_slice_is_written_once_in_few_statements(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    slice_ = [news(number) for number in range(500)]
    with django_assert_max_num_queries(4):
        assert enqueue_many(slice_) == 500
    assert enqueue_many(slice_) == 0
    assert enqueue_many([*slice_, news(500), news(500)]) == 1
    assert OutboxMessage.objects.filter(queue="piatra").count() == 501


def test_nothing_to_write_is_fine() -> None:
    assert enqueue_many([]) == 0


def test_one_bad_reader_does_not_hold_up_the_others() -> None:
    gone = PushAddress.objects.create(endpoint="https://x/", created_at=NOW, gone_at=NOW)
    bad = [
        news(1, recipient="no address"),
        news(2, subject="Hello\nBcc: all@town.example"),
        news(3, subject="x" * 400),
        news(4, channel=Channel.SMS, recipient="0712"),
        news(5, channel=Channel.PUSH, address=gone),
        news(6, recipient="a" * 300 + "@town.example", is_secret=True),
    ]
    assert enqueue_many([news(0), *bad]) == 7
    dead = OutboxMessage.objects.dead()
    assert dead.count() == 6
    assert all(message.last_error for message in dead)
    assert retry_messages(messages=OutboxMessage.objects.all(), now=NOW) == 0
    # Only the subject could be cut to what it may have.
    for message in dead.exclude(key="notice-7-3"):
        with pytest.raises(ValidationError):
            retry_message(message=message, now=NOW)


def test_progress_is_counted_by_state(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for state, count in {"waiting": 4, "sent": 3, "bounced": 2, "dead": 1}.items():
        sent_at = NOW if state in {"sent", "bounced"} else None
        OutboxMessageFactory.create_batch(count, state=state, batch="notice-7", sent_at=sent_at)
    OutboxMessageFactory.create(batch="notice-8")
    with django_assert_max_num_queries(1):
        found = batch_progress("notice-7")
    assert (found.waiting, found.sent, found.bounced, found.dead) == (4, 3, 2, 1)
    assert (found.total, found.is_finished) == (10, False)
    assert batch_progress("notice-9").is_finished
    assert batch_progress("").total == 0


def test_all_of_a_kind_are_tried_again() -> None:
    fields = {"state": "dead", "queue": "piatra", "attempts": 10}
    OutboxMessageFactory.create_batch(3, kind="notice", **fields)
    others = {
        OutboxMessageFactory.create(kind="notice", is_secret=True, body="", **fields),
        OutboxMessageFactory.create(kind="digest", **fields),
        OutboxMessageFactory.create(kind="notice", **{**fields, "queue": "roman"}),
        OutboxMessageFactory.create(kind="notice", **{**fields, "attempts": 0}),
    }
    own = OutboxMessage.objects.in_queue("piatra").of_kind("notice")
    assert retry_messages(messages=own, now=NOW) == 3
    assert set(OutboxMessage.objects.dead()) == others
    assert OutboxMessage.objects.due(NOW).count() == 3
