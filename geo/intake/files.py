"""Opens the vector files a town loads: recognised by content, one reader each, into EPSG:4326.

GeoJSON is read by the project's own parser; GDAL, locked down by geo.libs, reads only private
copies of GeoPackages and Shapefiles that were looked into first.
"""

import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import geopandas
import numpy as np
import pyogrio
import pyogrio.errors
import pyogrio.raw
import shapely

from geo.crs import STORAGE_SRID, Geometries, known_crs, to_storage
from geo.errors import GeometryRefused
from geo.intake.archive import ZIP_MAGIC, unpack_shapefile
from geo.intake.document import read_document
from geo.intake.geojson import ANY_SHAPE, feature_values, properties_of
from geo.intake.geopackage import SQLITE_MAGIC, is_in_use, only_layer
from geo.intake.limits import FILE_LIMITS, Limits
from geo.intake.shapefile import (
    SHP_MAGIC,
    copy_parts,
    letters_of,
    require_sound_parts,
    take_crs,
)
from geo.intake.shapes import ShapeReader, geojson_object, refuse_outside_world
from geo.intake.soundness import require_valid
from geo.libs import library_paths

_OF_THE_WHOLE_FILE = frozenset({"too_many_vertices", "too_many_rings", "crs_member"})

_GDAL_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.CRSError,
)


class FileFacts(NamedTuple):
    """What a file turned out to be; `letters` is the codec of a Shapefile's texts."""

    driver: str
    crs: str
    layer: str
    letters: str


class Fault(NamedTuple):
    """One fault of one row (counted from 0, the frame's index)."""

    row: int
    refusal: GeometryRefused


class VectorFile(NamedTuple):
    """An opened file.

    Attributes:
        frame: every row of the file, in its order; column `geometry` in EPSG:4326, flat, None
            where the row has no usable shape. Invalid shapes are kept, as the file has them; an
            open ring is closed, because no library can hold it, and named in `faults`.
        faults: what the quality report has to tell, ordered by row.
    """

    frame: geopandas.GeoDataFrame
    facts: FileFacts
    faults: tuple[Fault, ...]


class _Rows(NamedTuple):
    """What a reader found, still in the file's own coordinate system."""

    geometries: Geometries
    columns: Mapping[str, Any]
    facts: FileFacts
    faults: list[Fault]


def open_vector_file(
    path: Path, *, limits: Limits = FILE_LIMITS, letters: str | None = None
) -> VectorFile:
    """Open a GeoJSON, a GeoPackage, a Shapefile or a zip with one Shapefile, whatever its name.

    Args:
        path: a file of this machine; its extension is not believed.
        limits: bounds on bytes, rows, vertices and rings.
        letters: Python codec of a Shapefile's texts, where its own word is missing or wrong.

    Raises:
        GeometryRefused: when the file as a whole cannot be taken. Faults of single rows are listed
            in the result instead.
    """
    library_paths()
    kind = _kind(path, limits)
    if kind == "GeoJSON":
        rows = _geojson_rows(path, limits)
    else:
        with tempfile.TemporaryDirectory(prefix="megdan-intake-") as folder:
            rows = (
                _geopackage_rows(path, Path(folder), limits)
                if kind == "GPKG"
                else _shapefile_rows(path, Path(folder), limits, letters)
            )
    return _stored(rows)


def _kind(path: Path, limits: Limits) -> str:
    """GeoJSON, GPKG, ESRI Shapefile or zip, by the first bytes."""
    if not path.is_file():
        raise GeometryRefused("file_missing", name=path.name)
    size = path.stat().st_size
    if size > limits.size_bytes:
        raise GeometryRefused("too_large", found=size, limit=limits.size_bytes)
    with path.open("rb") as opened:
        start = opened.read(512)
    for magic, kind in ((SQLITE_MAGIC, "GPKG"), (SHP_MAGIC, "ESRI Shapefile"), (ZIP_MAGIC, "zip")):
        if start.startswith(magic):
            return kind
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if text.startswith(b"{"):
        return "GeoJSON"
    if text.startswith(b"<"):
        raise GeometryRefused("file_markup", name=path.name)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise GeometryRefused("encoding")
    raise GeometryRefused("file_kind", name=path.name)


