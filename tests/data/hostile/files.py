"""Files as an operator may be handed them: Shapefiles, GeoPackages, zips and what poses as them."""

import struct
from collections.abc import Iterator
from typing import Any

from tests.data.hostile import binaries as b
from tests.data.hostile.texts import (
    GOOD,
    LISTENER,
    SQUARE,
    Case,
    box,
    collection,
    feature,
    geometry,
    text,
)

BOW_TIE = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
MARASH = "Мараш"
PLAIN = b.shapefile([SQUARE], [b"Marash"])
WKB = b.wkb_polygon(SQUARE)
METRES = box(505_000, 4_690_000, 506_000, 4_691_000)


def pretenders() -> Iterator[Case]:
    """Files whose content is not what a vector file should be."""
    source = f"<SrcDataSource>/vsicurl/{LISTENER}/x.geojson</SrcDataSource>"
    vrt = f"<OGRVRTDataSource><OGRVRTLayer name='x'>{source}</OGRVRTLayer></OGRVRTDataSource>"
    yield Case("vrt.geojson", "file", "file_markup", vrt.encode())
    local = vrt.replace(f"/vsicurl/{LISTENER}/x.geojson", "/etc/passwd")
    yield Case("vrt_local.gpkg", "file", "file_markup", b"\xef\xbb\xbf\n " + local.encode())
    wms = f"<GDAL_WMS><Service name='TMS'><ServerUrl>{LISTENER}/</ServerUrl></Service></GDAL_WMS>"
    yield Case("wms.shp", "file", "file_markup", wms.encode())
    wfs = f"<OGRWFSDataSource><URL>{LISTENER}/wfs</URL></OGRWFSDataSource>"
    yield Case("wfs.geojson", "file", "file_markup", wfs.encode())
    yield Case("wfs_prefix.geojson", "file", "file_kind", f"WFS:{LISTENER}/wfs".encode())
    yield Case("geojson_prefix.geojson", "file", "file_kind", f"GeoJSON:{LISTENER}/x".encode())
    yield Case("png.shp", "file", "file_kind", b"\x89PNG\r\n\x1a\n" + bytes(64))
    yield Case("pdf.gpkg", "file", "file_kind", b"%PDF-1.7\n" + bytes(64))
    yield Case("gzip.geojson", "file", "file_kind", b"\x1f\x8b\x08\x00" + bytes(64))
    yield Case("empty_file.geojson", "file", "file_kind", b"")
    yield Case(
        "utf_16_file.geojson", "file", "encoding", b"\xff\xfe" + '{"a": 1}'.encode("utf-16-le")
    )
    algorithm = {
        "type": "gdal_streamed_alg",
        "command_line": f"gdal vector pipeline ! read {LISTENER}",
    }
    yield Case("gdalg.geojson", "file", "type", text(algorithm))


def _named(name: str) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


def _geojson(name: str, verdict: str, document: object, *faults: str) -> Case:
    return Case(f"file_{name}.geojson", "file", verdict, text(document), faults)


def geojson_files() -> Iterator[Case]:
    """GeoJSON files, whose numbers do or do not fit the system they name."""
    case = _geojson
    good = feature(GOOD)
    metres = feature(geometry("Polygon", [METRES]))
    turned = feature(geometry("Polygon", [[[y, x] for x, y in METRES]]))
    yield case("good", "accepted", collection(good))
    yield case("crs84", "accepted", collection(good, crs=_named("urn:ogc:def:crs:OGC:1.3:CRS84")))
    yield case("crs_7801", "accepted", collection(metres, crs=_named("urn:ogc:def:crs:EPSG::7801")))
    yield case("crs_lies", "crs_mismatch", collection(good, crs=_named("EPSG:7801")))
    yield case("crs_swapped", "axes_swapped", collection(turned, crs=_named("EPSG:7801")))
    yield case("metres_unnamed", "crs_mismatch", collection(metres))


