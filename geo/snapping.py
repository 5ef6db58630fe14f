"""Lays a drawn line onto street axes and onto the town's border where they run near it; pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString
from shapely.ops import substring

Points = npt.NDArray[np.float64]
LONGEST_WAY = 3.0
"""A way along an axis that is so many times longer than straight on is not what was meant."""


def snapped(points: Points, axes: Sequence[LineString], reach_m: float) -> Points:
    """The corners moved onto the nearest axis, and the axis followed between two on the same one.

    Args:
        points: (n, 2) corners of a line or a ring, in metres; a ring repeats its first.
        axes: lines to lay it on, in the same plane.
        reach_m: how far a corner may be moved.
    """
    if not len(axes):
        return points
    lines = np.array(list(axes), dtype=object)
    corners = shapely.points(points)
    away = np.stack([np.atleast_1d(shapely.distance(line, corners)) for line in lines])
    moved = points.copy()
    for corner in np.flatnonzero(away.min(axis=0) <= reach_m):
        line = lines[int(away[:, corner].argmin())]
        moved[corner] = _on(line, points[corner], reach_m / 3)
    found = [moved[:1]]
    for first in range(len(points) - 1):
        near = (away[:, first] <= reach_m) & (away[:, first + 1] <= reach_m)
        both = np.where(near, away[:, first] + away[:, first + 1], np.inf)
        best = int(both.argmin())
        if near[best]:
            found.append(_along(lines[best], moved[first], moved[first + 1]))
        found.append(moved[first + 1 : first + 2])
    return _without_repeats(np.concatenate(found))


def _on(line: LineString, point: Points, vertex_m: float) -> Points:
    """The nearest corner of a line if one is very near, else the nearest place on it."""
    vertices = shapely.get_coordinates(line)
    away = np.hypot(*(vertices - point).T)
    if away.min() <= vertex_m:
        return np.asarray(vertices[int(away.argmin())])
    nearest = line.interpolate(line.project(shapely.Point(point)))
    return np.array([nearest.x, nearest.y])


def _along(line: LineString, first: Points, last: Points) -> Points:
    """The corners of a line between two places on it, the shorter way round where it is closed."""
    start, end = (line.project(shapely.Point(place)) for place in (first, last))
    ways = [_between(line, start, end)]
    if line.is_closed:
        length = line.length
        low, high = sorted((start, end))
        to_end, from_start = _between(line, high, length), _between(line, 0.0, low)
        round_again = np.concatenate([to_end, from_start])
        ways.append(round_again if start > end else round_again[::-1])
    way = min(ways, key=_length)
    straight = float(np.hypot(*(last - first)))
    if _length(way) > LONGEST_WAY * straight:
        return np.empty((0, 2))
    return way


def _between(line: LineString, start: float, end: float) -> Points:
    return np.asarray(shapely.get_coordinates(substring(line, start, end)))


def _length(points: Points) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum()) if len(points) > 1 else 0.0


def _without_repeats(points: Points) -> Points:
    step = np.hypot(*np.diff(points, axis=0).T)
    kept: Points = points[np.concatenate([[True], step > 0.001])]
    return kept
