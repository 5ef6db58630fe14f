"""Gets the pinned uv and makes the Python environment; the system Python is not touched."""

import importlib.util
import os
import subprocess
import sys
import venv
from pathlib import Path

from deploy.local.places import ROOT
from deploy.local.say import SetupError, step

UV_VERSION = "0.13.9"
UV_HOME = ROOT / "var" / "tools" / "uv"
UV = UV_HOME / "bin" / "uv"
PYTHON = ROOT / ".venv" / "bin" / "python"


def clean_environment() -> dict[str, str]:
    """The caller's environment without what would lead Python or uv to another project."""
    misleading = {
        *("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "UV_PROJECT_ENVIRONMENT"),
        "DJANGO_SETTINGS_MODULE",
    }
    return {name: value for name, value in os.environ.items() if name not in misleading}


def _uv_is_pinned() -> bool:
    if not UV.exists():
        return False
    done = subprocess.run([UV, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.split()[1:2] == [UV_VERSION]


def ensure_uv() -> None:
    """Put the pinned uv into var/tools by way of an environment of its own."""
    if _uv_is_pinned():
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            f"{sys.executable} cannot make environments (it has no ensurepip); "
            "install python3-venv, or choose another Python with PYTHON=."
        )
    with step(f"getting uv {UV_VERSION} into var/tools"):
        venv.create(UV_HOME, clear=True, with_pip=True)
        _run([UV_HOME / "bin" / "python", "-m", "pip", "install", "-q", f"uv=={UV_VERSION}"])


def sync(project: Path = ROOT, *extra: str) -> None:
    """Make the environment of `project` exactly what its lock names."""
    environment = clean_environment() | {
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
        # A town hall's proxy signs with the town hall's own authority, which only the system knows.
        "UV_SYSTEM_CERTS": "1",
    }
    with step("Python packages as locked"):
        _run([UV, "sync", "--locked", "--quiet", "--project", project, *extra], environment)


def _run(command: list[Path | str], environment: dict[str, str] | None = None) -> None:
    env = clean_environment() if environment is None else environment
    if subprocess.run(command, cwd=ROOT, env=env, check=False).returncode != 0:
        raise SetupError(f"This command failed: {' '.join(map(str, command))}")
