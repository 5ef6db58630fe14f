"""A mail server in trouble: down, silent, refusing, breaking off. When it is back, all drains."""

import datetime as dt
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pytest_django import Settings

from outbox.delivery import Outcome, deliver_next, round_of_deliveries
from outbox.models import Outage, OutboxMessage
from tests.factories.outbox import WRITTEN_AT, OutboxMessageFactory
from tests.outbox.mail_server import MailServer, free_port, running_mail_server

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = WRITTEN_AT
LETTERS = 12
#: The worker is woken every ten seconds; a step of a minute shows the same.
STEP = dt.timedelta(minutes=1)


@contextmanager
def rude_server(greeting: bytes | None) -> Iterator[int]:
    """Lets everybody in and says nothing, or says one thing and hangs up; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        held: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    caller, _address = listening.accept()
                except OSError:
                    return
                if greeting is None:
                    held.append(caller)
                else:
                    caller.sendall(greeting)
                    caller.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
            for caller in held:
                caller.close()


def work(first: dt.datetime, *, minutes: int) -> dt.datetime:
    """Rounds of the worker, a minute apart; gives the moment after them."""
    now = first
    for _ in range(minutes):
        with round_of_deliveries(now) as within:
            while deliver_next(now=now, within=within) is not Outcome.NOTHING_DUE:
                pass
        now += STEP
    return now


@pytest.fixture
def letters(settings: Settings) -> list[OutboxMessage]:
    """Of two towns, numbered."""
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 0.2
    return [
        OutboxMessageFactory.create(subject=f"town{number % 2} {number:02}", queue=f"t{number % 2}")
        for number in range(LETTERS)
    ]


def in_order(subjects: list[str]) -> bool:
    """Whether each town's letters came as they were written."""
    return all(
        (own := [one for one in subjects if one.startswith(town)]) == sorted(own)
        for town in ("town0", "town1")
    )


@pytest.mark.parametrize(
    "trouble", ["down", "silent", b"421 too busy\r\n", b"554 go away\r\n", b"", b"\xff\xfe\r\n"]
)
def test_a_server_that_lets_nobody_in_costs_neither_try_nor_place(
    letters: list[OutboxMessage], settings: Settings, trouble: str | bytes
) -> None:
    if trouble == "down":
        settings.EMAIL_PORT = free_port()
        now = work(NOW, minutes=5)
    else:
        with rude_server(trouble if isinstance(trouble, bytes) else None) as port:
            settings.EMAIL_PORT = port
            now = work(NOW, minutes=5)
    assert set(OutboxMessage.objects.values_list("state", "attempts")) == {("waiting", 0)}
    assert Outage.objects.get().since == NOW
    with running_mail_server() as server:
        settings.EMAIL_PORT = server.port
        work(now, minutes=2)
        assert len(server.letters) == LETTERS
        assert in_order(server.subjects)
    assert not Outage.objects.exists()


def test_a_server_that_puts_everybody_off_gets_all_in_order(
    letters: list[OutboxMessage], mail_server: MailServer
) -> None:
    mail_server.rcpt_reply = {message.recipient: "451 4.7.1 Later" for message in letters}
    now = work(NOW, minutes=4)
    assert mail_server.letters == []
    mail_server.rcpt_reply.clear()
    work(now, minutes=20)
    assert len(mail_server.letters) == LETTERS
    assert in_order(mail_server.subjects)


def test_a_server_that_refuses_for_good_is_believed_and_the_letters_can_be_tried_again(
    letters: list[OutboxMessage], mail_server: MailServer
) -> None:
    mail_server.data_reply = {message.subject: "554 5.7.1 Spam" for message in letters}
    work(NOW, minutes=3)
    assert OutboxMessage.objects.dead().count() == LETTERS


def test_a_server_that_takes_and_breaks_off_gets_doubles_of_one_name(
    letters: list[OutboxMessage], mail_server: MailServer
) -> None:
    mail_server.drops_after_data = True
    now = work(NOW, minutes=2)
    mail_server.drops_after_data = False
    work(now, minutes=20)
    names = [letter["Message-ID"] for letter in mail_server.letters]
    assert len(set(names)) == LETTERS
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"sent"}
    doubles = len(names) - LETTERS
    assert 0 < doubles <= OutboxMessage.objects.filter(attempts__gt=1).count()


def test_a_server_that_hangs_in_the_middle_is_left_for_a_while(
    letters: list[OutboxMessage], mail_server: MailServer, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT, mail_server.silence_s = 0.1, 0.3
    now = work(NOW, minutes=2)
    assert OutboxMessage.objects.filter(attempts=0).count() >= LETTERS - 6
    settings.EMAIL_TIMEOUT, mail_server.silence_s = 5, 0
    work(now, minutes=30)
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"sent"}
    assert len({letter["Message-ID"] for letter in mail_server.letters}) == LETTERS
