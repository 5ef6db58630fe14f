"""Refuses migrations after the newest release that would break the release still running.

While an upgrade runs, the old program works on the new tables. So within one release tables may
only become wider: new tables, columns that may be empty or that the database fills, indexes made
beside the work. What narrows them waits for the release after (docs/operate/upgrade.md).
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED, CheckConstraint, Field

ROOT = Path(__file__).resolve().parents[2]
RELEASED = Path(__file__).with_name("released_migrations.txt")
#: Written into a migration that narrows what the release before already stopped using.
NARROWS_UNUSED = "narrows_what_no_release_uses"

_NEVER = (
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
    migrations.AlterUniqueTogether,
)
_NARROWING = (migrations.RemoveField, migrations.DeleteModel)


def released(file: Path = RELEASED) -> dict[str, str]:
    """App -> its last migration in the newest release."""
    lines = file.read_text("utf-8").splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return dict(name.split(".", 1) for name in names)


def faults(migration: migrations.Migration) -> Iterator[str]:
    """What of a migration breaks the program that still runs, or holds it up."""
    made_here = {
        operation.name_lower
        for operation in migration.operations
        if isinstance(operation, migrations.CreateModel)
    }
    may_narrow = getattr(migration, NARROWS_UNUSED, False)
    for operation in migration.operations:
        # Nobody uses a table yet that this migration makes.
        if getattr(operation, "model_name_lower", None) in made_here:
            continue
        if fault := _fault(operation, may_narrow=may_narrow):
            yield fault


def _fault(operation: Operation, *, may_narrow: bool) -> str:
    said = operation.describe()
    if isinstance(operation, _NEVER):
        return f"{said}: the running program asks for the old name; add, copy, remove later"
    if isinstance(operation, _NARROWING) and not may_narrow:
        return f"{said}: the running program still uses it; remove it one release later"
    if isinstance(operation, migrations.AddField) and _must_be_given(operation.field):
        return f"{said}: the running program does not fill it; give null=True or db_default"
    return _blocking(operation, said)


def _must_be_given(field: "Field[object, object]") -> bool:
    is_column = not field.many_to_many
    return is_column and not field.null and field.db_default is NOT_PROVIDED


def _blocking(operation: Operation, said: str) -> str:
    """What holds a lock while it reads a whole table."""
    if isinstance(operation, migrations.AddIndex) and not isinstance(
        operation, AddIndexConcurrently
    ):
        return f"{said}: nobody can write meanwhile; use AddIndexConcurrently"
    if (
        isinstance(operation, migrations.AddConstraint)
        and not isinstance(operation, AddConstraintNotValid)
        and isinstance(operation.constraint, CheckConstraint)
    ):
        return f"{said}: nobody can write meanwhile; use AddConstraintNotValid, validate after it"
    return ""


def new_migrations(
    graph: dict[tuple[str, str], migrations.Migration], last: dict[str, str]
) -> Iterator[migrations.Migration]:
    """Those of our apps that came after the newest release; none where nothing was released."""
    ours = {path.parent.name for path in ROOT.glob("*/migrations")}
    for (app, name), migration in sorted(graph.items()):
        if last and app in ours and name > last.get(app, ""):
            yield migration


def main() -> int:
    """Name each fault; 1 where there is one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.path.insert(0, str(ROOT))
    django.setup()
    graph = MigrationLoader(None).disk_migrations
    found = [
        f"{migration.app_label}.{migration.name}: {fault}"
        for migration in new_migrations(graph, released())
        for fault in faults(migration)
    ]
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
