"""`make run` really tried where PostgreSQL cannot use the checkout: closed folder, long path.

The clone points to the installed packages, so no network is needed, and has no demo towns, which
have tests of their own.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.local.places import ROOT, short_folder

pytestmark = [pytest.mark.install, pytest.mark.slow, pytest.mark.timeout(240)]

TAKEN_OVER = (".venv", "frontend/node_modules", "var/tools")
NOTES = ("var/frontend-packages", "var/frontend-build")


def clone_into(target: Path) -> Path:
    """The files of this checkout as they are now, without the demo, with packages linked."""
    listed = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT
    )
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file() and not name.startswith("fixtures/geojson/"):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    for name in TAKEN_OVER:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "frontend/dist", target / "frontend/dist")
    for name in NOTES:
        shutil.copy2(ROOT / name, target / name)
    return target


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(*folders: Path) -> list[str]:
    """Command lines of the processes that work in, or were started with, one of the folders."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if not process.name.isdigit():
                continue
            line = (process / "cmdline").read_bytes().decode(errors="replace")
            folder = (process / "cwd").readlink()
        except OSError:
            continue  # it ended in between, or is the kernel's
        if any(str(one) in line or folder.is_relative_to(one) for one in folders):
            found.append(line.replace("\0", " "))
    return found


def health_of(port: int, run: "subprocess.Popen[str]", seconds: float = 200) -> dict[str, Any]:
    """Ask until every part works, or until `make run` ended by itself."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and run.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return dict(json.load(answer))
        except OSError:  # not yet open, not yet well, or slow
            time.sleep(0.3)
    return {}


@pytest.fixture(params=["closed folder", "long path"])
def checkout(request: pytest.FixtureRequest) -> Iterator[Path]:
    parent = ROOT / "var" / "trial"
    shutil.rmtree(parent, ignore_errors=True)
    parent.mkdir(parents=True)
    if request.param == "closed folder":
        parent.chmod(0o700)
        folder = parent / "clone"
    else:
        folder = parent / ("long-" * 40)[: 150 - len(str(parent)) - 1]
    yield clone_into(folder)
    shutil.rmtree(parent)
    for purpose in ("pg", "test"):
        shutil.rmtree(short_folder(folder, purpose), ignore_errors=True)


def test_make_run_serves_and_ctrl_c_leaves_nothing(checkout: Path) -> None:
    port = free_port()
    python = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    log = checkout / "run.log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            ["make", "run", f"PORT={port}", f"PYTHON={python}"],
            cwd=checkout,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as run,
    ):
        try:
            parts = health_of(port, run)
        finally:
            os.killpg(run.pid, signal.SIGINT)  # what a terminal does on Ctrl-C
            run.wait(60)
    said = log.read_text()
    assert parts.get("ok"), said
    assert "Stopped." in said
    data = Path((checkout / "var" / "pg-folder").read_text().strip())
    assert processes_of(checkout, data) == []
