"""No letter is lost when programs die: kill -9 of worker, web server and database while they send.

Five kills in the suite; `make drill` sends 5,000 letters through a hundred.
"""

import logging
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from celery import Celery

from outbox.waking import DELIVERY_TASK
from tests.stack import Stack, free_port, installation, wait_for

pytestmark = [pytest.mark.install, pytest.mark.slow, pytest.mark.timeout(3600)]

IS_DRILL = os.environ.get("MEGDAN_DRILL") == "1"
LETTERS, KILLS = (5000, 100) if IS_DRILL else (300, 5)
SLICE = 50
SEED = 20260302
#: Long enough for a slow machine; a proof that hangs says where.
PATIENCE_S = 3000 if IS_DRILL else 240
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


@dataclass
class Hall:
    """A running installation: whatever of it is killed is started again."""

    stack: Stack
    sink: Sink
    web_port: int = field(default_factory=free_port)
    web: "subprocess.Popen[bytes] | None" = None
    worker: "subprocess.Popen[bytes] | None" = None

    def start_web(self) -> None:
        """The web server as in production, with an application that writes letters."""
        self.web = self.stack.start(
            *("granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(self.web_port), "--workers", "1", WEB),
            log="web.log",
        )
        wait_for(self.web_port, self.web, self.stack.logs / "web.log", path="/")

    def start_worker(self) -> None:
        """The worker as in production."""
        self.worker = self.stack.start(
            *("celery", "-A", "config", "worker", "--loglevel", "WARNING"),
            *("--concurrency", "2", "--without-gossip", "--without-mingle"),
            log="worker.log",
        )

    def kill(self, victim: str) -> None:
        """kill -9 without a goodbye, and start again."""
        if victim == "database":
            self.stack.kill_postgres()
            self.stack.start_postgres()
        elif victim == "worker":
            self._kill(self.worker)
            self.start_worker()
        else:
            self._kill(self.web)
            self.start_web()

    def stop(self) -> None:
        """All that was started here."""
        for process in (self.web, self.worker):
            self._kill(process)

    @staticmethod
    def _kill(process: "subprocess.Popen[bytes] | None") -> None:
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def unsent(self) -> int:
        """Letters that still wait."""
        question = "SELECT count(*) FROM outbox_outboxmessage WHERE state = 'waiting'"
        return int(self.stack.rows(question)[0][0])


@pytest.fixture
def hall() -> Iterator[Hall]:
    """Everything running, and a clock that wakes the worker as beat does."""
    sink, over = Sink(), threading.Event()
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # it tells of each connection
    with ExitStack() as ending:
        server = Controller(sink, hostname="127.0.0.1", port=sink.port)
        server.start()
        ending.callback(server.stop)
        stack = ending.enter_context(installation(EMAIL_URL=f"smtp://127.0.0.1:{sink.port}"))
        running = Hall(stack, sink)
        ending.callback(running.stop)
        running.start_web()
        running.start_worker()
        clock = threading.Thread(target=wake, args=(stack, over))
        clock.start()
        ending.callback(clock.join)
        ending.callback(over.set)
        yield running


def wake(stack: Stack, over: threading.Event) -> None:
    """Ask for a round of deliveries twice a second."""
    url = stack.env["REDIS_URL"].replace("unix://", "redis+socket://")
    with Celery(broker=url, set_as_current=False) as app:
        while not over.wait(0.5):
            app.send_task(DELIVERY_TASK, expires=2, ignore_result=True)


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


def until(is_reached: Callable[[], bool], what: str) -> None:
    """Wait, and say what for when it never comes."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_reached():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def drained(hall: Hall) -> None:
    """Wait until nothing waits; claims of the dead run out at once instead of after minutes."""
    hall.kill("worker")
    hall.stack.rows(
        "UPDATE outbox_outboxmessage SET next_attempt_at = created_at WHERE state = 'waiting'"
    )
    until(lambda: hall.unsent() == 0, "the outbox never drained")


def test_no_letter_is_lost_and_hardly_one_comes_twice(hall: Hall) -> None:
    chance = random.Random(SEED)
    points = sorted(chance.sample(range(1, LETTERS), KILLS - 1))
    parts = ["worker", "web", "database"]
    victims = parts + chance.choices(["worker", *parts], k=len(points) - len(parts))
    chance.shuffle(victims)
    failures: list[str] = []
    writing = threading.Thread(target=write_all, args=(hall, failures))
    writing.start()
    for point, victim in zip(points, victims, strict=True):
        # What was claimed by the dead comes later, so that fewer may be left than the point says.
        until(
            lambda point=point: len(hall.sink.names) >= point or not writing.is_alive(),  # type: ignore[misc]
            f"only {len(hall.sink.names)} letters left",
        )
        time.sleep(chance.random() * 0.1)
        hall.kill(victim)
    writing.join()
    assert not failures
    drained(hall)
    keys = "SELECT count(*), count(DISTINCT key), count(sent_at) FROM outbox_outboxmessage"
    assert hall.stack.rows(keys) == [(LETTERS, LETTERS, LETTERS)]
    repeats = hall.sink.names.total() - len(hall.sink.names)
    print(f"{LETTERS} letters, {KILLS} kills ({Counter(victims)}), {repeats} repeats")  # noqa: T201 - the drill's result
    assert len(hall.sink.names) == LETTERS
    assert repeats <= KILLS
