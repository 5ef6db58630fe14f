"""Coordinate systems in which geodata is asked for and written, each in its own axis order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from django.contrib.gis.geos import GEOSGeometry
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo.crs import STORAGE_SRID, Geometries, project, swap_axes, unproject
from zones.models import Municipality

WEB_MERCATOR = 3857
#: Of a degree: about a millimetre, and of a metre.
DEGREE_DIGITS, METRE_DIGITS = 8, 3
#: Sides of a box are bent when they are carried to another system: so many pieces to a side.
PIECES = 64

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class System:
    """A coordinate system by its address; `is_northing_first` is what its own definition says."""

    uri: str
    srid: int
    is_northing_first: bool
    is_geographic: bool

    @property
    def digits(self) -> int:
        """Decimals that are worth writing."""
        return DEGREE_DIGITS if self.is_geographic else METRE_DIGITS


CRS84 = System("http://www.opengis.net/def/crs/OGC/1.3/CRS84", STORAGE_SRID, False, True)


@lru_cache(maxsize=32)
def _of_register(srid: int) -> System:
    definition = CRS.from_epsg(srid)
    return System(
        uri=f"http://www.opengis.net/def/crs/EPSG/0/{srid}",
        srid=srid,
        is_northing_first=definition.axis_info[0].direction.lower() == "north",
        is_geographic=definition.is_geographic,
    )


def systems_of(town: Municipality) -> dict[str, System]:
    """Systems by address: CRS84 first, then EPSG:4326, the town's own metres, and web maps."""
    registered = (STORAGE_SRID, town.metric_srid, WEB_MERCATOR)
    found = (CRS84, *(_of_register(srid) for srid in registered))
    return {one.uri: one for one in found}


def written_in(
    system: System, geometries: list[GEOSGeometry | None]
) -> list[dict[str, Any] | None]:
    """Geometries of EPSG:4326 as GeoJSON objects in a system, rounded, rings turned as RFC 7946."""
    shapes: Geometries = np.array(
        [None if one is None else shapely.from_wkb(bytes(one.wkb)) for one in geometries],
        dtype=object,
    )
    if not len(shapes):
        return []
    turned = shapely.orient_polygons(shapes)
    moved = turned if system.is_geographic else project(turned, system.srid)
    if system.is_northing_first:
        moved = swap_axes(moved)
    rounded = shapely.transform(moved, lambda points: np.round(points, system.digits))
    return [None if one is None else _plain(one) for one in rounded]


def _plain(shape: BaseGeometry) -> dict[str, Any]:
    mapping: dict[str, Any] = shape.__geo_interface__
    return mapping


def region_of(system: System, box: tuple[float, float, float, float]) -> BaseGeometry:
    """The ground that a box in a system stands for, in EPSG:4326; may be a line, a point, nothing.

    Args:
        box: lower and upper corner in the axis order of the system.
    """
    first, second, third, fourth = box
    west, south, east, north = (
        (second, first, fourth, third)
        if system.is_northing_first
        else (first, second, third, fourth)
    )
    if system.is_geographic:
        return _around_the_world(west, south, east, north)
    return _from_metres(system, west, south, east, north)


def _around_the_world(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """A box in degrees; one whose west is greater than its east crosses the date line."""
    if west <= east:
        return _box(west, south, east, north)
    return shapely.union(_box(west, south, 180.0, north), _box(-180.0, south, east, north))


def _from_metres(
    system: System, west: float, south: float, east: float, north: float
) -> BaseGeometry:
    """A box in metres, cut to where the system is defined: beyond, it has no place on Earth."""
    least, lowest, most, highest = _extent(system.srid)
    west, south = max(west, least), max(south, lowest)
    east, north = min(east, most), min(north, highest)
    if west > east or south > north:
        return shapely.Point()
    shape = _box(west, south, east, north)
    pieces = shapely.segmentize(shape, max(east - west, north - south, 1.0) / PIECES)
    moved: BaseGeometry = unproject(np.array([pieces], dtype=object), system.srid)[0]
    return moved


@lru_cache(maxsize=32)
def _extent(srid: int) -> tuple[float, float, float, float]:
    """West, south, east, north in metres of a system's area of use, and a degree around it."""
    area = CRS.from_epsg(srid).area_of_use
    if area is None:
        return -math.inf, -math.inf, math.inf, math.inf
    whole_world = area.east - area.west >= 360
    around = 0.0 if whole_world else 1.0
    degrees = shapely.segmentize(
        shapely.box(
            area.west - around, area.south - around, area.east + around, area.north + around
        ),
        1.0,
    )
    west, south, east, north = project(np.array([degrees], dtype=object), srid)[0].bounds
    return west, south, east, north


def _box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """A box, or what is left of it where it has no width or no height."""
    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)
