"""Write Mapbox vector tiles (MVT 2.1) from arrays of shapes; knows no town and no table.

Coordinates are grid units, x right and y down, EXTENT to a tile, rounded to whole numbers. All
geometry work is done on arrays, because a tile of a whole town holds a thousand shapes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

EXTENT = 4096
_MOVE_TO, _LINE_TO, _CLOSE = 1, 2, 15
_POINT, _LINE, _POLYGON = 1, 2, 3

Geometries = NDArray[Any]
Whole = NDArray[np.int64]
Value = str | bool | int


def _long_varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


#: Nearly all lengths and indexes of a tile are below this; they are written a million times.
_SHORT = tuple(_long_varint(number) for number in range(1 << 12))


def varint(number: int) -> bytes:
    """One unsigned number, seven bits a byte, low bits first."""
    return _SHORT[number] if number < 1 << 12 else _long_varint(number)


def _block(tag: int, payload: bytes) -> bytes:
    """A length-delimited protobuf field."""
    return varint(tag << 3 | 2) + varint(len(payload)) + payload


def _varints(numbers: Whole) -> tuple[bytes, Whole]:
    """All numbers as varints in one run of bytes, and where each begins (plus the end)."""
    size = np.ones(len(numbers), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        size += numbers >= 1 << bits
    starts = np.concatenate([[0], np.cumsum(size)])
    out = np.zeros(starts[-1], dtype=np.uint8)
    for place in range(5):
        there = np.flatnonzero(size > place)
        more = np.where(size[there] > place + 1, 0x80, 0)
        out[starts[there] + place] = numbers[there] >> 7 * place & 0x7F | more
    return out.tobytes(), starts


@dataclass(frozen=True, slots=True)
class _Rings:
    """Rings or lines as points in order; `first` is where each begins, `owner` its feature."""

    points: Whole
    first: Whole
    count: Whole
    owner: Whole


def _distinct(points: Whole, ring: Whole) -> NDArray[np.bool_]:
    """Mark the points that differ from the one before them in the same ring."""
    kept = np.ones(len(points), dtype=bool)
    kept[1:] = (ring[1:] != ring[:-1]) | (points[1:] != points[:-1]).any(axis=1)
    return kept


def _rings(geometries: Geometries, origin: Whole, *, closed: bool) -> _Rings:
    """Take shapes apart, round, and drop lines and rings that rounding left too short."""
    parts, part_owner = shapely.get_parts(geometries, return_index=True)
    if closed:
        # MVT wants exteriors clockwise as seen on the screen, which is counter-clockwise with y up.
        parts = shapely.orient_polygons(parts)
        parts, ring_part = shapely.get_rings(parts, return_index=True)
        part_owner = part_owner[ring_part]
    coordinates, ring = shapely.get_coordinates(parts, return_index=True)
    points = np.rint(coordinates).astype(np.int64) - origin
    kept = _distinct(points, ring)
    if closed:
        # The closing point repeats the first; ClosePath says it.
        kept &= np.append(ring[1:] == ring[:-1], False) if len(ring) else kept
    count = np.bincount(ring[kept], minlength=len(parts))
    good = count >= (3 if closed else 2)
    kept &= good[ring]
    count = count[good]
    first = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64) if len(count) else count
    return _Rings(points[kept], first, count, part_owner[good])


def _commands(rings: _Rings, *, closed: bool) -> tuple[Whole, Whole]:
    """Command numbers of all rings, and for each ring how many numbers it has."""
    points, count = rings.points, rings.count
    starts_feature = np.append(True, rings.owner[1:] != rings.owner[:-1])
    before = np.concatenate([[[0, 0]], points[:-1]])
    before[rings.first[starts_feature]] = 0
    step = points - before
    step = step << 1 ^ step >> 63
    length = 2 * count + (3 if closed else 2)
    offset = np.concatenate([[0], np.cumsum(length)[:-1]])
    out = np.zeros(int(length.sum()), dtype=np.int64)
    out[offset] = 1 << 3 | _MOVE_TO
    out[offset + 3] = count - 1 << 3 | _LINE_TO
    if closed:
        out[offset + length - 1] = _CLOSE
    within = np.arange(len(points)) - np.repeat(rings.first, count)
    at = np.repeat(offset, count) + 1 + 2 * within + (within > 0)
    out[at], out[at + 1] = step[:, 0], step[:, 1]
    return out, length


def _split(numbers: Whole, length: Whole, owner: Whole, features: int) -> list[bytes]:
    """The bytes of each feature; empty where nothing of it is left."""
    data, starts = _varints(numbers)
    ends = np.concatenate([[0], np.cumsum(length)])
    out = [b""] * features
    if len(owner):
        edges = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
        bounds = starts[ends[np.append(edges, len(owner))]].tolist()
        for feature, begin, end in zip(owner[edges].tolist(), bounds[:-1], bounds[1:], strict=True):
            out[feature] = data[begin:end]
    return out


def geometry_bytes(
    geometries: Geometries, corner: tuple[int, int] = (0, 0)
) -> tuple[int, list[bytes]]:
    """Encode shapes of one type: points, or single or multi lines or polygons, in grid units.

    `corner` is the north-west corner of the tile in the same units.

    Returns the MVT type and one byte string for each shape; an empty string means that nothing of
    it is left at this resolution.
    """
    dimension = int(shapely.get_dimensions(geometries).max(initial=0))
    origin = np.array(corner, dtype=np.int64)
    if dimension == 0:
        points = np.rint(shapely.get_coordinates(geometries)).astype(np.int64) - origin
        step = points << 1 ^ points >> 63
        head = np.full((len(step), 1), 1 << 3 | _MOVE_TO)
        numbers = np.concatenate([head, step], axis=1).ravel()
        count = len(step)
        return _POINT, _split(numbers, np.full(count, 3), np.arange(count), count)
    closed = dimension == 2
    rings = _rings(geometries, origin, closed=closed)
    if not len(rings.count):
        return (_POLYGON if closed else _LINE), [b""] * len(geometries)
    numbers, length = _commands(rings, closed=closed)
    split = _split(numbers, length, rings.owner, len(geometries))
    return (_POLYGON if closed else _LINE), split


@dataclass
class TileLayer:
    """One source layer of a tile: collects features, then writes itself."""

    name: str
    features: list[bytes] = field(default_factory=list)
    _keys: dict[str, int] = field(default_factory=dict)
    _values: dict[tuple[type, Value], int] = field(default_factory=dict)

    def add(self, kind: int, geometry: bytes, number: int, properties: Mapping[str, Value]) -> None:
        """Add one feature with its id and properties."""
        tags = bytearray()
        for key, value in properties.items():
            tags += varint(self._keys.setdefault(key, len(self._keys)))
            tags += varint(self._values.setdefault((type(value), value), len(self._values)))
        self.features.append(
            b"\x08"
            + varint(number)
            + _block(2, bytes(tags))
            + b"\x18"
            + varint(kind)
            + _block(4, geometry)
        )

    def to_bytes(self) -> bytes:
        """The layer as a field of the tile message; nothing when it has no feature."""
        if not self.features:
            return b""
        body = bytearray(_block(1, self.name.encode()))
        for feature in self.features:
            body += _block(2, feature)
        for key in self._keys:
            body += _block(3, key.encode())
        for _type, value in self._values:
            body += _block(4, _value(value))
        body += b"\x28" + varint(EXTENT) + b"\x78\x02"
        return _block(3, bytes(body))


def _value(value: Value) -> bytes:
    if isinstance(value, bool):
        return b"\x38" + varint(int(value))
    if isinstance(value, int):
        return b"\x28" + varint(value)
    return _block(1, value.encode())


def tile_bytes(layers: Sequence[TileLayer]) -> bytes:
    """The whole tile, not compressed; empty when no layer has a feature."""
    return b"".join(layer.to_bytes() for layer in layers)
