"""Divides a town into nested squares that each hold ten or more, and rounds them; no ORM.

A square stands for what lies in it outside the smaller published squares within it. So a lone house
joins the rest of the larger square around it, and its neighbours keep their own.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SIDE_M = 100.0
#: The largest squares have sides of 102 km: the rest of a whole town goes into one of them.
TOP = 10
#: What is told of is never fewer than this.
LEAST = 10
#: A square of people stands for this many addresses or more. With three, who knows the squares says
#: of a lone house whether somebody lives there in 52.7 of 100 cases, with twenty in 51.3.
LEAST_HOMES = 20
BASE = 5
#: A number is set anew, and a square divided anew, once this many members came or went.
CHANGES = 5

Leaf = tuple[int, int]
Whole = NDArray[np.int64]


class Square(NamedTuple):
    """A square of the town's metric grid with sides of 100 m times 2 to the power of `level`."""

    level: int
    column: int
    row: int

    @property
    def parent(self) -> Square:
        """The square of twice the side that it is a quarter of."""
        return Square(self.level + 1, self.column >> 1, self.row >> 1)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north in metres of the grid."""
        side = SIDE_M * 2**self.level
        west, south = self.column * side, self.row * side
        return west, south, west + side, south + side


@dataclass(frozen=True, slots=True)
class Basis:
    """Whom a number stood for when it was set; a count of 0 is told to nobody."""

    members: frozenset[int]
    count: int


class Dice:
    """Chances that a secret decides: the same question always gets the same answer."""

    def __init__(self, secret: bytes, measure: str) -> None:
        self._secret, self._measure = secret, measure

    def chance(self, square: Square, members: Iterable[int] = ()) -> float:
        """A number in [0, 1) that nobody can tell without the secret."""
        asked = f"{self._measure} {square.level}/{square.column}/{square.row} {sorted(members)}"
        drawn = hmac.new(self._secret, asked.encode(), hashlib.sha256).digest()
        return int.from_bytes(drawn[:6], "big") / 2**48

    def threshold(self, square: Square) -> int:
        """From how many on a square is told: 10 to 14, so that its being told names no number."""
        return LEAST + int(self.chance(square) * BASE)

    def rounded(self, square: Square, members: frozenset[int]) -> int:
        """The number to the multiple of five below or above; right on the average."""
        low, rest = divmod(len(members), BASE)
        up = rest and self.chance(square, members) < rest / BASE
        return BASE * (low + bool(up))


def leaves(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[Whole, Whole]:
    """Column and row of the smallest square of each point, given in metres of the grid."""
    return (
        np.floor(x / SIDE_M).astype(np.int64),
        np.floor(y / SIDE_M).astype(np.int64),
    )


def divide(
    members: Mapping[int, Leaf],
    *,
    homes: Mapping[Leaf, int],
    before: Mapping[Square, Basis],
    dice: Dice,
    least_homes: int = LEAST_HOMES,
) -> dict[Square, Basis]:
    """Put every member into the smallest square that may be told; numbers that may stand, stand.

    From the smallest squares up. What a square cannot tell goes up into the rest of the next larger
    one; what the largest cannot tell is kept with the count 0, so that its change can be measured.

    Args:
        members: where each member is.
        homes: addresses of the public register in each smallest square. Squares are chosen by
            them, never by where nobody lives, which would tell just that.
        before: what was told last time; empty at the first.
        least_homes: how many addresses a square must stand for.
    """
    loose = _loose(members, before)
    pool: dict[Leaf, set[int]] = defaultdict(set)
    for member, leaf in members.items():
        pool[leaf].add(member)
    rest = dict(homes)
    told: dict[Square, Basis] = {}
    for level in range(TOP + 1):
        known = {(one.column, one.row) for one in before if one.level == level}
        above: dict[Leaf, set[int]] = defaultdict(set)
        homes_above: dict[Leaf, int] = defaultdict(int)
        for column, row in sorted(pool.keys() | rest.keys() | known):
            square = Square(level, column, row)
            here = frozenset(pool.get((column, row), ()))
            around = rest.get((column, row), 0)
            old = before.get(square)
            if old is not None and len(old.members ^ here) < CHANGES:
                told[square] = old
            elif (
                around >= least_homes
                and len(here) >= dice.threshold(square)
                and (old is not None or _may_be_divided(square, before, loose))
            ):
                told[square] = Basis(here, dice.rounded(square, here))
            elif level == TOP:
                told[square] = Basis(here, 0)
            else:
                above[column >> 1, row >> 1] |= here
                homes_above[column >> 1, row >> 1] += around
        pool, rest = above, homes_above
    return told


def _loose(members: Mapping[int, Leaf], before: Mapping[Square, Basis]) -> set[Square]:
    """Squares of last time of which so many members came or went that they may be divided."""
    now: dict[Square, set[int]] = defaultdict(set)
    for member, (column, row) in members.items():
        square = _holder(Square(0, column, row), before)
        if square is not None:
            now[square].add(member)
    return {square for square, old in before.items() if len(old.members ^ now[square]) >= CHANGES}


def _holder(square: Square, squares: Container[Square]) -> Square | None:
    """The smallest of some squares that holds a square, or is it."""
    while square not in squares:
        if square.level == TOP:
            return None
        square = square.parent
    return square


def _may_be_divided(
    square: Square, before: Mapping[Square, Basis], loose: Container[Square]
) -> bool:
    """Whether a square that was not told of may be now: its ground was new or has changed much."""
    holder = _holder(square, before)
    return holder is None or holder in loose


def owners(column: Whole, row: Whole, squares: list[Square]) -> Whole:
    """For each smallest square the place in the list of the smallest that holds it, or -1."""
    place = {square: number for number, square in enumerate(squares)}
    distinct, which = np.unique(np.column_stack([column, row]), axis=0, return_inverse=True)
    held = [_holder(Square(0, *leaf), place) for leaf in distinct.tolist()]
    found = np.array([-1 if one is None else place[one] for one in held], dtype=np.int64)
    answer: Whole = found[which.ravel()]
    return answer
