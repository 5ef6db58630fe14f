"""What is written into a vector tile can be read back by another program (GDAL's MVT driver)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from zones.tiles.encoding import TileLayer, geometry_bytes, tile_bytes, varint

#: GDAL in a process of its own: in this one only the drivers of our importers are left switched on.
READ = """
import json, sys, pyogrio
answer = {}
for layer, _type in pyogrio.list_layers(sys.argv[1]):
    meta, _fids, shapes, columns = pyogrio.raw.read(sys.argv[1], layer=layer)
    rows = zip(*(column.tolist() for column in columns))
    answer[layer] = [
        [shape.hex(), dict(zip(meta["fields"].tolist(), row))]
        for shape, row in zip(shapes.tolist(), rows)
    ]
print(json.dumps(answer))
"""


def read_back(
    tmp_path: Path, *layers: TileLayer
) -> dict[str, list[tuple[shapely.Geometry, dict[str, object]]]]:
    """Decode with GDAL and turn y down again, as it stands in the tile."""
    path = tmp_path / "tile.mvt"
    path.write_bytes(tile_bytes(layers))
    run = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        capture_output=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    return {
        name: [(_y_down(shapely.from_wkb(bytes.fromhex(shape))), row) for shape, row in rows]
        for name, rows in json.loads(run.stdout).items()
    }


def _y_down(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda at: np.column_stack([at[:, 0], 4096 - at[:, 1]]))


def layer_of(*shapes: shapely.Geometry, layer: str, **properties: str | bool | int) -> TileLayer:
    written = TileLayer(layer)
    kind, encoded = geometry_bytes(np.array(shapes, dtype=object))
    for number, data in enumerate(encoded, start=1):
        if data:
            written.add(kind, data, number, properties)
    return written


SHAPES = {
    "point": shapely.Point(5, 6),
    "line": shapely.LineString([(0, 0), (10, 10), (3000, 2000)]),
    "lines": shapely.MultiLineString([[(0, 0), (9, 9)], [(50, 50), (60, 40), (70, 50)]]),
    "area": shapely.box(0, 0, 100, 100),
    "hole": shapely.box(0, 0, 100, 100).difference(shapely.box(20, 20, 40, 40)),
    "areas": shapely.MultiPolygon(
        [shapely.box(200, 200, 300, 300), shapely.box(400, 400, 500, 500)]
    ),
}


@pytest.mark.slow
def test_another_program_reads_shapes_names_and_ids_as_they_were(tmp_path: Path) -> None:
    written = [
        layer_of(shape, shape, layer=name, name="Țară", ok=True, number=7)
        for name, shape in SHAPES.items()
    ]
    found = read_back(tmp_path, *written)
    assert list(found) == list(SHAPES)
    for name, rows in found.items():
        assert all(shapely.equals(shape, SHAPES[name]) for shape, _row in rows)
        facts = {"name": "Țară", "ok": True, "number": 7}
        assert [row for _shape, row in rows] == [{"mvt_id": 1, **facts}, {"mvt_id": 2, **facts}]


def test_a_shape_below_the_grid_leaves_nothing() -> None:
    _kind, encoded = geometry_bytes(np.array([shapely.box(1, 1, 1.2, 1.2)], dtype=object))
    assert encoded == [b""]


def test_a_tile_without_a_feature_has_no_bytes() -> None:
    assert tile_bytes([TileLayer("zones")]) == b""


@given(st.integers(min_value=0, max_value=2**40))
def test_a_number_is_read_back_from_its_varint(number: int) -> None:
    data = varint(number)
    assert sum((byte & 0x7F) << 7 * place for place, byte in enumerate(data)) == number


@given(
    st.lists(
        st.tuples(st.integers(-64, 4160), st.integers(-64, 4160), st.integers(1, 300)),
        min_size=1,
        max_size=20,
    )
)
def test_every_box_is_encoded_with_the_same_length_of_commands(
    corners: list[tuple[int, int, int]],
) -> None:
    boxes = [shapely.box(x, y, x + side, y + side) for x, y, side in corners]
    _kind, encoded = geometry_bytes(np.array(boxes, dtype=object))
    # MoveTo + 2, LineTo + 6, ClosePath are eleven numbers of one to five bytes.
    assert all(11 <= len(data) <= 55 for data in encoded)
