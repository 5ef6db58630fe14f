"""`make check`: every gate in turn; all are tried, each is named with its seconds."""

import secrets
import subprocess
import time
from pathlib import Path

from deploy.local.places import ROOT
from deploy.local.run import prepare_machine
from deploy.local.say import ending_with, say
from deploy.local.tools import PYTHON, UV, clean_environment

BIN = ROOT / ".venv" / "bin"
# Tests that need no database: layers of the models, sizes, driver, documents, and the proof that
# each gate below can fail.
GATE_TESTS = ("tests/gate", "tests/test_architecture.py", "tests/test_docs.py")


def _manage(*arguments: str) -> list[str]:
    # Without a database makemigrations warns that it cannot compare the history; that is meant.
    return [str(PYTHON), "-W", "ignore::RuntimeWarning", "manage.py", *arguments]


GATES: tuple[tuple[str, list[str]], ...] = (
    ("lock file is current", [str(UV), "lock", "--check", "--quiet"]),
    ("style: ruff check", [str(BIN / "ruff"), "check", "."]),
    ("format: ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
    ("types: mypy --strict", [str(BIN / "mypy"), "."]),
    ("layers: import-linter", [str(BIN / "lint-imports"), "--no-cache"]),
    ("migrations are complete", _manage("makemigrations", "--check", "--dry-run")),
    ("production settings", _manage("check", "--deploy", "--fail-level", "WARNING")),
    ("safe versions", [str(PYTHON), "deploy/gate/versions_safe.py"]),
    (
        "new migrations keep the old release running",
        [str(PYTHON), "deploy/gate/migrations_safe.py"],
    ),
    ("translations are complete", [str(PYTHON), "deploy/gate/translations_complete.py"]),
    ("every field is in the inventory", _manage("privacy_inventory")),
    ("front end types: tsc", ["npm", "--prefix", "frontend", "run", "--silent", "typecheck"]),
    ("gate tests", [str(PYTHON), "-m", "pytest", "-q", *GATE_TESTS]),
)


def production_environment() -> dict[str, str]:
    """What a real installation would set; nothing listens at these addresses."""
    return {
        **clean_environment(),
        "MEGDAN_SECRET_KEY": secrets.token_urlsafe(50),
        "MEGDAN_HTTPS": "1",
        "MEGDAN_DEMO": "0",
        "MEGDAN_DEBUG": "0",
        "MEGDAN_HOSTS": "megdan.example",
        "MEGDAN_SOURCE_URL": "https://megdan.example/source",
        "DATABASE_URL": "postgis://megdan_app@/megdan?host=/nonexistent",
        "DATABASE_OWNER_URL": "postgis://megdan_owner@/megdan?host=/nonexistent",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }


def run_gates(gates: tuple[tuple[str, list[str]], ...], cwd: Path) -> list[str]:
    """Try every gate; the output of those that fail is shown. Answers with their names."""
    failed = []
    for name, command in gates:
        started = time.monotonic()
        done = subprocess.run(
            command,
            cwd=cwd,
            env=production_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - started
        say(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {seconds:6.1f} s  {name}")
        if done.returncode != 0:
            failed.append(name)
            say(done.stdout.rstrip())
    return failed


def main() -> int:
    """Run all gates; exit code 1 names those that failed."""
    prepare_machine(tests=True)
    failed = run_gates(GATES, ROOT)
    say(f"\n{len(GATES) - len(failed)} of {len(GATES)} gates passed.")
    if failed:
        say("Failed: " + ", ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    ending_with(main)
