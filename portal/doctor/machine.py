"""What lies on this machine: room, backups, translations, static files, the geometry libraries."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from geo.libs import LibraryError, self_test
from portal.backups.taking import LAST
from portal.doctor.findings import Finding, fail, ok, unknown, warn

ROOM_FAIL, ROOM_WARN = 2 * 10**9, 10 * 10**9
BACKUP_WARN, BACKUP_FAIL = timedelta(hours=26), timedelta(days=3)
ARCHIVE_LATE = timedelta(minutes=15)
_BACKUP_CURE = "Run manage.py backup each night (docs/operate/backup.md)."


def check_machine(now: datetime) -> Iterator[Finding]:
    """Disk, backups, files made at set-up, libraries."""
    yield room("disk of MEGDAN_VAR", Path(settings.VAR_DIR))
    yield _room_of_database()
    yield backup(Path(settings.VAR_DIR) / LAST, now)
    yield _archive(now)
    yield translations(Path(settings.BASE_DIR) / "locale")
    yield static(Path(settings.STATIC_ROOT))
    try:
        self_test()
    except LibraryError as error:
        yield fail("geometry libraries", str(error), "Run uv sync --locked.")
    else:
        yield ok("geometry libraries", "GDAL, PROJ and GEOS compute what they should")


def room(name: str, folder: Path) -> Finding:
    """Bytes free where a folder lies."""
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:.1f} GB free"
    if free < ROOM_FAIL:
        return fail(name, found, "Make room now: a full disk stops the database.")
    if free < ROOM_WARN:
        return warn(name, found, "Make room, or give the machine a larger disk.")
    return ok(name, found)


def _room_of_database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT setting FROM pg_settings WHERE name = 'data_directory'), "
            "pg_database_size(current_database())"
        )
        folder, size = cursor.fetchone()
    name = "disk of the database"
    told = f"the database takes {size / 1e9:.1f} GB"
    host = str(connection.settings_dict.get("HOST") or "/")
    if not host.startswith("/"):
        return unknown(name, f"{told} on {host}", "Watch the disk of that machine.")
    place = Path(folder) if folder else Path("/var/lib/postgresql")
    try:
        return room(name, place)
    except OSError:
        return unknown(name, f"{told}; where it lies is not told to this role")


def backup(note: Path, now: datetime) -> Finding:
    """How old the last backup is, by the note that `backup` leaves."""
    try:
        said = json.loads(note.read_text("utf-8"))
        age = now - datetime.fromisoformat(said["ended_at"])
    except FileNotFoundError:
        return fail("backup", "none was ever made", _BACKUP_CURE)
    except (ValueError, KeyError):
        return fail("backup", f"{note} cannot be read", _BACKUP_CURE)
    told = f"{said.get('folder')}, {age.total_seconds() / 3600:.0f} hours ago"
    if not Path(said["folder"], said["name"]).exists():
        return fail("backup", f"{told}, and it is gone", "Mount the folder of backups.")
    if age > BACKUP_FAIL:
        return fail("backup", told, _BACKUP_CURE)
    return warn("backup", told, _BACKUP_CURE) if age > BACKUP_WARN else ok("backup", told)


def _archive(now: datetime) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('archive_mode') <> 'off', last_archived_time, "
            "last_failed_time FROM pg_stat_archiver"
        )
        is_on, done, failed = cursor.fetchone()
    return archive(is_on=is_on, done=done, failed=failed, now=now)


def archive(
    *, is_on: bool, done: datetime | None, failed: datetime | None, now: datetime
) -> Finding:
    """Whether the log reaches the archive; without it a day may be lost."""
    name = "archive of the log"
    if not is_on:
        return warn(
            name,
            "off: what happens until the next backup can be lost",
            "Set archive_mode and archive_command (docs/operate/backup.md).",
        )
    if failed and (done is None or failed > done):
        return fail(
            name,
            f"the last attempt, {failed:%Y-%m-%d %H:%M} UTC, failed",
            "Read PostgreSQL's log: the folder is full, not mounted, or not open to it.",
        )
    if done is None or now - done > ARCHIVE_LATE:
        when = f"{done:%Y-%m-%d %H:%M} UTC" if done else "never"
        return warn(name, f"last segment: {when}", "Set archive_timeout = 60.")
    return ok(name, f"last segment {(now - done).total_seconds():.0f} s ago")


def translations(locale: Path) -> Finding:
    """Whether each message file is compiled, and since its last change."""
    late = [
        source.parts[-3]
        for source in sorted(locale.glob("*/LC_MESSAGES/django.po"))
        if not _is_newer(source.with_suffix(".mo"), source)
    ]
    if late:
        return fail("translations", f"not compiled: {', '.join(late)}", "Run manage.py prepare.")
    return ok("translations", "compiled")


def _is_newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


def static(folder: Path) -> Finding:
    """Whether static files were collected."""
    manifest = folder / "staticfiles.json"
    if not manifest.exists():
        return fail("static files", f"none in {folder}", "Run manage.py prepare.")
    try:
        paths = json.loads(manifest.read_text("utf-8"))["paths"]
    except (ValueError, KeyError):
        return fail("static files", f"{manifest} cannot be read", "Run manage.py prepare.")
    missing = sum(not (folder / name).exists() for name in paths.values())
    if missing:
        return fail("static files", f"{missing} are missing", "Run manage.py prepare.")
    return ok("static files", f"{len(paths)} collected")
