"""The gate of migrations finds what would break the release that still runs, and nothing else."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

from deploy.gate.migrations_safe import NARROWS_UNUSED, faults, main, new_migrations, released

INDEX = models.Index(fields=["code"], name="by_code")
CHECK = models.CheckConstraint(condition=models.Q(code__gt=""), name="has_code")
TABLE = migrations.CreateModel("Street", [("id", models.BigAutoField(primary_key=True))])


def migration(*operations: Any) -> migrations.Migration:
    kind = type("Migration", (migrations.Migration,), {"operations": list(operations)})
    made: migrations.Migration = kind("0002_next", "zones")
    return made


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RenameField("street", "code", "number"),
        migrations.RenameModel("Street", "Road"),
        migrations.AlterModelTable("street", "roads"),
        migrations.RemoveField("street", "code"),
        migrations.DeleteModel("Street"),
        migrations.AddField("street", "code", models.TextField()),
        # Django fills old rows and then takes the default away again.
        migrations.AddField("street", "code", models.TextField(default="")),
        migrations.AddIndex("street", INDEX),
        migrations.AddConstraint("street", CHECK),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_breaks_or_holds_up_the_running_release(operation: Any) -> None:
    assert len(list(faults(migration(operation)))) == 1


@pytest.mark.parametrize(
    "operation",
    [
        TABLE,
        migrations.AddField("street", "code", models.TextField(null=True)),
        migrations.AddField("street", "code", models.TextField(db_default="")),
        AddIndexConcurrently("street", INDEX),
        AddConstraintNotValid("street", CHECK),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_only_widens(operation: Any) -> None:
    assert list(faults(migration(operation))) == []


def test_a_table_that_the_migration_makes_itself_may_be_finished() -> None:
    both = migration(TABLE, migrations.AddIndex("street", INDEX))
    assert list(faults(both)) == []


def test_what_no_release_uses_any_more_may_go_when_the_migration_says_so() -> None:
    made = migration(migrations.RemoveField("street", "code"))
    setattr(made, NARROWS_UNUSED, True)
    assert list(faults(made)) == []


def test_only_what_came_after_the_release_is_looked_at() -> None:
    graph = MigrationLoader(None).disk_migrations
    assert list(new_migrations(graph, {})) == []
    last = {"zones": "0001_initial"}
    found = {(one.app_label, one.name) for one in new_migrations(graph, last)}
    assert ("zones", "0001_initial") not in found
    assert found


def test_the_list_of_the_release_is_read(tmp_path: Path) -> None:
    file = tmp_path / "released.txt"
    file.write_text("# words\nzones.0007_x\noutbox.0002_y\n")
    assert released(file) == {"zones": "0007_x", "outbox": "0002_y"}


def test_the_gate_passes() -> None:
    assert main() == 0
