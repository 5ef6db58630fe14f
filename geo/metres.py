"""Metres for shapes kept in degrees: database conditions and shapely measures; no degrees leak out.

Django refuses D(m=) on geodetic geometry, so every distance goes through this module.
"""

from math import cos, radians
from typing import overload

import numpy as np
import numpy.typing as npt
import shapely
from django.contrib.gis.db.models.functions import GeoFunc
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import BooleanField, FloatField, Func, Q
from shapely.geometry.base import BaseGeometry

from geo.crs import STORAGE_SRID, Geometries, project, unproject

Metres = npt.NDArray[np.float64]

# The shortest degree of latitude on WGS 84 is 110 574 m (at the equator), the longest 111 694 m;
# taking less than the shortest makes the box a little too large, never too small.
_SMALLEST_DEGREE_M = 110_500.0


class WithinMetres(GeoFunc):
    """WithinMetres(a, b, distance_m): whether two geometries lie that near on the WGS 84 ellipsoid.

    Exact but without an index: `within_metres` puts the box in front of it.
    """

    function = "ST_DWithin"
    arity = 3
    geom_param_pos = (0, 1)
    # Both geometries, and only they, are followed by the cast.
    arg_joiner = "::geography, "
    output_field = BooleanField()


class DistanceMetres(GeoFunc):
    """DistanceMetres(a, b): metres between them on the WGS 84 ellipsoid, 0 if they meet."""

    function = "ST_Distance"
    template = "%(function)s(%(expressions)s::geography)"
    arity = 2
    geom_param_pos = (0, 1)
    arg_joiner = "::geography, "
    output_field = FloatField()


class AreaMetres(Func):
    """AreaMetres(a): square metres of a geometry on the WGS 84 ellipsoid."""

    function = "ST_Area"
    template = "%(function)s(%(expressions)s::geography)"
    arity = 1
    output_field = FloatField()


def within_metres(field: str, geometry: GEOSGeometry, distance_m: float) -> Q:
    """Condition for a queryset: the geometry in `field` lies at most `distance_m` from `geometry`.

    Uses the field's index by a box in degrees, then measures on the WGS 84 ellipsoid. A row at
    exactly that distance counts. Not for shapes across the
    date line or within a degree of a pole.

    Args:
        field: name of a geometry field in EPSG:4326; may follow relations.
        geometry: a geometry of geo.intake or of the database, EPSG:4326.
        distance_m: metres, not negative.
    """
    near = Q(**{f"{field}__bboverlaps": box_around(geometry, distance_m)})
    return near & Q(WithinMetres(field, geometry, distance_m))


@overload
def area_m2(shapes: BaseGeometry, *, metric_srid: int) -> float: ...
@overload
def area_m2(shapes: Geometries, *, metric_srid: int) -> Metres: ...
def area_m2(shapes: BaseGeometry | Geometries, *, metric_srid: int) -> float | Metres:
    """Area in square metres of shapely geometries in EPSG:4326, in the plane of `metric_srid`.

    The plane's scale is not exactly 1 (EPSG:3844: 0.99975 in the middle), as on official maps.
    """
    if isinstance(shapes, BaseGeometry):
        return float(shapely.area(_projected(shapes, metric_srid)))
    areas: Metres = shapely.area(project(shapes, metric_srid))
    return areas


@overload
def length_m(shapes: BaseGeometry, *, metric_srid: int) -> float: ...
@overload
def length_m(shapes: Geometries, *, metric_srid: int) -> Metres: ...
def length_m(shapes: BaseGeometry | Geometries, *, metric_srid: int) -> float | Metres:
    """Length of lines, or of borders, in metres; EPSG:4326 in, measured in `metric_srid`."""
    if isinstance(shapes, BaseGeometry):
        return float(shapely.length(_projected(shapes, metric_srid)))
    lengths: Metres = shapely.length(project(shapes, metric_srid))
    return lengths


@overload
def distance_m(here: BaseGeometry, there: BaseGeometry, *, metric_srid: int) -> float: ...
@overload
def distance_m(here: Geometries, there: Geometries, *, metric_srid: int) -> Metres: ...
def distance_m(
    here: BaseGeometry | Geometries, there: BaseGeometry | Geometries, *, metric_srid: int
) -> float | Metres:
    """Distance in metres between shapes, or pairwise between two arrays; EPSG:4326 in."""
    if isinstance(here, BaseGeometry):
        measured = shapely.distance(
            _projected(here, metric_srid), _projected(_single(there), metric_srid)
        )
        return float(measured)
    distances: Metres = shapely.distance(
        project(here, metric_srid), project(np.asarray(there, dtype=object), metric_srid)
    )
    return distances


def buffer_m(shape: BaseGeometry, distance_m: float, *, metric_srid: int) -> BaseGeometry:
    """The area within `distance_m` metres of a shape; EPSG:4326 in and out.

    Round corners with 16 segments per quarter: at most 0.5 % of the distance is lost between them.
    """
    grown = shapely.buffer(_projected(shape, metric_srid), distance_m, quad_segs=16)
    return _single(unproject(np.array([grown], dtype=object), metric_srid)[0])


def _single(shape: object) -> BaseGeometry:
    if not isinstance(shape, BaseGeometry):
        raise TypeError(f"one shapely geometry is wanted, not {type(shape).__name__}")
    return shape


def _projected(shape: BaseGeometry, metric_srid: int) -> BaseGeometry:
    return _single(project(np.array([shape], dtype=object), metric_srid)[0])


def box_around(geometry: GEOSGeometry, distance_m: float) -> Polygon:
    """A box in degrees that surely holds everything within `distance_m` of the geometry."""
    west, south, east, north = geometry.extent
    tall = distance_m / _SMALLEST_DEGREE_M
    farthest = min(max(abs(south - tall), abs(north + tall)), 89.0)
    wide = tall / cos(radians(farthest))
    box = Polygon.from_bbox((west - wide, south - tall, east + wide, north + tall))
    box.srid = STORAGE_SRID
    return box