def geojson_names() -> Iterator[Case]:
    """GeoJSON files whose `crs` member asks for what it must not get."""
    good = feature(GOOD)
    link = {"type": "link", "properties": {"href": f"{LISTENER}/crs.wkt", "type": "ogcwkt"}}
    case = _geojson
    yield case("crs_link", "crs_unknown", collection(good, crs=link))
    yield case("crs_url", "crs_unknown", collection(good, crs=_named(f"{LISTENER}/crs.wkt")))
    yield case("crs_curl", "crs_unknown", collection(good, crs=_named(f"/vsicurl/{LISTENER}/x")))
    grids = "+proj=longlat +nadgrids=/etc/passwd +type=crs"
    yield case("crs_grids", "crs_unknown", collection(good, crs=_named(grids)))
    yield case("crs_init", "crs_unknown", collection(good, crs=_named("+init=/etc/passwd:1")))
    yield case("crs_unheard_of", "crs_unknown", collection(good, crs=_named("EPSG:999999")))
    yield case("crs_geocentric", "crs_unknown", collection(good, crs=_named("EPSG:4978")))
    yield case("crs_in_a_row", "crs_member", collection(feature(GOOD | {"crs": link})))


def geojson_rows() -> Iterator[Case]:
    """GeoJSON files of which a row is at fault, which is told and does not lose the others."""
    good = feature(GOOD)
    case = _geojson
    unclosed = feature(geometry("Polygon", [SQUARE[:-1]]))
    yield case("unclosed", "accepted", collection(good, unclosed), "ring_unclosed")
    bow_tie = feature(geometry("Polygon", [BOW_TIE]))
    yield case("bow_tie", "accepted", collection(bow_tie, good), "self_intersection")
    both = feature(geometry("Polygon", [BOW_TIE[:-1]]))
    yield case("open_bow_tie", "accepted", collection(both), "ring_unclosed", "self_intersection")
    yield case("no_shape", "accepted", collection(good, feature(None)), "geometry_missing")
    yield case("empty_shape", "accepted", collection(feature(geometry("Polygon", []))), "empty")
    yield case("bad_row", "accepted", collection(feature(geometry("Polygon", [[[1]]]))), "position")
    north = feature(geometry("Point", [26.3, 91]))
    yield case("over_the_pole", "accepted", collection(good, north), "outside_world")
    yield case("geometry_column", "accepted", collection(good | {"properties": {"geometry": "x"}}))
    stac = good | {"stac_version": "1.0.0", "assets": {"a": {"href": f"{LISTENER}/x.tif"}}}
    yield case("stac", "accepted", collection(stac))
    rings = [box(26.3 + k / 10_000, 46.9, 26.30005 + k / 10_000, 46.95) for k in range(3_000)]
    yield case(
        "rings_3000", "accepted", collection(feature(geometry("Polygon", rings))), "hole_misplaced"
    )
    yield Case(
        "file_nan.geojson", "file", "number", text(collection(good)).replace(b"26.3,", b"NaN,")
    )
    yield Case("file_deep.geojson", "file", "too_deep", b'{"a":' + b"[" * 100_000)


def shapefile_letters() -> Iterator[tuple[str, str, b.Shapefile, tuple[str, ...]]]:
    """Letters; each case is a name, a verdict, the parts and the faults of rows."""
    cyrillic = MARASH.encode("cp1251")
    letters = b.shapefile([SQUARE], [cyrillic])
    yield "plain", "accepted", PLAIN, ()
    yield "cpg_1251", "accepted", letters._replace(cpg=b"1251"), ()
    yield "cpg_ansi", "accepted", letters._replace(cpg=b"ANSI 1251\r\n"), ()
    marked = b.shapefile([SQUARE], [cyrillic], language=0xC9)
    yield "dbase_mark", "accepted", marked._replace(cpg=b""), ()
    yield "letters_unsaid", "file_encoding_unknown", letters._replace(cpg=b""), ()
    yield "letters_unheard_of", "file_encoding_unknown", letters._replace(cpg=b"KLINGON"), ()
    yield "letters_lie", "file_encoding", letters, ()
    yield "utf_8_unsaid", "accepted", b.shapefile([SQUARE], [MARASH.encode()])._replace(cpg=b""), ()


