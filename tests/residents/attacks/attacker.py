"""Asks for an area, then for the same area and one house more, and looks for a difference."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tests.residents.attacks.towns import SIDE, Town

Answer = Callable[[BaseGeometry], int | None]
Floats = NDArray[np.float64]


def scores(town: Town, answer: Answer, *, seed: int, pads: int) -> Floats:
    """For each lone house how much answers rise when it is added to areas elsewhere in the town."""
    random = np.random.default_rng(seed)
    areas: list[BaseGeometry] = []
    while len(areas) < pads:
        middle, radius = random.uniform(700, SIDE - 700, 2), random.uniform(250, 900)
        area = shapely.Point(middle).buffer(radius)
        if answer(area) is not None:
            areas.append(area)
    found = np.zeros(town.lone.size)
    for number, house in enumerate(town.lone.tolist()):
        at = shapely.Point(town.x[house], town.y[house])
        speck = at.buffer(0.5, quad_segs=1)
        elsewhere = [area for area in areas if area.distance(at) > 1]
        rises = [_told(answer(area.union(speck))) - _told(answer(area)) for area in elsewhere]
        found[number] = float(np.mean(rises)) if rises else 0.0
    return found


def guesses(found: Floats) -> NDArray[np.bool_]:
    """The half of the houses with the greater rise is said to be lived in, ties by lot."""
    order = np.lexsort([np.random.default_rng(0).random(found.size), found])
    said = np.zeros(found.size, dtype=bool)
    said[order[found.size // 2 :]] = True
    return said


def share_found(town: Town, found: Floats) -> float:
    """Share of lived-in houses that were found."""
    return float(np.mean(guesses(found)[town.lived_in]))


def _told(answer: int | None) -> int:
    return answer or 0
