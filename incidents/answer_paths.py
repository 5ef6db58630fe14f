"""Through whose hands an answer goes, and what it can rest on: data files, read once; no ORM."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
STEPS = ("head", "authority", "relations")
ANY_REGIME = "*"


@dataclass(frozen=True, slots=True)
class Basis:
    """One legal basis to choose; `text` stands in the answer."""

    country: str
    text: str
    names: Mapping[str, str]


def path_for(regime: str) -> tuple[str, ...]:
    """The steps after writing, for a regime; empty where the handler sends the answer.

    >>> path_for("")
    ()
    """
    paths = _paths()
    return paths.get(regime, paths[ANY_REGIME])


def step_after(regime: str, step: str) -> str:
    """The step that follows “draft” or another one; "sent" after the last.

    >>> step_after("", "draft")
    'sent'
    """
    line = ("draft", *path_for(regime), "sent")
    # A town may have shortened its path while an answer lay at a step that is gone: it is sent.
    return line[line.index(step) + 1] if step in line[:-1] else "sent"


def bases_for(country: str) -> tuple[Basis, ...]:
    """What an answer can rest on in a country, in the order of the file."""
    return tuple(one for one in _bases() if one.country == country)


@cache
def _paths() -> Mapping[str, tuple[str, ...]]:
    rows = tomllib.loads((_HERE / "answer_paths.toml").read_text(encoding="utf-8"))["path"]
    found = {row["regime"]: tuple(row["steps"]) for row in rows}
    for regime, steps in found.items():
        order = [STEPS.index(step) for step in steps]
        if order != sorted(set(order)):
            message = f"answer_paths.toml, regime {regime!r}: steps stand in a wrong order"
            raise ValueError(message)
    return found


@cache
def _bases() -> tuple[Basis, ...]:
    rows = tomllib.loads((_HERE / "legal_bases.toml").read_text(encoding="utf-8"))["basis"]
    return tuple(Basis(row["country"], row["text"], row["names"]) for row in rows)
