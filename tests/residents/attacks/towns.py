"""An invented town for attackers: blocks, streets of houses, lone houses that may be empty."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from zones.reach import Ground, Reach, Squares
from zones.reach_squares import Basis, Dice, Leaf, Square, divide, leaves, owners

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]
TODAY = dt.date(2026, 11, 23)
SIDE = 5000.0


@dataclass(frozen=True)
class Town:
    """Homes in metres, the home of each resident, and lone houses with one resident or none."""

    x: Floats
    y: Floats
    home: Whole
    lone: Whole
    lived_in: NDArray[np.bool_]

    def exact(self, shape: BaseGeometry) -> int:
        """How many residents a shape covers: what must not be told."""
        shapely.prepare(shape)
        covered = shapely.intersects_xy(shape, self.x, self.y)
        return int(np.count_nonzero(covered[self.home]))

    def naive(self, shape: BaseGeometry) -> int | None:
        """The usual protection: nothing below ten, otherwise to the nearest five."""
        number = self.exact(shape)
        return None if number < 10 else 5 * round(number / 5)

    def moved(self, resident: int, goal: int) -> Town:
        """The town a quarter later, when one resident lives in another home."""
        home = self.home.copy()
        home[resident] = goal
        return replace(self, home=home)


def invent(seed: int, *, homes: int = 2400, lone: int = 200) -> Town:
    """A town of which half the lone houses hold one resident and half nobody."""
    random = np.random.default_rng(seed)
    centres = random.uniform(500, SIDE - 500, (12, 2))
    near = centres[random.integers(12, size=homes)] + random.normal(0, 220, (homes, 2))
    far = random.uniform(0, SIDE, (lone, 2))
    # What nobody rates: how many of a home registered, more in blocks than in houses.
    registered = random.poisson(random.gamma(1.2, 1.5, homes))
    lived_in = np.zeros(lone, dtype=bool)
    lived_in[random.permutation(lone)[: lone // 2]] = True
    places = np.vstack([near, far])
    home = np.concatenate(
        [np.repeat(np.arange(homes), registered), homes + np.flatnonzero(lived_in)]
    )
    return Town(places[:, 0], places[:, 1], home, homes + np.arange(lone), lived_in)


def published(
    town: Town, *, secret: bytes, before: dict[Square, Basis] | None = None
) -> dict[Square, Basis]:
    """What the program publishes of the town, by its own rules."""
    column, row = leaves(town.x, town.y)
    at: list[Leaf] = list(zip(column.tolist(), row.tolist(), strict=True))
    return divide(
        {resident: at[home] for resident, home in enumerate(town.home.tolist())},
        homes=Counter(at),
        before=before or {},
        dice=Dice(secret, "residents"),
    )


def ground(town: Town, told: dict[Square, Basis]) -> Ground:
    """The published squares as the program answers from them; homes are what everybody knows."""
    column, row = leaves(town.x, town.y)
    squares = [square for square, basis in told.items() if basis.count]
    owner = owners(column, row, squares)
    counts = np.array([told[square].count for square in squares], dtype=np.float64)
    held = np.bincount(owner[owner >= 0], minlength=len(squares)).astype(np.float64)
    one = Squares(counts, held, owner)
    every_home = Squares(
        np.ones(1) * town.x.size, np.ones(1) * town.x.size, np.zeros(town.x.size, dtype=np.int64)
    )
    return Ground(town.x, town.y, {"homes": every_home, "residents": one}, TODAY)


def ours(where: Ground, shape: BaseGeometry) -> Reach:
    """The answer of the program."""
    return where.told(shape, TODAY)


def residents(where: Ground, shape: BaseGeometry) -> int | None:
    """The number of residents in the answer of the program."""
    return ours(where, shape).residents
