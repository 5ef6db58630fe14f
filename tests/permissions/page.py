"""Writes the table of who may open what as a page for readers."""

from collections.abc import Iterator
from itertools import groupby

from departments.access import ROLES_WITH, Right
from departments.models import Membership
from deploy.local.places import ROOT
from tests.permissions.matrix import OF_ANY, OF_AREA, OF_DEPARTMENT, WORDS, Entry, right_of

PAGE = ROOT / "docs" / "permissions.md"
HEAD = """\
# Who may open what

Made from `tests/permissions/matrix.csv` by `python -m tests.permissions`. A test asks every address
as a stranger, as each role for the whole town and for one department, as a former, future, locked
and deputising administrator, and as the administrator of another municipality, and compares the
answers with this table. Where a page does not look at roles, four of them ask. An address that
stands in no line fails the test.

Scanned signs (`/S/<code>`) are answered before all of this, without sign-in: see
[anonymity](anonymity.md).

## Rights and the roles that carry them

| right | roles |
|---|---|
"""
MIDDLE = """
A role for one department holds for it and the parts below it, on pages that say so; all others take
roles for the whole town only. A list that says so opens for every department and shows each its own
rows; a page of one row opens for the department of that row. Residents belong to no department: the
desk opens for any, and a role for some areas serves who lives there. A deputy holds the role of the
person they stand in for, for the days that were set. Roles end; they are never deleted.

## Addresses
"""


def page(table: dict[str, Entry]) -> str:
    """The whole page."""
    return HEAD + "".join(_rights()) + MIDDLE + "".join(_addresses(table))


def _rights() -> Iterator[str]:
    names = dict(Membership.Role.choices)
    for right in Right:
        roles = [str(names[role]) for role in Membership.Role if role in ROLES_WITH[right]]
        yield f"| {right} | {', '.join(roles)} |\n"


def _addresses(table: dict[str, Entry]) -> Iterator[str]:
    for part, entries in groupby(sorted(table.values(), key=_part), key=_part):
        yield f"\n### {part}\n\n| address | may see | may send |\n|---|---|---|\n"
        for entry in sorted(entries, key=lambda one: one.route):
            yield f"| `/{entry.route}` | {_words(entry.get)} | {_words(entry.post)} |\n"


def _part(entry: Entry) -> str:
    """The heading an address stands under."""
    for beginning, name in PARTS.items():
        if entry.route.startswith(beginning):
            return name
    return "Pages of a town"


PARTS = {
    "<slug:slug>/town/": "What a town sets",
    "<slug:slug>/signs/": "Signs",
    "<slug:slug>/crew/": "The crew",
    "<slug:slug>/desk/residents/": "The residents’ desk",
    "<slug:slug>/desk/": "The desk of reports",
    "<slug:slug>/report": "Reports",
    "<slug:slug>/track/": "Reports",
    "<slug:slug>/partner/": "Reports",
    "<slug:slug>/ledger/": "Reports",
    "<slug:slug>/open311/": "Other programs and reports",
    "<slug:slug>/tiles/": "Map",
    "<slug:slug>/": "Pages of a town",
    "api/": "Programming interface",
    "accounts/": "Sign-in",
    "": "Installation",
}


def _words(rule: str) -> str:
    if right_of(rule) is None:
        return WORDS[rule] if rule != "-" else "–"
    where = ", of the department it belongs to" if rule.endswith(OF_DEPARTMENT) else ""
    where = ", of any department, for the own areas" if rule.endswith(OF_AREA) else where
    where = ", of any department" if rule.endswith(OF_ANY) else where
    return f"right **{right_of(rule)}**{where}"
