"""The one parser of geometry that comes in requests: GeoJSON and single points, EPSG:4326."""

import re
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import GeometryRefused
from geo.intake.document import read_document
from geo.intake.limits import WEB_LIMITS, Limits
from geo.intake.shapes import ShapeReader, geojson_object, refuse_outside_world
from geo.intake.soundness import require_inside, require_valid

AREAS = frozenset({"Polygon", "MultiPolygon"})
LINES = frozenset({"LineString", "MultiLineString"})
POINTS = frozenset({"Point"})
ANY_SHAPE = AREAS | LINES | POINTS | {"MultiPoint", "GeometryCollection"}

# ASCII digits and a point only: Python's float() also takes 1_000, nan and Arabic digits.
_DECIMAL = re.compile(r"[+-]?[0-9]{1,4}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?", re.ASCII)


class Feature(NamedTuple):
    """One feature: its geometry (EPSG:4326), its properties as sent, its id if it has one."""

    geometry: BaseGeometry
    properties: dict[str, Any]
    identifier: str | int | float | None


def parse_geojson(
    raw: bytes | str,
    *,
    accept: frozenset[str],
    limits: Limits = WEB_LIMITS,
    within: BaseGeometry | None = None,
) -> BaseGeometry:
    """Read one GeoJSON geometry, or the geometry of one Feature.

    Heights are dropped, repeated points kept, nothing else is changed or repaired.

    Args:
        raw: UTF-8 bytes or text.
        accept: GeoJSON type names, for example AREAS.
        limits: bounds applied before the costly steps.
        within: area that must cover the geometry, EPSG:4326.

    Returns:
        A valid, non-empty, two-dimensional shapely geometry, longitude first.

    Raises:
        GeometryRefused: and nothing else, whatever `raw` is.
    """
    document = geojson_object(read_document(raw, limits), "$")
    path: str = "$"
    value: object = document
    if document["type"] == "Feature":
        path, value = "$.geometry", _geometry_of(document, "$")
    geometry = ShapeReader(limits, accept).read(value, path)
    require_valid(geometry, path)
    require_inside(geometry, within, path)
    return geometry


def parse_features(
    raw: bytes | str,
    *,
    accept: frozenset[str],
    limits: Limits = WEB_LIMITS,
    within: BaseGeometry | None = None,
) -> list[Feature]:
    """Read a GeoJSON FeatureCollection; one bad feature refuses the whole.

    Arguments, rules and errors are those of `parse_geojson`; the limits count over all features.
    """
    reader = ShapeReader(limits, accept)
    features = []
    for index, value in enumerate(feature_values(read_document(raw, limits), limits)):
        path = f"$.features[{index}]"
        feature = geojson_object(value, path)
        at = f"{path}.geometry"
        geometry = reader.read(_geometry_of(feature, path), at)
        require_valid(geometry, at)
        require_inside(geometry, within, at)
        features.append(Feature(geometry, properties_of(feature, path), _identifier(feature, path)))
    return features


def parse_point(
    longitude: object, latitude: object, *, within: BaseGeometry | None = None
) -> shapely.Point:
    """Read a point from two numbers or two texts such as query parameters, in degrees.

    Raises:
        GeometryRefused: number, outside_world, axes_swapped, outside.
    """
    position = np.array([[_degrees(longitude, "longitude"), _degrees(latitude, "latitude")]])
    refuse_outside_world(position)
    point = shapely.Point(position[0])
    require_inside(point, within)
    return point


def feature_values(document: dict[str, Any], limits: Limits) -> list[Any]:
    """The unread features of a FeatureCollection, bounded in number.

    Raises:
        GeometryRefused: not_geojson, crs_member, type, too_many_features.
    """
    collection = geojson_object(document, "$")
    if collection["type"] != "FeatureCollection":
        found = str(collection["type"])[:60]
        raise GeometryRefused("type", found=found, wanted="FeatureCollection")
    values = collection.get("features")
    if not isinstance(values, list):
        raise GeometryRefused("not_geojson", path="$.features")
    if len(values) > limits.features:
        raise GeometryRefused("too_many_features", limit=limits.features)
    return values


def properties_of(feature: dict[str, Any], path: str) -> dict[str, Any]:
    """The properties of a feature; none at all is an empty dict.

    Raises:
        GeometryRefused: not_geojson.
    """
    properties = feature.get("properties")
    if properties is None:
        return {}
    if not isinstance(properties, dict):
        raise GeometryRefused("not_geojson", path=f"{path}.properties")
    return properties


def _geometry_of(feature: dict[str, Any], path: str) -> object:
    if feature["type"] != "Feature":
        found = str(feature["type"])[:60]
        raise GeometryRefused("type", path=path, found=found, wanted="Feature")
    if feature.get("geometry") is None:
        raise GeometryRefused("geometry_missing", path=path)
    return feature["geometry"]


def _identifier(feature: dict[str, Any], path: str) -> str | int | float | None:
    identifier = feature.get("id")
    if identifier is None or (
        isinstance(identifier, str | int | float) and not isinstance(identifier, bool)
    ):
        return identifier
    raise GeometryRefused("not_geojson", path=f"{path}.id")


def _degrees(value: object, name: str) -> float:
    if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9:
        return float(value)
    raise GeometryRefused("number", path=name)
