"""Competence said a second time, slowly: every rule against every place by plain shapely."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyproj
import shapely
import shapely.affinity
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

_TO_METRES = pyproj.Transformer.from_crs(4326, 3844, always_xy=True)
_TO_DEGREES = pyproj.Transformer.from_crs(3844, 4326, always_xy=True)
SCALE = 1e-3
"""How far the plane of EPSG:3844 and the ellipsoid differ in a length, at most, and then some."""


@dataclass(frozen=True)
class PlainRule:
    """A rule as the oracle sees it; `areas` in degrees must cover, `near` in degrees be near."""

    code: str
    department: int
    category: str = ""
    areas: tuple[BaseGeometry, ...] = ()
    near: tuple[tuple[BaseGeometry, int], ...] = ()
    weekdays: tuple[int, ...] = ()
    hours: tuple[dt.time, dt.time] | None = None


@dataclass(frozen=True)
class Said:
    """The winner's code, the next department's rule, all departments around; unsure by rounding."""

    winner: str | None
    runner_up: str | None
    around: set[int]
    is_unsure: bool


@cache
def metric(shape: BaseGeometry) -> BaseGeometry:
    """A shape in metres."""
    return shapely.transform(shape, lambda spots: _moved(spots, _TO_METRES))


def _moved(spots: Any, way: pyproj.Transformer) -> Any:
    return np.column_stack(way.transform(spots[:, 0], spots[:, 1]))


def ask(
    rules: list[PlainRule], place: Point, accuracy: float, category: tuple[str, str], at: Any
) -> Said:
    """Try each rule in turn; `category` is its code and its group's."""
    about = [rule for rule in rules if rule.category in ("", *category) and _holds(rule, at)]
    is_unsure = any(_is_at_edge(rule, place) for rule in about)
    fitting = [rule for rule in about if _covers(rule, place)]
    winner = fitting[0] if fitting else None
    others = [rule for rule in fitting if winner and rule.department != winner.department]
    return Said(
        winner.code if winner else None,
        others[0].code if others else None,
        _around(about, place, accuracy),
        is_unsure,
    )


def _covers(rule: PlainRule, place: Point) -> bool:
    spot = metric(place)
    return all(area.covers(place) for area in rule.areas) and all(
        metric(line).distance(spot) <= metres for line, metres in rule.near
    )


def _is_at_edge(rule: PlainRule, place: Point) -> bool:
    spot = metric(place)
    return any(
        abs(metric(line).distance(spot) - metres) <= metres * SCALE for line, metres in rule.near
    )


def _around(rules: list[PlainRule], place: Point, accuracy: float) -> set[int]:
    """Departments in a disc, by a grid of spots in it: coarse on purpose, never more than true."""
    if not accuracy:
        return set()
    found = set()
    centre = Point(metric(place).coords[0])
    for ring in (0.0, 0.3, 0.6, 0.9, 0.99):
        for step in range(16):
            angle = step * 3.141592653589793 / 8
            turned = shapely.affinity.rotate(
                Point(centre.x + ring * accuracy, centre.y), angle, origin=centre, use_radians=True
            )
            spot = shapely.transform(turned, lambda spots: _moved(spots, _TO_DEGREES))
            first = next((rule for rule in rules if _covers(rule, spot)), None)
            if first:
                found.add(first.department)
    return found


def _holds(rule: PlainRule, at: dt.datetime) -> bool:
    """By trying every minute since the window last began; slow and plain."""
    wall = at.astimezone(ZoneInfo("Europe/Bucharest")).replace(tzinfo=None)
    if rule.hours is None:
        return not rule.weekdays or wall.isoweekday() in rule.weekdays
    begins, ends = rule.hours
    for days in (0, 1):
        day = wall.date() - dt.timedelta(days=days)
        if rule.weekdays and day.isoweekday() not in rule.weekdays:
            continue
        start = dt.datetime.combine(day, begins)
        stop = dt.datetime.combine(day, ends)
        if stop <= start:
            stop += dt.timedelta(days=1)
        if start <= wall < stop:
            return True
    return False
