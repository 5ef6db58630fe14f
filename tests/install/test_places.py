"""Where the data lies: beside the code where the database can use it, else in a short folder."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import places
from deploy.local.places import Account

POSTGRES = Account("postgres", 105, frozenset({110}))
Status = Callable[[Path], os.stat_result]


def status_of(modes: dict[str, tuple[int, int, int]]) -> Status:
    """A file system where each folder is (mode, uid, gid); others are open and belong to root."""

    def status(path: Path) -> os.stat_result:
        mode, uid, gid = modes.get(str(path), (0o755, 0, 0))
        return os.stat_result((0o040000 | mode, 0, 0, 1, uid, gid, 0, 0, 0, 0))

    return status


def test_data_lies_beside_the_code_where_all_folders_are_open() -> None:
    folder = places.data_folder(Path("/srv/megdan"), "pg", POSTGRES, status_of({}))
    assert folder == Path("/srv/megdan/var/pg")


@pytest.mark.parametrize(
    ("mode", "uid", "gid", "is_open"),
    [
        (0o700, 0, 0, False),
        (0o710, 0, 110, True),
        (0o701, 0, 110, False),
        (0o701, 0, 0, True),
        (0o700, 105, 0, True),
        (0o077, 105, 0, False),
    ],
)
def test_the_class_of_the_account_alone_decides(
    mode: int, uid: int, gid: int, is_open: bool
) -> None:
    status = status_of({"/root": (mode, uid, gid)})
    assert places.may_enter(Path("/root"), POSTGRES, status) is is_open


def test_a_closed_parent_sends_the_data_to_a_short_folder() -> None:
    status = status_of({"/root": (0o700, 0, 0)})
    checkout = Path("/root/Work place/Megdan")
    folder = places.data_folder(checkout, "pg", POSTGRES, status)
    assert folder.parent == Path("/var/tmp")
    assert folder.name.startswith("megdan-megdan-")
    assert places.closed_parent(checkout, POSTGRES, status) == Path("/root")


def test_a_long_path_sends_the_data_to_a_short_folder() -> None:
    checkout = Path("/srv") / ("x" * 150)
    folder = places.data_folder(checkout, "pg", POSTGRES, status_of({}))
    assert folder.parent == Path("/var/tmp")
    assert places.socket_fits(folder)


def test_the_limit_counts_bytes_and_not_letters() -> None:
    latin = Path("/srv") / ("s" * 75)
    cyrillic = Path("/srv") / ("ж" * 75)
    assert places.socket_fits(latin)
    assert not places.socket_fits(cyrillic)


def test_checkouts_and_purposes_never_share_a_short_folder() -> None:
    checkouts = [Path("/a/megdan"), Path("/b/megdan")]
    folders = {places.short_folder(one, use) for one in checkouts for use in ("pg", "test")}
    assert len(folders) == 4


def test_a_name_without_latin_letters_still_gives_a_folder() -> None:
    assert places.short_folder(Path("/srv/мегдан"), "pg").name.startswith("megdan-checkout-")
