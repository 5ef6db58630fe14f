"""Which GDAL and GEOS this process uses, and a self-test; it opens no file and knows no geometry.

Debian's GDAL 3.6 cannot forbid files and addresses named inside a spatial reference (Django's
check gis.W001), so the newer copies inside the pyogrio and shapely wheels are taken.
"""

import os
from ctypes import CDLL, CFUNCTYPE, c_char_p, c_int, c_size_t, c_void_p
from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

GDAL_FLOOR = (3, 9)
GEOS_FLOOR = (3, 11)

KEPT_DRIVERS = frozenset({"GeoJSON", "GPKG", "ESRI Shapefile"})
"""Every other driver is unloaded: VRT, GTI, WFS and their like follow paths and addresses."""

GDAL_OPTIONS = {
    # Only this exact name may be fetched, and it is the name of nothing.
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "/vsicurl/none",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "PROJ_NETWORK": "OFF",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    # A side-car file beside a data set is not part of what was handed in.
    "GDAL_PAM_ENABLED": "NO",
}

_PROBE_LONGITUDE, _PROBE_LATITUDE = 26.3708, 46.9275
# EPSG:4326 -> EPSG:3844 by PostGIS 3.3 with Debian's PROJ, another build than the one under test.
_PROBE_EASTING_M, _PROBE_NORTHING_M = 604_496.877, 604_014.136


_Fetch = CFUNCTYPE(c_void_p, c_char_p, *[c_void_p] * 5)
"""CPLHTTPFetchCallbackFunc of GDAL's cpl_http.h: the address, then options and callbacks."""

_REFUSED_STATUS = 1
"""CURLE_UNSUPPORTED_PROTOCOL: any status but 0 is a failure."""

_hooks: list[object] = []
"""GDAL keeps a bare pointer to the function, so Python must not let go of it."""


class LibraryPaths(NamedTuple):
    """Paths for GDAL_LIBRARY_PATH and GEOS_LIBRARY_PATH; None leaves the search to Django."""

    gdal: str | None
    geos: str | None


class LibraryError(RuntimeError):
    """GDAL, PROJ or GEOS is missing, too old or computes wrongly; the text names the cure."""


@cache
def library_paths() -> LibraryPaths:
    """Find GDAL and GEOS (environment, then wheel, then system) and lock GDAL down.

    Call it from the settings, before anything registers GDAL's drivers. The environment variables
    are GDAL_LIBRARY_PATH and GEOS_LIBRARY_PATH.
    """
    gdal = (
        os.environ.get("GDAL_LIBRARY_PATH")
        or _bundled("pyogrio", "libgdal-*.so*")
        or find_library("gdal")
    )
    geos = (
        os.environ.get("GEOS_LIBRARY_PATH")
        or _bundled("shapely", "libgeos_c-*.so*")
        or find_library("geos_c")
    )
    if gdal:
        _lock_down(_loaded(gdal))
    return LibraryPaths(gdal, geos)


def self_test() -> None:
    """Prove that the loaded libraries are new enough and compute what they must.

    Checks the version floors, the driver list, a transform to EPSG:3844 against known metres (which
    fails when PROJ does not find its data) and a polygon going to shapely and back.

    Raises:
        LibraryError: with a sentence that names the cure.
    """
    # Django reads the paths from the settings, which import this module.
    from django.contrib.gis.gdal import GDAL_VERSION
    from django.contrib.gis.geos.libgeos import geos_version_tuple

    _require_version("GDAL", tuple(GDAL_VERSION or ()), GDAL_FLOOR)
    _require_version("GEOS", tuple(geos_version_tuple()), GEOS_FLOOR)
    _require_known_metres()
    _require_round_trip()
    _require_few_drivers()


def _bundled(package: str, pattern: str) -> str | None:
    """Look beside an installed package for the library its wheel carries."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    found = sorted((home.parent / f"{package}.libs").glob(pattern))
    return str(found[-1]) if found else None


def _loaded(path: str) -> CDLL:
    try:
        library = CDLL(path)
    except OSError as error:
        raise LibraryError(
            f"GDAL could not be loaded from {path}: {error}. "
            "Run the set-up again, or point GDAL_LIBRARY_PATH at a GDAL 3.9 or newer."
        ) from error
    library.CPLSetConfigOption.argtypes = [c_char_p, c_char_p]
    library.CPLSetConfigOption.restype = None
    library.GDALGetDriverCount.restype = c_int
    library.GDALGetDriver.argtypes = [c_int]
    library.GDALGetDriver.restype = c_void_p
    library.GDALGetDriverShortName.argtypes = [c_void_p]
    library.GDALGetDriverShortName.restype = c_char_p
    return library


def _lock_down(gdal: CDLL) -> None:
    """Point GDAL at its wheel's data, forbid the network, unload every driver but three."""
    _refuse_fetching(gdal)
    for name, value in {**_data_folders(gdal), **GDAL_OPTIONS}.items():
        gdal.CPLSetConfigOption(name.encode(), value.encode())
    # All of them first: a second lock-down would else skip only what the first one left.
    gdal.CPLSetConfigOption(b"GDAL_SKIP", b"")
    gdal.GDALAllRegister()
    skipped = sorted(_driver_names(gdal) - KEPT_DRIVERS)
    # GDAL re-reads the option at each registration, so pyogrio and Django cannot bring them back.
    gdal.CPLSetConfigOption(b"GDAL_SKIP", ",".join(skipped).encode())
    gdal.GDALAllRegister()


