"""Shapes that come through a page: every format, and what pretends to be one."""

import io
import json
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import geopandas
import pytest
import shapely

from geo.errors import GeometryRefused
from geo.intake.uploads import CRS_CHOICES, MOST_BYTES, shape_of_file, shape_of_text

SQUARE = shapely.box(26.31, 46.91, 26.32, 46.92)
METRIC = [(599956, 601866), (600956, 601866), (600956, 602866), (599956, 602866)]
KML = (
    '<?xml version="1.0"?>%s<kml xmlns="http://www.opengis.net/kml/2.2"><Document>%s<Placemark>'
    "<Polygon><outerBoundaryIs><LinearRing><coordinates>26.31,46.91 26.32,46.91 26.32,46.92 "
    "26.31,46.92 26.31,46.91</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    "</Document></kml>"
)


def dxf(*entities: str, blocks: str = "") -> bytes:
    parts = ["0\nSECTION\n2\nBLOCKS", blocks, "0\nENDSEC"] if blocks else []
    parts += ["0\nSECTION\n2\nENTITIES", *entities, "0\nENDSEC\n0\nEOF\n"]
    return "\n".join(part for part in parts if part).encode()


def outline(corners: Sequence[tuple[float, float]]) -> str:
    points = "\n".join(f"10\n{x}\n20\n{y}" for x, y in corners)
    return f"0\nLWPOLYLINE\n8\n0\n90\n{len(corners)}\n70\n1\n{points}"


def as_file(folder: Path, driver: str) -> bytes:
    frame = geopandas.GeoDataFrame({"name": ["a"]}, geometry=[SQUARE], crs=4326)
    if driver != "zip":
        path = folder / {"GPKG": "a.gpkg", "GeoJSON": "a.geojson"}[driver]
        frame.to_crs(3844 if driver == "GPKG" else 4326).to_file(path, driver=driver)
        return path.read_bytes()
    frame.to_crs(3844).to_file(folder / "a.shp")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in folder.glob("a.*"):
            archive.write(part, part.name)
    return packed.getvalue()


def same(text: str) -> bool:
    shape = shapely.from_geojson(text)
    return bool(shapely.symmetric_difference(shape, SQUARE).area < 1e-9)


@pytest.mark.parametrize("driver", ["GPKG", "GeoJSON", "zip"])
def test_files_of_gis_programs_are_read(tmp_path: Path, driver: str) -> None:
    assert same(shape_of_file(as_file(tmp_path, driver), name="a"))


def test_a_kml_is_read() -> None:
    assert same(shape_of_file((KML % ("", "")).encode(), name="a.kml"))


@pytest.mark.parametrize("crs", [code for code, _ in CRS_CHOICES])
def test_a_dxf_is_read_in_the_chosen_system(crs: str) -> None:
    centre = {"4326": (26.31, 46.91), "7801": (300_000, 4_750_000), "32635": (450_000, 5_200_000)}
    x, y = centre.get(crs, (600_000, 602_000))
    size = 0.01 if crs == "4326" else 500
    corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]

    shape = shapely.from_geojson(shape_of_file(dxf(outline(corners)), name="a.dxf", crs=crs))

    west, south, _, _ = shape.bounds
    assert 22 < west < 30
    assert 41 < south < 48


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "file_kind"),
        (b"%PDF-1.7", "file_kind"),
        (b"<html></html>", "file_markup"),
        ((KML % ('<!DOCTYPE kml [<!ENTITY a "b">]>', "")).encode(), "file_unsafe"),
        ((KML % ("", "<NetworkLink><Link><href>http://127.0.0.1/</href></Link></NetworkLink>")
          ).encode(), "file_unsafe"),
        ((KML % ("", ""))[:200].encode(), "file_damaged"),
        (b"PK\x03\x04" + b"\x00" * 200, "file_damaged"),
        (b"SQLite format 3\x00" + b"\x00" * 200, "file_damaged"),
        (dxf(), "file_no_layer"),
        (dxf(outline([(1, 1), (2, 2), (2, 1), (1, 2)])), "self_intersection"),
        (b'{"type": "FeatureCollection", "features": []}', "file_no_layer"),
        (b'{"type": "VRT", "SrcDataSource": "/etc/passwd"}', "file_damaged"),
        (b"x" * (MOST_BYTES + 1), "too_large"),
    ],
)  # fmt: skip
def test_what_is_no_sound_shape_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(GeometryRefused) as refused:
        shape_of_file(raw, name="a")

    assert refused.value.code in {code, "file_no_layer" if code == "file_damaged" else code}


def test_blocks_within_blocks_end_at_the_bounds() -> None:
    levels = [
        f"0\nBLOCK\n2\nB{level}\n10\n0\n20\n0\n"
        + f"0\nINSERT\n2\nB{level + 1}\n10\n0\n20\n0\n" * 20
        + "0\nENDBLK"
        for level in range(12)
    ]
    last = f"0\nBLOCK\n2\nB12\n10\n0\n20\n0\n{outline(METRIC)}\n0\nENDBLK"
    bomb = dxf("0\nINSERT\n2\nB0\n10\n0\n20\n0", blocks="\n".join([*levels, last]))
    began = time.monotonic()

    with pytest.raises(GeometryRefused):
        shape_of_file(bomb, name="a.dxf", crs="3844")

    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    "text",
    [
        "POLYGON ((26.31 46.91, 26.32 46.91, 26.32 46.92, 26.31 46.92, 26.31 46.91))",
        "srid=4326;MULTIPOLYGON Z (((26.31 46.91 3,26.32 46.91 3,26.32 46.92 3,26.31 46.92 3,"
        "26.31 46.91 3)))",
        "26.31, 46.91\n26.32;46.91\n26.32 46.92\n\n26.31, 46.92\n",
    ],
)
def test_typed_shapes_are_read(text: str) -> None:
    assert same(shape_of_text(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "wkt"),
        ("north", "corner"),
        ("26.31, 46.91\nhere", "corner"),
        ("POINT (1 2", "wkt"),
        ("POINT 1 2)(", "corner"),
        ("POLYGON (((1 2, 3 4, 5 6, 1 2)))", "too_deep"),
        ("POLYGON " + "(" * 100_000, "wkt"),
        ("GEOMETRYCOLLECTION (" * 10_000, "corner"),
        ("POINT (1 1e999)", "number"),
        ("POINT (nan 1)", "wkt"),
        ("POINT (200 1)", "outside_world"),
        ("POINT (" + "9" * 100_000 + " 1)", "number"),
        ("POLYGON ((26 46, 27 47, 27 46, 26 47, 26 46))", "self_intersection"),
    ],
)
def test_typed_faults_are_told_in_a_moment(text: str, code: str) -> None:
    began = time.process_time()

    with pytest.raises(GeometryRefused) as refused:
        shape_of_text(text)

    assert refused.value.code == code
    assert time.process_time() - began < 1


def test_metric_numbers_need_their_system() -> None:
    text = "\n".join(f"{x}, {y}" for x, y in METRIC)

    with pytest.raises(GeometryRefused):
        shape_of_text(text)
    found = json.loads(shape_of_text(text, crs="3844"))

    assert found["type"] == "Polygon"
