"""Runs PostgreSQL's own programs, of the right version, as the right account."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portal.backups.vault import BackupError

_DEBIAN = Path("/usr/lib/postgresql")


def program(name: str, version: int) -> str:
    """Where a program of that major version is.

    Raises:
        BackupError: it is not installed.
    """
    packaged = _DEBIAN / str(version) / "bin" / name
    if packaged.exists():
        return str(packaged)
    found = shutil.which(name)
    if found and f" {version}." in _version(found):
        return found
    raise BackupError(
        f"{name} of PostgreSQL {version} is not installed here; install postgresql-{version}."
    )


def _version(path: str) -> str:
    # No word of a visitor reaches the line.
    return subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603


def run(command: list[str], *, what: str, env: Mapping[str, str] | None = None) -> str:
    """Run a program to its end; what it printed.

    Raises:
        BackupError: it failed; with its last words.
    """
    done = subprocess.run(  # noqa: S603 - programs of PostgreSQL, arguments of the operator
        command, capture_output=True, text=True, check=False, env=clean(env or {})
    )
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise BackupError(f"{what}: {' '.join(words)}")
    return done.stdout


def clean(more: Mapping[str, str]) -> dict[str, str]:
    """What PostgreSQL's programs may see: the caller's PG* variables would mislead them."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC", **more}


def connection_environment(database: Mapping[str, Any]) -> dict[str, str]:
    """The address of a database for PostgreSQL's programs; the password stays out of `ps`."""
    options = database.get("OPTIONS") or {}
    host = str(database.get("HOST") or options.get("host") or "")
    said = {
        "PGHOST": host,
        "PGPORT": str(database.get("PORT") or ""),
        "PGUSER": str(database.get("USER") or ""),
        "PGPASSWORD": str(database.get("PASSWORD") or ""),
        "PGSSLMODE": str(options.get("sslmode") or ""),
    }
    return {name: value for name, value in said.items() if value}


def account_for_servers(name: str) -> pwd.struct_passwd:
    """The account that PostgreSQL runs as: the caller, or `name` where the caller is root.

    Raises:
        BackupError: there is no such account.
    """
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam(name)
    except KeyError as error:
        raise BackupError(
            f"There is no account {name}; name the one PostgreSQL runs as with --account."
        ) from error


def as_account(account: pwd.struct_passwd) -> dict[str, Any]:
    """Arguments that make `subprocess` start a program as that account."""
    if os.geteuid() == account.pw_uid:
        return {}
    groups = os.getgrouplist(account.pw_name, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": groups}
