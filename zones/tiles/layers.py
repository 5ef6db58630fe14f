"""Which tile layers a town has and which rows fill them; how they are drawn is not decided here.

Four layers, each with one or two source layers inside: outline (outline, built), zones (zones,
zone_labels), streets (streets, street_areas), places (places).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.contrib.gis.db.models import Extent

from zones.models import Dataset, Municipality, Place, Street, ZoneKind, ZoneShape
from zones.names import in_language
from zones.tiles import grid
from zones.tiles.drawing import Drawing, Features, with_matching_borders
from zones.tiles.encoding import Value
from zones.tiles.grid import to_world

#: Areas of streets are close-ups; further out their axes stand for them.
STREET_AREAS_FROM = 15


class _Row(NamedTuple):
    """One thing to draw; `group` is the kind whose areas share borders, or -1."""

    wkb: bytes
    number: int
    kind: str
    names: Mapping[str, str]
    is_synthetic: bool
    group: int = -1


def _features(
    name: str, rows: Iterable[_Row], town: Municipality, min_zoom: int = grid.MIN_ZOOM
) -> Features:
    found = list(rows)
    shapes = to_world(np.asarray(shapely.from_wkb([row.wkb for row in found]), dtype=object))
    coverage = np.array([row.group for row in found], dtype=np.int64)
    return Features(
        name=name,
        shapes=with_matching_borders(shapes, coverage),
        ids=[row.number for row in found],
        properties=[_properties(row, town) for row in found],
        coverage=coverage,
        weight=np.where(
            shapely.get_dimensions(shapes) == 2, shapely.area(shapes), shapely.length(shapes)
        ),
        min_zoom=min_zoom,
    )


def _properties(row: _Row, town: Municipality) -> dict[str, Value]:
    named = {f"name_{code}": row.names[code] for code in town.languages if row.names.get(code)}
    return {
        "id": row.number,
        "kind": row.kind,
        # Tiles are the same for every reader, so `name` is in the town's first language.
        "name": in_language(row.names, town.languages, language=town.languages[0]),
        **named,
        "is_synthetic": row.is_synthetic,
    }


def _area_rows(town: Municipality, on: dt.date, kinds: Iterable[ZoneKind]) -> list[_Row]:
    """Shapes in force on a day, kind by kind; the areas of a partition form a group."""
    groups = {kind.pk: kind.pk if kind.is_partition else -1 for kind in kinds}
    found = (
        ZoneShape.objects.in_municipality(town)
        .in_force(on)
        .filter(zone__kind__in=groups)
        .order_by("zone_id")
        .values_list(
            "geometry",
            "zone_id",
            "zone__kind__code",
            "zone__names",
            "edition__dataset__is_synthetic",
            "zone__kind_id",
        )
    )
    return [
        _Row(bytes(geometry.wkb), number, kind, names, synthetic, groups[kind_id])
        for geometry, number, kind, names, synthetic, kind_id in found
    ]


def _outline(town: Municipality, on: dt.date) -> list[Features]:
    outline = []
    if town.outline is not None:
        outline.append(_Row(bytes(town.outline.wkb), town.pk, "municipality", town.names, False))
    built = ZoneKind.objects.in_municipality(town).filter(code=ZoneKind.BUILT)
    return [
        _features("outline", outline, town),
        _features("built", _area_rows(town, on, built), town),
    ]


def _zones(town: Municipality, on: dt.date) -> list[Features]:
    kinds = ZoneKind.objects.in_municipality(town).areas()
    rows = _area_rows(town, on, kinds)
    areas = _features("zones", rows, town)
    # One point for each zone, so that its name is drawn once and not once for each tile.
    spots = shapely.to_wkb(shapely.point_on_surface(shapely.from_wkb([row.wkb for row in rows])))
    labels = _features(
        "zone_labels", (row._replace(wkb=at) for row, at in zip(rows, spots, strict=True)), town
    )
    return [areas, labels]


def _streets(town: Municipality, on: dt.date) -> list[Features]:
    axes = (
        Street.objects.in_municipality(town)
        .filter(axis__isnull=False)
        .order_by("pk")
        .values_list("axis", "pk", "type_code", "names", "dataset__is_synthetic")
    )
    rows = [
        _Row(bytes(axis.wkb), number, kind or ZoneKind.STREET, names, synthetic)
        for axis, number, kind, names, synthetic in axes
        if axis is not None
    ]
    strips = ZoneKind.objects.in_municipality(town).filter(code=ZoneKind.STREET)
    return [
        _features("streets", rows, town),
        _features("street_areas", _area_rows(town, on, strips), town, STREET_AREAS_FROM),
    ]


def _places(town: Municipality, _on: dt.date) -> list[Features]:
    found = (
        Place.objects.in_municipality(town)
        .order_by("pk")
        .values_list("location", "pk", "kind", "names", "dataset__is_synthetic")
    )
    rows = [
        _Row(bytes(location.wkb), number, kind, names, synthetic)
        for location, number, kind, names, synthetic in found
    ]
    return [_features("places", rows, town)]


@dataclass(frozen=True, slots=True)
class Layer:
    """A tile layer: its source layers with the zoom each begins at, and how to read its rows."""

    sources: Mapping[str, int]
    read: Callable[[Municipality, dt.date], list[Features]]


LAYERS: Mapping[str, Layer] = {
    "outline": Layer({"outline": grid.MIN_ZOOM, "built": grid.MIN_ZOOM}, _outline),
    "zones": Layer({"zones": grid.MIN_ZOOM, "zone_labels": grid.MIN_ZOOM}, _zones),
    "streets": Layer({"streets": grid.MIN_ZOOM, "street_areas": STREET_AREAS_FROM}, _streets),
    "places": Layer({"places": grid.MIN_ZOOM}, _places),
}


def drawing_of(town: Municipality, layer: str, on: dt.date) -> Drawing:
    """Read the rows of a layer as they are in force on a civil day of the town."""
    return Drawing(LAYERS[layer].read(town, on))


def bounds_of(town: Municipality, on: dt.date) -> grid.Box | None:
    """West, south, east, north in degrees of all that can be drawn; nothing for an empty town."""
    boxes: list[Any] = [
        town.outline.extent if town.outline else None,
        ZoneShape.objects.in_municipality(town).in_force(on).extent(),
        Street.objects.in_municipality(town).aggregate(box=Extent("axis"))["box"],
        Place.objects.in_municipality(town).aggregate(box=Extent("location"))["box"],
    ]
    known = [box for box in boxes if box is not None]
    if not known:
        return None
    west, south, east, north = zip(*known, strict=True)
    return min(west), min(south), max(east), max(north)


def attribution_of(town: Municipality) -> list[str]:
    """One line for each data set: what it asks to be named by, and its licence."""
    lines: dict[str, None] = {}
    for row in Dataset.objects.in_municipality(town).order_by("source"):
        named = row.attribution or row.source
        says_licence = _spelt(row.licence) in _spelt(named)
        lines[named if says_licence else f"{named} ({row.licence})"] = None
    return list(lines)


def _spelt(text: str) -> str:
    """ODbL-1.0 and ODbL 1.0 are the same licence."""
    return text.replace("-", " ").lower()
