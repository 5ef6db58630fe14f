"""The only way in for geometry from outside: requests through the parser, files through the opener.

The opener stands apart, in geo.intake.files, because it loads GDAL and pandas: commands import it,
pages never do. What comes out is safe to hand to PostGIS and to shapely; a raw value never is.
"""

from geo.errors import GeometryRefused, Place
from geo.intake.geojson import (
    ANY_SHAPE,
    AREAS,
    LINES,
    POINTS,
    Feature,
    parse_features,
    parse_geojson,
    parse_point,
)
from geo.intake.limits import FILE_LIMITS, WEB_LIMITS, Limits

__all__ = [
    "ANY_SHAPE",
    "AREAS",
    "FILE_LIMITS",
    "LINES",
    "POINTS",
    "WEB_LIMITS",
    "Feature",
    "GeometryRefused",
    "Limits",
    "Place",
    "parse_features",
    "parse_geojson",
    "parse_point",
]
