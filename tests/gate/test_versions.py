"""How a version is compared with its floor, and what the list of safe versions must hold."""

import tomllib

import pytest

from deploy.gate.versions_safe import FLOORS, ROOT, find_faults, is_older, too_old


@pytest.mark.parametrize(
    ("version", "floor", "older"),
    [
        ("5.2.19", "5.2.19", False),
        ("5.2.9", "5.2.19", True),
        ("5.3", "5.2.19", False),
        ("3.9", "3.9.0", False),
        ("5.2.19rc1", "5.2.19", True),
        ("2026.10.18", "2024.7.4", False),
    ],
)
def test_versions_are_compared_by_number(version: str, floor: str, older: bool) -> None:
    assert is_older(version, floor) is older


def test_every_locked_version_of_a_package_counts() -> None:
    faults = too_old({"numpy": "2.0", "gone": "1.0"}, {"numpy": ["2.4", "1.26"]})
    assert faults == [
        "numpy 1.26 is older than 2.0; raise it in the lock file.",
        "gone has a floor but is not locked; take it off the list.",
    ]


def test_what_is_locked_here_is_safe() -> None:
    assert find_faults(ROOT) == []


def test_the_list_never_falls_below_what_the_design_needs() -> None:
    floors = tomllib.loads((ROOT / FLOORS).read_text("utf-8"))
    assert not is_older(floors["python"]["django"], "5.2.19")
    assert not is_older(floors["libraries"]["GDAL"], "3.9")
    assert "psycopg" in floors["forbidden"]
