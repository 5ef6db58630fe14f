"""The private servers start over what a crash left behind, and nothing of them outlives a start."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import redis_server
from deploy.local.accounts import cluster_account
from deploy.local.cluster import Cluster
from deploy.local.folders import make_private
from deploy.local.places import ROOT

pytestmark = [pytest.mark.install, pytest.mark.slow]

HOLDER = """
import sys, time
from pathlib import Path
from deploy.local import redis_server
from deploy.local.accounts import cluster_account
from deploy.local.cluster import Cluster
folder = Path(sys.argv[1])
account = cluster_account()
with Cluster(folder, account, for_tests=True).running(), redis_server.running(folder, account):
    print("up", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    parent = Path(tempfile.mkdtemp(prefix="megdan-t-", dir="/var/tmp"))
    parent.chmod(0o755)
    make_private(parent / "pg", cluster_account())
    yield parent / "pg"
    shutil.rmtree(parent)


def servers_in(folder: Path) -> list[int]:
    """Ids of the processes that work in `folder` or below it."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            inside = process.name.isdigit() and (process / "cwd").readlink().is_relative_to(folder)
        except OSError:
            continue  # it ended in between, or is the kernel's
        if inside:
            found.append(int(process.name))
    return found


def wait_until_gone(folder: Path) -> None:
    deadline = time.monotonic() + 20
    while servers_in(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert servers_in(folder) == []


def test_a_stale_pid_file_with_a_reused_id_does_not_stop_a_start(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Cluster(folder, cluster_account(), for_tests=True)
    with server.running():
        assert servers_in(folder)
    stale = server.data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{server.data}\n")
    shutil.chown(stale, cluster_account().uid)
    with server.running():
        pass
    assert "removing the pid file that a crashed database left behind" in capsys.readouterr().out
    assert servers_in(folder) == []


def test_redis_keeps_nothing_and_opens_no_port(folder: Path) -> None:
    with redis_server.running(folder, cluster_account()):
        asked = ["redis-cli", "-s", str(redis_server.socket_path(folder)), "config", "get"]
        answers = [
            subprocess.check_output([*asked, name], text=True).split("\n")[1]
            for name in ("port", "save", "appendonly")
        ]
    assert answers == ["0", "", "no"]
    assert servers_in(folder) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_servers_end_with_the_program_that_started_them(folder: Path, how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDER), str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert "up" in holder.stdout.read(3)
        assert len(servers_in(folder)) > 2
        holder.send_signal(how)
        holder.wait(30)
    wait_until_gone(folder)
