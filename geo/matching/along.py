"""Places a house number on its street: exactly, between its neighbours, or not at all."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point
from shapely.geometry.base import BaseGeometry

from geo.matching.numbers import HouseNumber, parse_number

# Beyond the last known number of a side we still answer this many numbers further (about three
# plots), with the last known point; further out the street alone is the honest answer.
_OVERHANG = 6


@dataclass(frozen=True, slots=True)
class NumberedPoint:
    """A house number with its point (EPSG:4326) and the position of its record in a list."""

    number: HouseNumber
    longitude: float
    latitude: float
    record: int


class StreetNumbers:
    """The known house numbers of one street, and where an unknown one would lie.

    Numbers of one parity lie on one side. An unknown number is placed between the nearest known
    smaller and larger number of its side, in proportion, following the axis where there is one.
    """

    def __init__(self, points: Sequence[NumberedPoint], axis: BaseGeometry | None) -> None:
        self._by_key: dict[str, list[NumberedPoint]] = defaultdict(list)
        self._by_number: dict[int, list[NumberedPoint]] = defaultdict(list)
        self._ranges = [point for point in points if point.number.last is not None]
        for point in points:
            self._by_key[point.number.key].append(point)
            self._by_number[point.number.number].append(point)
        self._sides = {
            parity: sorted(number for number in self._by_number if number % 2 == parity)
            for parity in (0, 1)
        }
        self._axis = axis

    def exact(self, asked: HouseNumber) -> list[NumberedPoint]:
        """Points of exactly this number, or of a registered range that holds it."""
        known = self._by_key.get(asked.key)
        if known:
            return known
        if asked.last is not None:
            ends = self._by_key.get(str(asked.number)), self._by_key.get(str(asked.last))
            return ends[0] or ends[1] or []
        if asked.suffix:
            return []
        return [point for point in self._ranges if point.number.spans(asked.number)]

    def between(self, asked: HouseNumber) -> tuple[float, float] | None:
        """(longitude, latitude) of a number that is not registered; None when out of reach."""
        if asked.number in self._by_number:
            return _middle(self._by_number[asked.number])
        below, above = self.beside(asked)
        if below is not None and above is not None:
            return self._between(below, above, asked.number)
        nearest = below if below is not None else above
        if nearest is None or abs(nearest - asked.number) > _OVERHANG:
            return None
        return _middle(self._by_number[nearest])

    def beside(self, asked: HouseNumber) -> tuple[int | None, int | None]:
        """The known numbers of its side below and above an unknown number, each may be missing."""
        if asked.number in self._by_number:
            return None, None
        side = self._sides[asked.number % 2]
        at = bisect_left(side, asked.number)
        return (side[at - 1] if at else None, side[at] if at < len(side) else None)

    def _between(self, below: int, above: int, asked: int) -> tuple[float, float]:
        share = (asked - below) / (above - below)
        start = np.array(_middle(self._by_number[below]))
        end = np.array(_middle(self._by_number[above]))
        if self._axis is None or self._axis.is_empty:
            return _pair(start + share * (end - start))
        return _follow(self._axis, start, end, share)


def _follow(
    axis: BaseGeometry, start: NDArray[np.float64], end: NDArray[np.float64], share: float
) -> tuple[float, float]:
    """The point `share` of the way from start to end along the axis, at their distance from it.

    Within a street an equirectangular scaling (x by the cosine of the latitude) keeps angles to
    well under a metre, so no projection is needed here.
    """
    scale = np.array([cos(radians(float(start[1]))), 1.0])
    flat = shapely.transform(axis, lambda points: points * scale)
    from_point, to_point = Point(*(start * scale)), Point(*(end * scale))
    along = [flat.project(from_point), flat.project(to_point)]
    feet = [np.array(flat.interpolate(distance).coords[0]) for distance in along]
    offset = (1 - share) * (start * scale - feet[0]) + share * (end * scale - feet[1])
    foot = np.array(flat.interpolate(along[0] + share * (along[1] - along[0])).coords[0])
    return _pair((foot + offset) / scale)


def _middle(points: Sequence[NumberedPoint]) -> tuple[float, float]:
    count = len(points)
    return (
        sum(point.longitude for point in points) / count,
        sum(point.latitude for point in points) / count,
    )


def _pair(values: NDArray[np.float64]) -> tuple[float, float]:
    return float(values[0]), float(values[1])


def numbered(text: str, longitude: float, latitude: float, record: int) -> NumberedPoint | None:
    """A point for a written number, or None when the text is not a house number."""
    number = parse_number(text)
    return None if number is None else NumberedPoint(number, longitude, latitude, record)
