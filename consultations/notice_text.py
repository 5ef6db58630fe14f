"""The words of a legal notice, as its page, its sheet and its proofs hand them on; no ORM."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the notice says, with its heading."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class NoticeText:
    """The whole notice in words."""

    authority: str
    office: str
    title: str
    law: str
    lines: Sequence[Line]

    @property
    def plain(self) -> str:
        """The same as lines of text: what proofs keep, and take the digest of."""
        told = [f"{one.label}: {one.text}" for one in self.lines]
        return "\n".join([self.authority, self.office, self.title, self.law, *told, ""])
