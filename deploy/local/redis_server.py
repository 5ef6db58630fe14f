"""Runs a private Redis on a Unix socket; it keeps nothing on disk."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import accounts, processes
from deploy.local.places import Account
from deploy.local.say import SetupError, say


def socket_path(folder: Path) -> Path:
    """Where the Redis of `folder` listens."""
    return folder / "s" / "redis.sock"


def url(folder: Path) -> str:
    """Address of that Redis for Django and Celery."""
    return f"unix://{socket_path(folder)}"


def _answers(folder: Path) -> bool:
    done = subprocess.run(
        ["redis-cli", "-s", str(socket_path(folder)), "ping"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() == "PONG"


def _clear_strays(folder: Path) -> None:
    pid = processes.first_number(folder / "redis.pid")
    if pid is not None and processes.lives_in(pid, folder):
        say(f"  stopping the Redis that an earlier start left behind (process {pid})")
        processes.end_stray(pid, signal.SIGTERM, what="Redis")
    socket_path(folder).unlink(missing_ok=True)


@contextmanager
def running(folder: Path, account: Account) -> Iterator["subprocess.Popen[bytes]"]:
    """Start Redis in `folder`, yield its process when it answers, stop it at the end."""
    _clear_strays(folder)
    log = folder / "redis.log"
    process = accounts.start(
        [
            *("redis-server", "--port", "0", "--unixsocket", str(socket_path(folder))),
            *("--unixsocketperm", "700", "--save", "", "--appendonly", "no"),
            *("--dir", str(folder), "--pidfile", str(folder / "redis.pid"), "--daemonize", "no"),
        ],
        cwd=folder,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        log=log,
        account=account,
    )
    try:
        deadline = time.monotonic() + 15
        while not _answers(folder):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SetupError(
                    f"Redis did not start; its log {log} ends with:\n{processes.tail(log)}"
                )
            time.sleep(0.05)
        yield process
    finally:
        processes.stop(process, signal.SIGTERM)
