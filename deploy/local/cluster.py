"""Runs a private PostgreSQL with PostGIS on a Unix socket; it makes no tables."""

import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from deploy.local import accounts, processes
from deploy.local.places import ROOT, Account
from deploy.local.say import SetupError, say

OWNER, APP, DATABASE = "megdan_owner", "megdan_app", "megdan"
VERSION_FLOOR = 15
ARCHIVE_SCRIPT = ROOT / "deploy" / "archive_wal.sh"
# So much is lost at most with the machine; a segment that is nearly empty takes a few kilobytes.
ARCHIVE_EVERY_S = 60
PROGRAMS = Path("/usr/lib/postgresql")
COMMON_OPTIONS = ("listen_addresses=", "max_connections=60", "log_min_messages=warning")
# Test data may be lost with the machine; the demo may not.
TEST_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def program_folder(data: Path) -> Path:
    """bin/ of the PostgreSQL that made `data`, or of the newest one that has PostGIS."""
    made_by = data / "PG_VERSION"
    if made_by.exists():
        version = made_by.read_text().strip()
        folder = PROGRAMS / version / "bin"
        if not (folder / "postgres").exists():
            raise SetupError(
                f"The data in {data} belongs to PostgreSQL {version}, which is not installed; "
                f"install postgresql-{version} and postgresql-{version}-postgis-3, "
                "or move that folder away to begin anew."
            )
        return folder
    versions = sorted(
        int(control.parts[-3])
        for control in Path("/usr/share/postgresql").glob("*/extension/postgis.control")
        if control.parts[-3].isdigit()
    )
    for version_number in reversed(versions):
        folder = PROGRAMS / str(version_number) / "bin"
        if version_number >= VERSION_FLOOR and (folder / "initdb").exists():
            return folder
    raise SetupError(
        f"Megdan needs PostgreSQL {VERSION_FLOOR} or newer with PostGIS; "
        "install postgresql-15 and postgresql-15-postgis-3."
    )


def url(role: str, folder: Path) -> str:
    """Address of the database for Django: `role` through the socket in `folder`."""
    return f"postgis://{role}@/{DATABASE}?host={quote(str(folder / 's'))}"


class Cluster:
    """One private PostgreSQL in `folder`, which belongs to `account`."""

    def __init__(
        self,
        folder: Path,
        account: Account,
        *,
        for_tests: bool = False,
        archive: Path | None = None,
    ) -> None:
        """`archive` is a folder for the write-ahead log, as `manage.py restore` reads it."""
        self.folder, self.account = folder, account
        self.data, self.log = folder / "data", folder / "postgresql.log"
        self.options = COMMON_OPTIONS + (TEST_OPTIONS if for_tests else ())
        if archive is not None:
            command = f'{shlex.quote(str(ARCHIVE_SCRIPT))} "%p" "%f" {shlex.quote(str(archive))}'
            self.options += (
                "archive_mode=on",
                f"archive_command={command}",
                f"archive_timeout={ARCHIVE_EVERY_S}",
            )
        self.programs = program_folder(self.data)

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        program, *arguments = command
        return subprocess.run(
            [str(self.programs / program), *arguments],
            cwd=self.folder,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            **accounts.as_account(self.account),
        )

    def _create(self) -> None:
        """initdb into a folder aside, so that a broken-off start leaves no half cluster."""
        aside = self.folder / "data.new"
        shutil.rmtree(aside, ignore_errors=True)
        done = self._run(
            *("initdb", "--pgdata", str(aside), "--username", OWNER, "--auth", "trust"),
            *("--locale", "C.UTF-8", "--encoding", "UTF8", "--no-instructions"),
        )
        if done.returncode != 0:
            raise SetupError(f"PostgreSQL could not make its data folder: {done.stderr.strip()}")
        aside.rename(self.data)

    def _clear_strays(self) -> None:
        """Stop a server that a killed start left here; drop a pid file that names none."""
        pid_file = self.data / "postmaster.pid"
        pid = processes.first_number(pid_file)
        if pid is None:
            return
        if processes.lives_in(pid, self.data):
            say(f"  stopping the database that an earlier start left behind (process {pid})")
            processes.end_stray(pid, signal.SIGINT, what="PostgreSQL")
        else:
            say("  removing the pid file that a crashed database left behind")
            # Its children see that it is gone after a moment, and hold its memory until then.
            processes.wait_until_left(self.data, what="What is left of a crashed PostgreSQL")
        pid_file.unlink(missing_ok=True)

    @contextmanager
    def running(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Start the server, yield its process when it answers, stop it at the end."""
        if not self.data.exists():
            self._create()
        self._clear_strays()
        options = [f"--{option}" for option in self.options]
        process = accounts.start(
            [
                str(self.programs / "postgres"),
                *("-D", str(self.data)),
                *(
                    f"--unix_socket_directories={self.folder / 's'}",
                    "--unix_socket_permissions=0700",
                ),
                *options,
            ],
            cwd=self.folder,
            env=_environment(),
            log=self.log,
            end=signal.SIGINT,
            account=self.account,
        )
        try:
            self._wait(process)
            self._ensure_database()
            yield process
        finally:
            processes.stop(process, signal.SIGINT)

    def _wait(self, process: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while self._run("pg_isready", "-q", "-h", str(self.folder / "s")).returncode != 0:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SetupError(
                    f"PostgreSQL did not start; its log {self.log} ends with:\n"
                    f"{processes.tail(self.log)}"
                )
            time.sleep(0.05)

    def _psql(self, statement: str) -> str:
        done = self._run(
            *("psql", "-h", str(self.folder / "s"), "-U", OWNER, "-d", "postgres"),
            *("-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement),
        )
        if done.returncode != 0:
            raise SetupError(f"The database refused {statement!r}: {done.stderr.strip()}")
        return done.stdout.strip()

    def _ensure_database(self) -> None:
        if not self._psql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):  # noqa: S608 - a constant
            self._psql(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def drop_database(self) -> None:
        """Forget every row; the next preparation makes them anew."""
        self._psql(f"DROP DATABASE {DATABASE}")
        self._ensure_database()


def _environment() -> dict[str, str]:
    """What PostgreSQL's programs may see; the caller's PG* variables would mislead them."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
