"""The folder of backups: what lies in it, which backup leads to a moment, what is kept no longer.

DIR/20261123T201443Z/base/          the database's files, with PostgreSQL's own manifest
DIR/20261123T201443Z/files/         keys and uploads; the same file in two backups is one on disk
DIR/20261123T201443Z/manifest.json  when, from what, how many rows, checksums of files/
DIR/wal/                            the archive of the write-ahead log, where one is kept
DIR/erasures.jsonl                  who was erased, by number alone: longer than any backup
"""

import datetime as dt
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

NAMED = "%Y%m%dT%H%M%SZ"
MANIFEST = "manifest.json"
ERASURES = "erasures.jsonl"
UNFINISHED = ".unfinished"


class BackupError(Exception):
    """A sentence that says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `rows` counts append-only tables: they never get fewer."""

    name: str
    started_at: str
    ended_at: str
    database: str
    data_directory: str
    postgresql: int
    postgis: str
    program: str
    migrations: list[str]
    rows: dict[str, int]
    bytes: int
    seconds: float
    first_segment: str
    is_archived: bool
    running_votes: int
    files: dict[str, str] = field(default_factory=dict)

    @property
    def ended(self) -> dt.datetime:
        """From this moment on it can be restored."""
        return dt.datetime.fromisoformat(self.ended_at)


class Vault:
    """One folder of backups."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.wal = self.folder / "wal"

    def backup(self, name: str) -> Path:
        """The folder of one backup."""
        return self.folder / name

    def manifests(self) -> list[Manifest]:
        """Every finished backup, the oldest first."""
        found = sorted(self.folder.glob(f"*/{MANIFEST}"))
        return [
            self.read(path.parent.name)
            for path in found
            if not path.parent.name.endswith(UNFINISHED)
        ]

    def read(self, name: str) -> Manifest:
        """The manifest of one backup.

        Raises:
            BackupError: there is none, or it is not one of ours.
        """
        path = self.backup(name) / MANIFEST
        try:
            return Manifest(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise BackupError(f"{path} is no manifest of a backup: {error}") from error

    def write(self, manifest: Manifest, folder: Path) -> None:
        """Put the manifest into a folder, at once and on the disk."""
        text = json.dumps(asdict(manifest), indent=1, sort_keys=True)
        write_whole(folder / MANIFEST, text + "\n")

    def leading_to(self, moment: dt.datetime | None) -> Manifest:
        """The newest backup that was finished by a moment; the newest of all where none is named.

        Raises:
            BackupError: there is none so old, or none at all.
        """
        known = self.manifests()
        if not known:
            raise BackupError(f"No finished backup lies in {self.folder}; name its folder.")
        fitting = [one for one in known if moment is None or one.ended <= moment]
        if not fitting:
            raise BackupError(
                f"The oldest backup in {self.folder} was finished at {known[0].ended_at}; "
                "name a moment after it."
            )
        return fitting[-1]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep a second backup out until this one is finished.

        Raises:
            BackupError: one is under way.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        with (self.folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BackupError(
                    f"Another backup into {self.folder} is under way; wait for its end."
                ) from error
            yield

    def clear_unfinished(self) -> None:
        """Delete what a backup that was broken off left behind."""
        for left in self.folder.glob(f"*{UNFINISHED}"):
            shutil.rmtree(left)

    def forget_all_but(self, keep: int) -> list[str]:
        """Delete all but the newest backups; their names. The log before them is another's work."""
        gone = self.manifests()[:-keep]
        for manifest in gone:
            # A folder that lost its manifest counts as no backup, whatever happens in between.
            (self.backup(manifest.name) / MANIFEST).unlink()
            shutil.rmtree(self.backup(manifest.name))
        return [manifest.name for manifest in gone]


def write_whole(path: Path, text: str) -> None:
    """Write a small file so that it is there whole or not at all, also after a power cut."""
    unfinished = path.with_name(f".{path.name}{UNFINISHED}")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def merge_erasures(*, into: Path, more: Path) -> int:
    """Add the lines of one list of erased accounts to another; how many were new."""
    known = _erasures(into)
    new = {who: line for who, line in _erasures(more).items() if who not in known}
    if new:
        write_whole(into, "".join(f"{line}\n" for line in [*known.values(), *new.values()]))
    return len(new)


def _erasures(path: Path) -> dict[tuple[int, str], str]:
    """Lines by number and creation of the account; the first of each counts."""
    if not path.is_file():
        return {}
    found: dict[tuple[int, str], str] = {}
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            said = json.loads(line)
            found.setdefault((int(said["number"]), str(said["created"])), line)
    return found
