"""Figures by zone that expose nobody: small zones are merged, small cells are left out; no ORM.

The method is that of Hundepool, Domingo-Ferrer, Franconi, Giessing, Schulte Nordholt, Spicer and
de Wolf, *Statistical Disclosure Control* (Wiley 2012), chapter 5 on frequency tables, as the
Handbook on Statistical Disclosure Control of the same authors gives it: recoding of small rows
(`merge`), then primary suppression by a threshold rule, then complementary suppression by
hypercubes with an audit of what can be reckoned back (`protect`). Merging upward until k people
are in a cell is what the town's published table of residents does too.

What is published beside a table - the sums of rows and columns - is taken as known to the reader,
and so is the number of ballots of a row, which no cell can pass. Then each cell that is left out
may, as far as the reader can tell, have any of at least k + 1 values; only where the sums alone say
more than that (a project with three votes in the town has at most three in a zone) nothing can be
left out that would help, and the cell is as wide as the sums leave it. Cells that are left out
for their own sake and those left out for the sake of others look the same: to tell them apart
would give the first away.

Costs: `merge` looks at all groups once for each zone merged, O(n² + edges); `protect` audits each
small cell by a flow over the cells left out, O(cells²) at worst. A town has tens of zones.
"""

import sys
from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Generic, TypeVar

#: Fewer than this many people are never shown apart, unless the town asks for more.
K = 10
#: The zone of those whose home lies in none.
NOWHERE = 0


class Why(StrEnum):
    """Why a group looks as it does."""

    ALONE = "alone"
    MERGED = "merged"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Size:
    """How many ballots a zone has, and how many residents could have cast one."""

    ballots: int
    residents: int

    def __add__(self, other: "Size") -> "Size":
        return Size(self.ballots + other.ballots, self.residents + other.residents)

    def is_enough(self, k: int) -> bool:
        """Whether it may be shown."""
        return self.ballots >= k and self.residents >= k


@dataclass(frozen=True, slots=True)
class Group:
    """Zones that are shown as one.

    Attributes:
        zones: in ascending order; `NOWHERE` stands for homes that lie in none.
        ballots: nothing where there are too few even together.
        residents: likewise.
    """

    zones: tuple[int, ...]
    ballots: int | None
    residents: int | None
    why: Why

    @property
    def is_shown(self) -> bool:
        """Whether its figures may be published."""
        return self.why is not Why.TOO_FEW


def merge(
    sizes: Mapping[int, Size], neighbours: Mapping[int, Iterable[int]], k: int = K
) -> list[Group]:
    """Join zones to neighbours until each group has at least k ballots and k residents.

    The smallest group goes first and joins its smallest neighbour; one without neighbours joins
    the smallest group anywhere, as it could otherwise be found by subtraction from the sum of the
    town. Ties go by the numbers of the zones, never by the order in which they were given.

    Returns:
        The groups in the order of their first zones; a single one that is not shown where the
        whole town has too few.
    """
    touching = _both_ways(neighbours, sizes)
    pieces = {zone: frozenset({zone}) for zone in sorted(sizes)}
    weights = dict(sizes)
    while len(pieces) > 1:
        small = [name for name in pieces if not weights[name].is_enough(k)]
        if not small:
            break
        one = min(small, key=lambda name: _rank(weights[name], name))
        near = touching[one] or set(pieces) - {one}
        _join(
            one, min(near, key=lambda name: _rank(weights[name], name)), pieces, weights, touching
        )
    return sorted(
        (_group(zones, weights[name], k) for name, zones in pieces.items()),
        key=lambda group: group.zones,
    )


def _rank(size: Size, zone: int) -> tuple[int, int, int]:
    return size.ballots, size.residents, zone


def _both_ways(
    neighbours: Mapping[int, Iterable[int]], known: Collection[int]
) -> dict[int, set[int]]:
    touching: dict[int, set[int]] = {zone: set() for zone in known}
    for zone, others in neighbours.items():
        for other in others:
            if zone != other and zone in touching and other in touching:
                touching[zone].add(other)
                touching[other].add(zone)
    return touching


