"""Coordinate reference systems: the stored one, and the way of outside shapes into it."""

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from geo.errors import GeometryRefused, Place

STORAGE_SRID = 4326
"""Every stored geometry: WGS 84, longitude then latitude, degrees."""

Geometries = npt.NDArray[np.object_]
"""Array of shapely geometries; None stands for a missing one."""

_CERTAIN_ENOUGH = 70
"""PROJ's scale: 70 is the same system under another name, 25 merely a similar one."""

_REPLACED = {31700: 3844}
"""The register's successors. EPSG:31700 (Dealul Piscului 1970 / Stereo 70) is the grid that
EPSG:3844 describes under the right datum; PROJ has no shift for the old one and is 120 m off.
"""

_FOREIGN_NAMES = {"Dealul_Piscului_1970_Stereo_70": 3844}
"""Names in the .prj files of ESRI's programs that PROJ does not recognise for certain."""

_NAMED_CRS = re.compile(r"(EPSG:\d|OGC:CRS84|urn:ogc:def:crs:|[A-Z_]+\[)", re.IGNORECASE)
"""A register's code or WKT. PROJ strings are left out: they can name files of the machine."""

_CRS84 = re.compile(r"(OGC:|urn:ogc:def:crs:OGC:[0-9.]*:)CRS84", re.IGNORECASE)
"""WGS 84 with longitude first, which is how everything here reads EPSG:4326."""

_MARGIN_DEGREES = 2.0
"""A system's published area of use is drawn roughly; a border town may lie just outside."""


def known_crs(given: object) -> CRS:
    """Find the register's own definition of a system that outside data names.

    The foreign text only serves to recognise the system; the transformation uses the definition
    of the EPSG register, so that no foreign text chooses grids or files.

    Raises:
        GeometryRefused: `crs_missing` for None or "", `crs_unknown` for anything unrecognised.
    """
    if not given:
        raise GeometryRefused("crs_missing")
    named = str(given).strip()
    if not _NAMED_CRS.match(named):
        raise GeometryRefused("crs_unknown")
    if _CRS84.fullmatch(named):
        return CRS.from_epsg(STORAGE_SRID)
    try:
        foreign = CRS.from_user_input(named)
    except CRSError as error:
        raise GeometryRefused("crs_unknown") from error
    epsg = _FOREIGN_NAMES.get(foreign.name) or foreign.to_epsg(min_confidence=_CERTAIN_ENOUGH)
    if epsg is None or not (foreign.is_geographic or foreign.is_projected):
        raise GeometryRefused("crs_unknown")
    return CRS.from_epsg(_REPLACED.get(epsg, epsg))


def to_storage(geometries: Geometries, source: CRS) -> Geometries:
    """Reproject into EPSG:4326, longitude first whatever the register's axis order says.

    Args:
        geometries: shapely geometries in `source`, x = east or longitude.
        source: a system of `known_crs`.

    Raises:
        GeometryRefused: `axes_swapped` when the numbers fit `source` only the other way round,
            `crs_mismatch` when they do not fit it at all.
    """
    stored = _transformed(geometries, source.to_string(), f"EPSG:{STORAGE_SRID}")
    if _fits(stored, source):
        return stored
    swapped = _transformed(swap_axes(geometries), source.to_string(), f"EPSG:{STORAGE_SRID}")
    if _fits(swapped, source):
        raise GeometryRefused("axes_swapped", place=_some_place(geometries))
    raise GeometryRefused("crs_mismatch", crs=source.to_string())


def project(geometries: Geometries, metric_srid: int) -> Geometries:
    """Reproject from EPSG:4326 into a municipality's metric system (x east, y north, metres)."""
    return _transformed(geometries, f"EPSG:{STORAGE_SRID}", f"EPSG:{metric_srid}")


def unproject(geometries: Geometries, metric_srid: int) -> Geometries:
    """Reproject from a municipality's metric system back into EPSG:4326."""
    return _transformed(geometries, f"EPSG:{metric_srid}", f"EPSG:{STORAGE_SRID}")


def swap_axes(geometries: Geometries) -> Geometries:
    """The same geometries with x and y exchanged."""
    swapped: Geometries = shapely.transform(geometries, lambda points: points[:, ::-1])
    return swapped


def looks_swapped(geometry: BaseGeometry, within: BaseGeometry) -> bool:
    """Whether a geometry that `within` does not cover would lie in it with its axes exchanged."""
    return bool(shapely.covers(within, shapely.transform(geometry, lambda points: points[:, ::-1])))


@lru_cache(maxsize=32)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _transformed(geometries: Geometries, source: str, target: str) -> Geometries:
    if source == target:
        return geometries
    transformer = _transformer(source, target)

    def move(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x, y = transformer.transform(points[:, 0], points[:, 1])
        return np.column_stack([x, y])

    moved: Geometries = shapely.transform(geometries, move)
    return moved


def _fits(stored: Geometries, source: CRS) -> bool:
    """Whether all coordinates are finite and inside the system's area of use, with a margin."""
    points = shapely.get_coordinates(stored)
    if not np.isfinite(points).all():
        return False
    area = source.area_of_use
    if area is None or not len(points) or area.west > area.east:
        return True
    lowest = np.array([area.west, area.south]) - _MARGIN_DEGREES
    highest = np.array([area.east, area.north]) + _MARGIN_DEGREES
    return bool((points >= lowest).all() and (points <= highest).all())


def _some_place(geometries: Geometries) -> Place:
    longitude, latitude = shapely.get_coordinates(geometries)[0]
    return float(longitude), float(latitude)
