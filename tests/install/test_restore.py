"""A destroyed installation comes back from its backup, to the moment that was asked for.

A town at work, its machine lost: database, keys and uploads gone. It is restored to a moment before
a person was erased; the person stays erased, every report answered until then is there and none
after it, every chain is whole. A hundred reports in the suite, two thousand by `make drill`.
"""

import datetime as dt
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deploy.local.places import ROOT
from deploy.local.tools import PYTHON
from tests.install.hall import IS_DRILL, until
from tests.stack import Stack, installation

pytestmark = [pytest.mark.install, pytest.mark.drill, pytest.mark.slow, pytest.mark.timeout(1800)]

REPORTS = 2000 if IS_DRILL else 100
WORK = "tests.install.restore_town"


@dataclass
class Loss:
    """What the people outside know when the machine is gone."""

    stack: Stack
    vault: Path
    leaves: int
    moment: dt.datetime
    answered: dict[str, dt.datetime] = field(default_factory=dict)

    def before(self) -> set[str]:
        """Reports that were answered by the moment."""
        return {name for name, at in self.answered.items() if at <= self.moment}


def command(stack: Stack, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A management command with what it says, also where it refuses."""
    return subprocess.run(
        [str(PYTHON), "manage.py", *arguments],
        cwd=ROOT,
        env=stack.env,
        capture_output=True,
        text=True,
        check=False,
    )


def archived(stack: Stack) -> None:
    """Close the segment of now and wait until the archive has it."""
    [(segment,)] = stack.rows("SELECT pg_walfile_name(pg_switch_wal())")
    assert stack.archive is not None
    kept = stack.archive / f"{segment}.gz"
    until(kept.exists, f"{segment} does not reach the archive")


@pytest.fixture(scope="module")
def loss() -> Iterator[Loss]:
    """A backup, then work, an erasure in the middle of it, and the loss of everything."""
    with installation(is_archived=True) as stack:
        town = stack.json("-m", WORK, "found")
        vault = stack.home / "vault"
        done = command(stack, "backup", str(vault), "--keep", "3")
        assert done.returncode == 0, done.stderr
        with subprocess.Popen(
            [str(PYTHON), "-m", WORK, "work", str(REPORTS)],
            cwd=ROOT,
            env=stack.env,
            stdout=subprocess.PIPE,
            text=True,
        ) as worker:
            assert worker.stdout is not None
            said = [json.loads(worker.stdout.readline()) for _ in range(REPORTS // 2)]
            moment = dt.datetime.now(dt.UTC)
            (stack.home / "var/media/submissions/second.jpg").write_bytes(b"another")
            stack.python("-m", WORK, "erase", str(town["leaves"]))
            said += [json.loads(line) for line in worker.stdout]
        assert len(said) == REPORTS
        assert command(stack, "backup", str(vault), "--files-only").returncode == 0
        archived(stack)
        refused = command(stack, "restore", str(vault))
        assert refused.returncode == 2, refused.stderr
        assert "holds a database that runs" in refused.stderr
        stack.kill_postgres()
        stack.stop_servers()
        shutil.rmtree(stack.folder / "data")
        shutil.rmtree(stack.home / "var")
        answered = {one["tracking"]: dt.datetime.fromisoformat(one["at"]) for one in said}
        yield Loss(stack, vault, town["leaves"], moment, answered)


@pytest.fixture(scope="module")
def figures(loss: Loss) -> dict[str, Any]:
    """What the command says of the restore to the moment."""
    began = time.monotonic()
    moment = loss.moment.isoformat()
    done = command(loss.stack, "restore", str(loss.vault), "--to", moment, "--json")
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    print(f"{REPORTS} reports: {said}, {time.monotonic() - began:.1f} s in all")  # noqa: T201 - the drill's result
    loss.stack.start_servers()
    return said


def test_it_comes_back_to_the_moment_and_no_further(loss: Loss, figures: dict[str, Any]) -> None:
    there = {name for (name,) in loss.stack.rows("SELECT tracking FROM incidents_incident")}
    assert loss.before()
    assert loss.before() <= there
    # One more may have been committed and not yet answered at the moment.
    assert len(there & loss.answered.keys() - loss.before()) <= 1
    assert dt.datetime.fromisoformat(figures["last_change"]) <= loss.moment
    assert figures["faults"] == []
    assert figures["reports"] == len(there)


def test_who_was_erased_after_the_moment_stays_erased(loss: Loss, figures: dict[str, Any]) -> None:
    people = {mail for (mail,) in loss.stack.rows("SELECT email FROM accounts_user")}
    assert "quokka@people.example" not in people
    assert "wombat@people.example" in people
    assert (figures["erased"], figures["signed_out"]) == (1, 0)


def test_keys_and_uploads_come_back_and_reports_are_whole(
    loss: Loss, figures: dict[str, Any]
) -> None:
    media = loss.stack.home / "var/media/submissions"
    assert {path.name for path in media.iterdir()} == {"first.jpg", "second.jpg"}
    assert (loss.stack.home / "var/reports-key").stat().st_mode & 0o077 == 0
    assert (figures["faults"], figures["events"]) == ([], 2 * figures["reports"])


def test_what_came_back_can_be_worked_with_and_backed_up_again(
    loss: Loss, figures: dict[str, Any]
) -> None:
    assert loss.stack.json("-m", WORK, "work", "1")["tracking"]
    done = command(loss.stack, "backup", str(loss.vault), "--keep", "1")
    assert done.returncode == 0, done.stderr
    assert len(list(loss.vault.glob("*/manifest.json"))) == 1
