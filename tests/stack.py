"""A whole private installation for proofs: PostgreSQL, Redis, the web server, all with own logs."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psycopg2
import redis

from deploy.local import accounts, cluster, processes, redis_server
from deploy.local.accounts import cluster_account
from deploy.local.folders import make_private
from deploy.local.places import ROOT
from deploy.local.tools import PYTHON, clean_environment

APPLICATION = "config.wsgi:application"


@dataclass
class Stack:
    """Where everything lies. `home` holds all that the installation writes anywhere."""

    home: Path
    database: str = cluster.DATABASE
    settings: dict[str, str] = field(default_factory=dict)
    # Logs of one of several runs on the same servers.
    run: str = ""
    # Where finished segments of the write-ahead log go; nowhere unless a proof asks for it.
    archive: Path | None = None
    _servers: ExitStack = field(default_factory=ExitStack)
    postgres: "subprocess.Popen[bytes] | None" = None

    @property
    def folder(self) -> Path:
        """Of the database and of Redis, with their own logs."""
        return self.home / "servers"

    @property
    def logs(self) -> Path:
        """Of the program."""
        return self.home / "logs" / self.run

    @property
    def env(self) -> dict[str, str]:
        """What the program is started with; temporary files stay under `home` as well."""
        return {
            **clean_environment(),
            "DATABASE_OWNER_URL": self._url(cluster.OWNER),
            "DATABASE_URL": self._url(cluster.APP),
            "REDIS_URL": redis_server.url(self.folder),
            "MEGDAN_SECRET_KEY": "a whole installation for one proof, thrown away at its end",
            "MEGDAN_VAR": str(self.home / "var"),
            "MEGDAN_HTTPS": "0",
            "MEGDAN_LOG_LEVEL": "debug",
            "TMPDIR": str(self.home / "temporary"),
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.settings,
        }

    def start_servers(self) -> None:
        """PostgreSQL and Redis, over what lies in the folder."""
        self.start_postgres()
        self._servers.enter_context(redis_server.running(self.folder, cluster_account()))

    def start_postgres(self) -> None:
        """PostgreSQL alone, also after it was killed."""
        server = cluster.Cluster(
            self.folder, cluster_account(), for_tests=True, archive=self.archive
        )
        self.postgres = self._servers.enter_context(server.running())

    def kill_postgres(self) -> None:
        """As a power cut would end it, as far as a process can tell."""
        assert self.postgres is not None
        self.postgres.kill()
        self.postgres.wait()

    def stop_servers(self) -> None:
        """Both, in good order: everything they keep is on the disk afterwards."""
        self._servers.close()

    def _url(self, role: str) -> str:
        return cluster.url(role, self.folder).replace(f"/{cluster.DATABASE}?", f"/{self.database}?")

    def connect(self, role: str = cluster.OWNER) -> Any:
        """A connection of psycopg2 that commits each statement."""
        opened = psycopg2.connect(
            dbname=self.database, user=role, host=str(self.folder / "s"), port=5432
        )
        opened.autocommit = True
        return opened

    def rows(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Ask the database as its owner."""
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def administer(self, statement: str) -> None:
        """One statement outside the program's database, such as making another."""
        self.postgres_program(
            "psql", "-X", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-c", statement
        )

    def redis(self) -> "redis.Redis":
        """A client of the private Redis."""
        return redis.Redis.from_url(redis_server.url(self.folder))

    def postgres_program(self, name: str, *arguments: str) -> str:
        """Run a program of PostgreSQL against this cluster."""
        done = subprocess.run(
            [str(cluster.program_folder(self.folder / "data") / name), *arguments],
            cwd=self.folder,
            env={"PATH": os.defpath, "PGHOST": str(self.folder / "s"), "PGUSER": cluster.OWNER},
            capture_output=True,
            text=True,
            check=True,
            **accounts.as_account(cluster_account()),
        )
        return str(done.stdout)

    def python(self, *arguments: str, log: str = "commands.log") -> str:
        """Run a program of the project to its end; what it complains of goes into a log."""
        with (self.logs / log).open("ab") as complaints:
            done = subprocess.run(
                [str(PYTHON), *arguments],
                cwd=ROOT,
                env=self.env,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                check=False,
            )
        if done.returncode != 0:
            raise AssertionError(f"{arguments}: {processes.tail(self.logs / log, 30)}")
        return str(done.stdout)

    def json(self, *arguments: str) -> Any:
        """The last line a program prints, read as JSON."""
        return json.loads(self.python(*arguments).strip().splitlines()[-1])

    def start(self, *command: str, log: str) -> "subprocess.Popen[bytes]":
        """Start a program of the project that goes on running."""
        return accounts.start(
            [str(PYTHON), "-m", *command], cwd=ROOT, env=self.env, log=self.logs / log
        )

    @contextmanager
    def serving(
        self, application: str = APPLICATION, *, workers: int = 1
    ) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
        """The web server as it runs in production: its port and its process."""
        port = free_port()
        process = self.start(
            *("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", str(workers), "--blocking-threads", "4", application),
            log="web.log",
        )
        try:
            wait_for(port, process, self.logs / "web.log")
            yield port, process
        finally:
            processes.stop(process, signal.SIGTERM)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path, path: str = "/S/") -> None:
    """Wait until the server answers anything at all."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
                return
        except URLError as error:
            if hasattr(error, "code"):
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"The server does not answer:\n{processes.tail(log, 40)}")


@contextmanager
def installation(*, is_archived: bool = False, **settings: str) -> Iterator[Stack]:
    """A new installation with empty tables; gone without a trace at the end."""
    home = Path(tempfile.mkdtemp(prefix="megdan-p-", dir="/var/tmp"))
    home.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        made = Stack(home, settings=settings)
        stack.callback(made.stop_servers)
        make_private(made.folder, cluster_account())
        if is_archived:
            made.archive = home / "vault" / "wal"
            made.archive.mkdir(parents=True)
            os.chown(made.archive, cluster_account().uid, -1)
        for name in ("logs", "var", "temporary"):
            (home / name).mkdir()
        made.start_servers()
        made.python("manage.py", "setup_database")
        made.python("manage.py", "migrate", "--database", "owner", "--verbosity", "0")
        made.python("manage.py", "setup_database", "--grants-only")
        yield made
