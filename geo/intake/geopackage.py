"""Looks into a GeoPackage with SQLite alone and lets only plain tables pass on to GDAL.

A GeoPackage is a database: a view or a computed column runs whatever SQL it was given.
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from geo.errors import GeometryRefused
from geo.intake.limits import Limits

SQLITE_MAGIC = b"SQLite format 3\x00"

_APPLICATION_IDS = frozenset({b"GPKG", b"GP10", b"GP11", b"GP12"})
_APPLICATION_ID_AT = slice(68, 72)
_WRITE_AHEAD_AT = 18
_WRITE_AHEAD = 2

_RTREE = re.compile(r"\s*CREATE\s+VIRTUAL\s+TABLE\s+.{1,200}?\s+USING\s+rtree\s*\(", re.I | re.S)

_COMPUTED = "SELECT count(*) FROM pragma_table_xinfo(?) WHERE hidden IN (2, 3)"
_CRS = (
    "SELECT s.organization, s.organization_coordsys_id, s.definition FROM gpkg_spatial_ref_sys s "
    "JOIN gpkg_geometry_columns g USING (srs_id) WHERE g.table_name = ?"
)
_LAYERS = (
    "SELECT c.table_name FROM gpkg_contents c JOIN gpkg_geometry_columns g USING (table_name) "
    "WHERE c.data_type = 'features' ORDER BY c.table_name"
)


def only_layer(package: Path, name: str, limits: Limits) -> tuple[str, str]:
    """Name and CRS of the only layer of a private copy of a GeoPackage, after looking into it.

    Triggers may stand in it (every GeoPackage of GDAL and QGIS has some): they fire on writing,
    and nothing here writes.

    Raises:
        GeometryRefused: file_kind, file_damaged, file_unsafe, file_layers, file_no_layer,
            too_many_features, crs_missing.
    """
    with package.open("rb") as opened:
        header = opened.read(100)
    if header[_APPLICATION_ID_AT] not in _APPLICATION_IDS:
        raise GeometryRefused("file_kind", name=name)
    address = f"{package.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            _require_plain_schema(database, name)
            if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise GeometryRefused("file_damaged", name=name)
            layer = _only_layer(database, name, limits)
            return layer, _crs_of(database, layer)
    except (sqlite3.Error, UnicodeError) as error:
        raise GeometryRefused("file_damaged", name=name) from error


def is_in_use(package: Path) -> bool:
    """Whether another program keeps the newest rows in a write-ahead file beside the package."""
    with package.open("rb") as opened:
        header = opened.read(100)
    beside = package.with_name(f"{package.name}-wal")
    return (
        len(header) > _WRITE_AHEAD_AT
        and header[_WRITE_AHEAD_AT] == _WRITE_AHEAD
        and beside.is_file()
        and beside.stat().st_size > 0
    )


def _require_plain_schema(database: sqlite3.Connection, name: str) -> None:
    schema = database.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    for kind, entry, statement in schema:
        if kind == "view":
            raise GeometryRefused("file_unsafe", name=name, found=f"a view ({entry[:60]})")
        virtual = kind == "table" and "virtual" in (statement or "").lower()
        if virtual and not _RTREE.match(statement):
            raise GeometryRefused("file_unsafe", name=name, found=f"a virtual table ({entry[:60]})")
    for kind, entry, _ in schema:
        if kind == "table" and database.execute(_COMPUTED, [entry]).fetchone() != (0,):
            raise GeometryRefused(
                "file_unsafe", name=name, found=f"a computed column ({entry[:60]})"
            )


def _only_layer(database: sqlite3.Connection, name: str, limits: Limits) -> str:
    layers = [layer for (layer,) in database.execute(_LAYERS)]
    if not layers:
        raise GeometryRefused("file_no_layer", name=name)
    if len(layers) > 1:
        raise GeometryRefused(
            "file_layers", name=name, layers=", ".join(map(str, layers[:20]))[:400]
        )
    layer = str(layers[0])
    quoted = '"' + layer.replace('"', '""') + '"'
    # The name is quoted and was found in the package's own list of tables.
    beyond = f"SELECT 1 FROM {quoted} LIMIT 1 OFFSET ?"  # noqa: S608 - an identifier cannot be bound
    if database.execute(beyond, [limits.features]).fetchone():
        raise GeometryRefused("too_many_features", limit=limits.features)
    return layer


def _crs_of(database: sqlite3.Connection, layer: str) -> str:
    """The register's code of a layer's CRS, or else its definition as text."""
    row = database.execute(_CRS, [layer]).fetchone()
    if row is None:
        raise GeometryRefused("crs_missing")
    organization, code, definition = row
    return f"EPSG:{code}" if str(organization).upper() == "EPSG" else str(definition)
