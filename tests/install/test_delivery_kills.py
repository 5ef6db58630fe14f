"""No letter is lost when programs die: kill -9 of worker, web server and database while they send.

Five kills in the suite; `make drill` sends 5,000 letters through a hundred.
"""

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from outbox.waking import DELIVERY_TASK
from tests.install.hall import IS_DRILL, PATIENCE_S, Hall, running, until, victims
from tests.stack import free_port, installation

pytestmark = [pytest.mark.install, pytest.mark.slow, pytest.mark.timeout(3600)]

LETTERS, KILLS = (5000, 100) if IS_DRILL else (300, 5)
SLICE = 50
SEED = 20260302
WEB = "tests.install.letter_writer:application"


@dataclass
class Sink:
    """A mail server that counts letters by their lasting name."""

    port: int = field(default_factory=free_port)
    names: Counter[str] = field(default_factory=Counter)

    async def handle_DATA(  # noqa: N802 - aiosmtpd names its hooks so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take everything."""
        assert isinstance(envelope.content, bytes)
        self.names[str(BytesHeaderParser().parsebytes(envelope.content)["Message-ID"])] += 1
        return "250 OK"


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server that runs."""
    sink = Sink()
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # it tells of each connection
    server = Controller(sink, hostname="127.0.0.1", port=sink.port)
    server.start()
    yield sink
    server.stop()


@pytest.fixture
def hall(sink: Sink) -> Iterator[Hall]:
    """Everything running, with a web application that writes letters."""
    with installation(EMAIL_URL=f"smtp://127.0.0.1:{sink.port}") as stack:
        found = Hall(stack, WEB)
        with running(found, [DELIVERY_TASK]):
            yield found


def unsent(hall: Hall) -> int:
    """Letters that still wait."""
    question = "SELECT count(*) FROM outbox_outboxmessage WHERE state = 'waiting'"
    return int(hall.stack.rows(question)[0][0])


def write_all(hall: Hall, failures: list[str]) -> None:
    """Post every slice until it is answered."""
    deadline = time.monotonic() + PATIENCE_S
    for first in range(0, LETTERS, SLICE):
        while time.monotonic() < deadline:
            try:
                address = f"http://127.0.0.1:{hall.web_port}/?first={first}&count={SLICE}"
                with urlopen(address, timeout=20):
                    break
            except (URLError, OSError):
                time.sleep(0.2)
        else:
            failures.append(f"slice {first} was never answered")
            return


def drained(hall: Hall) -> None:
    """Wait until nothing waits; claims of the dead run out at once instead of after minutes."""
    hall.kill("worker")
    hall.stack.rows(
        "UPDATE outbox_outboxmessage SET next_attempt_at = created_at WHERE state = 'waiting'"
    )
    until(lambda: unsent(hall) == 0, "the outbox never drained")


def test_no_letter_is_lost_and_hardly_one_comes_twice(hall: Hall, sink: Sink) -> None:
    chance = random.Random(SEED)
    points = sorted(chance.sample(range(1, LETTERS), KILLS - 1))
    chosen = victims(chance, len(points))
    failures: list[str] = []
    writing = threading.Thread(target=write_all, args=(hall, failures))
    writing.start()
    for point, victim in zip(points, chosen, strict=True):
        # What was claimed by the dead comes later, so that fewer may be left than the point says.
        until(
            lambda point=point: len(sink.names) >= point or not writing.is_alive(),  # type: ignore[misc]
            f"only {len(sink.names)} letters left",
        )
        time.sleep(chance.random() * 0.1)
        hall.kill(victim)
    writing.join()
    assert not failures
    drained(hall)
    keys = "SELECT count(*), count(DISTINCT key), count(sent_at) FROM outbox_outboxmessage"
    assert hall.stack.rows(keys) == [(LETTERS, LETTERS, LETTERS)]
    repeats = sink.names.total() - len(sink.names)
    print(f"{LETTERS} letters, {KILLS} kills ({Counter(chosen)}), {repeats} repeats")  # noqa: T201 - the drill's result
    assert len(sink.names) == LETTERS
    assert repeats <= KILLS
