"""Keeps the documents true: settings, commands, decisions, links, and nothing of one machine."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
READERS = {"text", "switch", "number", "words", "database", "redis", "mail"}
LINK = re.compile(r"(?<!!)!?\[[^\]\n]*\]\(([^)\s]+)\)")
# Folders that exist on one machine only; /var/tmp, /etc and the like exist on every Debian.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|work|mnt|Users)/[\w.-]+|\.\./shared\b")


def documents() -> list[Path]:
    """Every page for people."""
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def committed() -> list[Path]:
    """Text files of the repository, new ones included; all files where git is not there."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    kinds = {".py", ".md", ".toml", ".sh", ".html", ".ts", ".mjs", ".css", ".yml", ".json", ".po"}
    paths = (ROOT / name for name in listed.split("\0") if name)
    return [path for path in paths if path.suffix in kinds and path.is_file()]


def environment_variables() -> set[str]:
    """Names that settings.py reads from the environment."""
    tree = ast.parse((ROOT / "config/settings.py").read_text("utf-8"))
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READERS
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def commands() -> set[str]:
    """Names of the program's own management commands."""
    return {path.stem for path in ROOT.glob("*/management/commands/*.py") if path.stem[0] != "_"}


def sections(page: Path) -> list[str]:
    """The headings of the second level."""
    return re.findall(r"^## (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)


def links(page: Path) -> Iterator[str]:
    """Targets of the page's links that lie in the repository."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in LINK.findall(text):
        if not re.match(r"[a-z]+:|#", target):
            yield target.partition("#")[0]


def test_each_setting_is_described() -> None:
    described = (DOCS / "settings.md").read_text("utf-8")
    names = environment_variables()
    assert "DATABASE_URL" in names
    assert not {name for name in names if not re.search(rf"\b{name}\b", described)}


def test_no_setting_is_described_that_nothing_reads() -> None:
    described = set(re.findall(r"\bMEGDAN_[A-Z_]+\b", (DOCS / "settings.md").read_text("utf-8")))
    code = "\n".join(
        path.read_text("utf-8") for path in committed() if path.suffix in {".py", ".sh"}
    )
    assert not {name for name in described if name not in code}


def test_each_command_is_described() -> None:
    described = "\n".join(page.read_text("utf-8") for page in documents())
    assert not {name for name in commands() if not re.search(rf"manage\.py {name}\b", described)}


@pytest.mark.parametrize("record", sorted(DOCS.glob("decisions/0*.md")), ids=lambda path: path.stem)
def test_decision_has_its_three_parts_and_is_listed(record: Path) -> None:
    assert sections(record) == ["Context", "Decision", "Rejected"]
    assert record.read_text("utf-8").startswith(f"# {record.name[:4]} ")
    assert record.name in (DOCS / "decisions/README.md").read_text("utf-8")


def test_links_lead_somewhere() -> None:
    faults = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in documents()
        for target in links(page)
        if not (page.parent / target).exists()
    ]
    assert not faults


def test_changelog_speaks_to_operators() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    releases = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert releases
    assert all("### For operators" in release for release in releases)


def test_each_claim_of_safety_names_its_test() -> None:
    rows = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (DOCS / "threats.md").read_text("utf-8"))
    assert rows
    faults = [
        f"{path}::{name}"
        for path, name in rows
        if not (ROOT / path).is_file() or name not in (ROOT / path).read_text("utf-8")
    ]
    assert not faults


def test_nothing_names_a_folder_of_one_machine() -> None:
    faults = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in committed()
        if not path.is_relative_to(ROOT / "tests")  # tests may invent folders
        for found in [MACHINE_PATH.search(path.read_text("utf-8"))]
        if found
    ]
    assert not faults