def _join(
    one: int,
    other: int,
    pieces: dict[int, frozenset[int]],
    weights: dict[int, Size],
    touching: dict[int, set[int]],
) -> None:
    """Make two groups one; it goes by the lower of both numbers."""
    kept, gone = min(one, other), max(one, other)
    pieces[kept] |= pieces.pop(gone)
    weights[kept] += weights.pop(gone)
    touching[kept] = (touching[kept] | touching.pop(gone)) - {kept, gone}
    for name in touching[kept]:
        touching[name] = touching[name] - {gone} | {kept}


def _group(zones: frozenset[int], size: Size, k: int) -> Group:
    if not size.is_enough(k):
        return Group(tuple(sorted(zones)), None, None, Why.TOO_FEW)
    why = Why.MERGED if len(zones) > 1 else Why.ALONE
    return Group(tuple(sorted(zones)), size.ballots, size.residents, why)


# --- Tables ---------------------------------------------------------------------------------------

Cell = tuple[int, int]
Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Protected(Generic[Row, Column]):
    """A table as it may be published, with the sums of its rows and columns.

    Attributes:
        cells: by row and column; nothing where it is left out.
    """

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    cells: Mapping[tuple[Row, Column], int | None]

    @property
    def left_out(self) -> int:
        """How many cells say nothing."""
        return sum(1 for count in self.cells.values() if count is None)


def protect(
    counts: Mapping[Row, Mapping[Column, int]],
    *,
    ceilings: Mapping[Row, int] | None = None,
    k: int = K,
    complementary: bool = True,
) -> Protected[Row, Column]:
    """Leave out what fewer than k people said, and what would give it away.

    A cell is small where fewer than k chose it, nobody included, or where everybody of the row did:
    then each of them is known to have chosen it.

    Args:
        counts: by row (a group of zones) and column (a project or an answer); one that is missing
            is 0.
        ceilings: by row how much a cell can be at most, as the number of its ballots is published;
            the sum of the row where nothing is given.
        complementary: switched off only by tests, which show that an attack then succeeds.
    """
    rows = tuple(sorted(counts, key=_name))
    columns = tuple(sorted({name for row in counts.values() for name in row}, key=_name))
    grid = [[counts[row].get(column, 0) for column in columns] for row in rows]
    given = ceilings or {}
    caps = [given.get(row, sum(line)) for row, line in zip(rows, grid, strict=True)]
    hidden = _hide(Grid(grid, caps), k, complementary=complementary)
    cells = {
        (row, column): None if (i, j) in hidden else grid[i][j]
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
    }
    return Protected(rows, columns, cells)


def least_told(
    all_of: Mapping[Row, int], named: Mapping[Row, int], k: int = K
) -> dict[Row, int | None]:
    """How many took part in each row, so that nobody learns of a few whose ballots name no zone.

    Where all ballots that name the row are known one by one, the difference to those who took part
    is known as well. A row in which it is small shows only the ballots that name it; so does
    another one where the differences could otherwise be found from their sum.
    """
    missing = {row: count - named.get(row, 0) for row, count in all_of.items()}
    lowered = {row for row, count in missing.items() if 0 < count < k}
    others = sorted(
        (row for row, count in missing.items() if count >= k),
        key=lambda row: (missing[row], _name(row)),
    )
    while lowered and others and sum(missing[row] for row in lowered) < k:
        lowered.add(others.pop(0))
    told = {row: named.get(row, 0) if row in lowered else count for row, count in all_of.items()}
    return {row: count if count >= k else None for row, count in told.items()}


def unprotected(counts: Mapping[Row, Mapping[Column, int]]) -> Protected[Row, Column]:
    """A table of what is published one by one anyway, with all its cells."""
    return protect(counts, ceilings=dict.fromkeys(counts, sys.maxsize), k=0)


def _name(key: Hashable) -> tuple[str, str]:
    """An order for names of any kind that does not depend on the order they came in."""
    return type(key).__name__, f"{key:>20}" if isinstance(key, int) else repr(key)


