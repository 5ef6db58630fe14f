"""Reads the table of who may open what, and says what each rule of it means for each person."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from departments.access import ROLES_WITH, Right

TABLE = Path(__file__).with_name("matrix.csv")
RIGHT = "right:"
OF_DEPARTMENT = "@department"
# Residents belong to no department: a role for any of them will do, one for areas sees its homes.
OF_AREA = "@area"
# What came in by mail belongs to no department either.
OF_ANY = "@any"
WORDS = {
    "public": "everybody",
    "step": "everybody who is signing in or out",
    "owner": "the person it belongs to",
    "signed_in": "whoever is signed in",
    "member": "whoever works for this town",
    "demo_only": "everybody, in a demonstration; elsewhere there is no such page",
    "practice": "whoever works for the town, in its practice copy; a real town has no such page",
    "machine": "this machine, or the holder of its token",
    "secret": "the holder of the secret in the address",
    "key": "a program with a key of the town",
    "operator": "whoever runs this installation",
    "-": "nobody: there is no such request",
}


class Expected(StrEnum):
    """What has to come back."""

    IN = "let in"
    OUT = "sent to sign in, refused or told there is no such page"
    ABSENT = "told there is no such page"
    ON_THE_WAY = "shown a step of signing in"
    UNSERVED = "told that this cannot be asked here"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table; `row` names the row of `tests/whole_town.py` that the page shows."""

    route: str
    get: str
    post: str
    row: str

    def rule(self, method: str) -> str:
        """The rule for GET or POST."""
        return self.get if method == "GET" else self.post

    @property
    def rights(self) -> set[str]:
        """The rights it names."""
        return {right for rule in (self.get, self.post) if (right := right_of(rule))}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is in the town of the page."""

    roles: frozenset[str] = frozenset()
    is_signed_in: bool = True
    # Holds the role for one department, and for one that the page's row does not belong to.
    is_narrow: bool = False
    is_elsewhere: bool = False


def right_of(rule: str) -> str | None:
    """The right a rule names."""
    if RIGHT not in rule:
        return None
    return rule.removeprefix(RIGHT).partition("@")[0]


def adds_something(rule: str, who: Standing) -> bool:
    """Whether asking this person can show more than asking the typical ones.

    A role matters only where a right does, and a department only where the role carries it.
    """
    right = right_of(rule)
    if right is None:
        return rule == "member" and not who.is_narrow
    return not who.is_narrow or bool(who.roles & ROLES_WITH[Right(right)])


def entries() -> dict[str, Entry]:
    """The table by route."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        found = [Entry(**line) for line in csv.DictReader(file)]
    return {entry.route: entry for entry in found}


def faults_of_words(table: dict[str, Entry]) -> Iterator[str]:
    """Rules that mean nothing."""
    rights = set(Right)
    for entry in table.values():
        for rule in (entry.get, entry.post):
            right = right_of(rule)
            if rule not in WORDS and right not in rights:
                yield f"{entry.route}: {rule!r} is no rule."


def expected(rule: str, who: Standing, *, has_row: bool) -> Expected:
    """What a rule means for a person."""
    if rule == "-":
        return Expected.UNSERVED
    if rule == "step":
        return Expected.ON_THE_WAY
    if rule in ("demo_only", "secret", "practice"):
        return Expected.ABSENT
    let_in = {
        "public": True,
        "machine": False,
        "key": False,  # nobody who is asked has one
        "operator": False,  # nobody who is asked is one
        "owner": False,  # nobody who is asked owns it
        "signed_in": who.is_signed_in,
        "member": bool(who.roles),
    }
    right = right_of(rule)
    if right is None:
        return Expected.IN if let_in[rule] else Expected.OUT
    if who.is_narrow and not rule.endswith((OF_DEPARTMENT, OF_AREA, OF_ANY)):
        return Expected.OUT
    if who.is_elsewhere and has_row and not rule.endswith((OF_AREA, OF_ANY)):
        return Expected.OUT  # a list opens for every department, and shows each its own rows
    return Expected.IN if who.roles & ROLES_WITH[Right(right)] else Expected.OUT


def is_met(wanted: Expected, status: int, location: str, sign_in: str) -> bool:
    """Whether an answer is what was expected."""
    asks_to_sign_in = status == 302 and location.split("?")[0] == sign_in
    refused = asks_to_sign_in or status in (401, 403, 404, 410)
    if wanted is Expected.ON_THE_WAY:
        return status < 500 and status != 405
    if wanted is Expected.IN:
        # 503 is what /healthz says while no worker runs; every other 5xx is a broken page.
        return not refused and status != 405 and (status < 500 or status == 503)
    if wanted is Expected.UNSERVED:
        return refused or status == 405
    if wanted is Expected.ABSENT:
        return status in (404, 410)
    return refused
