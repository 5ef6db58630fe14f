"""GeoJSON texts, hostile, broken or merely odd, each with the verdict the parser must give."""

import json
import random
from collections.abc import Iterator
from math import cos, pi, sin
from typing import Any, NamedTuple

LISTENER = "http://127.0.0.1:59999"
"""The tests put their own listener's port in place of 59999; both have five digits."""


class Case(NamedTuple):
    """One piece: `enters` is geojson, features or file; `faults` are the codes of single rows."""

    name: str
    enters: str
    verdict: str
    content: bytes
    faults: tuple[str, ...] = ()


SQUARE = [[26.3, 46.9], [26.4, 46.9], [26.4, 46.95], [26.3, 46.95], [26.3, 46.9]]
HOLE = [[26.33, 46.91], [26.33, 46.94], [26.37, 46.94], [26.37, 46.91], [26.33, 46.91]]


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def geometry(kind: str, coordinates: object, **members: object) -> dict[str, Any]:
    return {"type": kind, "coordinates": coordinates, **members}


def feature(shape: object, **members: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": shape, **members}


def collection(*features: object, **members: object) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **members}


def text(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


GOOD = geometry("Polygon", [SQUARE])
_RAW = text(GOOD)


def _with(fragment: str) -> bytes:
    """The good polygon with its first longitude replaced, also by what JSON does not know."""
    return _RAW.replace(b"26.3,", fragment.encode() + b",", 1)


def _polygon(*rings: object) -> bytes:
    return text(geometry("Polygon", list(rings)))


def _circle(corners: int) -> list[list[float]]:
    ring = [
        [
            round(26.35 + 0.05 * cos(2 * pi * k / corners), 8),
            round(46.9 + 0.05 * sin(2 * pi * k / corners), 8),
        ]
        for k in range(corners)
    ]
    return [*ring, ring[0]]


def _scribble(corners: int) -> list[list[float]]:
    draw = random.Random(corners)
    ring = [
        [draw.randrange(26_300_000, 26_400_000) / 1e6, draw.randrange(46_850_000, 46_950_000) / 1e6]
        for _ in range(corners)
    ]
    return [*ring, ring[0]]


def _grid(count: int) -> list[list[list[float]]]:
    """Small separate squares in one row."""
    size = 0.0001
    return [
        box(round(26.31 + k * size, 6), 46.91, round(26.31 + (k + 0.5) * size, 6), 46.92)
        for k in range(count)
    ]


def not_readable() -> Iterator[tuple[str, str, bytes]]:
    """Pieces that are no JSON object at all, or hide one badly."""
    vrt = f"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/vsicurl/{LISTENER}/x.geojson"
    yield "vrt_named_geojson", "not_json", f"{vrt}</SrcDataSource></OGRVRTLayer>".encode()
    yield "kml", "not_json", b"<kml xmlns='http://www.opengis.net/kml/2.2'/>"
    yield "wkt", "not_json", b"POLYGON((26.3 46.9,26.4 46.9,26.4 46.95,26.3 46.9))"
    yield "ewkt", "not_json", b"SRID=4326;POINT(26.3 46.9)"
    yield "wkb_hex", "not_json", b"0101000020E6100000CDCCCCCCCC4C3A403333333333734740"
    yield "vsicurl", "not_json", f"/vsicurl/{LISTENER}/x.tif".encode()
    yield "empty", "not_json", b""
    yield "blanks", "not_json", b" \n\t "
    yield "truncated", "not_json", _RAW[: len(_RAW) // 2]
    yield "trailing_comma", "not_json", _RAW.replace(b"]]}", b"],]}")
    yield "comment", "not_json", b"/* town */" + _RAW
    yield "single_quotes", "not_json", _RAW.replace(b'"', b"'")
    yield "two_documents", "not_json", _RAW + b"\n" + _RAW
    yield "hexadecimal", "not_json", _with("0x1A")
    yield "nul_byte", "not_json", _RAW.replace(b"Polygon", b"Poly\x00gon")
    yield "unterminated_text", "not_json", b'{"type": "' + b'\\"' * 900_000
    yield "many_quotes", "not_json", b'{"type": ' + b'"' * 1_900_001
    yield "utf_16", "encoding", "\ufeff".encode("utf-16-le") + _RAW.decode().encode("utf-16-le")
    yield "latin_letters", "encoding", text(feature(GOOD, id="Mărăței")).replace(b"\xc4", b"\xe3")
    yield "cp1251_letters", "encoding", '{"name": "Зора"}'.encode("cp1251")
    yield "overlong_utf8", "encoding", b'{"type": "\xc0\xafPolygon"}'
    yield "surrogate_bytes", "encoding", b'{"type": "\xed\xa0\x80"}'


def not_objects() -> Iterator[tuple[str, str, bytes]]:
    """JSON whose root is no GeoJSON object, or that hides something in it."""
    yield "list_at_the_root", "not_geojson", b"[" + _RAW + b"]"
    yield "number_at_the_root", "not_geojson", b"26.3"
    yield "null_at_the_root", "not_geojson", b"null"
    raster = {"width": 1, "height": 1, "srid": 4326, "driver": "GTiff", "name": "hostile.tif"}
    yield "raster", "not_geojson", text(raster)
    lone = text(feature(GOOD)).replace(b"{}", b'{"name": "\\ud800"}')
    yield "lone_surrogate", "text", lone
    yield "escaped_nul", "text", text(feature(GOOD)).replace(b"{}", b'{"name": "a\\u0000b"}')
    yield "nul_in_a_name", "text", text(feature(GOOD)).replace(b"{}", b'{"\\u0000": 1}')
    twice = _RAW.replace(b'"type"', b'"coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]], "type"')
    yield "coordinates_twice", "duplicate_key", twice


def wrong_numbers() -> Iterator[tuple[str, str, bytes]]:
    """Numbers that are none, or that burn time."""
    for name, fragment in {
        "nan": "NaN",
        "infinity": "Infinity",
        "minus_infinity": "-Infinity",
        "overflow": "1e400",
        "minus_overflow": "-1e400",
        "number_as_text": '"26.3"',
        "number_as_bool": "true",
        "number_as_null": "null",
        "number_as_object": "{}",
        "long_fraction": "26." + "3" * 500,
        "million_digits": "9" * 1_000_000,
        "million_fraction_digits": "26." + "9" * 1_000_000,
        "digits_for_the_parser": "1" * 4_301,
    }.items():
        yield name, "number", _with(fragment)
    yield "infinity_in_properties", "number", text(feature(GOOD)).replace(b"{}", b'{"n": 1e999}')


def too_much() -> Iterator[tuple[str, str, bytes]]:
    """Pieces that are stopped by a bound, and one that lies exactly on it."""
    yield "rings_100k", "too_large", _polygon(*[SQUARE] * 100_000)
    yield "rings_20k", "too_many_vertices", _polygon(*[box(0, 0, 1, 1)] * 20_000)
    yield "rings_501", "too_many_rings", _polygon(SQUARE, *_grid(500))
    yield "vertices_10001", "too_many_vertices", _polygon([SQUARE[0]] * 10_001)
    yield "vertices_10000", "accepted", _polygon(_circle(9_999))
    yield "deep_brackets", "too_many_vertices", b"[" * 1_000_000
    yield "deep_coordinates", "too_deep", b'{"type":"Polygon","coordinates":' + b"[" * 20_000
    many = '{"type":"GeometryCollection","geometries":[' * 8_000
    yield "deep_collections", "too_deep", (many + "]}" * 8_000).encode()
    yield "deep_properties", "too_deep", text(feature(GOOD)).replace(b"{}", b'{"a":' * 13 + b"1")
    yield "closing_brackets", "not_json", b"]" * 1_000_000
    yield "brackets_in_text", "accepted", text(feature(GOOD, title='[[{"' * 2_000))
    yield "long_text", "accepted", text(feature(GOOD, title="x" * 1_900_000))
    yield "two_megabytes_of_blanks", "too_large", _RAW + b" " * 2_000_000
    yield "many_names", "accepted", text(feature(GOOD, **{f"n{k}": k for k in range(10_000)}))


def wrong_structure() -> Iterator[tuple[str, str, bytes]]:
    """JSON that is not the GeoJSON asked for."""
    yield "geometry_as_collection", "type", text(collection(feature(GOOD)))
    yield "unknown_type", "type", text(geometry("Circle", [[26.3, 46.9], 100]))
    yield "type_in_capitals", "type", text(geometry("POLYGON", [SQUARE]))
    yield "type_missing", "not_geojson", text({"coordinates": [SQUARE]})
    yield "type_is_a_list", "not_geojson", text(geometry("", [SQUARE]) | {"type": ["Polygon"]})
    yield "topojson", "type", text({"type": "Topology", "objects": {}, "arcs": []})
    yield "gdal_algorithm", "type", text({"type": "gdal_streamed_alg", "command_line": "gdal read"})
    inner = {"type": "GeometryCollection", "geometries": [GOOD]}
    outer = {"type": "GeometryCollection", "geometries": [inner]}
    yield "collection_in_collection", "type", text(outer)
    yield "geometry_null", "geometry_missing", text(feature(None))
    yield "geometry_is_a_text", "not_geojson", text(feature("POINT(26.3 46.9)"))
    yield "coordinates_missing", "coordinates", text({"type": "Polygon"})
    yield "coordinates_text", "coordinates", text(geometry("Polygon", "26.3,46.9"))
    yield "coordinates_object", "coordinates", text(geometry("Polygon", {"0": SQUARE}))
    yield (
        "nested_too_little",
        "position",
        text(geometry("Polygon", SQUARE)).replace(b"26.3, 46.9", b"[26.3, 46.9], [1]", 1),
    )
    yield "nested_too_much", "position", text(geometry("Polygon", [[SQUARE]]))
    yield "one_number", "position", _polygon([[26.3], *SQUARE])
    yield "five_numbers", "position", _polygon([[26.3, 46.9, 1, 2, 3], *SQUARE])
    yield "position_object", "position", _polygon([{"lon": 26.3, "lat": 46.9}, *SQUARE])
    for kind in ("Point", "LineString", "Polygon", "MultiPolygon", "MultiPoint"):
        yield f"empty_{kind.lower()}", "empty", text(geometry(kind, []))
    yield "empty_ring", "empty", _polygon([])
    yield "empty_hole", "empty", _polygon(SQUARE, [])
    yield "empty_part", "empty", text(geometry("MultiPolygon", [[SQUARE], []]))
    yield "crs_link", "crs_member", text(GOOD | {"crs": _crs_link()})
    yield "crs_null", "crs_member", text(GOOD | {"crs": None})
    yield (
        "crs_inside_a_feature",
        "crs_member",
        text(feature(GOOD | {"crs": _crs_name("EPSG:4326")})),
    )


def wrong_shapes() -> Iterator[tuple[str, str, bytes]]:
    """Well-formed shapes that are not valid."""
    ring = SQUARE
    yield "bow_tie", "self_intersection", _polygon([ring[0], ring[2], ring[1], ring[3], ring[0]])
    yield "spike", "self_intersection", _polygon([*ring[:2], [26.45, 46.9], *ring[1:]])
    yield "scribble_500", "self_intersection", _polygon(_scribble(500))
    yield "scribble_9999", "self_intersection", _polygon(_scribble(9_999))
    yield "ring_twice_round", "self_intersection", _polygon([*ring[:-1], *ring])
    yield (
        "touching_in_two_points",
        "self_intersection",
        _polygon(
            ring, [[26.35, 46.9], [26.36, 46.92], [26.35, 46.95], [26.34, 46.92], [26.35, 46.9]]
        ),
    )
    yield "hole_outside", "hole_misplaced", _polygon(ring, box(26.42, 46.91, 26.43, 46.92))
    yield "hole_in_hole", "hole_misplaced", _polygon(ring, HOLE, box(26.34, 46.92, 26.36, 46.93))
    yield "hole_is_the_shell", "self_intersection", _polygon(ring, ring)
    parts = [[ring], [box(26.31, 46.91, 26.32, 46.92)]]
    yield "part_in_part", "parts_overlap", text(geometry("MultiPolygon", parts))
    parts = [[ring], [box(26.4, 46.9, 26.45, 46.95)]]
    yield "parts_share_an_edge", "self_intersection", text(geometry("MultiPolygon", parts))
    yield "unclosed", "ring_unclosed", _polygon(ring[:-1])
    yield "unclosed_by_a_hair", "ring_unclosed", _polygon([*ring[:-1], [26.3 + 1e-14, 46.9]])
    yield "three_positions", "ring_short", _polygon([ring[0], ring[1], ring[0]])
    yield "one_point_ring", "ring_short", _polygon([ring[0]] * 4)
    yield "flat_ring", "self_intersection", _polygon([ring[0], ring[1], [26.5, 46.9], ring[0]])
    yield "line_of_one_point", "line_short", text(geometry("LineString", [ring[0], ring[0]]))
    yield "line_of_one_position", "line_short", text(geometry("LineString", [ring[0]]))


def wrong_places() -> Iterator[tuple[str, str, bytes]]:
    """Valid shapes where none may lie."""
    swapped = [[latitude, longitude] for longitude, latitude in SQUARE]
    yield "swapped_axes", "axes_swapped", _polygon(swapped)
    yield "swapped_point", "axes_swapped", text(geometry("Point", [46.9, 26.3]))
    yield "null_island", "outside", text(geometry("Point", [0, 0]))
    yield "other_country", "outside", _polygon(box(23.2, 42.6, 23.4, 42.8))
    yield "half_outside", "outside", _polygon(box(26.4, 46.9, 26.6, 46.95))
    yield "whole_world", "antimeridian", _polygon(box(-180, -90, 180, 90))
    yield "over_the_date_line", "antimeridian", _polygon(box(-179, 46.9, 179, 47))
    yield "longitude_181", "outside_world", _polygon(box(179, 46.9, 181, 47))
    yield "latitude_over_the_pole", "outside_world", text(geometry("Point", [26.3, 90.000001]))
    yield "metres", "outside_world", _polygon(box(604_000, 603_000, 605_000, 604_000))
    yield "huge_number", "outside_world", _with("1e308")


def odd_but_good() -> Iterator[tuple[str, str, bytes]]:
    """What must not be refused."""
    yield "byte_order_mark", "accepted", b"\xef\xbb\xbf" + _RAW
    yield "heights", "accepted", _polygon([[*position, 310.5] for position in SQUARE])
    yield "measures", "accepted", _polygon([[*position, 310, 7] for position in SQUARE])
    yield "repeated_points", "accepted", _polygon([SQUARE[0], *SQUARE, SQUARE[0], SQUARE[0]])
    yield "clockwise", "accepted", _polygon(SQUARE[::-1])
    yield (
        "hole_touching_once",
        "accepted",
        _polygon(SQUARE, [[26.35, 46.9], [26.36, 46.92], [26.34, 46.92], [26.35, 46.9]]),
    )
    yield "sliver", "accepted", _polygon(box(26.3, 46.9, 26.3 + 1e-13, 46.95))
    yield "exponents", "accepted", _with("2.63e1").replace(b"26.3, 46.9]]", b"0.263E+2, 46.9]]")
    yield "foreign_members", "accepted", text(GOOD | {"__proto__": {"crs": 1}, "bbox": [1]})
    yield "holes_and_parts", "accepted", text(geometry("MultiPolygon", [[SQUARE, HOLE]]))
    yield "collection", "accepted", text({"type": "GeometryCollection", "geometries": [GOOD]})
    stac = {"stac_version": "1.0.0", "assets": {"x": {"href": f"/vsicurl/{LISTENER}/x.tif"}}}
    yield "links_are_only_text", "accepted", text(feature(GOOD, **stac))


def whole_collections() -> Iterator[tuple[str, str, bytes]]:
    """Feature collections."""
    good = feature(GOOD)
    yield "good", "accepted", text(collection(good, feature(geometry("Point", [26.3, 46.9]), id=7)))
    yield "none", "accepted", text(collection())
    yield "features_null", "not_geojson", text(collection() | {"features": None})
    yield "features_object", "not_geojson", text(collection() | {"features": {"0": good}})
    yield "bare_geometry", "type", _RAW
    yield "geometry_as_feature", "type", text(collection(GOOD))
    yield "feature_is_null", "not_geojson", text(collection(good, None))
    yield "properties_list", "not_geojson", text(collection(good | {"properties": []}))
    yield "id_object", "not_geojson", text(collection(good | {"id": {}}))
    yield "without_geometry", "geometry_missing", text(collection(good, feature(None)))
    point = feature(geometry("Point", [26.3, 46.9]))
    yield "points_2001", "too_many_features", text(collection(*[point] * 2_001))
    yield "rings_over_all", "too_many_rings", text(collection(*[good] * 501))
    yield "crs_of_the_collection", "crs_member", text(collection(good, crs=_crs_link()))
    yield "crs_of_a_feature", "crs_member", text(collection(good | {"crs": _crs_name("EPSG:3844")}))


def _crs_link() -> dict[str, Any]:
    return {"type": "link", "properties": {"href": f"{LISTENER}/crs.wkt", "type": "esriwkt"}}


def _crs_name(name: str) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


def cases() -> Iterator[Case]:
    """Every text, ready to be written."""
    for group in (
        not_readable,
        not_objects,
        wrong_numbers,
        too_much,
        wrong_structure,
        wrong_shapes,
        wrong_places,
        odd_but_good,
    ):
        for name, verdict, content in group():
            yield Case(f"{name}.geojson", "geojson", verdict, content)
    for name, verdict, content in whole_collections():
        yield Case(f"features_{name}.geojson", "features", verdict, content)
