"""The painted surface of satisfaction for some figures of one period, and where it lies."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from django.contrib.gis.db.models.functions import PointOnSurface

from satisfaction.charts.surface import surface_png
from satisfaction.models import Snapshot
from satisfaction.querysets import SiteFigureQuerySet
from satisfaction.statistics.arrays import Floats
from satisfaction.statistics.surface import FARTHEST_WIDTHS, LEAST_PLACES, surface

Box = tuple[float, float, float, float]  # west, south, east, north in degrees
#: Where the period found no width of its own, metres.
USUAL_WIDTH = 500.0
#: Beyond so many widths a place counts for less than a fiftieth.
NEAR_WIDTHS = 3.0
#: Difference to the kind at which the colours are full, points.
FULL_COLOUR = 1.0
_EARTH = 6_378_137.0  # radius of the sphere of the web Mercator projection, metres
_METRES_PER_DEGREE = 111_320.0


class Spot(NamedTuple):
    """A place with what sets it apart from its kind, and how sure that is."""

    longitude: float
    latitude: float
    residual: float
    deviation: float


def spots_of(figures: SiteFigureQuerySet) -> list[Spot]:
    """Places with a figure that lie somewhere; one query."""
    known = figures.filter(
        residual__isnull=False, deviation__isnull=False, site__geometry__isnull=False
    )
    placed = known.annotate(centre=PointOnSurface("site__geometry")).order_by("site")
    rows = placed.values_list("centre", "residual", "deviation")
    return [
        Spot(centre.x, centre.y, residual or 0.0, spread or 0.0)
        for centre, residual, spread in rows
    ]


def box_around(spots: Sequence[Spot], snapshot: Snapshot) -> Box | None:
    """The ground on which something may be painted; None where places are too few for that.

    A lonely village would make the picture large and the town in it coarse, and has too few places
    to be painted anyway.
    """
    if len(spots) < LEAST_PLACES:
        return None
    found = np.array(spots, dtype=np.float64)[:, :2]
    width = _width(snapshot)
    shrunk = float(np.cos(np.radians(found[:, 1].mean())))
    metres = found * _METRES_PER_DEGREE * (shrunk, 1.0)
    apart = np.hypot(*(metres[:, None] - metres).transpose(2, 0, 1))
    together = found[(apart <= NEAR_WIDTHS * width).sum(axis=1) >= LEAST_PLACES]
    if not len(together):
        return None
    up = FARTHEST_WIDTHS * width / _METRES_PER_DEGREE
    aside = up / shrunk
    (west, south), (east, north) = together.min(axis=0), together.max(axis=0)
    return float(west - aside), float(south - up), float(east + aside), float(north + up)


def paint_surface(*, spots: Sequence[Spot], snapshot: Snapshot, box: Box) -> bytes:
    """PNG whose rows run along the web Mercator projection, transparent where little is known."""
    values = np.array(spots, dtype=np.float64).reshape(-1, 4)
    west, south, east, north = box
    x, y = _plane(values[:, 0], values[:, 1], box)
    (left, right), (bottom, top) = _plane(np.array([west, east]), np.array([south, north]), box)
    drawn = surface(
        x,
        y,
        values[:, 2],
        values[:, 3],
        tau2=float(snapshot.parameters.get("tau2") or 0.0),
        width=_width(snapshot),
        extent=(float(left), float(bottom), float(right), float(top)),
    )
    return surface_png(drawn, FULL_COLOUR)


def _width(snapshot: Snapshot) -> float:
    return float(snapshot.parameters.get("surface_width") or USUAL_WIDTH)


def _plane(longitude: Floats, latitude: Floats, box: Box) -> tuple[Floats, Floats]:
    """Web Mercator, shrunk so that its units are metres in the middle of the box."""
    shrunk = _EARTH * np.cos(np.radians((box[1] + box[3]) / 2))
    x = shrunk * np.radians(longitude)
    y = shrunk * np.log(np.tan(np.pi / 4 + np.radians(latitude) / 2))
    return x, y
