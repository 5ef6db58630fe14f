"""Writes Shapefiles, GeoPackages and zips byte by byte, so that faults can be put in by hand."""

import io
import sqlite3
import struct
import zipfile
from contextlib import closing
from typing import NamedTuple

Ring = list[list[float]]

WGS84_PRJ = (
    'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
BGS2005_PRJ = (
    'PROJCS["BGS2005_CCS2005",GEOGCS["GCS_BGS2005",DATUM["D_Bulgaria_Geodetic_System_2005",'
    'SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],'
    'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",4725824.3591],'
    'PARAMETER["Central_Meridian",25.5],PARAMETER["Standard_Parallel_1",42.0],'
    'PARAMETER["Standard_Parallel_2",43.3333333333333],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",42.6678756833333],UNIT["Meter",1.0]]'
)

_POLYGON = 5


class Shapefile(NamedTuple):
    """The parts of one Shapefile; an empty part is not written."""

    shp: bytes
    shx: bytes
    dbf: bytes
    prj: bytes = WGS84_PRJ.encode()
    cpg: bytes = b"UTF-8"

    def parts(self) -> dict[str, bytes]:
        return {f".{name}": part for name, part in self._asdict().items() if part}


def shapefile(rings: list[Ring | None], names: list[bytes], *, language: int = 0) -> Shapefile:
    """One single-ring polygon (None: a null shape) and one text per row."""
    records = [_polygon_record(ring) for ring in rings]
    points = [point for ring in rings if ring for point in ring]
    box = (
        min(x for x, _ in points),
        min(y for _, y in points),
        max(x for x, _ in points),
        max(y for _, y in points),
    )
    shp, shx = b"", b""
    for number, record in enumerate(records, start=1):
        shx += struct.pack(">ii", (100 + len(shp)) // 2, len(record) // 2)
        shp += struct.pack(">ii", number, len(record) // 2) + record
    return Shapefile(
        _header(len(shp), box) + shp, _header(len(shx), box) + shx, _dbf(names, language)
    )


def _polygon_record(ring: Ring | None) -> bytes:
    if ring is None:
        return struct.pack("<i", 0)
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    start = struct.pack("<i4d3i", _POLYGON, min(xs), min(ys), max(xs), max(ys), 1, len(ring), 0)
    return start + b"".join(struct.pack("<2d", *point) for point in ring)


def _header(size: int, box: tuple[float, float, float, float]) -> bytes:
    return (
        struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + size) // 2)
        + struct.pack("<2i", 1000, _POLYGON)
        + struct.pack("<8d", *box, 0, 0, 0, 0)
    )


def _dbf(names: list[bytes], language: int) -> bytes:
    width = 40
    field = b"name".ljust(11, b"\x00") + b"C" + bytes(4) + bytes([width]) + bytes(15)
    header = struct.pack("<4BIHH", 3, 126, 1, 1, len(names), 32 + 32 + 1, 1 + width) + bytes(20)
    header = header[:29] + bytes([language]) + header[30:]
    return header + field + b"\r" + b"".join(b" " + name.ljust(width) for name in names) + b"\x1a"


def zipped(members: dict[str, bytes], *, squeeze: bool = False) -> bytes:
    """A zip with fixed times; stored unless `squeeze`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED if squeeze else zipfile.ZIP_STORED
            archive.writestr(member, content)
    return buffer.getvalue()


def zipped_link(members: dict[str, bytes], name: str, target: str) -> bytes:
    """A zip one of whose members is a symbolic link."""
    buffer = io.BytesIO(zipped(members))
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
        link.create_system = 3
        link.external_attr = 0o120777 << 16
        archive.writestr(link, target)
    return buffer.getvalue()


def wkb_polygon(ring: Ring) -> bytes:
    """Little-endian WKB of a polygon with one ring, closed or not."""
    points = b"".join(struct.pack("<2d", *point) for point in ring)
    return struct.pack("<BIII", 1, 3, 1, len(ring)) + points


def blob(wkb: bytes) -> bytes:
    """A GeoPackage geometry without envelope, srs 4326 (GeoPackage 1.3, 2.1.3)."""
    return struct.pack("<2sBBi", b"GP", 0, 1, 4326) + wkb


_SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
    organization_coordsys_id INTEGER, definition TEXT, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT,
    description TEXT, last_change TEXT DEFAULT '2026-01-01T00:00:00.000Z',
    min_x REAL, min_y REAL, max_x REAL, max_y REAL, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,
    srs_id INTEGER, z INTEGER, m INTEGER, PRIMARY KEY (table_name, column_name));
CREATE TABLE zones (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT);
INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
    VALUES ('zones', 'features', 'zones', 4326);
INSERT INTO gpkg_geometry_columns VALUES ('zones', 'geom', 'POLYGON', 4326, 0, 0);
"""


def geopackage(
    shapes: list[bytes],
    *statements: str,
    srs: tuple[str, int, str] = ("EPSG", 4326, WGS84_PRJ),
) -> bytes:
    """A GeoPackage with one layer `zones`, then whatever the statements put into it."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.execute("PRAGMA page_size = 1024")
        database.executescript(
            f"PRAGMA application_id = {0x47504B47}; PRAGMA user_version = 10300;"
        )
        database.executescript(_SCHEMA)
        organization, code, definition = srs
        database.execute(
            "INSERT INTO gpkg_spatial_ref_sys VALUES ('town', 4326, ?, ?, ?, '')",
            [organization, code, definition],
        )
        for shape in shapes:
            database.execute("INSERT INTO zones (geom, name) VALUES (?, 'Мараш')", [shape])
        for statement in statements:
            database.execute(statement)
        return database.serialize()
