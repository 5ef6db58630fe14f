"""Drawing a project while it is being prepared: layers, their parts, and what a file holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from consultations.models import Process, ProjectLayer, ProjectPart
from consultations.services.preparing import checked_names, checked_texts, open_draft
from geo.crs import STORAGE_SRID
from geo.intake import AREAS, LINES, POINTS, parse_features, parse_geojson
from geo.intake.uploads import shape_of_text
from zones.models import Municipality

MOST_LAYERS = 12
MOST_PARTS = 300
_Kind = ProjectPart.Kind
#: What each kind of part is drawn as.
SHAPES: Mapping[str, frozenset[str]] = {
    _Kind.STOP: POINTS,
    _Kind.SECTION: LINES,
    _Kind.AREA: AREAS,
}


@dataclass(frozen=True, slots=True)
class LayerText:
    """What somebody says of a layer."""

    kind: str
    names: Mapping[str, str]
    descriptions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PartText:
    """What somebody says of a part; the shape as text, as `shape_of` reads it."""

    kind: str
    names: Mapping[str, str]
    shape: str


@transaction.atomic
def add_layer(*, process: Process, text: LayerText) -> ProjectLayer:
    """Add an alternative, or what all alternatives share, at the end.

    Raises:
        ValidationError: `required`, `too_long` at the field; `too_many`, `fixed`.
    """
    current = open_draft(process)
    if current.layers.count() >= MOST_LAYERS:
        words = _("A project has at most %(most)d layers. Join some of them.")
        raise ValidationError(words, code="too_many", params={"most": MOST_LAYERS})
    last = current.layers.aggregate(last=Max("position"))["last"]
    layer = ProjectLayer(process=current, position=0 if last is None else last + 1)
    layer.code = _free_code("layer", set(current.layers.values_list("code", flat=True)))
    return _said(layer, text, current)


@transaction.atomic
def change_layer(*, layer: ProjectLayer, text: LayerText) -> ProjectLayer:
    """Say otherwise what a layer is and shows.

    Raises:
        ValidationError: as `add_layer`.
    """
    current = open_draft(layer.process)
    return _said(current.layers.get(pk=layer.pk), text, current)


@transaction.atomic
def remove_layer(*, layer: ProjectLayer) -> None:
    """Take a layer away with all its parts.

    Raises:
        ValidationError: `fixed`.
    """
    open_draft(layer.process).layers.filter(pk=layer.pk).delete()


@transaction.atomic
def move_layer(*, layer: ProjectLayer, by: int) -> None:
    """Put a layer one place up (-1) or down (1); the letters A, B, C follow the order.

    Raises:
        ValidationError: `fixed`.
    """
    current = open_draft(layer.process)
    rows = list(current.layers.order_by("position", "pk"))
    at = [row.pk for row in rows].index(layer.pk)
    to = min(max(at + by, 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])


@transaction.atomic
def add_part(*, layer: ProjectLayer, text: PartText) -> ProjectPart:
    """Add a stop, a section or an area to a layer.

    Raises:
        ValidationError: `required`, `too_long` or a refusal of the shape, at the field; `kind`,
            `too_many`, `fixed`.
    """
    current = open_draft(layer.process)
    row = current.layers.get(pk=layer.pk)
    _require_room(row, 1)
    taken = set(row.parts.values_list("code", flat=True))
    part = ProjectPart(layer=row, code=_free_code(text.kind, taken))
    return _drawn(part, text, current.municipality)


@transaction.atomic
def change_part(*, part: ProjectPart, text: PartText) -> ProjectPart:
    """Draw or name a part otherwise.

    Raises:
        ValidationError: as `add_part`.
    """
    current = open_draft(part.layer.process)
    return _drawn(ProjectPart.objects.get(pk=part.pk), text, current.municipality)


@transaction.atomic
def remove_part(*, part: ProjectPart) -> None:
    """Take a part away.

    Raises:
        ValidationError: `fixed`.
    """
    open_draft(part.layer.process)
    ProjectPart.objects.filter(pk=part.pk).delete()


@transaction.atomic
def import_parts(*, layer: ProjectLayer, raw: bytes | str) -> list[ProjectPart]:
    """Add every feature of a GeoJSON FeatureCollection to its layer.

    A feature names itself by `name` (or `name_ro` …), and may name its `kind` (stop, section,
    area) and the code of its `layer`; without them the kind follows the shape, and the layer is
    the given one.

    Raises:
        ValidationError: a refusal of a shape; `kind`, `layer`, `name`, `too_many`, `fixed`.
    """
    current = open_draft(layer.process)
    town = current.municipality
    found = parse_features(raw, accept=AREAS | LINES | POINTS, within=_outline(town))
    layers = {row.code: row for row in current.layers.prefetch_related("parts")}
    taken = {code: {part.code for part in row.parts.all()} for code, row in layers.items()}
    made = []
    for number, feature in enumerate(found, start=1):
        code = str(feature.properties.get("layer") or layer.code)
        if code not in layers:
            words = _("Shape %(number)d names the layer “%(code)s”, which is not there. Add it.")
            raise ValidationError(words % {"number": number, "code": code[:60]}, code="layer")
        kind = _kind_of(feature.geometry, feature.properties.get("kind"), number)
        part_code = _free_code(kind, taken[code])
        taken[code].add(part_code)
        names = _names_of(feature.properties, town, number)
        shape = _stored(feature.geometry)
        made.append(
            ProjectPart(layer=layers[code], code=part_code, kind=kind, names=names, geometry=shape)
        )
    for row in layers.values():
        _require_room(row, sum(1 for part in made if part.layer_id == row.pk))
    return ProjectPart.objects.bulk_create(made)


def shape_of(text: str, kind: str, municipality: Municipality) -> GEOSGeometry:
    """The shape of a part out of GeoJSON, WKT or typed coordinates, in degrees, longitude first.

    Raises:
        ValidationError: `required`, `kind`, or a refusal that says what is wrong and where.
    """
    if kind not in SHAPES:
        raise ValidationError({"kind": _("Choose what it is.")}, code="kind")
    typed = text.strip()
    if not typed:
        words = _("Draw it on the map, or write its coordinates.")
        raise ValidationError({"shape": words}, code="required")
    try:
        document = typed if typed.startswith("{") else shape_of_text(_as_typed(typed, kind))
        shape = parse_geojson(document, accept=SHAPES[kind], within=_outline(municipality))
    except ValidationError as refused:
        raise ValidationError({"shape": refused.messages}, code=refused.code) from refused
    return _stored(shape)


def _as_typed(text: str, kind: str) -> str:
    """Typed corners as the WKT that the kind asks for; WKT stays as it is."""
    if text[0].isalpha():
        return text
    pairs = [line.replace(",", " ").split() for line in text.replace(";", "\n").splitlines()]
    corners = [" ".join(pair) for pair in pairs if pair]
    if kind == _Kind.STOP:
        return f"POINT ({', '.join(corners)})"
    if kind == _Kind.SECTION:
        return f"LINESTRING ({', '.join(corners)})"
    closed = corners if corners[:1] == corners[-1:] else [*corners, corners[0]]
    return f"POLYGON (({', '.join(closed)}))"


def _said(layer: ProjectLayer, text: LayerText, process: Process) -> ProjectLayer:
    town = process.municipality
    if text.kind not in ProjectLayer.Kind.values:
        raise ValidationError({"kind": _("Choose what it shows.")}, code="kind")
    layer.kind = text.kind
    layer.names = checked_names(text.names, town)
    descriptions = checked_texts(text.descriptions, "descriptions")
    first = town.languages[0]
    if first not in descriptions:
        words = _("Say in words what the map shows: whoever cannot see it must know as much.")
        raise ValidationError({f"descriptions_{first}": words}, code="required")
    layer.descriptions = descriptions
    layer.save()
    return layer


def _drawn(part: ProjectPart, text: PartText, municipality: Municipality) -> ProjectPart:
    part.kind = text.kind
    part.geometry = shape_of(text.shape, text.kind, municipality)
    part.names = checked_names(text.names, municipality)
    part.save()
    return part


def _require_room(layer: ProjectLayer, more: int) -> None:
    if layer.parts.count() + more > MOST_PARTS:
        words = _("A layer has at most %(most)d parts. Add another layer.")
        raise ValidationError(words, code="too_many", params={"most": MOST_PARTS})


def _kind_of(shape: BaseGeometry, asked: Any, number: int) -> str:
    fitting = next(kind for kind, types in SHAPES.items() if shape.geom_type in types)
    if asked in (None, "", fitting):
        return str(fitting)
    words = _("Shape %(number)d says that it is “%(kind)s”, which it is not drawn as.")
    raise ValidationError(words % {"number": number, "kind": str(asked)[:40]}, code="kind")


def _names_of(facts: Mapping[str, Any], town: Municipality, number: int) -> dict[str, str]:
    """The names of a feature: one for each language, or one for the town's first."""
    given = {code: str(facts.get(f"name_{code}") or "") for code in town.languages}
    first = town.languages[0]
    given[first] = given[first] or str(facts.get("name") or "")
    try:
        return checked_names(given, town)
    except ValidationError:
        words = _("Shape %(number)d needs a “name” of at most 300 characters in its properties.")
        raise ValidationError(words % {"number": number}, code="name") from None


def _free_code(start: str, taken: set[str]) -> str:
    """A code that is still free, such as “stop-3”."""
    number = len(taken) + 1
    while f"{start}-{number}" in taken:
        number += 1
    return f"{start}-{number}"


def _outline(municipality: Municipality) -> BaseGeometry | None:
    outline = municipality.outline
    return None if outline is None else shapely.from_wkb(bytes(outline.wkb))


def _stored(shape: BaseGeometry) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shape.wkb), srid=STORAGE_SRID)
