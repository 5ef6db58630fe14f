"""The commands in the guides for operators: their syntax, and that all they name exists.

They are not carried out here: that needs an empty machine.
"""

import re
import subprocess
from pathlib import Path

import pytest

from deploy.local.places import ROOT

GUIDES = sorted((ROOT / "docs/operate").glob("*.md"))
FENCED = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def scripts() -> list[tuple[str, str]]:
    """Each block of commands with the page it stands on."""
    return [
        (page.name, block) for page in GUIDES for block in FENCED.findall(page.read_text("utf-8"))
    ]


def test_there_are_commands() -> None:
    assert {name for name, _ in scripts()} >= {"install.md", "upgrade.md"}


@pytest.mark.parametrize(("page", "block"), scripts())
def test_a_shell_can_read_them(page: str, block: str) -> None:
    done = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{page}: {done.stderr}"


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_every_file_command_and_unit_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")}
    assert set(re.findall(r"manage\.py (\w+)", text)) <= commands
    files = set(re.findall(r"\b(?:deploy|tests)/[\w./-]+[\w*]", text))
    assert {name for name in files if not list(ROOT.glob(name))} == set()
    units = {path.stem for path in (ROOT / "deploy/systemd").iterdir()}
    named = re.findall(r"\bmegdan-(?:web|signs|worker|beat|mail|prepare|backup)[\w-]*", text)
    assert set(named) <= units


def test_every_setting_of_the_guide_is_one() -> None:
    described = (ROOT / "docs/settings.md").read_text("utf-8")
    guide = (ROOT / "docs/operate/install.md").read_text("utf-8")
    (block,) = re.findall(r"<<'END'\n(.*?)^END$", guide, re.DOTALL | re.MULTILINE)
    names = re.findall(r"^([A-Z_]+)=", block, re.MULTILINE)
    assert len(names) > 8
    assert {name for name in names if f"`{name}`" not in described} == set()
