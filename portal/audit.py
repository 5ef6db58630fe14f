"""The last audit of all pages in a browser, as its run wrote it into the repository."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

PROOF = Path(settings.BASE_DIR) / "docs" / "proofs" / "accessibility.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Audit:
    """What was looked at and what was found.

    Attributes:
        pages: different addresses; each was opened once in some looks.
        visits: how often a page was opened in all.
        looks: width, theme and language, such as "360-dark-bg".
        violations: faults that were found, each counted once a visit.
    """

    on: dt.date
    commit: str
    tool: str
    pages: int
    visits: int
    looks: tuple[str, ...]
    violations: int

    @property
    def languages(self) -> list[str]:
        """Codes of the languages in which pages were opened."""
        return sorted({look.rsplit("-", 1)[-1] for look in self.looks})


def last_audit(file: Path = PROOF) -> Audit | None:
    """The audit kept in the repository; None where there is none that can be read."""
    try:
        stored = json.loads(file.read_text("utf-8"))
        if stored["format"] != FORMAT:
            return None
        return Audit(
            on=dt.date.fromisoformat(stored["date"]),
            commit=str(stored["commit"]),
            tool=str(stored["tool"]),
            pages=int(stored["pages"]),
            visits=int(stored["visits"]),
            looks=tuple(map(str, stored["looks"])),
            violations=int(stored["violations"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
