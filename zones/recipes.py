"""How a target area is put together: lines that are added, taken away or kept in common; pure.

A line names what it is made of (zones, one street, a drawn shape, a strip around something) and
knows nothing of rows: whether a zone or street exists is asked when the lines are evaluated.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise
from shapely.geometry.base import BaseGeometry

from geo.errors import GeometryRefused, Place
from geo.intake import AREAS, LINES, POINTS, Limits, parse_geojson, parse_point

MOST_LINES = 50
MOST_VERTICES = 20_000
MOST_ZONES = 500
LEAST_METRES, MOST_METRES = 5, 5000
LONGEST_LABEL = 120
LARGEST_NUMBER = 99_999

_LIMITS = Limits(size_bytes=4_000_000, vertices=MOST_VERTICES)
_SHAPES = AREAS | LINES | POINTS
_Choice = TypeVar("_Choice", bound=StrEnum)


class Op(StrEnum):
    """What a line does with the area of the lines above it."""

    ADD = "add"
    SUBTRACT = "subtract"
    KEEP = "keep"


class Side(StrEnum):
    """Which numbers of a street are meant."""

    ANY = "any"
    ODD = "odd"
    EVEN = "even"


class RecipeRefused(ValidationError):  # noqa: N818 - the domain's word, as callers read it
    """Lines that cannot be taken.

    Attributes:
        code: stable for clients.
        line: number of the faulty line, counted from 1; 0 for the whole.
        place: (longitude, latitude) of the fault in a drawn shape, or None.
    """

    def __init__(
        self, sentence: StrOrPromise, *, code: str, line: int = 0, place: Place | None = None
    ) -> None:
        self.line = line
        self.place = place
        super().__init__(sentence, code=code)


@dataclass(frozen=True, slots=True)
class ZonesPart:
    """Whole zones, by their lasting numbers."""

    zones: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StreetPart:
    """The addresses of one street, or those of one side or of a run of numbers."""

    street: int
    side: Side = Side.ANY
    first: int | None = None
    last: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every address of the street is meant, numbered or not."""
        return self.side is Side.ANY and self.first is None and self.last is None


@dataclass(frozen=True)
class ShapePart:
    """What somebody drew, typed or uploaded: EPSG:4326, valid."""

    geometry: BaseGeometry
    label: str = ""


@dataclass(frozen=True)
class AroundPart:
    """Everything within some metres of something.

    `without_inside` leaves out what is surrounded, so that only the ring counts.
    """

    of: ZonesPart | StreetPart | ShapePart
    metres: float
    without_inside: bool = False


Part = ZonesPart | StreetPart | ShapePart | AroundPart


@dataclass(frozen=True)
class Line:
    """One line; a muted one is kept and has no effect."""

    op: Op
    part: Part
    muted: bool = False


@dataclass(frozen=True)
class Recipe:
    """The lines in their order."""

    lines: tuple[Line, ...] = ()

    def as_json(self) -> list[dict[str, Any]]:
        """The lines as they are stored and as `parse_recipe` reads them."""
        return [_line_json(line) for line in self.lines]


def parse_recipe(value: object) -> Recipe:
    """Read lines that came from outside, or from the database.

    Raises:
        RecipeRefused: naming the line, and for a drawn shape the place of its fault.
    """
    if not isinstance(value, list):
        raise RecipeRefused(_("Send the lines as a list."), code="lines")
    if len(value) > MOST_LINES:
        raise RecipeRefused(
            _("An area has at most %d lines. Join some of them.") % MOST_LINES, code="too_many"
        )
    lines = tuple(_Reader(number).line(each) for number, each in enumerate(value, start=1))
    if sum(_vertices(line.part) for line in lines) > MOST_VERTICES:
        raise RecipeRefused(
            _("The drawn shapes have more than %d corners together. Simplify them.")
            % MOST_VERTICES,
            code="too_many_vertices",
        )
    return Recipe(lines)


