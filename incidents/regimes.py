"""Terms that laws and town halls set, read from one dated file for each regime; no ORM, no clock.

`incidents/regimes/*.toml` say for every term what it counts, which events start, stop, end and
pause it, the article it stands in, and whether that was confirmed. What is not confirmed warns, and
never makes a term longer.
"""

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

FOLDER = Path(__file__).with_name("regimes")
OPERATIONAL = "operational"
UNITS = frozenset({"days", "working_days", "months", "working_hours"})
#: What regimes may speak of; incidents/terms.py says which events of a report these are.
EVENTS = frozenset(
    {
        "received", "registered", "routed", "unrouted", "forwarded", "leg_registered", "leg_done",
        "leg_refused", "leg_withdrawn", "asked", "replied", "signed", "returned", "answered",
        "closed", "outside", "refused", "merged", "unmerged", "reopened",
    }
)  # fmt: skip


class BadRegimeError(ValueError):
    """A file that says something no term can be reckoned by."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Events between which the days of a term are not counted."""

    begins: frozenset[str]
    ends: frozenset[str]
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Extension:
    """How far, how often and by whom a term may be made longer."""

    source: str
    is_confirmed: bool
    granted_by: str
    needs_prior_notice: bool
    times: int = 1
    most_days: int | None = None
    # Of the whole term, from its start.
    most_months_in_all: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One term: how it is counted and what moves it."""

    code: str
    regime: str
    source: str
    is_confirmed: bool
    valid_from: dt.date
    unit: str
    count: int
    starts: frozenset[str]
    # "last": a corrected day of the register counts; "first": the earliest day counts.
    takes: str
    presumed_starts: frozenset[str]
    stops: frozenset[str]
    ends: frozenset[str]
    resumes: frozenset[str]
    pauses: tuple[Pause, ...]
    rolls: bool
    is_roll_confirmed: bool
    is_per_leg: bool
    extension: Extension | None

    @property
    def events(self) -> frozenset[str]:
        """Every event the term knows."""
        pausing = [pause.begins | pause.ends for pause in self.pauses]
        known = self.starts | self.presumed_starts | self.stops | self.ends | self.resumes
        return known.union(*pausing)

    @property
    def rolls_for_sure(self) -> bool:
        """Whether a last day off surely moves to the next working day."""
        return self.rolls and self.is_roll_confirmed


@dataclass(frozen=True, slots=True)
class Regime:
    """The terms of one kind of matter in one country; an empty country is every one."""

    code: str
    country: str
    # As the law is quoted, by language; empty where no law stands behind it.
    law: Mapping[str, str]
    names: Mapping[str, str]
    needs_identity: bool
    sources: tuple[str, ...]
    rules: tuple[Rule, ...]
    opens: dt.time
    closes: dt.time

    def rule_on(self, code: str, day: dt.date) -> Rule | None:
        """The rule of a term that is in force on its first day."""
        held = [one for one in self.rules if one.code == code and one.valid_from <= day]
        return max(held, key=lambda one: one.valid_from, default=None)

    @property
    def codes(self) -> tuple[str, ...]:
        """The terms, each once, in the order of the file."""
        return tuple(dict.fromkeys(rule.code for rule in self.rules))

    @property
    def events(self) -> frozenset[str]:
        """Every event the regime knows."""
        return frozenset[str]().union(*(rule.events for rule in self.rules))


@cache
def regimes() -> Mapping[str, Regime]:
    """All regimes by their code, read once.

    Raises:
        BadRegimeError: a file is wrong.
    """
    found = [read_regime(path.read_text("utf-8"), path.stem) for path in _files()]
    return MappingProxyType({one.code: one for one in found})


def regimes_of(country: str) -> list[Regime]:
    """What a town may choose for its categories; the town's own targets always run beside it."""
    return [one for one in regimes().values() if one.country == country]


def read_regime(text: str, name: str) -> Regime:
    """One file.

    Raises:
        BadRegimeError: with the file's name and what is wrong in it.
    """
    try:
        given = tomllib.loads(text)
        made = _regime(given)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        message = f"{name}: {error}"
        raise BadRegimeError(message) from error
    if made.code != name:
        message = f"{name}: the file is named otherwise than its code “{made.code}”."
        raise BadRegimeError(message)
    return made


def _files() -> list[Path]:
    return sorted(FOLDER.glob("*.toml"))


def _regime(given: Mapping[str, Any]) -> Regime:
    if not given["sources"]:
        raise ValueError("no source is named")
    made = Regime(
        code=given["code"],
        country=given["country"],
        law=dict(given["law"]),
        names=dict(given["names"]),
        needs_identity=given["needs_identity"],
        sources=tuple(given["sources"]),
        rules=tuple(_rule(one, given["code"]) for one in given["terms"]),
        opens=given.get("office_opens", dt.time(8)),
        closes=given.get("office_closes", dt.time(16)),
    )
    if made.opens >= made.closes:
        raise ValueError("the office closes before it opens")
    return made


def _rule(given: Mapping[str, Any], regime: str) -> Rule:
    roll = given["roll_to_working"]
    made = Rule(
        code=given["code"],
        regime=regime,
        source=given["source"],
        is_confirmed=given["is_confirmed"],
        valid_from=given["valid_from"],
        unit=given["unit"],
        count=given["count"],
        starts=_events(given["starts"]),
        takes=given.get("takes", "last"),
        presumed_starts=_events(given.get("presumed_starts", ())),
        stops=_events(given["stops"]),
        ends=_events(given.get("ends", ())),
        resumes=_events(given.get("resumes", ())),
        pauses=tuple(
            Pause(_events(one["begins"]), _events(one["ends"]), one["is_confirmed"])
            for one in given.get("pauses", ())
        ),
        rolls=roll["is_on"],
        is_roll_confirmed=roll["is_confirmed"],
        is_per_leg=given.get("is_per_leg", False),
        extension=_extension(given["extension"]) if "extension" in given else None,
    )
    _check(made)
    return made


def _check(rule: Rule) -> None:
    if rule.unit not in UNITS:
        raise ValueError(f"“{rule.unit}” is no unit")
    if rule.takes not in ("first", "last"):
        raise ValueError(f"“{rule.takes}” says not which start counts")
    if rule.count < (0 if rule.unit == "working_hours" else 1):
        raise ValueError(f"{rule.count} is no length of a term")
    if not rule.starts or not rule.stops or not rule.source:
        raise ValueError(f"“{rule.code}” has no start, no stop or no source")
    if rule.stops & rule.ends:
        raise ValueError(f"“{rule.code}” is both stopped and ended by one event")


def _extension(given: Mapping[str, Any]) -> Extension:
    made = Extension(**given)
    if made.granted_by not in ("authority", "superior"):
        raise ValueError(f"“{made.granted_by}” grants no extension")
    if (made.most_days is None) == (made.most_months_in_all is None):
        raise ValueError("an extension has one limit, in days or in months altogether")
    return made


def _events(names: Iterable[str]) -> frozenset[str]:
    found = frozenset(names)
    if unknown := found - EVENTS:
        raise ValueError(f"unknown events: {', '.join(sorted(unknown))}")
    return found
