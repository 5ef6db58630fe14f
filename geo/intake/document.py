"""Outside bytes to a JSON object without surprises; it knows nothing of geometry."""

import json
import re
from math import isfinite
from typing import Any

import numpy as np

from geo.errors import GeometryRefused
from geo.intake.limits import Limits

_BYTE_ORDER_MARK = "\ufeff"

# Strings and all that stands between brackets, in one pass whatever comes: possessive, as many
# strings per match as follow one another, and a string that never ends still matches to the end.
_BETWEEN_BRACKETS = re.compile(r'(?:"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)[^"\[\]{}]*+)++', re.DOTALL)

_LONGEST_NUMBER = 64
"""Characters. Coordinates need 20; a million digits would only burn time."""

_LONGEST_INTEGER = 18


def read_document(raw: bytes | str, limits: Limits) -> dict[str, Any]:
    """Decode one JSON object after bounding its size, its brackets and its depth.

    Args:
        raw: UTF-8 bytes (a byte order mark is ignored) or text.
        limits: `size_bytes`, `depth` and `brackets` are applied here.

    Raises:
        GeometryRefused: too_large, encoding, too_many_vertices, too_deep, not_json, not_geojson,
            number (NaN, Infinity, 1e400 and numbers of absurd length), duplicate_key, text.
    """
    text = _decoded(raw, limits)
    if text.count("[") + text.count("{") > limits.brackets:
        raise GeometryRefused("too_many_vertices", limit=limits.vertices)
    if _depth(text) > limits.depth:
        raise GeometryRefused("too_deep", limit=limits.depth)
    try:
        document = json.loads(
            text,
            parse_constant=_refuse_number,
            parse_float=_float,
            parse_int=_integer,
            object_pairs_hook=_object,
        )
    except ValueError as error:
        raise GeometryRefused("not_json") from error
    if not isinstance(document, dict):
        raise GeometryRefused("not_geojson")
    if "\\u" in text:
        # Only an escape can smuggle in what UTF-8 cannot hold.
        _refuse_unstorable_text(document)
    return document


def _decoded(raw: bytes | str, limits: Limits) -> str:
    if len(raw) > limits.size_bytes:
        raise GeometryRefused("too_large", found=len(raw), limit=limits.size_bytes)
    try:
        # Text, too, must be able to become UTF-8: a lone surrogate cannot.
        encoded = raw.encode() if isinstance(raw, str) else raw
        text = encoded.decode()
    except UnicodeError as error:
        raise GeometryRefused("encoding") from error
    return text.removeprefix(_BYTE_ORDER_MARK)


def _depth(text: str) -> int:
    """Deepest level of brackets outside strings; vectorised, so that it is linear and quick."""
    marks = np.frombuffer(_BETWEEN_BRACKETS.sub("", text).encode(), dtype=np.uint8)
    step = np.zeros(len(marks) + 1, dtype=np.int8)
    step[1:][(marks == ord("[")) | (marks == ord("{"))] = 1
    step[1:][(marks == ord("]")) | (marks == ord("}"))] = -1
    return int(step.cumsum(dtype=np.int64).max())


def _refuse_number(text: str) -> float:
    raise GeometryRefused("number", path=text[:_LONGEST_NUMBER])


def _float(text: str) -> float:
    value = float(text) if len(text) <= _LONGEST_NUMBER else float("inf")
    return value if isfinite(value) else _refuse_number(text)


def _integer(text: str) -> int | float:
    return int(text) if len(text) <= _LONGEST_INTEGER else _float(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Two readers may keep different ones of two equal names: what was checked is then not stored.
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise GeometryRefused(
            "duplicate_key", name=next(name for name in names if names.count(name) > 1)[:60]
        )
    return members


def _refuse_unstorable_text(document: dict[str, Any]) -> None:
    """NUL and lone surrogates, in names or values, which PostgreSQL or UTF-8 cannot hold."""
    waiting: list[tuple[str, Any]] = [("$", document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend((path, name) for name in value)
            waiting.extend((f"{path}.{name}"[:200], member) for name, member in value.items())
        elif isinstance(value, list):
            waiting.extend((path, member) for member in value if not isinstance(member, float))
        elif isinstance(value, str) and ("\x00" in value or not _is_utf8(value)):
            raise GeometryRefused("text", path=path.encode("ascii", "replace").decode())


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