def shapefile_parts() -> Iterator[tuple[str, str, b.Shapefile, tuple[str, ...]]]:
    """Parts that are missing, cut off or lie about each other."""
    yield "without_prj", "crs_missing", PLAIN._replace(prj=b""), ()
    yield "without_shx", "file_incomplete", PLAIN._replace(shx=b""), ()
    yield "without_dbf", "file_incomplete", PLAIN._replace(dbf=b""), ()
    yield "prj_garbage", "crs_unknown", PLAIN._replace(prj=b"\x00\xff not a system"), ()
    yield "prj_grids", "crs_unknown", PLAIN._replace(prj=b"+proj=longlat +nadgrids=/etc/passwd"), ()
    letters = b.WGS84_PRJ.encode().replace(b"GCS_WGS", b"GCS\xff\xfeWGS")
    yield "prj_letters", "crs_unknown", PLAIN._replace(prj=letters), ()
    yield "prj_url", "crs_unknown", PLAIN._replace(prj=f"{LISTENER}/crs.prj".encode()), ()
    yield "prj_lies", "crs_mismatch", PLAIN._replace(prj=b.BGS2005_PRJ.encode()), ()


def shapefile_shapes() -> Iterator[tuple[str, str, b.Shapefile, tuple[str, ...]]]:
    """Systems and shapes."""
    metres = b.shapefile([METRES], [b"Marash"])._replace(prj=b.BGS2005_PRJ.encode())
    yield "bgs2005", "accepted", metres, ()
    turned = b.shapefile([[[y, x] for x, y in METRES]], [b"x"])
    yield "bgs2005_swapped", "axes_swapped", turned._replace(prj=b.BGS2005_PRJ.encode()), ()
    yield "bow_tie", "accepted", b.shapefile([BOW_TIE], [b"x"]), ("self_intersection",)
    yield "unclosed", "accepted", b.shapefile([SQUARE[:-1]], [b"x"]), ("ring_unclosed",)
    nowhere = b.shapefile([SQUARE, None], [b"x", b"y"])
    yield "null_shape", "accepted", nowhere, ("geometry_missing",)
    broken = [SQUARE[0], [float("nan"), 46.9], *SQUARE[2:]]
    yield "nan", "accepted", b.shapefile([SQUARE, broken], [b"x", b"y"]), ("number",)


def shapefile_lies() -> Iterator[tuple[str, str, b.Shapefile, tuple[str, ...]]]:
    """Lengths and counts that are not true."""
    yield "cut_off", "file_damaged", PLAIN._replace(shp=PLAIN.shp[:-40]), ()
    claims = PLAIN.shp[:24] + struct.pack(">i", 2**31 - 1) + PLAIN.shp[28:]
    yield "length_lies", "file_damaged", PLAIN._replace(shp=claims), ()
    rows = PLAIN.dbf[:4] + struct.pack("<I", 2**32 - 1) + PLAIN.dbf[8:]
    yield "rows_lie", "file_damaged", PLAIN._replace(dbf=rows), ()
    yield "dbf_cut_off", "file_damaged", PLAIN._replace(dbf=PLAIN.dbf[:20]), ()
    parts = PLAIN.shp[:144] + struct.pack("<2i", 2**31 - 1, 2**31 - 1) + PLAIN.shp[152:]
    yield "parts_lie", "accepted", PLAIN._replace(shp=parts), ("geometry_missing",)
    elsewhere = PLAIN.shx[:100] + struct.pack(">2i", 2**30, 2**30)
    yield "offset_lies", "file_damaged", PLAIN._replace(shx=elsewhere), ()


def shapefiles() -> Iterator[tuple[str, str, b.Shapefile, tuple[str, ...]]]:
    """Every loose Shapefile."""
    for group in (shapefile_letters, shapefile_parts, shapefile_shapes, shapefile_lies):
        yield from group()


def _zip(name: str, verdict: str, content: bytes) -> Case:
    return Case(f"{name}.zip", "file", verdict, content)


