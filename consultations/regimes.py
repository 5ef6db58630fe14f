"""What laws ask before a town decides, read from one dated file for each law; no ORM, no clock.

Every figure names the article it stands in and whether that was confirmed. What is confirmed can
block a consultation, what is not confirmed only warns.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

FOLDER = Path(__file__).with_name("regimes")
NONE = "none"
UNITS = frozenset({"days", "working_days"})
STEPS = frozenset({"decision", "endorsement"})
#: `wait`: from the announcement to the step; `proposals`: from it to the last day for proposals;
#: `debate`: from the request to the meeting.
FIGURES = frozenset({"wait", "proposals", "proposals_shortened", "debate"})
CHANNELS = ("site", "seat", "media", "asked")
DUTIES = frozenset({"reasons", "statement", "answers", "responsible", "register", "report"})


class BadRegimeError(ValueError):
    """A file that says something no day can be reckoned by."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A term.

    Attributes:
        is_rolling: a last day off moves to the next working day.
        is_clear: what the term holds up may be done only when its last day is over.
        is_safe_confirmed: whether that (either of the two) was confirmed.
    """

    code: str
    # The article, by language.
    source: Mapping[str, str]
    is_confirmed: bool
    unit: str
    count: int
    is_rolling: bool = False
    is_clear: bool = False
    is_safe_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """A channel on which the notice must stand, or something else that must be done."""

    code: str
    source: Mapping[str, str]
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Edition:
    """The law as it stands from a day on; `step` is what the waiting term holds up."""

    regime: str
    valid_from: dt.date
    step: str
    figures: Mapping[str, Figure]
    channels: tuple[Duty, ...]
    duties: Mapping[str, Duty]

    @property
    def is_law(self) -> bool:
        """Whether anything is asked at all."""
        return bool(self.figures or self.channels or self.duties)

    def is_confirmed(self, duty: str) -> bool:
        """Whether a channel or a duty is asked for by a confirmed rule."""
        named = self.duties.get(duty) or next((o for o in self.channels if o.code == duty), None)
        return named is not None and named.is_confirmed


@dataclass(frozen=True, slots=True)
class Regime:
    """One law; an empty country is every one."""

    code: str
    country: str
    # As the law is quoted, by language; empty where none stands behind it.
    law: Mapping[str, str]
    names: Mapping[str, str]
    sources: tuple[str, ...]
    editions: tuple[Edition, ...]

    def on(self, day: dt.date) -> Edition | None:
        """The edition in force on a civil day."""
        held = [one for one in self.editions if one.valid_from <= day]
        return max(held, key=lambda one: one.valid_from, default=None)


@cache
def regimes() -> Mapping[str, Regime]:
    """All laws by their code, read once.

    Raises:
        BadRegimeError: a file is wrong.
    """
    files = sorted(FOLDER.glob("*.toml"))
    found = [read_regime(path.read_text("utf-8"), path.stem) for path in files]
    return MappingProxyType({one.code: one for one in found})


def regimes_of(country: str) -> list[Regime]:
    """What a town may choose, the laws first and "none" last."""
    own = [one for one in regimes().values() if one.country in ("", country)]
    return sorted(own, key=lambda one: (one.code == NONE, one.code))


def read_regime(text: str, name: str) -> Regime:
    """One file.

    Raises:
        BadRegimeError: with the file's name and what is wrong in it.
    """
    try:
        made = _regime(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        message = f"{name}: {error}"
        raise BadRegimeError(message) from error
    if made.code != name:
        message = f"{name}: the file is named otherwise than its code “{made.code}”."
        raise BadRegimeError(message)
    return made


def _regime(given: Mapping[str, Any]) -> Regime:
    editions = tuple(_edition(one, given["code"]) for one in given["editions"])
    if not given["sources"] or not editions:
        raise ValueError("no source or no edition is given")
    if len({one.valid_from for one in editions}) != len(editions):
        raise ValueError("two editions begin on one day")
    return Regime(
        code=given["code"],
        country=given["country"],
        law=dict(given["law"]),
        names=dict(given["names"]),
        sources=tuple(given["sources"]),
        editions=editions,
    )


def _edition(given: Mapping[str, Any], regime: str) -> Edition:
    figures = [_figure(one) for one in given.get("figures", ())]
    made = Edition(
        regime=regime,
        valid_from=given["valid_from"],
        step=given.get("step", "decision"),
        figures=MappingProxyType({one.code: one for one in figures}),
        channels=tuple(Duty(**one) for one in given.get("channels", ())),
        duties=MappingProxyType({one["code"]: Duty(**one) for one in given.get("duties", ())}),
    )
    unknown = set(made.figures) - FIGURES | set(made.duties) - DUTIES
    unknown |= {one.code for one in made.channels} - set(CHANNELS)
    if unknown or made.step not in STEPS:
        raise ValueError(f"unknown: {', '.join(sorted(unknown)) or made.step}")
    return made


def _figure(given: Mapping[str, Any]) -> Figure:
    rolls, clear = given.get("roll_to_working", {}), given.get("clear", {})
    made = Figure(
        code=given["code"],
        source=dict(given["source"]),
        is_confirmed=given["is_confirmed"],
        unit=given["unit"],
        count=given["count"],
        is_rolling=rolls.get("is_on", False),
        is_clear=clear.get("is_on", False),
        is_safe_confirmed={**clear, **rolls}.get("is_confirmed", False),
    )
    if made.unit not in UNITS or made.count < 1 or not made.source:
        raise ValueError(f"“{made.code}” has no unit, length or source")
    if made.is_rolling and made.is_clear:
        raise ValueError(f"“{made.code}” both rolls and is clear")
    return made
