"""Plants one fault per gate in a scratch copy and sees the gate's own command refuse it."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deploy.local.check import GATES, production_environment

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(
    ".git",
    ".venv",
    "var",
    "node_modules",
    "dist",
    "fixtures",
    "bench",
    "__pycache__",
    ".hypothesis",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is planted: `text` is put at the end of `path`, or replaces what `pattern` finds."""

    gate: str
    says: str
    path: str = "geo/fault.py"
    text: str = ""
    pattern: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    narrowed: Callable[[list[str]], list[str]] = list


def to_the_fault(command: list[str]) -> list[str]:
    """Check one file instead of all, by the same tool and settings: the rest only costs time."""
    return [*command[:-1], "geo/fault.py"]


def to_the_sizes(command: list[str]) -> list[str]:
    """Run the guard of names instead of all gate tests, among which is this one."""
    guards = [part for part in command if "tests/" not in part]
    return [*guards, "tests/test_architecture.py", "-k", "name_that_says_nothing"]


FAULTS = (
    Fault(
        "lock file is current",
        "unsatisfiable|needs to be updated|not found in the cache",
        path="pyproject.toml",
        pattern=r'"geopy>=[^"]*"',
        text='"geopy>=1.0"',
        environment={"UV_OFFLINE": "1"},
        narrowed=lambda command: [part for part in command if part != "--quiet"],
    ),
    Fault("style: ruff check", "F401", text='"""Fault."""\n\nimport os\n', narrowed=to_the_fault),
    Fault("format: ruff format", "would be reformatted", text="x  =  1\n", narrowed=to_the_fault),
    Fault(
        "types: mypy --strict",
        "no-untyped-def",
        text='"""Fault."""\n\n\ndef double(number):\n    return 2 * number\n',
        narrowed=to_the_fault,
    ),
    Fault(
        "layers: import-linter",
        "geo is not allowed to import zones",
        text='"""Fault."""\n\nfrom zones.names import in_language\n',
    ),
    Fault(
        "layers: import-linter",
        "zones.days is not allowed to import zones.models",
        path="zones/days.py",
        text="\nfrom zones.models import Zone\n",
    ),
    Fault(
        "layers: import-linter",
        "geo.matching is not allowed to import django",
        path="geo/matching/fault.py",
        text='"""Fault."""\n\nfrom django.conf import settings\n',
    ),
    Fault(
        "migrations are complete",
        "Alter field role on membership",
        path="departments/models/staff.py",
        pattern=r"max_length=32",
        text="max_length=33",
    ),
    Fault("production settings", "security.W018", environment={"MEGDAN_DEBUG": "1"}),
    Fault(
        "safe versions",
        "django 5.2.16 is older than 5.2.19",
        path="uv.lock",
        pattern=r'(?<=name = "django"\nversion = ")[^"]*',
        text="5.2.16",
    ),
    Fault(
        "new migrations keep the old release running",
        "the running program does not fill it|nobody can write meanwhile",
        # Had the first migration been a release, the ones after it would be refused.
        path="deploy/gate/released_migrations.txt",
        text="\nzones.0001_initial\n",
    ),
    Fault(
        "translations are complete",
        "'A text nobody translated' is not in the file",
        path="departments/models/staff.py",
        text='\n\nFAULT = _("A text nobody translated")\n',
    ),
    Fault(
        "every field is in the inventory",
        "residents.Residence.unit has no entry",
        path="portal/privacy/inventory.toml",
        pattern=r'"unit", ',
        text="",
    ),
    Fault(
        "front end types: tsc",
        "TS2322",
        path="frontend/src/fault.ts",
        text='export const hours: number = "twelve";\n',
    ),
    Fault("gate tests", "zones/helpers.py", path="zones/helpers.py", narrowed=to_the_sizes),
)


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program's own files, without data and installed packages."""
    there = tmp_path_factory.mktemp("gates") / "megdan"
    shutil.copytree(ROOT, there, ignore=LEFT_OUT)
    (there / "frontend/node_modules").symlink_to(ROOT / "frontend/node_modules")
    return there


def plant(fault: Fault, path: Path) -> None:
    """Write the fault into a file of the copy."""
    before = path.read_text("utf-8") if path.exists() else ""
    after = re.sub(fault.pattern, fault.text, before) if fault.pattern else before + fault.text
    assert after != before or not (fault.text or fault.pattern)
    path.write_text(after, "utf-8")


def run_gate(fault: Fault, copy: Path) -> subprocess.CompletedProcess[str]:
    """Run the very command of `make check` in the copy."""
    return subprocess.run(
        fault.narrowed(dict(GATES)[fault.gate]),
        cwd=copy,
        env={**production_environment(), **fault.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.gate)
def test_gate_refuses_a_planted_fault(fault: Fault, copy: Path) -> None:
    path = copy / fault.path
    before = path.read_bytes() if path.exists() else None
    plant(fault, path)
    try:
        done = run_gate(fault, copy)
    finally:
        path.unlink()
        if before is not None:
            path.write_bytes(before)
    assert done.returncode != 0, done.stdout
    assert re.search(fault.says, done.stdout), done.stdout


def test_every_gate_has_a_fault_that_stops_it() -> None:
    assert {fault.gate for fault in FAULTS} == dict(GATES).keys()
