"""One act of a planner, from what a page sent to the division after it; nothing is stored here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon as GeosPolygon
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.coverage import CoverageRefused, Place
from geo.crs import STORAGE_SRID, project, unproject
from geo.intake import AREAS, LINES, parse_geojson, parse_point
from geo.snapping import snapped
from geo.zone_cutting import (
    draw,
    fill,
    merge,
    move_border,
    move_point,
    neighbours_of,
    parts_of_split,
    remove,
    split,
)
from zones.importing.fields import LONGEST_CODE
from zones.models import Municipality, Street, Zone, ZoneKind, ZoneShape
from zones.names import validate_names
from zones.services.divisions import Division

Act = Mapping[str, Any]
FARTHEST_SNAP_M = 50.0
_BEYOND = 0.05
"""Degrees: a line may begin outside the town, but not in another country."""
_REACH = 2e-4
"""Degrees, about twenty metres: how far from a border a finger may take hold of it."""
_AREA_SLACK_M = 3.0
_MOST = 2**63


@dataclass(frozen=True, slots=True)
class Work:
    """What an act is done to."""

    division: Division
    kind: ZoneKind
    municipality: Municipality
    taken: frozenset[str]

    def new_codes(self, count: int = 1) -> list[str]:
        """Codes that no zone of the kind has or ever had."""
        codes: list[str] = []
        number = 0
        while len(codes) < count:
            number += 1
            code = f"n{number}"
            if code not in self.taken and code not in self.division.coverage.areas:
                codes.append(code)
        return codes


def work_on(division: Division, kind: ZoneKind) -> Work:
    """Make ready for one act."""
    taken = frozenset(Zone.objects.filter(kind=kind).values_list("code", flat=True))
    return Work(division, kind, kind.municipality, taken)


def perform(work: Work, act: Act) -> tuple[Division, dict[str, Any]]:
    """The division after an act, and the act as it is kept.

    Raises:
        ValidationError: `unknown_act`; CoverageRefused and GeometryRefused with their place.
    """
    doing = _ACTS.get(str(act.get("op", "")))
    if doing is None:
        raise ValidationError(
            _("This step cannot be read. Load the page again and repeat it."), code="unknown_act"
        )
    try:
        return doing(work, act)
    except (KeyError, TypeError, ValueError) as missing:
        raise ValidationError(
            _("This step cannot be read. Load the page again and repeat it."), code="unknown_act"
        ) from missing


def _draw(work: Work, act: Act) -> tuple[Division, dict[str, Any]]:
    shape = _shape(work, act, AREAS)
    return _drawn(work, act, shape)


def _drawn(work: Work, act: Act, shape: BaseGeometry) -> tuple[Division, dict[str, Any]]:
    code = _code_of(work, act)
    only_free = bool(act.get("only_free"))
    coverage = draw(work.division.coverage, code=code, shape=shape, only_free=only_free)
    division = _named(work.division.with_coverage(coverage), code, act)
    return division, _kept(act, code=code)


def _code_of(work: Work, act: Act) -> str:
    """The zone that is meant, or a code for a new one."""
    given = str(act.get("zone") or "").strip()
    if given and given not in work.division.coverage.areas:
        raise CoverageRefused("unknown_zone", code=given)
    return given or work.new_codes()[0]


def _streets(work: Work, act: Act) -> tuple[Division, dict[str, Any]]:
    """The areas of streets as one shape: a new zone, or ground for a standing one."""
    numbers = [number for one in act["streets"] if 0 < (number := int(one)) < _MOST][:500]
    shapes = (
        ZoneShape.objects.in_municipality(work.municipality)
        .current()
        .filter(zone__street__in=numbers)
    )
    if act.get("from"):
        code = str(act["from"])
        within: BaseGeometry | None = work.division.coverage.area(code)
    else:
        within = None
    areas = [shapely.from_wkb(bytes(shape.geometry.wkb)) for shape in shapes]
    if not areas:
        raise ValidationError(
            _("These streets have no area of their own. Choose others, or draw the zone."),
            code="no_street_area",
        )
    united = _mended(shapely.union_all(areas), work.municipality)
    if within is not None:
        united = shapely.intersection(united, within)
    return _drawn(work, act, united)


def _mended(area: BaseGeometry, municipality: Municipality) -> BaseGeometry:
    """Close the hair-wide gaps between street areas that were simplified each for itself."""
    metres = project(np.array([area], dtype=object), municipality.metric_srid)
    closed = shapely.buffer(metres, _AREA_SLACK_M, join_style="mitre")
    closed = shapely.buffer(closed, -_AREA_SLACK_M, join_style="mitre")
    return _one(unproject(closed, municipality.metric_srid))


def _split(work: Work, act: Act) -> tuple[Division, dict[str, Any]]:
    code = str(act["zone"])
    line = _line(work, act)
    parts = parts_of_split(work.division.coverage, code=code, line=line)
    codes = work.new_codes(parts - 1)
    coverage = split(work.division.coverage, code=code, line=line, codes=codes)
    return work.division.with_coverage(coverage), _kept(act, codes=codes)


def _merge(work: Work, act: Act) -> tuple[Division, dict[str, Any]]:
    codes = _texts(act["zones"])
    into = str(act.get("into") or (codes[0] if codes else ""))
    coverage = merge(work.division.coverage, codes=codes, into=into)
    return work.division.with_coverage(coverage), _kept(act, into=into)


def _border(work: Work, act: Act) -> tuple[Division, dict[str, Any]]:
    line = _line(work, act)
    if act.get("between"):
        first, second = _texts(act["between"])
    else:
        first, second = neighbours_of(work.division.coverage, line)
    coverage = move_border(work.division.coverage, line=line, between=(first, second))
    return work.division.with_coverage(coverage), _kept(act, between=[first, second])


def _point(work: Work, act: Act) -> tuple[Division, dict[str, Any]]:
    at, to = (_place(act[name]) for name in ("at", "to"))
    if reach := _snap_of(act):
        moved = _laid(work, np.array([to]), reach)
        to = (float(moved[0, 0]), float(moved[0, 1]))
    coverage = move_point(work.division.coverage, at=at, to=to, reach=_REACH)
    return work.division.with_coverage(coverage), _kept(act)


def _fill(work: Work, act: Act) -> tuple[Division, dict[str, Any]]:
    code = _code_of(work, act)
    at = _place(act["at"]) if act.get("at") else None
    coverage = fill(work.division.coverage, code=code, at=at)
    division = _named(work.division.with_coverage(coverage), code, act)
    return division, _kept(act, code=code)


def _remove(work: Work, act: Act) -> tuple[Division, dict[str, Any]]:
    coverage = remove(work.division.coverage, code=str(act["zone"]))
    return work.division.with_coverage(coverage), _kept(act)


def _name(work: Work, act: Act) -> tuple[Division, dict[str, Any]]:
    """Other names, and another code where the zone is not in the register yet."""
    code = str(act["zone"])
    work.division.coverage.area(code)
    division = _named(work.division, code, act)
    new = str(act.get("code") or code).strip()
    if new == code:
        return division, _kept(act)
    if code in work.taken:
        raise ValidationError(
            _("Zone “%(code)s” is in the register under this code. Only its name can change."),
            code="lasting_code",
            params={"code": code},
        )
    if new in division.coverage.areas or new in work.taken:
        raise CoverageRefused("same_code", code=new)
    if len(new) > LONGEST_CODE or not new.isprintable():
        raise ValidationError(
            _("A code has at most %(longest)d letters and digits. Shorten it."),
            code="long_code",
            params={"longest": LONGEST_CODE},
        )
    renamed = {new if one == code else one: area for one, area in division.coverage.areas.items()}
    names = {new if one == code else one: text for one, text in division.names.items()}
    return Division(division.coverage.replaced(renamed), names), _kept(act)


def _named(division: Division, code: str, act: Act) -> Division:
    """The division with the names an act brings for one zone; without any it is unchanged."""
    given = act.get("names") or {}
    names = {str(language): str(text).strip() for language, text in dict(given).items()}
    names = {language: text for language, text in names.items() if text}
    if not names:
        return division
    validate_names(names)
    return Division(division.coverage, {**division.names, code: names})


_ACTS: dict[str, Callable[[Work, Act], tuple[Division, dict[str, Any]]]] = {
    "draw": _draw,
    "streets": _streets,
    "split": _split,
    "merge": _merge,
    "border": _border,
    "point": _point,
    "fill": _fill,
    "remove": _remove,
    "name": _name,
}


def _kept(act: Act, **more: Any) -> dict[str, Any]:
    """An act as it is written down, without the shape that the step holds anyway."""
    return {**{key: value for key, value in act.items() if key != "geometry"}, **more}


def _texts(values: Iterable[Any]) -> list[str]:
    return [str(value) for value in values]


def _place(value: Sequence[Any]) -> Place:
    longitude, latitude = value
    point = parse_point(longitude, latitude)
    return float(point.x), float(point.y)


def _snap_of(act: Act) -> float:
    """How far the drawing is laid onto streets, in metres; 0 is not at all."""
    given = act.get("snap") or 0
    if isinstance(given, bool) or not isinstance(given, int | float) or given < 0:
        return 0.0
    return min(float(given), FARTHEST_SNAP_M)


def _line(work: Work, act: Act) -> BaseGeometry:
    """A drawn line, or the axis of a street drawn on at both ends."""
    if act.get("street"):
        return _axis(work, int(act["street"]), str(act.get("zone", "")))
    return _shape(work, act, LINES)


def _axis(work: Work, number: int, code: str) -> BaseGeometry:
    streets = Street.objects.in_municipality(work.municipality).filter(axis__isnull=False)
    street = streets.filter(pk=number).first()
    if street is None or street.axis is None:
        raise ValidationError(
            _("This street has no line on the map. Choose another one."), code="no_axis"
        )
    axis = shapely.line_merge(shapely.from_wkb(bytes(street.axis.wkb)))
    parts = [part for part in shapely.get_parts(axis) if isinstance(part, LineString)]
    longest = max(parts, key=lambda part: part.length)
    return _drawn_on(longest, work.division.coverage.area(code)) if code else longest


def _drawn_on(line: LineString, area: MultiPolygon) -> LineString:
    """A street that ends inside a zone, carried straight on until it leaves the zone."""
    west, south, east, north = area.bounds
    far = (east - west) + (north - south)
    points = shapely.get_coordinates(line)
    ends = []
    for end, next_to in ((0, 1), (-1, -2)):
        way = points[end] - points[next_to]
        inside = shapely.intersects_xy(area, *points[end])
        ends.append(points[end] + way / max(float(np.hypot(*way)), 1e-12) * far * inside)
    return LineString(np.concatenate([ends[:1], points, ends[1:]]))


def _shape(work: Work, act: Act, accept: frozenset[str]) -> BaseGeometry:
    """Outside geometry through the one parser, then laid onto streets where that is asked for."""
    drawn = parse_geojson(json.dumps(act["geometry"]), accept=accept, within=_around(work))
    reach = _snap_of(act)
    if not reach:
        return drawn
    if isinstance(drawn, LineString):
        return LineString(_laid(work, shapely.get_coordinates(drawn), reach))
    if isinstance(drawn, Polygon) and not drawn.interiors:
        laid = Polygon(_laid(work, shapely.get_coordinates(drawn.exterior), reach))
        return laid if laid.is_valid else drawn
    return drawn


def _around(work: Work) -> BaseGeometry | None:
    """Where a drawing may lie: the town and some way around it."""
    if work.municipality.outline is None:
        return None
    west, south, east, north = work.municipality.outline.extent
    return shapely.box(west - _BEYOND, south - _BEYOND, east + _BEYOND, north + _BEYOND)


def _laid(work: Work, points: Any, reach_m: float) -> Any:
    """Corners in degrees laid onto street axes and the town's border within some metres."""
    srid = work.municipality.metric_srid
    corners = project(np.array([shapely.MultiPoint(points)], dtype=object), srid)
    lines = project(np.array(_lines_near(work, points), dtype=object), srid)
    if not lines.size:
        return points
    laid = snapped(shapely.get_coordinates(corners), list(lines), reach_m)
    back = unproject(np.array([shapely.MultiPoint(laid)], dtype=object), srid)
    return np.round(shapely.get_coordinates(back), 9)


def _lines_near(work: Work, points: Any) -> list[LineString]:
    (west, south), (east, north) = points.min(axis=0) - 0.001, points.max(axis=0) + 0.001
    box = GeosPolygon.from_bbox((west, south, east, north))
    box.srid = STORAGE_SRID
    streets = Street.objects.in_municipality(work.municipality).filter(axis__bboverlaps=box)
    lines: list[BaseGeometry] = [
        shapely.line_merge(shapely.from_wkb(bytes(axis.wkb)))
        for axis in streets.values_list("axis", flat=True)
        if axis
    ]
    outline = work.division.coverage.outline
    if outline is not None:
        lines.append(outline.boundary)
    parts = shapely.get_parts(np.array(lines, dtype=object))
    return [part for part in parts if isinstance(part, LineString) and part.length > 0]


def _one(shapes: Any) -> BaseGeometry:
    found: BaseGeometry = shapes[0]
    return found
