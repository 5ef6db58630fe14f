"""Which grounds a place that is more than a point meets, the first ground first; no ORM.

The place is a disc of accuracy around a point, or a line or an area. Grounds come cut to its
surroundings, so each step is linear in the few corners that lie there.
"""

from collections.abc import Iterator, Sequence
from math import cos, pi

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import project

SEGMENTS = 16
"""Of a quarter of a circle."""

NOTHING = 1e-6
"""A share of a place so small that it comes from rounding."""

#: Shapes as WKB in EPSG:4326 with the metres around them; all of them together bound a ground.
Ground = Sequence[tuple[bytes, int]]


def around(wkb: bytes, accuracy_m: float, metric_srid: int) -> BaseGeometry:
    """Everywhere a place may be, in metres; no point of the true circle is cut off."""
    place = _metric(wkb, metric_srid)
    if accuracy_m <= 0:
        return place
    return shapely.buffer(place, accuracy_m / cos(pi / (4 * SEGMENTS)), quad_segs=SEGMENTS)


def choices_in(
    place: BaseGeometry, grounds: Sequence[Ground | None], metric_srid: int
) -> Iterator[int]:
    """Numbers of the grounds that hold somewhere in a place once those before have taken theirs.

    Args:
        grounds: in their order; None holds everywhere.
    """
    kind = int(shapely.get_dimensions(place))
    whole = _measure(place, kind)
    rest = place
    for number, parts in enumerate(grounds):
        if parts is None:
            yield number
            return
        ground = _ground(parts, metric_srid)
        left = shapely.difference(rest, ground)
        if _measure(rest, kind) - _measure(left, kind) > NOTHING * whole:
            yield number
        rest = left
        if _measure(rest, kind) <= NOTHING * whole:
            return


def _ground(parts: Ground, metric_srid: int) -> BaseGeometry:
    shapes = []
    for wkb, metres in parts:
        shape = _metric(wkb, metric_srid)
        shapes.append(shapely.buffer(shape, metres, quad_segs=SEGMENTS) if metres else shape)
    return shapely.intersection_all(shapes)


def _metric(wkb: bytes, metric_srid: int) -> BaseGeometry:
    shapes = np.array([shapely.from_wkb(wkb)], dtype=object)
    metric: BaseGeometry = project(shapes, metric_srid)[0]
    return metric


def _measure(shape: BaseGeometry, dimension: int) -> float:
    """Square metres, metres or points, as the place has them."""
    if shape.is_empty:
        return 0.0
    if dimension == 0:
        return float(shapely.get_num_geometries(shape))
    return float(shape.area if dimension > 1 else shape.length)
