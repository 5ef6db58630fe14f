"""What a text claims, in a form that a test can hold against the figure."""

from dataclasses import dataclass
from enum import StrEnum


class Says(StrEnum):
    """The claims our texts can make; there are no others."""

    SCORE = "score"
    INTERVAL = "interval"
    VOTES = "votes"
    PERIOD = "period"
    UNCERTAIN = "uncertain"
    TOO_FEW = "too few"
    ROSE = "rose"
    FELL = "fell"
    SAME = "same"
    UNKNOWN = "unknown"  # we cannot tell whether it changed


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim with the numbers exactly as they are printed, so rounding is part of it."""

    says: Says
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A text, and everything it claims."""

    text: str
    claims: tuple[Claim, ...]

    def says(self, what: Says) -> bool:
        """Whether this is among the claims."""
        return any(claim.says is what for claim in self.claims)

    def __add__(self, other: "Statement") -> "Statement":
        """Both, one after the other."""
        return Statement(f"{self.text} {other.text}", self.claims + other.claims)
