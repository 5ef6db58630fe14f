"""An attacker who subtracts: what published counts give away about groups of few votes.

He knows more than anybody could: which votes each published count is about. An atom is what one
place was given in one week; a cell is a published count as the sum of some atoms.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Floats = NDArray[np.float64]
Atom = tuple[str, int]
#: Fewer votes than this must not be known.
LEAST = 10


@dataclass(frozen=True)
class Cell:
    """A published count, and the atoms it is the sum of."""

    name: str
    atoms: frozenset[Atom]
    votes: int


class Attack:
    """Everything that can be computed from cells when the truth is used only to judge."""

    def __init__(self, cells: Sequence[Cell], truth: dict[Atom, int]) -> None:
        self.cells, self.truth = cells, truth
        # Atoms that stand in exactly the same cells can be told apart by no computation at all.
        columns: dict[tuple[int, ...], set[Atom]] = defaultdict(set)
        covering: dict[Atom, list[int]] = {atom: [] for atom in truth}
        for number, cell in enumerate(cells):
            for atom in cell.atoms:
                covering[atom].append(number)
        for atom, numbers in covering.items():
            columns[tuple(numbers)].add(atom)
        self.hidden = columns.pop((), set())
        self.classes = sorted((sorted(atoms) for atoms in columns.values()), key=str)
        index = {atom: number for number, atoms in enumerate(self.classes) for atom in atoms}
        self.rows = np.zeros((len(cells), len(self.classes)))
        for number, cell in enumerate(cells):
            self.rows[number, sorted({index[atom] for atom in cell.atoms})] = 1
        self.sums = np.array([sum(truth[atom] for atom in atoms) for atoms in self.classes])

    def inconsistent(self) -> list[str]:
        """Cells whose value is not the sum of the atoms they are said to be about."""
        told = (self.rows @ self.sums).astype(int)
        return [
            cell.name for cell, votes in zip(self.cells, told, strict=True) if cell.votes != votes
        ]

    def smallest_class(self) -> int:
        """The fewest votes of atoms that always appear together.

        Every combination of cells, with whatever factors, is a combination of the sums of classes;
        where none of these is below ten (but for empty ones), no combination singles out fewer.
        """
        some = self.sums[self.sums > 0]
        return int(some.min()) if len(some) else LEAST

    def isolated(self) -> list[tuple[list[Atom], int]]:
        """Groups of fewer than ten votes whose number is a combination of published counts."""
        if not len(self.classes):
            return []
        # A class is known exactly where its unit vector lies in the space of the rows.
        onto = np.linalg.pinv(self.rows) @ self.rows
        known = np.abs(onto.diagonal() - 1) < 1e-7
        return [
            (atoms, int(votes))
            for atoms, votes, is_known in zip(self.classes, self.sums, known, strict=True)
            if is_known and 0 < votes < LEAST
        ]

    def differences(self) -> list[tuple[str, int]]:
        """Small differences of a count and one or two counts within it, and of nested sums."""
        found = []
        inside = {
            number: [
                other
                for other, cell in enumerate(self.cells)
                if other != number and cell.atoms < self.cells[number].atoms
            ]
            for number in range(len(self.cells))
        }
        for number, others in inside.items():
            for parts in self._parts(others):
                left = self.cells[number].votes - sum(self.cells[part].votes for part in parts)
                if 0 < left < LEAST:
                    names = " - ".join(self.cells[part].name for part in parts)
                    found.append((f"{self.cells[number].name} - {names}", left))
        return found

    def _parts(self, others: list[int]) -> Iterator[tuple[int, ...]]:
        """One, two that do not meet, and as many of those that do not meet as fit."""
        yield from ((one,) for one in others)
        for pair in combinations(others, 2):
            if not self.cells[pair[0]].atoms & self.cells[pair[1]].atoms:
                yield pair
        taken: set[Atom] = set()
        chosen = []
        for one in sorted(others, key=lambda part: -len(self.cells[part].atoms)):
            if not taken & self.cells[one].atoms:
                taken |= self.cells[one].atoms
                chosen.append(one)
        if chosen:
            yield tuple(chosen)

    def bounds(self, place: str) -> tuple[float, float]:
        """Between which numbers the votes of a place in its published atoms must lie."""
        parts = [
            (number, key)
            for number, atoms in enumerate(self.classes)
            for key in sorted({atom[0] for atom in atoms})
        ]
        rows = np.array([[row[number] for number, _ in parts] for row in self.rows])
        aim = np.array([float(key == place) for _, key in parts])
        told = np.array([cell.votes for cell in self.cells], dtype=float)
        ends = []
        for sign in (1, -1):
            best = linprog(sign * aim, A_eq=rows, b_eq=told, bounds=(0, None), method="highs")
            ends.append(sign * float(best.fun) if best.fun is not None else np.inf)
        return ends[0], ends[1]
