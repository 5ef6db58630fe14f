"""Taking ratings beside the usual stack, on one hot sign and on many; and folding a million."""

from __future__ import annotations

import datetime as dt
import importlib
import os
import random
import re
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

from bench.harness import (
    QUIET_LOAD,
    Comparison,
    Contender,
    Row,
    compare,
    fact,
    faster,
    share,
    write_results,
)
from bench.ratings_load import Answered, post, send_all
from bench.scratch import owner, scratch_database
from deploy.local.death import end_with_parent

COMMAND = "make bench ARGS=ratings"
USUAL = "megdan_bench_usual"
WORKERS = "2"
SIGNS = 600
# Signs that are rated within the same seconds on a very busy day; the other figure is for all.
BUSY = 60
ROOT = Path(__file__).resolve().parent.parent


def main(smoke: bool = False) -> list[Row]:
    """Measure, publish and give the rows."""
    votes, waiting, seconds = (400, 50_000, 3) if smoke else (4_000, 1_000_000, 5)
    with ExitStack() as stack:
        stack.enter_context(scratch_database())
        tokens = _signs()
        ours = stack.enter_context(_serving(_granian()))
        theirs = stack.enter_context(_usual(tokens))
        rows, rounds = _intake(tokens, (ours, theirs), votes)
        rows += _beside_pgbench(tokens, rows[0], seconds)
        rows += _fold(tokens, ours, waiting)
    write_results("ratings", rows, rounds)
    return rows


def _signs() -> list[str]:
    """A town with signs; their codes."""
    made = importlib.import_module("tests.factories.signs")
    sites = importlib.import_module("tests.factories.sites")
    town = importlib.import_module("tests.factories.zones").MunicipalityFactory.create(slug="bench")
    category = sites.SiteCategoryFactory.create(municipality=town)
    signs = [
        made.sign_in("installed", site=sites.rated_site(municipality=town, category=category))
        for _ in range(SIGNS)
    ]
    return [one.codes.get().token for one in signs]


# -- servers ------------------------------------------------------------------------------------


def _granian() -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--workers", WORKERS, "--blocking-threads", "2", "--log-level", "warning"),
        *("--port", "{port}", "config.wsgi:application"),
    ]


def _gunicorn() -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "--workers", WORKERS, "--log-level", "warning"),
        *("--bind", "127.0.0.1:{port}", "bench.usual.wsgi:application"),
    ]


@contextmanager
def _serving(command: list[str]) -> Iterator[int]:
    """Start a server on a free port and stop it at the end."""
    port = random.SystemRandom().randint(20_000, 30_000)
    environment = os.environ | {"MEGDAN_HTTPS": "0", "MEGDAN_BEHIND_PROXY": "1"}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [word.format(port=port) for word in command],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
            preexec_fn=end_with_parent(signal.SIGTERM),  # a killed bench leaves no server behind
        )  # fmt: skip
        try:
            _wait(port, process, log)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(15)


def _wait(port: int, process: subprocess.Popen[bytes], log: Any) -> None:
    for _ in range(300):
        try:
            urlopen(f"http://127.0.0.1:{port}/S/", timeout=5).close()
        except OSError as error:
            if not hasattr(error, "code"):
                time.sleep(0.1)
                if process.poll() is None:
                    continue
                log.seek(0)
                raise RuntimeError(f"A server ended:\n{log.read().decode()}") from None
        return
    raise RuntimeError("A server does not answer.")


@contextmanager
def _usual(tokens: Sequence[str]) -> Iterator[int]:
    """The usual stack on a database of its own in the same cluster."""
    parts = urlsplit(os.environ["DATABASE_OWNER_URL"])
    os.environ["BENCH_USUAL_URL"] = urlunsplit(parts._replace(path=f"/{USUAL}"))
    _administer(f"DROP DATABASE IF EXISTS {USUAL} WITH (FORCE)", f"CREATE DATABASE {USUAL}")
    try:
        subprocess.run([sys.executable, "-m", "bench.usual.prepare", *tokens], check=True, cwd=ROOT)
        with _serving(_gunicorn()) as port:
            yield port
    finally:
        _administer(f"DROP DATABASE IF EXISTS {USUAL} WITH (FORCE)")


def _administer(*statements: str) -> None:
    with owner("postgres") as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


# -- taking ratings -----------------------------------------------------------------------------


