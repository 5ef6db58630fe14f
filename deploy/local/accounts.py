"""Chooses the account of the database and starts programs as it; it knows nothing of databases."""

import os
import pwd
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.local.death import end_with_parent
from deploy.local.places import Account
from deploy.local.say import SetupError


def cluster_account() -> Account:
    """The caller, or `postgres` when the caller is root, because PostgreSQL refuses root."""
    if os.geteuid() != 0:
        user = pwd.getpwuid(os.geteuid())
        return Account(user.pw_name, user.pw_uid, frozenset(os.getgroups()))
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise SetupError(
            "The account postgres is missing; it comes with the package postgresql-15."
        ) from None
    return Account(user.pw_name, user.pw_uid, frozenset(os.getgrouplist("postgres", user.pw_gid)))


def as_account(account: Account) -> dict[str, Any]:
    """Arguments that make `subprocess` start a program as `account`."""
    if os.geteuid() == account.uid:
        return {}
    user = pwd.getpwuid(account.uid)
    return {
        "user": user.pw_uid,
        "group": user.pw_gid,
        "extra_groups": sorted(account.groups),
    }


def start(
    command: list[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    end: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a server in a session of its own, so that Ctrl-C reaches only this process."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent(end),  # safe: this process has a single thread
            **(as_account(account) if account else {}),
        )
