"""Reads a shape that somebody typed: WKT, or one corner a line; linear in time, nothing nested.

GEOS's own reader follows brackets as deep as they go; here a text becomes the nested lists of
GeoJSON first, and is then read as any other shape.
"""

import json
import re
from typing import Any

from geo.errors import GeometryRefused
from geo.intake.limits import Limits

_HEAD = re.compile(
    r"\s*(?:SRID\s*=\s*\d{1,6}\s*;)?\s*"
    r"(?P<kind>POINT|LINESTRING|POLYGON|MULTIPOLYGON|MULTILINESTRING)"
    r"\s*(?:Z|M|ZM)?\s*(?=\()",
    re.IGNORECASE,
)
_BODY = re.compile(r"[-+0-9.eE\s,()]*\Z")
_NUMBER = r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d{1,3})?"
_POSITION = re.compile(rf"{_NUMBER}(?:\s+{_NUMBER}){{1,3}}")
_CORNER = re.compile(rf"\s*({_NUMBER})\s*[,;\s]\s*({_NUMBER})\s*\Z")
_KINDS = {
    "POINT": ("Point", 1),
    "LINESTRING": ("LineString", 1),
    "POLYGON": ("Polygon", 2),
    "MULTILINESTRING": ("MultiLineString", 2),
    "MULTIPOLYGON": ("MultiPolygon", 3),
}
_LONGEST_NUMBER = 64


def read_typed(text: str, limits: Limits) -> dict[str, Any]:
    """A GeoJSON geometry object of a typed text; whether it makes a shape is judged later.

    Three corners and more are an area, two a line, one a point.

    Raises:
        GeometryRefused: too_large, wkt, too_deep, position.
    """
    if len(text) > limits.size_bytes:
        raise GeometryRefused("too_large", found=len(text), limit=limits.size_bytes)
    head = _HEAD.match(text)
    if head is None:
        return _from_corners(text)
    kind, depth = _KINDS[head["kind"].upper()]
    body = text[head.end() :].strip()
    if not _BODY.match(body):
        raise GeometryRefused("wkt")
    if _depth(body) != depth:
        raise GeometryRefused("too_deep" if _depth(body) > depth else "wkt", limit=depth)
    return {"type": kind, "coordinates": _lists(body, kind)}


def _depth(body: str) -> int:
    level = deepest = 0
    for mark in body:
        level += (mark == "(") - (mark == ")")
        deepest = max(deepest, level)
        if level < 0:
            raise GeometryRefused("wkt")
    if level:
        raise GeometryRefused("wkt")
    return deepest


def _lists(body: str, kind: str) -> Any:
    def position(found: re.Match[str]) -> str:
        return "[" + ",".join(_number(number) for number in found[0].split()) + "]"

    text = _POSITION.sub(position, body).replace("(", "[").replace(")", "]")
    try:
        lists = json.loads(text)
    except ValueError as error:
        raise GeometryRefused("wkt") from error
    return lists[0] if kind == "Point" and isinstance(lists, list) and lists else lists


def _number(text: str) -> str:
    if len(text) > _LONGEST_NUMBER:
        raise GeometryRefused("number", path=text[:_LONGEST_NUMBER])
    return repr(float(text)) if abs(float(text)) < float("inf") else "null"


def _from_corners(text: str) -> dict[str, Any]:
    lines = [line for line in text.splitlines() if line.strip()]
    corners = []
    for number, line in enumerate(lines, start=1):
        found = _CORNER.match(line[:200])
        if found is None:
            raise GeometryRefused("corner", line=number)
        corners.append([float(found[1]), float(found[2])])
    if not corners:
        raise GeometryRefused("wkt")
    if len(corners) == 1:
        return {"type": "Point", "coordinates": corners[0]}
    if len(corners) == 2:
        return {"type": "LineString", "coordinates": corners}
    closed = corners if corners[0] == corners[-1] else [*corners, corners[0]]
    return {"type": "Polygon", "coordinates": [closed]}