def _geojson_rows(path: Path, limits: Limits) -> _Rows:
    document = read_document(path.read_bytes(), limits)
    # Older programs name the system here; RFC 7946 knows only WGS 84.
    crs = known_crs(_named_crs(document.pop("crs")) if document.get("crs") else "OGC:CRS84")
    document.pop("crs", None)
    reader = ShapeReader(limits, ANY_SHAPE, degrees=False, close_rings=True)
    shapes: list[object] = []
    properties: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for row, value in enumerate(feature_values(document, limits)):
        feature = geojson_object(value, f"$.features[{row}]")
        properties.append(properties_of(feature, f"$.features[{row}]"))
        shapes.append(_shape_or_fault(reader, feature.get("geometry"), row, faults))
    names = dict.fromkeys(name for each in properties for name in each)
    columns = {name: [each.get(name) for each in properties] for name in names}
    facts = FileFacts("GeoJSON", crs.to_string(), path.stem, "utf-8")
    return _Rows(_as_array(shapes), columns, facts, faults)


def _shape_or_fault(reader: ShapeReader, value: object, row: int, faults: list[Fault]) -> object:
    if value is None:
        return None
    try:
        shape = reader.read(value, f"$.features[{row}].geometry")
    except GeometryRefused as refusal:
        if refusal.code in _OF_THE_WHOLE_FILE:
            raise
        faults.append(Fault(row, refusal))
        # The reader says what is wrong; the row is not reported again as being without a shape.
        return shapely.Point()
    faults.extend(Fault(row, refusal) for refusal in reader.closed)
    reader.closed.clear()
    return shape


def _named_crs(member: object) -> str:
    """The name in the `crs` member of 2008; a link, which asks to be fetched, is refused."""
    if isinstance(member, dict) and member.get("type") == "name":
        properties = member.get("properties")
        if isinstance(properties, dict) and isinstance(properties.get("name"), str):
            return str(properties["name"])
    raise GeometryRefused("crs_unknown")


def _geopackage_rows(path: Path, folder: Path, limits: Limits) -> _Rows:
    if is_in_use(path):
        raise GeometryRefused("file_in_use", name=path.name)
    copy = folder / "layer.gpkg"
    copy.write_bytes(path.read_bytes())
    layer, crs = only_layer(copy, path.name, limits)
    return _read_with_gdal(copy, FileFacts("GPKG", crs, layer, "utf-8"), path.name)


def _shapefile_rows(path: Path, folder: Path, limits: Limits, letters: str | None) -> _Rows:
    with path.open("rb") as opened:
        zipped = opened.read(4) == ZIP_MAGIC
    if zipped:
        unpack_shapefile(path, folder, limits)
    else:
        copy_parts(path, folder, limits)
    require_sound_parts(folder, path.name, limits)
    codec = letters or letters_of(folder, path.name)
    facts = FileFacts("ESRI Shapefile", take_crs(folder), path.stem, codec)
    return _read_with_gdal(folder / "layer.shp", facts, path.name)


def _read_with_gdal(copy: Path, facts: FileFacts, name: str) -> _Rows:
    """Read all rows of one layer of a checked private copy."""
    # A Shapefile is one layer, called as its file; only it needs a codec.
    options = (
        {"encoding": facts.letters} if facts.driver == "ESRI Shapefile" else {"layer": facts.layer}
    )
    try:
        with warnings.catch_warnings():
            # GDAL warns of open rings and unknown systems, which are told as faults here.
            warnings.simplefilter("ignore")
            if pyogrio.read_info(copy, **options)["driver"] != facts.driver:
                raise GeometryRefused("file_kind", name=name)
            meta, _, wkb, fields = pyogrio.raw.read(copy, **options)
    except UnicodeDecodeError as error:
        raise GeometryRefused("file_encoding", name=name, encoding=facts.letters) from error
    except _GDAL_ERRORS as error:
        raise GeometryRefused("file_damaged", name=name) from error
    if wkb is None:
        raise GeometryRefused("file_no_layer", name=name)
    faults: list[Fault] = []
    geometries = _from_wkb(wkb, faults)
    columns = dict(zip(meta["fields"], fields, strict=True))
    return _Rows(geometries, columns, facts, faults)


