"""House numbers as people write them: 12, 12A, 12 bis, 12-14, 12/1; no streets, no geometry."""

import re
from dataclasses import dataclass

from geo.matching.letters import fold

_WRITTEN = re.compile(
    r"^0*(?P<first>\d{1,5})\s*(?:-?\s*(?P<suffix>[a-z]{1,3}))?"
    r"(?:\s*(?P<join>[-/])\s*(?P<last>\d{1,5})\s*(?P<last_suffix>[a-z])?)?$"
)


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A house number in parts: 12-14 is (12, "", 14); 12/1 is (12, "/1", None)."""

    number: int
    suffix: str = ""
    last: int | None = None

    @property
    def key(self) -> str:
        """The exact spelling-free form two equal numbers share."""
        last = f"-{self.last}" if self.last is not None else ""
        return f"{self.number}{self.suffix}{last}"

    def spans(self, number: int) -> bool:
        """Whether a range such as 12-16 holds the number, by the parity of its first."""
        if self.last is None:
            return number == self.number
        return self.number <= number <= self.last and (number - self.number) % 2 == 0


def parse_number(text: str) -> HouseNumber | None:
    """Read a written house number; None when it is not one. Cyrillic suffixes become Latin."""
    match = _WRITTEN.match(fold(text).strip(" ."))
    if match is None:
        return None
    first, suffix = int(match["first"]), match["suffix"] or ""
    last = int(match["last"]) if match["last"] else None
    if last is not None and (match["join"] == "/" or last <= first):
        return HouseNumber(first, f"{suffix}/{last}{match['last_suffix'] or ''}")
    return HouseNumber(first, suffix, last)
