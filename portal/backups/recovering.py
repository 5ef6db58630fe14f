"""Starts a PostgreSQL that nobody else can reach over restored files, and brings it to a moment."""

import datetime as dt
import os
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.backups import programs
from portal.backups.vault import BackupError

_REACHED = re.compile(r"last completed transaction was at log time (\S+ [\d:.]+)\+?00?")
_TOO_LATE = "recovery ended before configured recovery target was reached"
_TOO_EARLY = "requested recovery stop point is before consistent recovery point"
_HBA = "local all all trust\n"


class Recovery:
    """A PostgreSQL over `data`, on a socket of its own, that changes no setting of the files."""

    def __init__(self, *, data: Path, version: int, account: str, wal: Path) -> None:
        self.data, self.version, self.wal = data, version, wal
        self.account = programs.account_for_servers(account)
        #: By it the rest of the program makes sure that it talks to this server and no other.
        self.mark = f"megdan-restore-{secrets.token_hex(8)}"
        # A path of a socket may have 107 bytes; that of the data may have more.
        self.home = Path(tempfile.mkdtemp(prefix="megdan-restore-", dir="/var/tmp"))
        self.log = self.home / "postgresql.log"

    def take_over(self) -> None:
        """Give all files to the account that PostgreSQL runs as."""
        if os.geteuid() == 0:
            for path in [self.home, self.data, *self.data.rglob("*")]:
                os.chown(path, self.account.pw_uid, self.account.pw_gid)
        self.data.chmod(0o700)

    @contextmanager
    def running(self, moment: dt.datetime | None) -> Iterator[Path]:
        """Recover, then yield the folder of the socket; stop in good order at the end.

        Args:
            moment: the last one that counts; None for all that was archived.

        Raises:
            BackupError: the moment cannot be reached, or PostgreSQL does not start.
        """
        (self.data / "recovery.signal").touch()
        (self.home / "pg_hba.conf").write_text(_HBA)
        (self.home / "pg_ident.conf").write_text("")
        (self.home / "postgresql.conf").write_text("")
        self.take_over()
        with self.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - PostgreSQL with arguments made here
                self._command(moment),
                cwd=self.home,
                env=programs.clean({}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **programs.as_account(self.account),
            )
        try:
            self._wait(process)
            yield self.home
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()
            shutil.rmtree(self.home)

    def reached(self) -> dt.datetime | None:
        """The moment of the last change that was brought back from the log; None where none was."""
        found = _REACHED.findall(self.log.read_text("utf-8", errors="replace"))
        return dt.datetime.fromisoformat(found[-1]).replace(tzinfo=dt.UTC) if found else None

    def _command(self, moment: dt.datetime | None) -> list[str]:
        fetch = f"gzip -dc < {shlex.quote(str(self.wal))}/%f.gz > %p"
        options = {
            "config_file": str(self.home / "postgresql.conf"),
            "hba_file": str(self.home / "pg_hba.conf"),
            "ident_file": str(self.home / "pg_ident.conf"),
            "unix_socket_directories": str(self.home),
            "unix_socket_permissions": "0700",
            "listen_addresses": "",
            "cluster_name": self.mark,
            # What the files themselves say may want folders and libraries of another machine, and
            # what happens here must not get into the archive before somebody looked at it.
            "archive_mode": "off",
            "shared_preload_libraries": "",
            "logging_collector": "off",
            "ssl": "off",
            "log_destination": "stderr",
            "log_timezone": "UTC",
            "lc_messages": "C",
            "hot_standby": "off",
            "max_connections": "40",
            "restore_command": fetch,
            "recovery_target_action": "promote",
            "recovery_target_timeline": "latest",
        }
        if moment is not None:
            options["recovery_target_time"] = moment.astimezone(dt.UTC).isoformat(sep=" ")
        command = [programs.program("postgres", self.version), "-D", str(self.data)]
        return [*command, *(f"--{name}={value}" for name, value in options.items())]

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        """Until it has recovered and takes changes; a large log may take its time."""
        ask = [programs.program("pg_isready", self.version), "-q", "-h", str(self.home)]
        while process.poll() is None:
            # Without hot_standby it takes no connection before recovery is over.
            if subprocess.run(ask, env=programs.clean({}), check=False).returncode == 0:  # noqa: S603
                return
            time.sleep(0.1)
        self._refuse()

    def _refuse(self) -> None:
        words = self.log.read_text("utf-8", errors="replace")
        if _TOO_LATE in words:
            last = self.reached()
            raise BackupError(
                "The archive does not reach to that moment"
                + (f"; its last change is of {last.isoformat()}" if last else "")
                + ". Name an earlier one, or none for all there is."
            )
        if _TOO_EARLY in words:
            raise BackupError("That moment is before the end of this backup; name a later one.")
        tail = " | ".join(words.strip().splitlines()[-6:])
        raise BackupError(f"PostgreSQL did not come up over the restored files: {tail}")
