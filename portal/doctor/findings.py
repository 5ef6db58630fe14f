"""What a check found, in words an operator can act on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail", "not checked"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, what was found, and the cure where there is one."""

    name: str
    state: State
    found: str
    cure: str = ""


def ok(name: str, found: str) -> Finding:
    """All is well."""
    return Finding(name, "ok", found)


def warn(name: str, found: str, cure: str) -> Finding:
    """It works, and will not for long or not for everybody."""
    return Finding(name, "warn", found, cure)


def fail(name: str, found: str, cure: str) -> Finding:
    """Residents or staff are harmed now."""
    return Finding(name, "fail", found, cure)


def unknown(name: str, found: str, cure: str = "") -> Finding:
    """It could not be looked at from here."""
    return Finding(name, "not checked", found, cure)


Check = Callable[[], Iterator[Finding]]


def examine(
    name: str, check: Check, troubles: tuple[type[Exception], ...], *, cure: str
) -> Iterator[Finding]:
    """Run a check; where it could not be finished, that is its finding, with its usual cure."""
    try:
        yield from check()
    except troubles as trouble:
        words = " ".join(str(trouble).split()) or type(trouble).__name__
        yield fail(name, f"could not be looked at: {words}", cure)


def exit_code(findings: list[Finding]) -> int:
    """0 well, 1 only warnings, 2 something fails."""
    states = {finding.state for finding in findings}
    return 2 if "fail" in states else 1 if "warn" in states else 0
