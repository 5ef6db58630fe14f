"""Compares the lock files with minimum_versions.toml; it looks up no advisories itself.

    python deploy/gate/versions_safe.py [--root FOLDER]

Exit code 1 when a locked package is older than its floor, is forbidden, or is no longer locked.
"""

import argparse
import json
import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = Path("deploy/gate/minimum_versions.toml")
Versions = dict[str, list[str]]


def as_numbers(version: str) -> tuple[int, ...]:
    """Turn the leading numbers of a version into a tuple: "2.9.13rc1" is (2, 9, 13)."""
    leading = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in leading.group().split(".")) if leading else ()


def is_older(version: str, floor: str) -> bool:
    """Tell whether a version lies below a floor; 3.9 and 3.9.0 are the same, 5.3a1 is below 5.3."""
    found, least = as_numbers(version), as_numbers(floor)
    width = max(len(found), len(least))
    padded = tuple(parts + (0,) * (width - len(parts)) for parts in (found, least))
    before_release = re.search(r"\d(a|b|rc|\.dev|-alpha|-beta)", version) is not None
    return padded[0] < padded[1] or (padded[0] == padded[1] and before_release)


def python_versions(root: Path) -> Versions:
    """Every version of every package in uv.lock; one name may have several, by Python version."""
    locked: Versions = defaultdict(list)
    for package in tomllib.loads((root / "uv.lock").read_text("utf-8"))["package"]:
        locked[package["name"]].append(package.get("version", "0"))
    return locked


def npm_versions(root: Path) -> Versions:
    """Every version of every package in the front end's lock file."""
    locked: Versions = defaultdict(list)
    lock = json.loads((root / "frontend/package-lock.json").read_text("utf-8"))
    for path, package in lock["packages"].items():
        if path:
            locked[path.rpartition("node_modules/")[2]].append(package.get("version", "0"))
    return locked


def library_versions() -> Versions:
    """GDAL and GEOS as they answer in this process; both come inside wheels."""
    # They load large libraries, which the other comparisons do without.
    import pyogrio
    import shapely

    numbers = (pyogrio.__gdal_version__, shapely.geos_version)
    return {
        name: [".".join(map(str, number))]
        for name, number in zip(("GDAL", "GEOS"), numbers, strict=True)
    }


def too_old(floors: dict[str, str], locked: Versions) -> list[str]:
    """A sentence for each package that is below its floor or is not there at all."""
    faults = []
    for name, floor in floors.items():
        if not locked.get(name):
            faults.append(f"{name} has a floor but is not locked; take it off the list.")
        faults += [
            f"{name} {version} is older than {floor}; raise it in the lock file."
            for version in locked.get(name, [])
            if is_older(version, floor)
        ]
    return faults


def find_faults(root: Path) -> list[str]:
    """Sentences that say what is unsafe in the lock files under a folder; none when all is well."""
    floors = tomllib.loads((root / FLOORS).read_text("utf-8"))
    python = python_versions(root)
    return [
        *too_old(floors["python"], python),
        *too_old(floors["npm"], npm_versions(root)),
        *too_old(floors["libraries"], library_versions()),
        *(
            f"{name} must not be locked: {reason}."
            for name, reason in floors["forbidden"].items()
            if name in python
        ),
    ]


def main() -> int:
    """Print what is unsafe; answer with the exit code."""
    parser = argparse.ArgumentParser(description="Compare locked versions with their floors.")
    parser.add_argument("--root", type=Path, default=ROOT)
    faults = find_faults(parser.parse_args().root)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
