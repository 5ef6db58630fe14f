"""Turns a GeoJSON geometry object (RFC 7946) into a shapely one; validity is judged elsewhere."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import GeometryRefused, Place
from geo.intake.limits import Limits

Positions = npt.NDArray[np.float64]

FEWEST_RING_POSITIONS = 4


class ShapeReader:
    """Builds the geometries of one document and keeps count of its vertices and rings.

    Rules: a third and fourth number of a position (height, measure) is dropped; repeated points
    are kept as they are; rings must be closed, unless the reader is made to close and note them.

    Args:
        limits: `vertices` and `rings` count over all geometries read by this reader.
        accept: names of the GeoJSON types taken at the top.
        degrees: whether the numbers are longitude and latitude, to be checked as such.
        close_rings: close an open ring and append the refusal to `closed` instead of raising it.
    """

    def __init__(
        self,
        limits: Limits,
        accept: frozenset[str],
        *,
        degrees: bool = True,
        close_rings: bool = False,
    ) -> None:
        self.limits = limits
        self.accept = accept
        self.degrees = degrees
        self.close_rings = close_rings
        self.closed: list[GeometryRefused] = []
        self._vertices = 0
        self._rings = 0
        self._builders: dict[str, Callable[[Any, str], BaseGeometry]] = {
            "Point": self._point,
            "MultiPoint": self._multi_point,
            "LineString": self._line,
            "MultiLineString": self._multi_line,
            "Polygon": self._polygon,
            "MultiPolygon": self._multi_polygon,
        }

    def read(self, value: object, path: str) -> BaseGeometry:
        """Build the geometry of one GeoJSON geometry object.

        Raises:
            GeometryRefused: not_geojson, crs_member, type, coordinates, position, number, empty,
                line_short, ring_short, ring_unclosed, outside_world, too_many_vertices,
                too_many_rings.
        """
        geometry = geojson_object(value, path)
        found = str(geometry["type"])
        if found not in self.accept:
            wanted = ", ".join(sorted(self.accept))
            raise GeometryRefused("type", path=path, found=found[:60], wanted=wanted)
        if found == "GeometryCollection":
            return self._collection(geometry.get("geometries"), f"{path}.geometries")
        return self._build(geometry, path)

    def _build(self, geometry: dict[str, Any], path: str) -> BaseGeometry:
        builder = self._builders.get(str(geometry["type"]))
        if builder is None:
            wanted = ", ".join(sorted(self._builders))
            found = str(geometry["type"])[:60]
            raise GeometryRefused("type", path=path, found=found, wanted=wanted)
        return builder(geometry.get("coordinates"), f"{path}.coordinates")

    def _collection(self, value: object, path: str) -> BaseGeometry:
        # A collection inside a collection ends in _build, which knows no such type.
        return shapely.GeometryCollection(
            [
                self._build(geojson_object(member, at), at)
                for member, at in self._members(value, path)
            ]
        )

    def _point(self, value: object, path: str) -> BaseGeometry:
        if value == []:
            raise GeometryRefused("empty", path=path)
        return shapely.Point(self._positions([value], path)[0])

    def _multi_point(self, value: object, path: str) -> BaseGeometry:
        return shapely.MultiPoint(self._positions(self._list(value, path), path))

    def _line(self, value: object, path: str) -> shapely.LineString:
        self._count_ring()
        positions = self._positions(self._list(value, path), path)
        if (positions == positions[0]).all():
            raise GeometryRefused("line_short", path=path, place=_place(positions[0]))
        return shapely.LineString(positions)

    def _multi_line(self, value: object, path: str) -> BaseGeometry:
        return shapely.MultiLineString(
            [self._line(member, at) for member, at in self._members(value, path)]
        )

    def _polygon(self, value: object, path: str) -> shapely.Polygon:
        rings = [self._ring(member, at) for member, at in self._members(value, path)]
        return shapely.Polygon(rings[0], rings[1:])

    def _multi_polygon(self, value: object, path: str) -> BaseGeometry:
        return shapely.MultiPolygon(
            [self._polygon(member, at) for member, at in self._members(value, path)]
        )

    def _ring(self, value: object, path: str) -> shapely.LinearRing:
        self._count_ring()
        positions = self._positions(self._list(value, path), path)
        if (positions[0] != positions[-1]).any():
            refusal = GeometryRefused("ring_unclosed", path=path, place=_place(positions[0]))
            if not self.close_rings:
                raise refusal
            self.closed.append(refusal)
            positions = np.vstack([positions, positions[:1]])
        if len(positions) < FEWEST_RING_POSITIONS:
            raise GeometryRefused("ring_short", path=path, place=_place(positions[0]))
        return shapely.LinearRing(positions)

    def _positions(self, value: list[Any], path: str) -> Positions:
        """An (n, 2) array, n >= 1, of finite numbers."""
        self._vertices += len(value)
        if self._vertices > self.limits.vertices:
            raise GeometryRefused("too_many_vertices", limit=self.limits.vertices)
        for index, position in enumerate(value):
            if type(position) is not list or not 2 <= len(position) <= 4:
                raise GeometryRefused("position", path=f"{path}[{index}]")
            for number in position:
                # bool is an int to Python, and numpy would turn "26.1" into a number.
                if type(number) is not float and type(number) is not int:
                    raise GeometryRefused("number", path=f"{path}[{index}]")
        positions = np.array([position[:2] for position in value], dtype=np.float64)
        if self.degrees:
            refuse_outside_world(positions, path)
        return positions

    def _members(self, value: object, path: str) -> list[tuple[Any, str]]:
        return [
            (member, f"{path}[{index}]") for index, member in enumerate(self._list(value, path))
        ]

    def _list(self, value: object, path: str) -> list[Any]:
        if not isinstance(value, list):
            raise GeometryRefused("coordinates", path=path)
        if not value:
            raise GeometryRefused("empty", path=path)
        return value

    def _count_ring(self) -> None:
        self._rings += 1
        if self._rings > self.limits.rings:
            raise GeometryRefused("too_many_rings", limit=self.limits.rings)


def geojson_object(value: object, path: str) -> dict[str, Any]:
    """The value as a GeoJSON object: with a type, and without a `crs` of its own.

    Raises:
        GeometryRefused: not_geojson, crs_member.
    """
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise GeometryRefused("not_geojson", path=path)
    if "crs" in value:
        raise GeometryRefused("crs_member", path=path)
    return value


def refuse_outside_world(positions: Positions, path: str = "") -> None:
    """Refuse longitudes beyond 180 and latitudes beyond 90 degrees, naming the first such point."""
    wrong = (np.abs(positions) > (180.0, 90.0)).any(axis=1)
    if wrong.any():
        raise GeometryRefused(
            "outside_world", path=path, place=_place(positions[int(np.argmax(wrong))])
        )


def _place(position: Positions) -> Place:
    return float(position[0]), float(position[1])