@dataclass(frozen=True)
class Grid:
    """A table of counts and what no cell of a row can pass."""

    counts: Sequence[Sequence[int]]
    caps: Sequence[int] = field(default=())

    @cached_property
    def every(self) -> list[Cell]:
        """All cells in order."""
        return [(i, j) for i, row in enumerate(self.counts) for j in range(len(row))]

    def small(self, k: int) -> set[Cell]:
        """Cells that must not be shown for their own sake."""
        return {
            (i, j)
            for i, j in self.every
            if self.counts[i][j] < k or self.counts[i][j] >= self.caps[i]
        }

    def swing(self, cell: Cell, corner: Cell) -> int:
        """How many steps the values of a cell lie apart by a rectangle with this corner alone."""
        (i, j), (a, b) = cell, corner
        counts, caps = self.counts, self.caps
        less = (counts[i][j], counts[a][b], caps[i] - counts[i][b], caps[a] - counts[a][j])
        more = (counts[i][b], counts[a][j], caps[i] - counts[i][j], caps[a] - counts[a][b])
        return min(less) + min(more)

    def slack(self, cell: Cell, hidden: Collection[Cell], enough: int) -> int:
        """How many steps the values lie apart that a reader finds possible, `enough` at most.

        A cell can be one more only if another of its row is one less, then another of that column
        one more, and so on back to its own column: the greatest flow through the cells left out.
        """
        i, j = cell
        count = self.counts[i][j]
        tangle = Tangle(self, hidden, cell)
        down = tangle.flow(("column", j), ("row", i), min(count, enough))
        tangle = Tangle(self, hidden, cell)
        more = min(self.caps[i] - count, enough - down)
        return down + tangle.flow(("row", i), ("column", j), more)


Node = tuple[str, int]


class Tangle:
    """The cells left out as ways between their rows and columns."""

    def __init__(self, grid: Grid, hidden: Collection[Cell], without: Cell) -> None:
        self._room: dict[Node, dict[Node, int]] = {
            ("row", without[0]): {},
            ("column", without[1]): {},
        }
        for i, j in sorted(hidden):
            if (i, j) != without:
                row, column, count = ("row", i), ("column", j), grid.counts[i][j]
                self._room.setdefault(row, {})[column] = count
                self._room.setdefault(column, {})[row] = grid.caps[i] - count

    def flow(self, start: Node, end: Node, most: int) -> int:
        """How much gets from one node to another, `most` at most; uses the room up."""
        sent = 0
        while sent < most and (way := self._way(start, end)):
            pairs = list(pairwise(way))
            amount = min(most - sent, *(self._room[one][other] for one, other in pairs))
            for one, other in pairs:
                self._room[one][other] -= amount
                self._room[other][one] += amount
            sent += amount
        return sent

    def _way(self, start: Node, end: Node) -> list[Node]:
        """A shortest way with room left on it; empty where there is none."""
        before: dict[Node, Node] = {start: start}
        queue = deque([start])
        while queue and end not in before:
            node = queue.popleft()
            for other, room in self._room[node].items():
                if room > 0 and other not in before:
                    before[other] = node
                    queue.append(other)
        if end not in before:
            return []
        way = [end]
        while way[-1] != start:
            way.append(before[way[-1]])
        return way[::-1]


def _hide(grid: Grid, k: int, *, complementary: bool) -> set[Cell]:
    """The cells to leave out: the small ones, and for each the cheapest cells that cover it."""
    small = sorted(grid.small(k), key=lambda cell: (grid.counts[cell[0]][cell[1]], cell))
    hidden = set(small)
    if not complementary:
        return hidden
    # A cell that is left out to cover another one may have to be covered itself.
    queue = deque(small)
    while queue:
        cell = queue.popleft()
        # Where the sums alone leave less than k steps, nothing more can be won.
        enough = grid.slack(cell, grid.every, k)
        while grid.slack(cell, hidden, enough) < enough:
            corners = _rectangle(grid, cell, hidden, enough)
            hidden |= corners
            queue.extend(sorted(corners))
    return hidden


def _rectangle(grid: Grid, cell: Cell, hidden: Collection[Cell], enough: int) -> set[Cell]:
    """Three more corners for a cell: wide enough, and showing as little less as can be."""
    i, j = cell

    def corners(corner: Cell) -> set[Cell]:
        return {corner, (corner[0], j), (i, corner[1])} - set(hidden)

    def cost(corner: Cell) -> tuple[int, int, Cell]:
        lost = sum(grid.counts[row][column] + 1 for row, column in corners(corner))
        # As wide as it must be, at the least loss; else as wide as can be, and then again.
        return max(enough - grid.swing(cell, corner), 0), lost, corner

    return corners(
        min(
            (one for one in grid.every if one[0] != i and one[1] != j and corners(one)),
            key=cost,
        )
    )
