"""What the pages of the zone editor show: zones with colours that differ from their neighbours'."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.geometry import mapping

from geo.coverage import Coverage
from zones.names import in_language
from zones.services.divisions import Division

COLOURS = 6
_WKT = re.compile(r"\s*(MULTI)?POLYGON\s*Z?\s*\([0-9eE+\-., ()\s]*\)\s*", re.IGNORECASE)
_LARGEST_TEXT = 1_000_000


def features(division: Division) -> dict[str, Any]:
    """The zones as GeoJSON with a name and a colour number, and what is still uncovered."""
    coverage = division.coverage
    colours = colours_of(coverage)
    zones = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": shown_name(division, code), "colour": colour},
            "geometry": mapping(area),
        }
        for (code, area), colour in zip(coverage.areas.items(), colours, strict=True)
    ]
    return {"type": "FeatureCollection", "features": zones}


def shown_name(division: Division, code: str) -> str:
    """The name in the language of the reader, or the code while there is none."""
    return in_language(division.names.get(code, {})) or code


def colours_of(coverage: Coverage) -> list[int]:
    """A number from 0 for each area, another for each of its neighbours as far as they go."""
    shapes = coverage.polygons()
    if not shapes.size:
        return []
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    colours = np.full(len(shapes), -1)
    for area in range(len(shapes)):
        used = np.bincount(
            colours[right[(left == area) & (colours[right] >= 0)]], minlength=COLOURS
        )
        colours[area] = int(used.argmin())
    return [int(colour) for colour in colours]


def area_of_text(text: str) -> Any:
    """What somebody pasted, GeoJSON or the text of a polygon, as an object of GeoJSON.

    It is only brought into the form that the one parser of outside geometry reads.

    Raises:
        ValidationError: `not_an_area`.
    """
    given = text.strip()
    try:
        if len(given) <= _LARGEST_TEXT and given.startswith("{"):
            return _only_shape(json.loads(given))
        if len(given) <= _LARGEST_TEXT and _WKT.fullmatch(given):
            return json.loads(shapely.to_geojson(shapely.from_wkt(given)))
    except (ValueError, RecursionError, shapely.errors.GEOSException) as unreadable:
        raise _not_an_area() from unreadable
    raise _not_an_area()


def _only_shape(document: Any) -> Any:
    """What a collection of one holds; anything else as it is."""
    features = document.get("features")
    if isinstance(features, list) and len(features) == 1:
        return features[0]
    return document


def _not_an_area() -> ValidationError:
    return ValidationError(
        _("This is no area. Paste GeoJSON, or a text that begins with POLYGON or MULTIPOLYGON."),
        code="not_an_area",
    )


def act_in_words(act: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What a step did, in a sentence."""
    words = {
        "draw": _("drawn: %(zone)s"),
        "streets": _("made of streets: %(zone)s"),
        "fill": _("given the rest: %(zone)s"),
        "split": _("split: %(zone)s"),
        "merge": _("merged into: %(zone)s"),
        "border": _("border moved: %(zone)s"),
        "point": _("a point of a border moved"),
        "remove": _("taken away: %(zone)s"),
        "name": _("named: %(zone)s"),
    }
    sentence = words.get(str(act.get("op", "")))
    if sentence is None:
        return ""
    return sentence % {"zone": ", ".join(names.get(code, code) for code in _meant(act))}


def _meant(act: Mapping[str, Any]) -> Sequence[str]:
    if act.get("op") == "border":
        return [str(code) for code in act.get("between", [])]
    if act.get("op") == "name":
        return [str(act.get("code") or act["zone"])]
    return [str(act.get("into") or act.get("code") or act.get("zone", ""))]