def _addresses() -> Iterator[str]:
    while True:
        yield f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.{secrets.randbelow(256)}"


def _ours(port: int, tokens: Sequence[str], count: int) -> list[bytes]:
    """Forms with valid one-time numbers: made with the key of the day, as the page makes them."""
    nonces = importlib.import_module("sign_registry.nonces")
    pulses = importlib.import_module("sign_registry.pulses")
    urlopen(f"http://127.0.0.1:{port}/S/{tokens[0]}").close()  # the key is there after it
    today = dt.datetime.now(dt.UTC)
    key = pulses.memory().get(f"{pulses.PREFIX}key:{today:%Y%m%d}")
    minute, addresses = int(today.timestamp()) // 60, _addresses()
    return [
        post(
            f"/S/{token}",
            f"score={1 + number % 10}&lang=ro&nonce="
            + nonces.issue(key, code=token, minute=minute, random=secrets.token_bytes(8)),
            address=next(addresses),
        )
        for number, token in ((number, tokens[number % len(tokens)]) for number in range(count))
    ]


def _theirs(tokens: Sequence[str], count: int) -> list[bytes]:
    addresses = _addresses()
    return [
        post("/ratings/", f"sign={token}&score={1 + number % 10}", address=next(addresses))
        for number, token in ((number, tokens[number % len(tokens)]) for number in range(count))
    ]


def _intake(
    tokens: list[str], ports: tuple[int, int], votes: int
) -> tuple[list[Row], dict[str, Any]]:
    """The lane on many signs and on one, and the usual stack, round by round."""
    ours, theirs = ports
    state: dict[str, list[bytes]] = {}
    latencies: dict[str, list[float]] = {"spread": [], "hot": [], "all_signs": [], "usual": []}

    def contender(name: str, port: int, make: Any, status: int) -> Contender:
        def run(_: object) -> Answered:
            answered = send_all(port, state[name])
            if not answered.all_are(status):
                raise RuntimeError(f"{name}: {answered.statuses}")
            latencies[name].append(answered.p99_ms)
            return answered

        return Contender(name, lambda: None, run, reset=lambda _: state.update({name: make()}))

    # How fast a fresh form can be made is nobody's time: `reset` is not measured.
    measured = compare(
        [
            contender("spread", ours, lambda: _ours(ours, tokens[:BUSY], votes), 200),
            contender("all_signs", ours, lambda: _ours(ours, tokens, votes), 200),
            contender("hot", ours, lambda: _ours(ours, tokens[:1], votes), 200),
            contender("usual", theirs, lambda: _theirs(tokens, votes), 201),
        ]
    )
    return _rows(measured, votes, latencies), {"intake": measured}


def _rows(measured: Comparison, votes: int, latencies: dict[str, list[float]]) -> list[Row]:
    seconds = {name: measured.median(name) for name in latencies}
    given = {"command": COMMAND, "noisy": measured.noisy}
    per_second = {name: votes / one for name, one in seconds.items()}
    rows = [
        fact("ratings.intake.per_second", per_second["spread"], "1/s", **given),
        fact("ratings.intake.per_second.all_signs", per_second["all_signs"], "1/s", **given),
        faster(
            "ratings.intake.vs_drf_on_gunicorn",
            measured,
            "spread",
            "usual",
            goal=">= 6",
            command=COMMAND,
        ),
        share(
            "ratings.intake.hot_sign",
            per_second["hot"],
            per_second["spread"],
            "1/s",
            goal=">= 0.8",
            **given,
        ),
    ]
    for name, found in latencies.items():
        rows.append(fact(f"ratings.intake.p99.{name}", statistics.median(found), "ms", **given))
    return rows


