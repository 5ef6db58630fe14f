"""Keys and uploads beside the database: into a backup, checked, and back where they are missing."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from portal.backups.vault import BackupError, checksum

# What cannot be made again. Static files, logs, tiles and what waits to be checked can.
KEPT_FILES = ("reports-key", "vapid-key", "secret_key")
KEPT_FOLDERS = ("media",)


def worth_keeping(var: Path) -> Iterator[str]:
    """Names under MEGDAN_VAR that belong in a backup."""
    yield from (name for name in KEPT_FILES if (var / name).is_file())
    for folder in KEPT_FOLDERS:
        for path in sorted((var / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(var).as_posix()


def copy_files(
    *, var: Path, into: Path, previous: Path | None, known: dict[str, str]
) -> dict[str, str]:
    """Copy what is worth keeping; checksums by name.

    A file that the previous backup holds with the same size and time is linked, not copied. Files
    that are in `into` already stay: the program never changes one, it only makes and deletes them.

    Args:
        known: checksums of the previous backup, so that linked files need not be read.
    """
    sums: dict[str, str] = {}
    for name in worth_keeping(var):
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        earlier = previous / name if previous else None
        try:
            if _is_same(var / name, target):
                sums[name] = known.get(name) or checksum(target)
            elif earlier and name in known and _is_same(var / name, earlier):
                os.link(earlier, target)
                sums[name] = known[name]
            else:
                _copy(var / name, target)
                sums[name] = checksum(target)
        except FileNotFoundError:
            continue  # deleted since it was listed: its row is gone as well
    return sums


def _is_same(one: Path, other: Path) -> bool:
    if not other.exists():
        return False
    left, right = one.stat(), other.stat()
    return (left.st_size, left.st_mtime_ns) == (right.st_size, right.st_mtime_ns)


def _copy(source: Path, target: Path) -> None:
    unfinished = target.with_name(f".{target.name}.unfinished")
    shutil.copy2(source, unfinished)
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(target)


def check_files(folder: Path, sums: dict[str, str]) -> None:
    """Read every file of a backup again.

    Raises:
        BackupError: one is missing or another.
    """
    for name, wanted in sums.items():
        path = folder / name
        if not path.is_file() or checksum(path) != wanted:
            raise BackupError(f"{path} is not as it was backed up; use another backup.")


def put_back(folder: Path, names: list[str], *, var: Path) -> int:
    """Copy files to where they are missing, never over another; how many."""
    done = 0
    owner = var.stat() if var.exists() else None
    for name in names:
        target = var / name
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(folder / name, target)
        if owner is not None and os.geteuid() == 0:
            _give(target, var, owner.st_uid, owner.st_gid)
        done += 1
    return done


def _give(target: Path, var: Path, uid: int, gid: int) -> None:
    """A file and the new folders above it belong to whom the folder of data belongs to."""
    for path in (target, *target.parents):
        if path == var:
            return
        os.chown(path, uid, gid)
