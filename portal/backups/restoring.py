"""Brings an installation back from a backup to a moment, and makes sure that it is whole."""

import datetime as dt
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from psycopg2 import sql

from incidents.services.verifying import Tally, verify_town
from portal.backups import programs
from portal.backups.files import check_files, put_back
from portal.backups.recovering import Recovery
from portal.backups.vault import ERASURES, BackupError, Manifest, Vault, merge_erasures
from portal.privacy.erasing import replay_erasures
from zones.models import Municipality

Say = Callable[[str], None]


@dataclass(slots=True)
class Restored:
    """What came back. `seconds` by step; their sum is the time that residents waited."""

    backup: str
    asked: str | None
    last_change: str | None
    files: int
    erased: int = 0
    signed_out: int = 0
    reports: int = 0
    events: int = 0
    is_checked: bool = True
    faults: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    seconds[step] = round(time.monotonic() - began, 2)


def restore(
    *,
    vault: Vault,
    data: Path | None,
    moment: dt.datetime | None,
    account: str,
    now: dt.datetime,
    say: Say,
) -> Restored:
    """Lay the files of a backup down, replay the log to `moment`, erase again, verify.

    Args:
        data: an empty or missing folder; where the database lay, unless given.
        account: whom PostgreSQL runs as, where the caller is root.

    Raises:
        BackupError: something is in the way, or the moment cannot be reached.
    """
    manifest = vault.leading_to(moment)
    target = data or Path(manifest.data_directory or "/nowhere")
    _refuse_to_write_over(target, named=data is not None or bool(manifest.data_directory))
    done = Restored(manifest.name, moment.isoformat() if moment else None, None, 0)
    folder = vault.backup(manifest.name)
    with _timed(done.seconds, "check"):
        say(f"checking {manifest.name}")
        check_files(folder / "files", manifest.files)
        verifier = programs.program("pg_verifybackup", manifest.postgresql)
        programs.run([verifier, "--quiet", str(folder / "base")], what="The backup is not whole")
    with _timed(done.seconds, "copy"):
        say(f"copying it to {target}")
        shutil.copytree(folder / "base", target, symlinks=True, dirs_exist_ok=True)
        var = Path(settings.VAR_DIR)
        done.files = put_back(folder / "files", list(manifest.files), var=var)
        merge_erasures(into=var / ERASURES, more=vault.folder / ERASURES)
    _come_to_life(done, manifest, vault, target, moment=moment, account=account, now=now, say=say)
    return done


def _come_to_life(  # noqa: PLR0913 - one step of `restore`, cut out for its length
    done: Restored,
    manifest: Manifest,
    vault: Vault,
    data: Path,
    *,
    moment: dt.datetime | None,
    account: str,
    now: dt.datetime,
    say: Say,
) -> None:
    recovery = Recovery(data=data, version=manifest.postgresql, account=account, wal=vault.wal)
    began = time.monotonic()
    say("replaying the log")
    with recovery.running(moment) as socket:
        done.seconds["replay"] = round(time.monotonic() - began, 2)
        last = recovery.reached()
        done.last_change = last.isoformat() if last else None
        with _timed(done.seconds, "verify"), talking_to(socket, recovery.mark, manifest.database):
            _bring_up(done, manifest, now=now, say=say)


def _bring_up(done: Restored, manifest: Manifest, *, now: dt.datetime, say: Say) -> None:
    """Erase again and verify, unless the tables are of another release than the code."""
    if _is_of_another_release():
        done.is_checked = False
        return
    say("erasing again who was erased since")
    done.erased = replay_erasures(now=now)
    # Whoever signed out, or was signed out, since then would be inside again.
    done.signed_out = Session.objects.all().delete()[0]
    say("verifying")
    done.faults += _too_few_rows(manifest)
    tally = Tally()
    for town in Municipality.objects.order_by("pk"):
        done.faults += [
            f"{town.slug}, report {fault.report}, event {fault.seq}: {fault.what}"
            for fault in verify_town(town, tally)
        ]
    done.reports, done.events = tally.reports, tally.events


def _refuse_to_write_over(target: Path, *, named: bool) -> None:
    if not named:
        raise BackupError("The backup does not know where the database lay; name a folder: --into.")
    if target.exists() and any(target.iterdir()):
        living = (target / "postmaster.pid").exists()
        raise BackupError(
            f"{target} holds a database"
            + (" that runs or crashed" if living else "")
            + "; stop it and move the folder away, or name an empty one with --into."
        )
    if not target.parent.is_dir():
        raise BackupError(f"{target.parent} does not exist; make it, or name another with --into.")


@contextmanager
def talking_to(socket: Path, mark: str, database: str) -> Iterator[None]:
    """Let the program's connections lead to the restored server and to nothing else.

    Raises:
        BackupError: another server answers.
    """
    kept = {}
    for one in connections.all():
        one.close()
        kept[one.alias] = dict(one.settings_dict)
        one.settings_dict.update(
            HOST=str(socket), PORT="", PASSWORD="", NAME=database, OPTIONS={}, CONN_MAX_AGE=0
        )
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW cluster_name")
            if cursor.fetchone() != (mark,):
                raise BackupError("Another database answered than the restored one; nothing done.")
        yield
    finally:
        for one in connections.all():
            one.close()
            one.settings_dict.update(kept[one.alias])


def _is_of_another_release() -> bool:
    executor = MigrationExecutor(connection)
    wanted = set(executor.loader.graph.leaf_nodes())
    return bool(executor.migration_plan(list(wanted))) or bool(
        set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    )


def _too_few_rows(manifest: Manifest) -> list[str]:
    """Tables that only ever grow, and hold less than when the backup began."""
    faults = []
    with connection.cursor() as cursor:
        for table, wanted in manifest.rows.items():
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            (found,) = cursor.fetchone()
            if found < wanted:
                faults.append(f"{table} holds {found} rows and held {wanted} when it was backed up")
    return faults
