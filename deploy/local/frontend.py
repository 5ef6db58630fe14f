"""Builds the front end when its sources changed; how it is built is written in frontend/."""

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

from deploy.local.places import ROOT
from deploy.local.say import SetupError, step
from deploy.local.tools import clean_environment

FRONTEND = ROOT / "frontend"
NOT_SOURCES = frozenset({"node_modules", "dist"})
PACKAGES_NOTE = ROOT / "var" / "frontend-packages"
BUILD_NOTE = ROOT / "var" / "frontend-build"


def sources(folder: Path) -> list[Path]:
    """Files that the build reads, in a fixed order."""
    return sorted(
        path
        for top in folder.iterdir()
        if top.name not in NOT_SOURCES
        for path in (top.rglob("*") if top.is_dir() else [top])
        if path.is_file()
    )


def content_hash(files: Iterable[Path], folder: Path) -> str:
    """One hash over names and contents; times do not count, so a fresh clone is equal."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(folder)).encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _noted(note: Path) -> str:
    return note.read_text() if note.exists() else ""


def _npm(*arguments: str) -> None:
    env = clean_environment() | {"npm_config_update_notifier": "false"}
    done = subprocess.run(["npm", *arguments], cwd=FRONTEND, env=env, check=False)
    if done.returncode != 0:
        raise SetupError(f"This command failed in frontend/: npm {' '.join(arguments)}")


def ensure_packages() -> None:
    """`npm ci` where the lock is not the one that was installed."""
    lock = content_hash([FRONTEND / "package-lock.json"], FRONTEND)
    if _noted(PACKAGES_NOTE) == lock and (FRONTEND / "node_modules").is_dir():
        return
    with step("front end packages as locked"):
        _npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
    PACKAGES_NOTE.write_text(lock)


def ensure_built() -> None:
    """Build into frontend/dist where the sources are not the ones that were built."""
    ensure_packages()
    now = content_hash(sources(FRONTEND), FRONTEND)
    if _noted(BUILD_NOTE) == now and (FRONTEND / "dist").is_dir():
        return
    with step("building the front end"):
        _npm("run", "--silent", "build")
    BUILD_NOTE.write_text(now)
