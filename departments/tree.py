"""Departments as a tree: put in reading order with their depth; no queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from departments.models import Department


@dataclass(frozen=True, slots=True)
class Branch:
    """An office and how deep it lies in the tree; the top is 0."""

    node: "Department"
    depth: int


def in_tree_order(rows: Iterable["Department"]) -> list[Branch]:
    """Each office after the one above it, keeping the order of those beside each other.

    An office whose parent is not among the rows comes at the top.
    """
    given = list(rows)
    known = {row.pk for row in given}
    below: dict[int | None, list[Department]] = defaultdict(list)
    for row in given:
        below[row.parent_id if row.parent_id in known else None].append(row)

    def walk(parent: int | None, depth: int) -> Iterator[Branch]:
        for row in below[parent]:
            yield Branch(row, depth)
            yield from walk(row.pk, depth + 1)

    return list(walk(None, 0))
