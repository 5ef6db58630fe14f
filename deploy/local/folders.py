"""Makes the folder of a private cluster and checks that nobody else prepared it."""

import os
import stat
from pathlib import Path

from deploy.local.places import ROOT, Account, data_folder
from deploy.local.say import SetupError, say


def ready_folder(purpose: str, account: Account) -> Path:
    """The data folder of this checkout, made for `account` alone and noted under var/."""
    folder = data_folder(ROOT, purpose, account)
    if not folder.is_relative_to(ROOT):
        say(f"  the data lies in {folder}, as the database cannot use var/ of this checkout")
    make_private(folder, account)
    note = ROOT / "var" / f"{purpose}-folder"
    note.write_text(f"{folder}\n")
    return folder


def make_private(folder: Path, account: Account) -> None:
    """Make `folder` and its folder for sockets, closed to all but `account` (and root)."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        _refuse_foreign(folder, account)
    else:
        os.chown(folder, account.uid, -1)
    sockets = folder / "s"
    if not sockets.is_dir():
        sockets.mkdir(mode=0o700)
        os.chown(sockets, account.uid, -1)


def _refuse_foreign(folder: Path, account: Account) -> None:
    """A folder under /var/tmp could have been laid there by anybody."""
    found = folder.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid
    if not ours or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise SetupError(
            f"{folder} belongs to somebody else or is open to others; "
            f"it must be a folder of the account {account.name}, so please remove it."
        )
