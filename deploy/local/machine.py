"""Looks at the machine before anything is done (versions, disk, port); it changes nothing."""

import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from deploy.local.say import SetupError

PYTHON_FLOOR, PYTHON_CEILING = (3, 11), (3, 14)
NODE_FLOOR = 18
NEEDED_BYTES = 1_500_000_000


def check_python() -> None:
    """Refuse a Python that the locked packages do not know."""
    if not PYTHON_FLOOR <= sys.version_info[:2] < PYTHON_CEILING:
        found = ".".join(map(str, sys.version_info[:2]))
        raise SetupError(
            f"Megdan needs Python 3.11 to 3.13, but {sys.executable} is {found}; "
            "choose another with PYTHON=, as in: make run PYTHON=python3.11"
        )


def node_major(text: str) -> int | None:
    """The first number of `node --version`, such as 20 of v20.20.2."""
    found = re.match(r"v(\d+)\.", text.strip())
    return int(found[1]) if found else None


def check_node() -> None:
    """Refuse a missing or old Node, and a Node without npm."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise SetupError(
            f"Megdan needs Node {NODE_FLOOR} or newer with npm; install it and try again."
        )
    text = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    major = node_major(text)
    if major is None or major < NODE_FLOOR:
        raise SetupError(f"Megdan needs Node {NODE_FLOOR} or newer, but this is {text.strip()!r}.")


def check_disk(folder: Path) -> None:
    """Refuse to begin on a disk that would fill up on the way."""
    existing = next(part for part in (folder, *folder.parents) if part.exists())
    free = shutil.disk_usage(existing).free
    if free < NEEDED_BYTES:
        raise SetupError(
            f"Only {free / 1e9:.1f} GB are free at {existing}; "
            f"Megdan needs {NEEDED_BYTES / 1e9:.1f} GB, so please make room first."
        )


def port_number(text: str) -> int:
    """`PORT` as a number between 1 and 65535."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65_535:
        raise SetupError(f"PORT must be a number from 1 to 65535, but it is {text!r}.")
    return int(text)


def check_port(host: str, port: int) -> None:
    """Refuse a port that another program already holds."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SetupError(
                f"Port {port} at {host} cannot be used ({error.strerror}); "
                f"choose another, as in: make run PORT={min(port + 1, 65_535)}"
            ) from None