def zips() -> Iterator[Case]:
    """One Shapefile per zip, and the tricks that zips allow."""
    inside = {f"zones{suffix}": part for suffix, part in PLAIN.parts().items()}
    case = _zip
    yield case("plain", "accepted", b.zipped(inside))
    yield case("in_a_folder", "accepted", b.zipped({f"town/{n}": c for n, c in inside.items()}))
    yield case("with_a_readme", "accepted", b.zipped({**inside, "readme.txt": b"town"}))
    yield case("traversal", "zip_path", b.zipped({**inside, "../../escaped.shp": PLAIN.shp}))
    yield case("absolute", "zip_path", b.zipped({**inside, "/tmp/escaped.shp": PLAIN.shp}))
    yield case("backslash", "zip_path", b.zipped({**inside, "..\\escaped.shp": PLAIN.shp}))
    yield case("drive", "zip_path", b.zipped({**inside, "C:escaped.shp": PLAIN.shp}))
    yield case("link", "zip_link", b.zipped_link(inside, "zones.qix", "/etc/passwd"))
    yield case("nested", "zip_nested", b.zipped({**inside, "more.zip": b.zipped(inside)}))
    yield case("nested_unnamed", "zip_nested", b.zipped({**inside, "zones.cpg": b.zipped(inside)}))
    yield case("two_shapefiles", "zip_content", b.zipped({**inside, "other.shp": PLAIN.shp}))
    yield case("no_shapefile", "zip_content", b.zipped({"zones.geojson": text(collection())}))
    yield case("twice", "zip_content", b.zipped({**inside, "ZONES.dbf": PLAIN.dbf}))
    yield case("many_members", "zip_bomb", b.zipped({f"{k}.txt": b"" for k in range(101)}))


