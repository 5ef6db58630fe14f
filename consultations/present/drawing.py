"""The drawing of a project as pages and maps show it: layers with marks, parts, a legend."""

import json
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.urls import reverse

from consultations.drawing import Mark, marks_of
from consultations.models import Process, ProjectLayer, ProjectPart
from zones.names import in_language

#: Degrees of ground around what the map shows: some hundred metres.
MARGIN = 0.003
Box = tuple[float, float, float, float]


def layers_of(process: Process) -> list[tuple[ProjectLayer, Mark]]:
    """The layers of a consultation in their order, each with its mark and its parts."""
    rows = list(process.layers.order_by("position", "pk").prefetch_related("parts"))
    return list(zip(rows, marks_of([row.kind for row in rows]), strict=True))


def drawing_of(process: Process, *, is_planning: bool = False) -> dict[str, Any]:
    """What `consultations/components/drawing.html` needs, in the reader's language.

    Args:
        is_planning: for those who prepare it: the map then asks where drafts are shown as well.
    """
    order = process.municipality.languages
    name = "consultations:plan_layers" if is_planning else "consultations:layers"
    layers = [_layer(row, mark, order) for row, mark in layers_of(process)]
    return {
        "layers": layers,
        "has_alternatives": sum(1 for one in layers if one["letter"]) > 1,
        "has_parts": any(one["parts"] for one in layers),
        "url": reverse(name, args=[process.municipality.slug, process.pk]),
        "bbox": _around(process, layers),
    }


def features_of(process: Process) -> list[tuple[GEOSGeometry, dict[str, Any]]]:
    """Each part with what the map and other programs must know of it; then the area."""
    order = process.municipality.languages
    features: list[tuple[GEOSGeometry, dict[str, Any]]] = [
        (
            part.geometry,
            {
                "id": part.pk,
                "layer": layer.code,
                "layer_name": in_language(layer.names, order),
                "layer_kind": layer.kind,
                "letter": mark.letter,
                "style": mark.style,
                "code": part.code,
                "kind": part.kind,
                "name": in_language(part.names, order),
                "names": part.names,
            },
        )
        for layer, mark in layers_of(process)
        for part in sorted(layer.parts.all(), key=lambda one: one.pk)
    ]
    if process.area is not None and process.area.geometry is not None:
        features.append((process.area.geometry, {"kind": "target", "layer_kind": "target"}))
    return features


def collection_of(process: Process) -> dict[str, Any]:
    """The drawing as a FeatureCollection, EPSG:4326."""
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": json.loads(shape.json), "properties": facts}
            for shape, facts in features_of(process)
        ],
    }


def _layer(row: ProjectLayer, mark: Mark, order: list[str]) -> dict[str, Any]:
    parts = sorted(row.parts.all(), key=lambda one: one.pk)
    return {
        "pk": row.pk,
        "code": row.code,
        "kind": row.kind,
        "letter": mark.letter,
        "style": mark.style,
        "name": in_language(row.names, order),
        "description": in_language(row.descriptions, order),
        "parts": [_part(part, order) for part in parts],
    }


def _part(part: ProjectPart, order: list[str]) -> dict[str, Any]:
    return {
        "pk": part.pk,
        "code": part.code,
        "kind": part.kind,
        "kind_label": part.get_kind_display(),
        "name": in_language(part.names, order),
        "extent": part.geometry.extent,
    }


def _around(process: Process, layers: list[dict[str, Any]]) -> Box | None:
    """The ground the map shows first: the drawing and the area; None where there is neither."""
    boxes = [part["extent"] for layer in layers for part in layer["parts"]]
    if process.area is not None and process.area.geometry is not None:
        boxes.append(process.area.geometry.extent)
    if not boxes:
        return None
    west, south = (min(box[side] for box in boxes) for side in (0, 1))
    east, north = (max(box[side] for box in boxes) for side in (2, 3))
    return west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN
