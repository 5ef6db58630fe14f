"""The services as systemd reads them: no fault, shut in, and all that they name exists."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.local.places import ROOT

UNITS = sorted((ROOT / "deploy/systemd").glob("megdan*"))
RUNNING = ("megdan-web", "megdan-signs", "megdan-worker", "megdan-beat", "megdan-mail-in")
#: Of ten, as `systemd-analyze security` reckons; a service without any shutting-in has 9.6.
MOST_EXPOSED = 2.5
ANALYZE = shutil.which("systemd-analyze")

pytestmark = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")


def analyze(*arguments: str) -> str:
    done = subprocess.run([str(ANALYZE), *arguments], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """All units, with a program that is there."""
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/megdan/.venv/bin/python", "/bin/true")
        (tmp_path / unit.name).write_text(text.replace("/opt/megdan", "/"))
    return tmp_path


def test_systemd_finds_no_fault(installed: Path) -> None:
    said = analyze("verify", "--man=no", *(str(installed / unit.name) for unit in UNITS))
    ours = [line for line in said.splitlines() if "megdan" in line]
    assert ours == []


def test_a_fault_would_be_found(installed: Path) -> None:
    unit = installed / "megdan-web.service"
    unit.write_text(unit.read_text().replace("ProtectSystem=strict", "ProtectSystem=perhaps"))
    assert "perhaps" in analyze("verify", "--man=no", str(unit))


@pytest.mark.parametrize("name", RUNNING)
def test_a_service_is_shut_in(name: str) -> None:
    unit = ROOT / "deploy/systemd" / f"{name}.service"
    said = analyze("security", "--offline=true", "--no-pager", str(unit))
    found = re.search(r"exposure level .*?: ([\d.]+)", said)
    assert found, said
    assert float(found[1]) <= MOST_EXPOSED


def test_no_running_service_knows_the_owner_of_the_tables() -> None:
    for unit in UNITS:
        if unit.stem in RUNNING:
            assert "/etc/megdan/owner" not in unit.read_text("utf-8"), unit


def test_the_host_of_signs_leaves_no_log() -> None:
    text = (ROOT / "deploy/systemd/megdan-signs.service").read_text("utf-8")
    assert {"StandardOutput=null", "StandardError=null"} <= set(text.splitlines())


def test_every_command_and_module_exists() -> None:
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")}
    used = [
        name for unit in UNITS for name in re.findall(r"manage\.py (\w+)", unit.read_text("utf-8"))
    ]
    assert used
    assert set(used) <= commands