def zip_bytes() -> Iterator[Case]:
    """Zips whose directory lies or whose bytes are damaged."""
    inside = {f"zones{suffix}": part for suffix, part in PLAIN.parts().items()}
    case = _zip
    bomb = {**inside, "zones.dbf": bytes(101_000_000)}
    yield case("bomb", "zip_bomb", b.zipped(bomb, squeeze=True))
    squeezed = b.zipped({**inside, "zones.dbf": bytes(5_000_000)}, squeeze=True)
    lying = squeezed.replace(struct.pack("<I", 5_000_000), struct.pack("<I", 100))
    yield case("size_lies", "file_damaged", lying)
    whole = b.zipped(inside)
    yield case("cut_off", "file_damaged", whole[: len(whole) // 2])
    yield case("wrong_sum", "file_damaged", whole.replace(b"Marash", b"Harash"))
    marker = b"PK\x01\x02"
    at = whole.index(marker) + 8
    yield case("password", "zip_encrypted", whole[:at] + b"\x01\x00" + whole[at + 2 :])
    offset = whole.index(marker) + 42
    far = whole[:offset] + b"\xf0\xff\xff\xff" + whole[offset + 4 :]
    yield case("offset_lies", "file_damaged", far)
    nameless = whole.replace(b"zones.cpg", b"\x00ones.cpg")
    yield case("nameless", "zip_path", nameless)
    method = whole.index(marker) + 10
    yield case("unknown_method", "file_damaged", whole[:method] + b"\x63\x00" + whole[method + 2 :])


def _geopackage(name: str, verdict: str, content: bytes, *faults: str) -> Case:
    return Case(f"{name}.gpkg", "file", verdict, content, faults)


def geopackages() -> Iterator[Case]:
    """A GeoPackage is a database and may carry SQL."""
    shape = b.blob(WKB)
    case = _geopackage
    plain = b.geopackage([shape])
    yield case("plain", "accepted", plain)
    trigger = "CREATE TRIGGER t AFTER INSERT ON zones BEGIN SELECT load_extension('x'); END"
    yield case("trigger", "accepted", b.geopackage([shape], trigger))
    rtree = "CREATE VIRTUAL TABLE rtree_zones_geom USING rtree(id, minx, maxx, miny, maxy)"
    yield case("rtree", "accepted", b.geopackage([shape], rtree))
    endless = (
        "CREATE VIEW v AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM n) "
        "SELECT fid, NULL AS geom FROM n"
    )
    layer = (
        "INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('v', 'features', 4326)"
    )
    yield case("endless_view", "file_unsafe", b.geopackage([shape], endless, layer))
    virtual = "CREATE VIRTUAL TABLE letters USING fts5(name)"
    yield case("virtual_table", "file_unsafe", b.geopackage([shape], virtual))
    computed = "ALTER TABLE zones ADD COLUMN bomb BLOB GENERATED ALWAYS AS (zeroblob(999999999))"
    yield case("computed_column", "file_unsafe", b.geopackage([shape], computed))
    yield case("no_layer", "file_no_layer", b.geopackage([shape], "DELETE FROM gpkg_contents"))
    second = layer.replace("'v'", "'more'")
    columns = "INSERT INTO gpkg_geometry_columns VALUES ('more', 'geom', 'POINT', 4326, 0, 0)"
    table = "CREATE TABLE more (fid INTEGER PRIMARY KEY, geom BLOB)"
    yield case("two_layers", "file_layers", b.geopackage([shape], table, second, columns))
    gone = "DROP TABLE zones"
    yield case("table_gone", "file_damaged", b.geopackage([shape], gone))


def geopackage_bytes() -> Iterator[Case]:
    """GeoPackages with broken pages, systems and shapes."""
    shape = b.blob(WKB)
    case = _geopackage
    plain = b.geopackage([shape])
    yield case("cut_off", "file_damaged", plain[: len(plain) // 2])
    yield case("only_a_header", "file_damaged", plain[:100])
    yield case("page_overwritten", "file_damaged", plain[:1124] + b"\xff" * 900 + plain[2024:])
    yield case("sqlite_only", "file_kind", plain[:68] + bytes(4) + plain[72:])
    url = ("NONE", 1, f"{LISTENER}/crs.wkt")
    yield case("srs_url", "crs_unknown", b.geopackage([shape], srs=url))
    grids = ("NONE", 1, "+proj=longlat +nadgrids=/etc/passwd")
    yield case("srs_grids", "crs_unknown", b.geopackage([shape], srs=grids))
    yield case("garbage_blob", "accepted", b.geopackage([shape, b"garbage"]), "geometry_missing")
    huge = struct.pack("<BIII", 1, 3, 1, 2**31 - 1)
    yield case("points_lie", "accepted", b.geopackage([shape, b.blob(huge)]), "geometry_missing")
    deep = struct.pack("<BII", 1, 7, 1) * 5_000 + struct.pack("<BI2d", 1, 1, 26.3, 46.9)
    yield case("deep_collections", "accepted", b.geopackage([b.blob(deep)]), "geometry_missing")
    open_ring = b.blob(b.wkb_polygon(SQUARE[:-1]))
    yield case("unclosed", "accepted", b.geopackage([open_ring]), "ring_unclosed")
    yield case(
        "bow_tie", "accepted", b.geopackage([b.blob(b.wkb_polygon(BOW_TIE))]), "self_intersection"
    )
    broken = b.wkb_polygon([SQUARE[0], [float("nan"), 46.9], *SQUARE[2:]])
    yield case("nan", "accepted", b.geopackage([shape, b.blob(broken)]), "number")
    ends = b.wkb_polygon([[float("nan"), 46.9], *SQUARE[1:-1], [float("nan"), 46.9]])
    yield case("nan_at_both_ends", "accepted", b.geopackage([b.blob(ends)]), "coordinates")
    write_ahead = plain[:18] + b"\x02\x02" + plain[20:]
    yield case("write_ahead", "accepted", write_ahead)


def cases() -> Iterator[Case]:
    """Every single file; the loose Shapefiles come from `shapefiles`."""
    for group in (
        pretenders,
        geojson_files,
        geojson_names,
        geojson_rows,
        zips,
        zip_bytes,
        geopackages,
        geopackage_bytes,
    ):
        yield from group()
