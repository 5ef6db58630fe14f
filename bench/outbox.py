"""Sending to 100,000 readers: letters a second beside a bare loop, memory, another town's ten."""

from __future__ import annotations

import datetime as dt
import importlib
import os
import resource
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from bench.harness import QUIET_LOAD, Row, fact, share, write_results
from bench.scratch import scratch_database

COMMAND = "make bench ARGS=outbox"
SLICE = 500
#: The bare loop says how fast the server takes letters; a part of them is enough for that.
PART = 10
SMALL_TOWN = 10
_SINK = """
import asyncio, sys
from aiosmtpd.smtp import SMTP
class Take:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"
async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Take()), "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()
asyncio.run(serve())
"""


def main(smoke: bool = False) -> list[Row]:
    """Measure, publish and give the rows."""
    letters = 2_000 if smoke else 100_000
    noisy = os.getloadavg()[0] > QUIET_LOAD
    with ExitStack() as stack:
        port = stack.enter_context(_sink())
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        stack.enter_context(scratch_database())
        rows = _write(letters, noisy)
        rows += _deliver(letters, port, noisy)
    write_results("outbox", rows)
    return rows


@contextmanager
def _sink() -> Iterator[int]:
    """A mail server in a process of its own that takes everything; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-c", _SINK, str(port)])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def _memory_mib() -> float:
    """The most this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _letter(number: int, queue: str) -> Any:
    services = importlib.import_module("outbox.services")
    return services.NewMessage(
        recipient=f"reader{number}@town.example",
        subject="Apă oprită pe strada Lungă",
        body="Mâine între 8 și 14 nu este apă. " * 20,
        html="<p>Mâine între 8 și 14 nu este apă.</p>" * 20,
        unsubscribe_url=f"https://town.example/{queue}/unsubscribe/{number}/",
        kind="notice",
        now=dt.datetime.now(dt.UTC),
        key=f"{queue}-{number}",
        queue=queue,
        batch=queue,
    )


def _write(letters: int, noisy: bool) -> list[Row]:
    """All letters of the large town in slices, as a sending writes them."""
    enqueue_many = importlib.import_module("outbox.services").enqueue_many
    enqueue_many([_letter(number, "large") for number in range(SLICE)])
    before, start = _memory_mib(), time.perf_counter()
    for first in range(SLICE, letters, SLICE):
        enqueue_many([_letter(number, "large") for number in range(first, first + SLICE)])
    seconds = time.perf_counter() - start
    rate = (letters - SLICE) / seconds
    return [
        fact("outbox.write.per_second", rate, "1/s", command=COMMAND, noisy=noisy),
        fact("outbox.write.memory", _memory_mib() - before, "MiB", goal="<= 20", command=COMMAND),
    ]


def _deliver(letters: int, port: int, noisy: bool) -> list[Row]:
    """Send everything; in the middle a small town has ten letters to send."""
    progress = importlib.import_module("outbox.services").batch_progress
    tenth = letters // 10
    first = _carry(tenth)
    memory = _memory_mib()
    waited = _small_town()
    middle = _carry(letters - 2 * tenth - waited)
    last = _carry(tenth - 1)
    bare = _bare(max(letters // PART, 100), port)
    while _carry_one():
        pass
    ours = letters / (first + middle + last)
    told = time.perf_counter()
    state = progress("large")
    told = time.perf_counter() - told
    given = {"command": COMMAND, "noisy": noisy}
    return [
        fact("outbox.deliver.per_second", ours, "1/s", **given),
        share("outbox.deliver.share_of_bare_loop", ours, bare, "1/s", goal=">= 0.3", **given),
        share("outbox.deliver.last_tenth", first, last, "s", goal=">= 0.8", **given),
        fact("outbox.deliver.memory", _memory_mib() - memory, "MiB", goal="<= 20", **given),
        fact("outbox.deliver.left", state.waiting, "letters", goal="<= 0", **given),
        fact("outbox.deliver.small_town_after", waited, "letters", goal="<= 21", **given),
        fact("outbox.progress", told * 1000, "ms", **given),
    ]


def _carry(count: int) -> float:
    """Seconds for so many letters in one round."""
    delivery = importlib.import_module("outbox.delivery")
    start = time.perf_counter()
    with delivery.round_of_deliveries(dt.datetime.now(dt.UTC)) as within:
        for _ in range(count):
            outcome = delivery.deliver_next(now=dt.datetime.now(dt.UTC), within=within)
            if outcome is not delivery.Outcome.SENT:
                raise RuntimeError(f"a letter did not leave: {outcome}")
    return time.perf_counter() - start


def _carry_one() -> bool:
    delivery = importlib.import_module("outbox.delivery")
    return delivery.deliver_next(now=dt.datetime.now(dt.UTC)) is delivery.Outcome.SENT


def _small_town() -> int:
    """Letters that leave until all of a small town have left, written while the large one sends."""
    services = importlib.import_module("outbox.services")
    services.enqueue_many([_letter(number, "small") for number in range(SMALL_TOWN)])
    carried = 0
    while services.batch_progress("small").waiting:
        _carry(1)
        carried += 1
    return carried


def _bare(count: int, port: int) -> float:
    """Letters a second of smtplib alone: one connection, letters written beforehand, no notes."""
    letters = importlib.import_module("outbox.letters")
    models = importlib.import_module("outbox.models")
    message = letters.letter(models.OutboxMessage.objects.filter(queue="large")[0]).message()
    content = message.as_bytes(linesep="\r\n")
    start = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as line:
        for number in range(count):
            line.sendmail("megdan@town.example", [f"reader{number}@town.example"], content)
    return count / (time.perf_counter() - start)