def _refuse_fetching(gdal: CDLL) -> None:
    """Answer every HTTP request of GDAL itself, with an error and without any network.

    A GeoJSON whose `crs` is a link is fetched past all options, and NULL as an answer only makes
    GDAL ask the network after all. Requests of /vsicurl/ go another way and are refused by option.
    """
    gdal.VSICalloc.argtypes = [c_size_t, c_size_t]
    gdal.VSICalloc.restype = c_void_p

    def refused(*_request: object) -> int | None:
        # A CPLHTTPResult starts with its status; the rest, all zero, says that nothing came.
        # GDAL frees it, so GDAL allocates it, with room to spare for newer members.
        result: int | None = gdal.VSICalloc(1, 512)
        if result:
            c_int.from_address(result).value = _REFUSED_STATUS
        return result

    hook = _Fetch(refused)
    _hooks.append(hook)
    gdal.CPLHTTPSetFetchCallback(hook, None)


def _data_folders(gdal: CDLL) -> dict[str, str]:
    """Where the pyogrio wheel keeps GDAL's and PROJ's tables; empty for any other GDAL."""
    spec = find_spec("pyogrio")
    if spec is None or spec.origin is None:
        return {}
    home = Path(spec.origin).parent
    if Path(gdal._name).parent != home.parent / "pyogrio.libs":
        return {}
    folders = (c_char_p * 2)(str(home / "proj_data").encode(), None)
    gdal.OSRSetPROJSearchPaths(folders)
    return {"GDAL_DATA": str(home / "gdal_data")}


def _driver_names(gdal: CDLL) -> set[str]:
    return {
        gdal.GDALGetDriverShortName(gdal.GDALGetDriver(position)).decode()
        for position in range(gdal.GDALGetDriverCount())
    }


def _require_version(name: str, found: tuple[int, ...], floor: tuple[int, int]) -> None:
    if found[:2] < floor:
        raise LibraryError(
            f"{name} {'.'.join(map(str, found))} is older than {floor[0]}.{floor[1]}. Install the "
            f"locked wheels again, or point {name}_LIBRARY_PATH at a newer one."
        )


def _require_known_metres() -> None:
    from django.contrib.gis.gdal import CoordTransform, GDALException, OGRGeometry, SpatialReference
    from django.contrib.gis.gdal.srs import AxisOrder

    try:
        stored = SpatialReference(4326, axis_order=AxisOrder.TRADITIONAL)
        metric = SpatialReference(3844, axis_order=AxisOrder.TRADITIONAL)
        probe = OGRGeometry(f"POINT ({_PROBE_LONGITUDE} {_PROBE_LATITUDE})", stored)
        probe.transform(CoordTransform(stored, metric))
    except GDALException as error:
        raise LibraryError(
            "GDAL does not know EPSG:3844, so PROJ does not find its tables. Install the pyogrio "
            "wheel again, or set PROJ_DATA to the folder of proj.db."
        ) from error
    east, north, _, _ = probe.extent
    if abs(east - _PROBE_EASTING_M) > 0.01 or abs(north - _PROBE_NORTHING_M) > 0.01:
        raise LibraryError(
            f"A known point came out at {east:.3f} {north:.3f} in EPSG:3844. GDAL and PROJ data do "
            "not belong together: install the pyogrio wheel again and unset PROJ_DATA."
        )


def _require_round_trip() -> None:
    import shapely
    from django.contrib.gis.geos import GEOSGeometry

    square = shapely.box(26.0, 46.0, 26.5, 46.5)
    there = GEOSGeometry(memoryview(shapely.to_wkb(square)))
    back = shapely.from_wkb(bytes(there.wkb))
    if there.area != square.area or not back.equals(square):
        raise LibraryError(
            "A polygon changed on its way between Django's GEOS and shapely's. Install the shapely "
            "wheel again, or point GEOS_LIBRARY_PATH at a sound library."
        )


def _require_few_drivers() -> None:
    path = library_paths().gdal
    extra = _driver_names(_loaded(path)) - KEPT_DRIVERS if path else set()
    if extra:
        raise LibraryError(
            f"GDAL has drivers that follow paths and addresses: {', '.join(sorted(extra))}. "
            "Call geo.libs.library_paths() first in the settings."
        )
