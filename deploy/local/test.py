"""`make test`: the suite against a cluster and Redis of its own, both gone at its end."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local import cluster, folders, program, redis_server
from deploy.local.accounts import cluster_account
from deploy.local.locks import only_one
from deploy.local.places import ROOT
from deploy.local.run import prepare_machine
from deploy.local.say import ending_with, say, step
from deploy.local.tools import PYTHON

BUSY = "Another test run of this checkout is under way (process {pid}); wait for its end."
# The first part needs no browser and no servers of its own and can share the processors.
PARTS = (
    ("unit and database tests", ["-m", "not browser and not install", "-n", "2"]),
    ("browser and set-up tests", ["-m", "browser or install"]),
)
NO_TESTS_COLLECTED = 5


@contextmanager
def test_servers() -> Iterator[dict[str, str]]:
    """A private cluster and Redis for tests; yields the environment that leads to them."""
    account = cluster_account()
    folder = folders.ready_folder("test", account)
    with (
        cluster.Cluster(folder, account, for_tests=True).running(),
        redis_server.running(folder, account),
    ):
        yield program.environment(folder, MEGDAN_HTTPS="0")


def _pytest(env: dict[str, str], arguments: list[str]) -> int:
    command = [str(PYTHON), "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def run_tests(env: dict[str, str], wanted: list[str]) -> int:
    """Both parts of the suite, or one run with the caller's arguments; pytest's exit code."""
    if wanted:
        return _pytest(env, wanted)
    worst = 0
    for name, arguments in PARTS:
        say(f"\n{name}")
        code = _pytest(env, arguments)
        worst = worst or (0 if code == NO_TESTS_COLLECTED else code)
    return worst


def main() -> int:
    """Prepare the machine, start the servers, run pytest, stop the servers whatever happened."""
    with only_one(ROOT / "var" / "test.lock", busy=BUSY):
        prepare_machine(tests=True)
        with test_servers() as env:
            with step("roles of the database and translations"):
                program.manage(env, "setup_database")
                program.manage(env, "compile_translations")
            return run_tests(env, sys.argv[1:] or os.environ.get("ARGS", "").split())


if __name__ == "__main__":
    ending_with(main)
