"""Keeps what an audit of the pages found, and writes it where the accessibility statement reads."""

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page

from portal.audit import FORMAT

PACKAGE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/package.json"
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"


@dataclass
class Record:
    """Every visit of one run."""

    pages: set[str] = field(default_factory=set)
    looks: set[str] = field(default_factory=set)
    visits: int = 0
    violations: int = 0

    def note(self, page: Page, path: str, language: str, faults: list[str]) -> None:
        """Count one page in one look; the town and what is asked make no other page."""
        town, _, rest = path.split("?")[0].lstrip("/").partition("/")
        self.pages.add(rest if town in TOWNS else path)
        theme = "dark" if page.evaluate(IS_DARK) else "light"
        self.looks.add(f"{page.evaluate('innerWidth')}-{theme}-{language}")
        self.visits += 1
        self.violations += len(faults)

    def as_json(self, commit: str) -> str:
        """The file as the statement reads it."""
        tool = f"axe-core {json.loads(PACKAGE.read_text('utf-8'))['version']}"
        stored = {
            "format": FORMAT,
            "date": timezone.localdate().isoformat(),
            "commit": commit,
            "tool": f"{tool}, Chromium",
            "pages": len(self.pages),
            "visits": self.visits,
            "looks": sorted(self.looks),
            "violations": self.violations,
        }
        return json.dumps(stored, indent=2) + "\n"


TOWNS = {"piatra-neamt", "stara-zagora"}
RECORD = Record()


def commit_of(folder: Path) -> str:
    """Short name of the commit that was looked at; with a plus where files were changed since."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty=+"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
