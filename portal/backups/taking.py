"""Takes a backup: the database's files, the files beside it, a manifest, all checked."""

import datetime as dt
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg2 import sql

from portal.backups import programs
from portal.backups.files import copy_files
from portal.backups.vault import (
    ERASURES,
    NAMED,
    UNFINISHED,
    BackupError,
    Manifest,
    Vault,
    merge_erasures,
    sync_folder,
    write_whole,
)
from portal.context import VERSION
from portal.database_roles import model_tables

LAST = "last-backup.json"
_FIRST_SEGMENT = re.compile(r"^START WAL LOCATION: \S+ \(file (\w{24})\)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database says of itself before its files are copied."""

    version: int
    postgis: str
    data_directory: str
    is_archived: bool
    running_votes: int
    rows: dict[str, int]
    migrations: list[str]


def take_backup(
    *, vault: Vault, now: dt.datetime, keep: int | None, say: Callable[[str], None]
) -> Manifest:
    """Make one more backup, then delete the oldest where a number to keep is named.

    Raises:
        BackupError: it could not be made; nothing that counts as a backup is left of it.
    """
    with vault.alone():
        vault.clear_unfinished()
        manifest = _take(vault, now=now, say=say)
        refresh_erasures(vault)
        if keep is not None:
            for name in vault.forget_all_but(keep):
                say(f"deleted {name}: {keep} are kept")
            _forget_log_before(vault)
    note = {"ended_at": manifest.ended_at, "folder": str(vault.folder), "name": manifest.name}
    write_whole(Path(settings.VAR_DIR) / LAST, json.dumps(note) + "\n")
    return manifest


def refresh_files(*, vault: Vault) -> int:
    """Bring new uploads and erasures to the newest backup; how many files were added.

    The log brings rows up to the minute; this does it for what lies beside the database.
    """
    with vault.alone():
        newest = vault.leading_to(None)
        folder = vault.backup(newest.name)
        added = copy_files(
            var=Path(settings.VAR_DIR), into=folder / "files", previous=None, known=newest.files
        )
        vault.write(replace(newest, files={**newest.files, **added}), folder)
        refresh_erasures(vault)
    return len(added.keys() - newest.files.keys())


def refresh_erasures(vault: Vault) -> int:
    """Note in the vault who was erased since; how many."""
    return merge_erasures(into=vault.folder / ERASURES, more=Path(settings.VAR_DIR) / ERASURES)


def _take(vault: Vault, *, now: dt.datetime, say: Callable[[str], None]) -> Manifest:
    began = time.monotonic()
    facts = _facts()
    known = vault.manifests()
    name = f"{now:{NAMED}}"
    if vault.backup(name).exists():
        raise BackupError(f"{vault.backup(name)} is there already; wait a second.")
    folder = vault.folder / f"{name}{UNFINISHED}"
    folder.mkdir(mode=0o700)
    say("copying the database")
    base = folder / "base"
    _copy_database(base, facts.version)
    ended = _clock()
    say("checking the copy")
    programs.run(
        [programs.program("pg_verifybackup", facts.version), "--quiet", str(base)],
        what="The copy is not whole",
    )
    say("copying keys and uploads")
    previous = known[-1] if known else None
    sums = copy_files(
        var=Path(settings.VAR_DIR),
        into=folder / "files",
        previous=vault.backup(previous.name) / "files" if previous else None,
        known=previous.files if previous else {},
    )
    manifest = Manifest(
        name=name,
        started_at=now.isoformat(),
        ended_at=ended.isoformat(),
        database=str(connection.settings_dict["NAME"]),
        data_directory=facts.data_directory,
        postgresql=facts.version,
        postgis=facts.postgis,
        program=VERSION,
        migrations=facts.migrations,
        rows=facts.rows,
        bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        seconds=round(time.monotonic() - began, 2),
        first_segment=_first_segment(base),
        is_archived=facts.is_archived,
        running_votes=facts.running_votes,
        files=sums,
    )
    vault.write(manifest, folder)
    folder.rename(vault.backup(name))
    sync_folder(vault.folder)
    return manifest


def _facts() -> Facts:
    """Asked in one snapshot before the copy begins, so that the copy holds at least these rows."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000, postgis_lib_version(), "
                "current_setting('archive_mode') <> 'off', "
                "(SELECT count(*) FROM pg_class WHERE relkind = 'r' "
                "AND relname LIKE 'consultations\\_intake\\_%%')"
            )
            version, postgis, is_archived, votes = cursor.fetchone()
            rows = {}
            for table in model_tables(append_only=True):
                cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
                rows[table] = cursor.fetchone()[0]
            applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError as error:
        raise BackupError(f"The database does not answer: {error}") from error
    return Facts(
        version=version,
        postgis=postgis,
        data_directory=_data_directory(),
        is_archived=is_archived,
        running_votes=votes,
        rows=rows,
        migrations=sorted(f"{app}.{name}" for app, name in applied),
    )


def _clock() -> dt.datetime:
    """The database's own clock: recovery compares with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment


def _data_directory() -> str:
    """Where the database's files lie, as far as the role of backups may know it."""
    version = connection.pg_version // 10000  # type: ignore[attr-defined]
    said = programs.run(
        [
            *(programs.program("psql", version), "-X", "-A", "-t", "-c"),
            "SELECT setting FROM pg_settings WHERE name = 'data_directory'",
            str(settings.MEGDAN_BACKUP_DATABASE["NAME"]),
        ],
        what="The role of backups cannot reach the database (DATABASE_BACKUP_URL)",
        env=programs.connection_environment(settings.MEGDAN_BACKUP_DATABASE),
    )
    return said.strip()


def _copy_database(base: Path, version: int) -> None:
    """The files with the log written meanwhile: they can be started without the archive."""
    programs.run(
        [
            *(programs.program("pg_basebackup", version), "--no-password", "--pgdata", str(base)),
            *("--format", "plain", "--wal-method", "stream", "--checkpoint", "fast"),
            *("--manifest-checksums", "SHA256"),
        ],
        what="The database could not be copied (see DATABASE_BACKUP_URL in docs/settings.md)",
        env=programs.connection_environment(settings.MEGDAN_BACKUP_DATABASE),
    )


def _first_segment(base: Path) -> str:
    found = _FIRST_SEGMENT.search((base / "backup_label").read_text("utf-8"))
    if found is None:
        raise BackupError(f"{base}/backup_label does not say where the log begins.")
    return found[1]


def _forget_log_before(vault: Vault) -> None:
    """Delete archived segments that no kept backup needs."""
    oldest = vault.manifests()[0]
    if vault.wal.is_dir():
        programs.run(
            [
                *(programs.program("pg_archivecleanup", oldest.postgresql), "-x", ".gz"),
                *(str(vault.wal), oldest.first_segment),
            ],
            what="The archive could not be cleaned up",
        )
