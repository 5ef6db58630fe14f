"""Rows of sites out of cells and shapes: what fits, and a sentence for everything that does not."""

import json
from typing import Any

import pytest
import shapely

from sign_registry.importing.site_rows import Cells, Defaults, site_rows
from sign_registry.importing.site_uploads import read_upload

DEFAULTS = Defaults("ro", category="park")
POINT = {"longitude": "26.3", "latitude": "46.9"}
SQUARE = shapely.box(26.3, 46.9, 26.31, 46.91)


def cells(geometry: Any = None, **parts: str) -> Cells:
    return Cells(2, {"code": "a", "name": "Parc", **parts}, geometry)


def test_a_row_says_its_kind_by_its_shape() -> None:
    (row,), faults = site_rows([cells(SQUARE)], DEFAULTS)
    assert not faults
    assert (row.kind, row.category, row.names) == ("area", "park", {"ro": "Parc"})


def test_a_point_comes_from_two_columns() -> None:
    (row,), _faults = site_rows([cells(**POINT)], DEFAULTS)
    assert row.geometry is not None
    assert row.geometry.equals(shapely.Point(26.3, 46.9))


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (cells(), "nothing of where"),
        (cells(longitude="abc", latitude="46.9"), "number"),
        (cells(longitude="460", latitude="46.9"), "180"),
        (cells(SQUARE, kind="line"), "does not fit"),
        (cells(SQUARE, kind="vehicle"), "does not fit"),
        (cells(kind="lake"), "lake"),
        (cells(kind="counter"), "centre"),
        (cells(code="", **POINT), "no code"),
        (cells(name="", **POINT), "no name"),
        (cells(quality="guessed", **POINT), "guessed"),
        (cells(sensitive="perhaps", **POINT), "neither"),
        (cells(opened_on="31.01.2026", **POINT), "not a day"),
        (cells(note="x" * 301, **POINT), "longer"),
    ],
)
def test_each_fault_is_said_with_its_line(row: Cells, word: str) -> None:
    rows, faults = site_rows([row], DEFAULTS)
    assert not rows
    assert faults[0].line == 2
    assert word in faults[0].message


def test_a_code_that_stands_twice_is_a_fault_of_the_second_row() -> None:
    rows, faults = site_rows([cells(SQUARE), Cells(3, cells().cells, SQUARE)], DEFAULTS)
    assert [row.line for row in rows] == [2]
    assert [fault.line for fault in faults] == [3]


def test_a_counter_is_always_kept_from_public_lists() -> None:
    (row,), _faults = site_rows([cells(kind="counter", centre="hall")], DEFAULTS)
    assert row.is_staff_sensitive


def test_an_upload_may_be_a_table() -> None:
    raw = "code,name_bg,longitude,latitude\na,Парк,25.6,42.4\n".encode()
    (row,), faults = read_upload(raw)
    assert (row["name_bg"], row.line, faults) == ("Парк", 2, [])


def test_an_upload_may_be_geojson() -> None:
    feature = {
        "type": "Feature",
        "properties": {"code": "a", "sensitive": True, "note": None},
        "geometry": shapely.geometry.mapping(SQUARE),
    }
    document = {"type": "FeatureCollection", "features": [feature]}
    (row,), faults = read_upload(json.dumps(document).encode())
    assert (row["sensitive"], row["note"], faults) == ("yes", "", [])


@pytest.mark.parametrize("raw", [b"{", b"", b"code\n\xff", b"id,name\n1,2\n"])
def test_an_upload_that_is_neither_is_refused_with_a_sentence(raw: bytes) -> None:
    rows, faults = read_upload(raw)
    assert not rows
    assert faults[0].message.endswith((".", "”.")) or faults[0].message