def _beside_pgbench(tokens: list[str], ours: Row, seconds: int) -> list[Row]:
    """The same statement straight into the database, by PostgreSQL's own load generator."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    pgbench = shutil.which("pgbench") or (found and str(found[-1]))
    if not pgbench:
        print("pgbench is not installed: no share of it is measured.", file=sys.stderr)
        return []
    with tempfile.TemporaryDirectory() as folder:
        script = _script(Path(folder) / "vote.sql", tokens[0])
        rates = [_pgbench(str(pgbench), script, seconds) for _ in range(3)]
    return [
        share(
            "ratings.intake.share_of_pgbench",
            ours.ours,
            statistics.median(rates),
            "1/s",
            goal=">= 0.2",
            command=COMMAND,
            noisy=ours.noisy,
        )
    ]


def _script(path: Path, token: str) -> Path:
    """The lane's own statement for one sign; rows of one sign are in nobody's way.

    One sign only: planning the statement anew for each would be most of the work.
    """
    prepared = importlib.import_module("sign_registry.intake_sql").PREPARE_VOTE
    statement = " ".join(re.sub(r"^\s*PREPARE .*? AS\s", "", prepared, flags=re.DOTALL).split())
    for name, value in zip(
        ("$1", "$2", "$3", "$4"), ("now()", f"'{token}'", "7::smallint", "false"), strict=True
    ):
        statement = statement.replace(name, value)
    path.write_text(f"{statement};\n")
    return path


def _pgbench(program: str, script: Path, seconds: int) -> float:
    settings = importlib.import_module("config.environment").database("DATABASE_OWNER_URL", "")
    host = settings.get("HOST") or settings.get("OPTIONS", {}).get("host")
    done = subprocess.run(
        [
            *(program, "-n", "-M", "prepared", "-c", "8", "-j", "2", "-T", str(seconds)),
            *(
                "-h",
                str(host),
                "-U",
                str(settings["USER"]),
                "-f",
                str(script),
                str(settings["NAME"]),
            ),
        ],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PGOPTIONS": "-c synchronous_commit=off -c jit=off"},
    )
    return float(re.findall(r"tps = ([\d.]+)", done.stdout)[-1])


# -- folding ------------------------------------------------------------------------------------


_SUMS = "SELECT sum(x) FROM sign_registry_ratingtally, unnest(counted || set_aside) x"
_WAITING = "SELECT count(*) FROM sign_registry_ratinginbox"
_FILL = """
INSERT INTO sign_registry_ratinginbox (id, site_id, day, day_part, score, is_set_aside)
SELECT gen_random_uuid(), sites.ids[1 + n % cardinality(sites.ids)], current_date - n % 3,
       n % 4, 1 + n % 10, false
FROM generate_series(1, {count}) n, (SELECT array_agg(id) AS ids FROM sign_registry_site) sites
"""


class _Visitors(threading.Thread):
    """Rate until told to stop."""

    def __init__(self, port: int, tokens: list[str]) -> None:
        super().__init__()
        self.port, self.tokens, self.is_over = port, tokens, threading.Event()
        self.taken, self.seconds = 0, [0.0]

    def run(self) -> None:
        while not self.is_over.is_set():
            answered = send_all(self.port, _ours(self.port, self.tokens, 100), connections=4)
            self.taken += answered.statuses.get(200, 0)
            self.seconds += answered.seconds


def _number(cursor: Any, statement: str) -> int:
    cursor.execute(statement)
    return int(cursor.fetchone()[0] or 0)


def _fold(tokens: list[str], port: int, waiting: int) -> list[Row]:
    """Fold what waits while ratings keep coming; every one of them is counted exactly once."""
    ratings = importlib.import_module("sign_registry.services.ratings")
    connections = importlib.import_module("django.db").connections
    noisy = os.getloadavg()[0] > QUIET_LOAD
    with owner(connections["default"].settings_dict["NAME"]) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(_FILL.format(count=waiting))
        before = _number(cursor, _SUMS) + _number(cursor, _WAITING)
        visitors = _Visitors(port, tokens)
        visitors.start()
        start = time.perf_counter()
        ratings.fold_inboxes(now=dt.datetime.now(dt.UTC))
        seconds = time.perf_counter() - start
        visitors.is_over.set()
        visitors.join()
        after = _number(cursor, _SUMS) + _number(cursor, _WAITING)
    difference = abs(after - before - visitors.taken)
    given = {"command": COMMAND, "noisy": noisy}
    return [
        fact("ratings.fold.rows", waiting, "ratings", **given),
        fact("ratings.fold.seconds", seconds, "s", **given),
        fact("ratings.fold.per_second", waiting / seconds, "1/s", **given),
        fact("ratings.fold.lost_or_doubled", difference, "ratings", goal="<= 0", **given),
        fact("ratings.fold.taken_meanwhile", visitors.taken, "ratings", goal=">= 1", **given),
        fact("ratings.fold.slowest_answer", max(visitors.seconds) * 1000, "ms", **given),
    ]
