"""Whether a well-formed shape is valid and lies where it may, and where it is at fault.

Nothing is repaired here: the default make_valid needs a minute and a half for 500 crossing points.
"""

import re

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import looks_swapped
from geo.errors import GeometryRefused, Place

_REASON = re.compile(r"(?P<reason>[^\[]*)\[(?P<x>\S+) (?P<y>\S+?)\]?\Z")

# The beginnings of GEOS's own sentences (TopologyValidationError.cpp).
_CODES = {
    "Self-intersection": "self_intersection",
    "Ring Self-intersection": "self_intersection",
    "Interior is disconnected": "self_intersection",
    "Duplicate Rings": "parts_overlap",
    "Nested shells": "parts_overlap",
    "Hole lies outside shell": "hole_misplaced",
    "Holes are nested": "hole_misplaced",
    "Nested holes": "hole_misplaced",
    "Too few points in geometry component": "ring_short",
}

_HALF_THE_GLOBE = 180.0


def require_valid(geometry: BaseGeometry, path: str = "") -> None:
    """Refuse an invalid geometry by the OGC's rules, with the place GEOS names.

    Raises:
        GeometryRefused: self_intersection, hole_misplaced, parts_overlap, ring_short, invalid.
    """
    reason = shapely.is_valid_reason(geometry)
    if reason == "Valid Geometry":
        return
    found = _REASON.match(reason)
    place = (float(found["x"]), float(found["y"])) if found else None
    code = _CODES.get(found["reason"] if found else reason, "invalid")
    raise GeometryRefused(code, place=place, path=path)


def require_inside(geometry: BaseGeometry, within: BaseGeometry | None, path: str = "") -> None:
    """Refuse what is not covered by `within` (EPSG:4326), and what spans half the globe.

    The border counts as inside. A caller that tolerates some metres outside passes a buffer.

    Raises:
        GeometryRefused: axes_swapped, outside, antimeridian.
    """
    west, _, east, _ = geometry.bounds
    if east - west > _HALF_THE_GLOBE:
        raise GeometryRefused("antimeridian", path=path)
    if within is None or shapely.covers(within, geometry):
        return
    place = _place_outside(geometry, within)
    code = "axes_swapped" if looks_swapped(geometry, within) else "outside"
    raise GeometryRefused(code, place=place, path=path)


def _place_outside(geometry: BaseGeometry, within: BaseGeometry) -> Place:
    """The first vertex outside; where only an edge leaves, a point of the part outside."""
    points = shapely.get_coordinates(geometry)
    shapely.prepare(within)
    outside = ~shapely.covers(within, shapely.points(points))
    if outside.any():
        longitude, latitude = points[int(np.argmax(outside))]
    else:
        part = shapely.point_on_surface(shapely.difference(geometry, within))
        longitude, latitude = shapely.get_coordinates(part)[0]
    return float(longitude), float(latitude)
