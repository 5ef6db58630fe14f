"""A running town hall for proofs by kills: whatever of it is killed is started again."""

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from celery import Celery

from tests.stack import APPLICATION, Stack, free_port, wait_for

IS_DRILL = os.environ.get("MEGDAN_DRILL") == "1"
#: Long enough for a slow machine; a proof that hangs says where.
PATIENCE_S = 3000 if IS_DRILL else 600
PARTS = ("worker", "web", "database")


@dataclass
class Hall:
    """The web server and the worker as in production, with the applications of the proof."""

    stack: Stack
    application: str = APPLICATION
    tasks: str = "config"
    web_port: int = field(default_factory=free_port)
    web: "subprocess.Popen[bytes] | None" = None
    worker: "subprocess.Popen[bytes] | None" = None

    def start_web(self) -> None:
        """One process of it; it is there when this returns."""
        self.web = self.stack.start(
            *("granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(self.web_port), "--workers", "1", self.application),
            log="web.log",
        )
        wait_for(self.web_port, self.web, self.stack.logs / "web.log", path="/healthz")

    def start_worker(self) -> None:
        """Two processes of it; they come when they are ready."""
        self.worker = self.stack.start(
            *("celery", "-A", self.tasks, "worker", "--loglevel", "WARNING"),
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


@contextmanager
def running(hall: Hall, tasks: Sequence[str]) -> Iterator[Celery]:
    """Everything started, and a clock that asks the worker for tasks as beat does."""
    over = threading.Event()
    _commit_as_in_production(hall.stack)
    url = hall.stack.env["REDIS_URL"].replace("unix://", "redis+socket://")
    with ExitStack() as ending, Celery(broker=url, set_as_current=False) as app:
        ending.callback(hall.stop)
        hall.start_web()
        hall.start_worker()
        clock = threading.Thread(target=_wake, args=(app, tasks, over))
        clock.start()
        ending.callback(clock.join)
        ending.callback(over.set)
        yield app


def _commit_as_in_production(stack: Stack) -> None:
    """Clusters of tests answer before a commit is written; what dies then was never promised."""
    stack.rows(f'ALTER DATABASE "{stack.database}" SET synchronous_commit = on')
    assert stack.rows("SHOW synchronous_commit") == [("on",)]


def _wake(app: Celery, tasks: Sequence[str], over: threading.Event) -> None:
    """Twice a second."""
    while not over.wait(0.5):
        for task in tasks:
            app.send_task(task, expires=2, ignore_result=True)


def until(is_reached: Callable[[], bool], what: str) -> None:
    """Wait, and say what for when it never comes."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_reached():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def victims(chance: random.Random, kills: int) -> list[str]:
    """Each part at least once, the worker most often, in any order."""
    chosen = [*PARTS, *chance.choices(["worker", *PARTS], k=kills - len(PARTS))]
    chance.shuffle(chosen)
    return chosen
