"""Names the Debian packages that are needed and has the missing ones installed."""

import importlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys

from deploy.local.places import ROOT
from deploy.local.say import SetupError, say, step

SCRIPT = "deploy/local/install_packages.sh"
NEEDED = {
    "postgresql-15": "the database",
    "postgresql-15-postgis-3": "geometry in the database",
    "redis-server": "wakes background work",
    "gettext": "compiles the translations",
    "libpango-1.0-0": "letters and sign sheets as PDF",
    "libpangoft2-1.0-0": "letters and sign sheets as PDF",
    "libharfbuzz-subset0": "letters and sign sheets as PDF",
}
FOR_TESTS = {
    "chromium": "drives the pages in tests",
    "gdal-bin": "reads the open map data as a program of other people",
    "nginx-light": "proves that the sample for the sign host logs nobody",
}


def is_installed(package: str) -> bool:
    """Whether dpkg has `package` unpacked and configured."""
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout == "installed"


def wanted(*, tests: bool) -> dict[str, str]:
    """Package and reason; python3-venv only where this Python cannot make an environment."""
    packages = dict(NEEDED)
    if importlib.util.find_spec("ensurepip") is None:
        packages["python3-venv"] = "keeps Python packages out of the system"
    return packages | FOR_TESTS if tests else packages


def install_command(packages: list[str]) -> list[str]:
    """The one command that installs `packages`, without sudo in front."""
    return ["sh", str(ROOT / SCRIPT), *packages]


def _may_sudo() -> bool:
    if not shutil.which("sudo"):
        return False
    if sys.stdin.isatty():
        return True
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


def ensure_packages(*, tests: bool = False) -> None:
    """Install what is missing as root or by sudo; otherwise print the line to run and stop."""
    if not shutil.which("dpkg-query"):
        raise SetupError("Megdan sets itself up on Debian 12, but this system has no dpkg.")
    missing = {name: why for name, why in wanted(tests=tests).items() if not is_installed(name)}
    if not missing:
        return
    say("Debian packages that are missing:")
    for name, why in missing.items():
        say(f"  {name}: {why}")
    command = install_command(list(missing))
    if os.geteuid() != 0:
        if not _may_sudo():
            raise SetupError(
                "Please have these packages installed as root, then try again:\n"
                f"  su -c {shlex.quote(shlex.join(command))}"
            )
        command = ["sudo", *command]
    with step("installing them (no system cluster is made, no service is started)"):
        if subprocess.run(command, check=False).returncode != 0:
            raise SetupError(
                f"The packages could not be installed; the command was: {shlex.join(command)}"
            )
    importlib.invalidate_caches()  # ensurepip may have come just now