class _Reader:
    """Reads one line and names it in every refusal."""

    def __init__(self, number: int) -> None:
        self.number = number

    def line(self, value: object) -> Line:
        fields = self._object(value)
        kinds: dict[str, Callable[[Mapping[str, Any]], Part]] = {
            "zones": self._zones,
            "streets": self._street,
            "shape": self._shape,
            "around": self._around,
        }
        read = kinds.get(str(fields.get("kind")))
        if read is None:
            raise self._refusal("kind", _("Line %d is of no known kind. Add it again."))
        op = self._choice(Op, fields.get("op", Op.ADD.value), "op")
        return Line(op, read(fields), self._bool(fields, "muted"))

    def _zones(self, fields: Mapping[str, Any]) -> ZonesPart:
        zones = fields.get("zones")
        if not isinstance(zones, list) or not zones or len(zones) > MOST_ZONES:
            raise self._refusal("zones", _("Line %d names no zones. Choose at least one."))
        return ZonesPart(tuple(dict.fromkeys(self._key(zone, "zones") for zone in zones)))

    def _street(self, fields: Mapping[str, Any]) -> StreetPart:
        side = self._choice(Side, fields.get("side", Side.ANY.value), "side")
        first, last = self._number(fields.get("from")), self._number(fields.get("to"))
        if first is not None and last is not None and first > last:
            raise self._refusal(
                "numbers", _("In line %d the first number is larger than the last. Swap them.")
            )
        return StreetPart(self._key(fields.get("street"), "street"), side, first, last)

    def _shape(self, fields: Mapping[str, Any]) -> ShapePart:
        label = fields.get("label", "")
        if not isinstance(label, str) or len(label) > LONGEST_LABEL or "\x00" in label:
            raise self._refusal("label", _("The name in line %d is too long. Shorten it."))
        try:
            raw = json.dumps(fields.get("geometry"))
            return ShapePart(parse_geojson(raw, accept=_SHAPES, limits=_LIMITS), label.strip())
        except (GeometryRefused, RecursionError) as refused:
            raise self._shape_refusal(refused) from refused

    def _around(self, fields: Mapping[str, Any]) -> AroundPart:
        metres = fields.get("metres")
        is_number = isinstance(metres, int | float) and not isinstance(metres, bool)
        if not is_number or not LEAST_METRES <= float(metres or 0) <= MOST_METRES:
            raise RecipeRefused(
                _("Line %(line)d: choose a distance from %(least)d to %(most)d metres.")
                % {"line": self.number, "least": LEAST_METRES, "most": MOST_METRES},
                code="metres",
                line=self.number,
            )
        return AroundPart(
            self._surrounded(self._object(fields.get("of"))),
            float(metres or 0),
            self._bool(fields, "without_inside"),
        )

    def _surrounded(self, of: Mapping[str, Any]) -> ZonesPart | StreetPart | ShapePart:
        if "zones" in of:
            return self._zones(of)
        if "street" in of:
            return self._street(of)
        if "site_point" in of:
            return self._site_point(of)
        if "geometry" in of:
            return self._shape(of)
        raise self._refusal("of", _("Line %d does not say around what. Choose it again."))

    def _site_point(self, of: Mapping[str, Any]) -> ShapePart:
        """A place known by its point; stored as a drawn point with the place's name."""
        point = of["site_point"]
        if not isinstance(point, list) or len(point) != 2:
            raise self._refusal("of", _("Line %d does not say around what. Choose it again."))
        try:
            geometry = parse_point(point[0], point[1])
        except GeometryRefused as refused:
            raise self._shape_refusal(refused) from refused
        return self._shape({"geometry": shapely.geometry.mapping(geometry), **_label(of)})

    def _object(self, value: object) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self._refusal("line", _("Line %d is not readable. Remove it and add it again."))
        return value

    def _key(self, value: object, field: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
            raise self._refusal(field, _("Line %d names something unknown. Choose it again."))
        return value

    def _number(self, value: object) -> int | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LARGEST_NUMBER:
            raise self._refusal("numbers", _("The house numbers in line %d are no whole numbers."))
        return value

    def _choice(self, choices: type[_Choice], value: object, field: str) -> _Choice:
        if isinstance(value, str) and value in set(choices):
            return choices(value)
        raise self._refusal(field, _("Line %d is not readable. Remove it and add it again."))

    def _bool(self, fields: Mapping[str, Any], name: str) -> bool:
        value = fields.get(name, False)
        if not isinstance(value, bool):
            raise self._refusal(name, _("Line %d is not readable. Remove it and add it again."))
        return value

    def _refusal(self, code: str, sentence: str) -> RecipeRefused:
        return RecipeRefused(sentence % self.number, code=code, line=self.number)

    def _shape_refusal(self, refused: Exception) -> RecipeRefused:
        if not isinstance(refused, GeometryRefused):
            return self._refusal("too_deep", _("The shape of line %d is nested too deeply."))
        words = {"line": self.number, "reason": " ".join(refused.messages)}
        return RecipeRefused(
            _("Line %(line)d: %(reason)s") % words,
            code=str(refused.code),
            line=self.number,
            place=refused.place,
        )


def _label(of: Mapping[str, Any]) -> dict[str, Any]:
    return {"label": of["label"]} if "label" in of else {}


def _vertices(part: Part) -> int:
    if isinstance(part, AroundPart):
        return _vertices(part.of)
    return int(shapely.get_num_coordinates(part.geometry)) if isinstance(part, ShapePart) else 0


def _line_json(line: Line) -> dict[str, Any]:
    kinds = {ZonesPart: "zones", StreetPart: "streets", ShapePart: "shape", AroundPart: "around"}
    head = {"op": line.op.value, "kind": kinds[type(line.part)], "muted": line.muted}
    return {**head, **_part_json(line.part)}


def _part_json(part: Part) -> dict[str, Any]:
    if isinstance(part, ZonesPart):
        return {"zones": list(part.zones)}
    if isinstance(part, StreetPart):
        side, first, last = part.side.value, part.first, part.last
        return {"street": part.street, "side": side, "from": first, "to": last}
    if isinstance(part, ShapePart):
        return {"geometry": json.loads(shapely.to_geojson(part.geometry)), "label": part.label}
    return {
        "of": _part_json(part.of),
        "metres": part.metres,
        "without_inside": part.without_inside,
    }