def _from_wkb(wkb: Geometries, faults: list[Fault]) -> Geometries:
    geometries = _wkb(wkb, "ignore")
    for row in np.flatnonzero(shapely.is_missing(geometries)):
        if wkb[row] is None:
            continue
        # What cannot be held as it is: an open ring can be closed, the rest is empty from here on.
        closed = _wkb(wkb[row : row + 1], "fix")[0]
        usable = closed is not None and not closed.is_empty
        geometries[row] = closed if usable else shapely.Point()
        place = tuple(shapely.get_coordinates(closed)[0]) if usable else None
        code = "ring_unclosed" if usable else "coordinates"
        faults.append(Fault(int(row), GeometryRefused(code, place=place, path=f"row {row}")))
    return geometries


def _wkb(wkb: Geometries, on_invalid: Literal["ignore", "fix"]) -> Geometries:
    # A NaN is no reason for a warning: its row is named as a fault later.
    with np.errstate(invalid="ignore"):
        geometries: Geometries = shapely.from_wkb(wkb, on_invalid=on_invalid)
    return geometries


def _stored(rows: _Rows) -> VectorFile:
    """Flatten, reproject and judge the rows."""
    crs = known_crs(rows.facts.crs)
    faults = list(rows.faults)
    geometries = shapely.force_2d(rows.geometries)
    geometries = to_storage(_without_unusable(geometries, faults), crs)
    for row in _suspect_rows(geometries):
        try:
            refuse_outside_world(shapely.get_coordinates(geometries[row]), f"row {row}")
            require_valid(geometries[row], f"row {row}")
        except GeometryRefused as refusal:
            faults.append(Fault(row, refusal))
            if refusal.code == "outside_world":
                geometries[row] = None
    # A property called "geometry" would take the place of the shapes.
    columns = {name: cells for name, cells in rows.columns.items() if name != "geometry"}
    frame = geopandas.GeoDataFrame(
        columns,
        geometry=geopandas.GeoSeries(geometries, crs=STORAGE_SRID),
        index=range(len(geometries)),
    )
    facts = rows.facts._replace(crs=crs.to_string())
    return VectorFile(frame, facts, tuple(sorted(faults, key=lambda fault: fault.row)))


def _suspect_rows(geometries: Geometries) -> list[int]:
    """Rows that are invalid or reach outside the world; found together, because most are sound."""
    outside = (np.abs(shapely.bounds(geometries)) > (180.0, 90.0, 180.0, 90.0)).any(axis=1)
    invalid = ~shapely.is_valid(geometries) & ~shapely.is_missing(geometries)
    return [int(row) for row in np.flatnonzero(outside | invalid)]


def _without_unusable(geometries: Geometries, faults: list[Fault]) -> Geometries:
    """Replace missing, empty and non-finite shapes by None, naming each row once."""
    points, owners = shapely.get_coordinates(geometries, return_index=True)
    broken = np.zeros(len(geometries), dtype=bool)
    broken[owners[~np.isfinite(points).all(axis=1)]] = True
    missing, empty = shapely.is_missing(geometries), shapely.is_empty(geometries)
    named = {fault.row for fault in faults}
    for row in np.flatnonzero(missing | empty | broken):
        code = "geometry_missing" if missing[row] else "empty" if empty[row] else "number"
        if int(row) not in named:
            faults.append(Fault(int(row), GeometryRefused(code, path=f"row {row}")))
        geometries[row] = None
    return geometries


def _as_array(shapes: list[object]) -> Geometries:
    """An object array; numpy alone would look into collections."""
    array: Geometries = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array
