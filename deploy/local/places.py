"""Decides which folders a checkout uses; it creates none of them.

PostgreSQL refuses to run as root and its socket path is bounded by the operating system, so the
folder beside the code does not always serve.
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHORT_PARENT = Path("/var/tmp")  # noqa: S108 - survives a restart; owner and mode are checked
# sun_path holds 108 bytes with its closing zero; a few are left for PostgreSQL's lock file.
SOCKET_LIMIT = 100
SOCKET_NAME = "s/.s.PGSQL.5432"


@dataclass(frozen=True)
class Account:
    """The account that PostgreSQL and Redis run as."""

    name: str
    uid: int
    groups: frozenset[int]


def may_enter(folder: Path, account: Account, status: Callable[[Path], os.stat_result]) -> bool:
    """Whether `account` may pass through `folder`, by the bits of its mode alone."""
    found = status(folder)
    if account.uid in (0, found.st_uid):
        return account.uid == 0 or bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid in account.groups:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def closed_parent(
    folder: Path, account: Account, status: Callable[[Path], os.stat_result] = os.stat
) -> Path | None:
    """The first existing parent of `folder` that `account` may not pass; None when all are open."""
    for parent in reversed(folder.parents):
        try:
            if not may_enter(parent, account, status):
                return parent
        except FileNotFoundError:
            return None  # from here on the folders are ours to make
    return None


def socket_fits(folder: Path) -> bool:
    """Whether the socket of a cluster in `folder` stays inside the limit of the system."""
    return len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_LIMIT


def short_folder(checkout: Path, purpose: str) -> Path:
    """A short folder that no other checkout shares, with the checkout's name readable in it."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", checkout.name)[:20].strip("-").lower() or "checkout"
    digest = hashlib.sha256(os.fsencode(checkout) + purpose.encode()).hexdigest()[:8]
    return SHORT_PARENT / f"megdan-{name}-{digest}"


def data_folder(
    checkout: Path,
    purpose: str,
    account: Account,
    status: Callable[[Path], os.stat_result] = os.stat,
) -> Path:
    """Where the cluster of `checkout` lies: var/<purpose>, or a short folder where that is no use.

    `purpose` is "pg" for `make run`, "test" for `make test`, "bench-data" for `make bench`.
    """
    usual = checkout / "var" / purpose
    if socket_fits(usual) and closed_parent(usual, account, status) is None:
        return usual
    return short_folder(checkout, purpose)
