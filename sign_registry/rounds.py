"""The order in which a crew walks: nearest neighbour mended by 2-opt, and cut into days. No ORM."""

import datetime as dt
import math
import statistics
import time
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Point = tuple[float, float]
_Distances = npt.NDArray[np.float64]

#: A round is planned while somebody waits for the page; a longer search gains a few per cent.
PATIENCE_S = 0.6
# Shorter gains are rounding errors, and would let 2-opt turn in circles.
_LEAST_GAIN_M = 1e-6


class Day(NamedTuple):
    """What one person does on one day: positions in the walking order, and metres between them."""

    stops: list[int]
    length_m: float


def order(points: Sequence[Point], start: Point | None = None) -> list[int]:
    """The walking order of points in metres as indices, beginning near `start` where it is given.

    The way is open: nobody has to come back. Never longer than going to the nearest each time.
    """
    if len(points) < 2:
        return list(range(len(points)))
    distances = _distances(points)
    first = _nearest_to(start, points) if start is not None else _outermost(points)
    path = _nearest_neighbours(distances, first)
    return _two_opt(path, distances, time.monotonic() + PATIENCE_S)


def length_m(points: Sequence[Point], path: Sequence[int]) -> float:
    """Metres of a way through points, as the crow flies."""
    return sum(math.dist(points[a], points[b]) for a, b in pairwise(path))


def split_into_days(
    points: Sequence[Point], path: Sequence[int], *, most_stops: int, longest_m: float = math.inf
) -> list[Day]:
    """Cut a way into days of at most so many stops and so many metres, keeping its order.

    A stop further from the one before than the longest way simply begins the next day.

    Raises:
        ValueError: a day of no stops.
    """
    if most_stops < 1:
        raise ValueError("a day has at least one stop")
    days: list[Day] = []
    for stop in path:
        if days and len(days[-1].stops) < most_stops:
            stops, walked = days[-1]
            further = walked + math.dist(points[stops[-1]], points[stop])
            if further <= longest_m:
                days[-1] = Day([*stops, stop], further)
                continue
        days.append(Day([stop], 0.0))
    return days


def finish_at(done: Sequence[dt.datetime], left: int) -> dt.datetime | None:
    """When a round will be done at its pace so far; None before there is a pace.

    The pace is the middle one of the pauses between stops, so that lunch does not count.
    """
    moments = sorted(done)
    if len(moments) < 3 or not left:
        return None
    pause = statistics.median((b - a).total_seconds() for a, b in pairwise(moments))
    return moments[-1] + dt.timedelta(seconds=pause * left)


def finish_on(done_by_day: Sequence[int], left: int, today: dt.date) -> dt.date | None:
    """The working day on which everything will be done, at the mean of the days so far."""
    if not left or not any(done_by_day):
        return None
    days = math.ceil(left * len(done_by_day) / sum(done_by_day))
    return working_day(today, days)


def working_day(day: dt.date, ahead: int) -> dt.date:
    """The day so many working days later, Monday to Friday; 0 is the first one from `day` on."""
    day = _not_at_weekend(day)
    for _ in range(ahead):
        day = _not_at_weekend(day + dt.timedelta(days=1))
    return day


def _not_at_weekend(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _distances(points: Sequence[Point]) -> _Distances:
    placed = np.asarray(points, dtype=np.float64)
    between: _Distances = np.linalg.norm(placed[:, None, :] - placed[None, :, :], axis=2)
    return between


def _nearest_to(start: Point, points: Sequence[Point]) -> int:
    return min(range(len(points)), key=lambda index: math.dist(start, points[index]))


def _outermost(points: Sequence[Point]) -> int:
    """Without a start, an open way begins best at the edge."""
    middle = (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))
    return max(range(len(points)), key=lambda index: math.dist(middle, points[index]))


def _nearest_neighbours(distances: _Distances, first: int) -> npt.NDArray[np.intp]:
    count = len(distances)
    open_ones = np.ones(count, dtype=bool)
    path = np.empty(count, dtype=np.intp)
    here = first
    for position in range(count):
        path[position] = here
        open_ones[here] = False
        if position + 1 < count:
            here = int(np.where(open_ones, distances[here], np.inf).argmin())
    return path


def _two_opt(path: npt.NDArray[np.intp], distances: _Distances, until: float) -> list[int]:
    """Turn round pieces of the way while that shortens it; the first stop stays the first."""
    improved = True
    while improved and time.monotonic() < until:
        improved = False
        for left in range(len(path) - 2):
            gain, right = _best_turn(path, distances, left)
            if gain > _LEAST_GAIN_M:
                path[left + 1 : right + 1] = path[left + 1 : right + 1][::-1]
                improved = True
    return [int(index) for index in path]


def _best_turn(path: npt.NDArray[np.intp], distances: _Distances, left: int) -> tuple[float, int]:
    """Where the piece after `left` should end to be turned round, and the metres that saves."""
    before, first = path[left], path[left + 1]
    lasts = path[left + 2 :]
    gains = distances[before, first] - distances[before, lasts]
    gains[:-1] += distances[lasts[:-1], lasts[1:]] - distances[first, lasts[1:]]
    best = int(gains.argmax())
    return float(gains[best]), left + 2 + best
