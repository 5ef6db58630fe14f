"""One shape out of a file or a text that somebody hands in through a page; no GDAL in here.

GDAL works in a child process with one driver, bounded in time and memory, and answers in GeoJSON,
which is then read as any other shape from outside.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from geo.crs import STORAGE_SRID, known_crs, to_storage
from geo.errors import GeometryRefused
from geo.guarded import Bounds, GuardedError, run_guarded
from geo.intake.archive import ZIP_MAGIC
from geo.intake.document import read_document
from geo.intake.geopackage import SQLITE_MAGIC
from geo.intake.limits import Limits
from geo.intake.shapes import ShapeReader, refuse_outside_world
from geo.intake.soundness import require_valid
from geo.intake.wkt import read_typed

PROGRAM = Path(__file__).with_name("upload_reader.py")
BOUNDS = Bounds(cpu_seconds=8, wall_seconds=15, memory_bytes=1_500_000_000)
MOST_BYTES = 5_000_000
LIMITS = Limits(size_bytes=MOST_BYTES, vertices=20_000, rings=2_000, features=500)

CRS_CHOICES = [
    ("4326", _("WGS 84, degrees (EPSG:4326)")),
    ("3844", _("Stereo 70, Romania (EPSG:3844)")),
    ("31700", _("Stereo 70, older name (EPSG:31700)")),
    ("7801", _("BGS 2005 / CCS, Bulgaria (EPSG:7801)")),
    ("32635", _("UTM zone 35 North (EPSG:32635)")),
]
_WITHOUT_CRS = frozenset({"DXF"})
_SHAPES = frozenset({"Point", "LineString", "Polygon", "MultiLineString", "MultiPolygon"})
_AREAS = frozenset({"Polygon", "MultiPolygon"})
# What a file of shapes never needs: own entities, and addresses from which more is to be fetched.
_MARKUP_TRAPS = (b"<!doctype", b"<!entity", b"<networklink", b"<?xml-stylesheet")


def shape_of_text(text: str, *, crs: str = "4326") -> str:
    """The GeoJSON (EPSG:4326) of a typed WKT or of typed corners.

    Raises:
        GeometryRefused: naming what is wrong, and where.
    """
    value = read_typed(text, LIMITS)
    return _geojson(_stored([value], crs)[0])


def shape_of_file(raw: bytes, *, name: str, crs: str = "4326") -> str:
    """The GeoJSON (EPSG:4326) of a file: all its areas in one, else its only line or point.

    Args:
        crs: EPSG number for formats that do not say it.

    Raises:
        GeometryRefused: naming what is wrong, and where.
    """
    if len(raw) > MOST_BYTES:
        raise GeometryRefused("too_large", found=len(raw), limit=MOST_BYTES)
    driver = _driver(raw, name)
    order = json.dumps({"driver": driver, "features": LIMITS.features}).encode()
    try:
        answer = run_guarded(PROGRAM, order + b"\n" + raw, bounds=BOUNDS)
    except GuardedError as error:
        raise GeometryRefused("file_damaged", name=name[:80]) from error
    document = read_document(answer, Limits(size_bytes=20_000_000, vertices=200_000, depth=14))
    if document.get("fault"):
        raise GeometryRefused(str(document["fault"]), name=name[:80], limit=LIMITS.features)
    source = crs if driver in _WITHOUT_CRS else str(document.get("crs") or "")
    return _geojson(_one(_stored(document["shapes"], source)))


def _driver(raw: bytes, name: str) -> str:
    """The one driver that may read it, by the first bytes."""
    start = raw[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if raw.startswith(SQLITE_MAGIC):
        return "GPKG"
    if raw.startswith(ZIP_MAGIC):
        return "ESRI Shapefile"
    if start.startswith(b"{"):
        return "GeoJSON"
    if start.startswith(b"<"):
        return _markup(raw.lower(), name)
    lines = start.split(b"\n")[:2]
    if len(lines) == 2 and lines[0].strip() in {b"0", b"999"}:
        return "DXF"
    raise GeometryRefused("file_kind", name=name[:80])


def _markup(lower: bytes, name: str) -> str:
    for trap in _MARKUP_TRAPS:
        if trap in lower:
            raise GeometryRefused("file_unsafe", name=name[:80], found=trap.decode()[1:])
    if b"<kml" not in lower[:4096]:
        raise GeometryRefused("file_markup", name=name[:80])
    return "KML"


def _stored(values: list[Any], crs: str) -> list[BaseGeometry]:
    """Shapes in EPSG:4326, each sound."""
    source = known_crs(crs if not crs.isdigit() else f"EPSG:{crs}")
    reader = ShapeReader(LIMITS, _SHAPES, degrees=False)
    read = [reader.read(value, f"$[{index}]") for index, value in enumerate(values)]
    shapes = np.empty(len(read), dtype=object)
    shapes[:] = read
    if source.to_epsg() != STORAGE_SRID:
        shapes = to_storage(shapes, source)
    for shape in shapes:
        refuse_outside_world(shapely.get_coordinates(shape))
        require_valid(shape)
    return list(shapes)


def _one(shapes: list[BaseGeometry]) -> BaseGeometry:
    areas = [shape for shape in shapes if shape.geom_type in _AREAS]
    if areas:
        return shapely.union_all(areas)
    if len(shapes) == 1:
        return shapes[0]
    raise GeometryRefused("no_area" if shapes else "file_no_layer", name="")


def _geojson(shape: BaseGeometry) -> str:
    return str(shapely.to_geojson(shape))
