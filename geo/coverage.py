"""Areas that share their borders exactly, and what can be done to them without gap or overlap.

Everything goes through one arrangement: all borders and what was drawn are noded on a fine grid,
the faces between them are given out, and each area is put together from its faces. Two neighbours
therefore have the very same vertices, those where three of them meet included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

GRID = 1e-9
"""Degrees: a tenth of a millimetre. A node set on a border bends it by half of that at most."""

LEAST = 1e-10
"""Square degrees, about a square metre: what is smaller is a crumb and no ground."""

MENDED_GAP = 5e-6
"""Degrees, half a metre: gaps of a file up to this width are its rounding, and are closed."""

SNAPPED = 1e-6
"""Degrees, a hand's breadth: vertices of a file that lie so near each other are one."""

Place = tuple[float, float]
Areas = Mapping[str, MultiPolygon]
Array = npt.NDArray[np.object_]

SENTENCES = {
    "unknown_zone": _("There is no zone “%(code)s” here any more. Load the page again."),
    "same_code": _("Another zone has the code “%(code)s” already. Choose another one."),
    "few_codes": _("The line makes %(parts)s parts. Give each of them a code."),
    "one_zone": _("Choose at least two zones."),
    "outside": _("None of this lies inside the border of the town. Draw inside it."),
    "nothing_free": _("Nothing is uncovered there. Choose ground that belongs to no zone."),
    "nothing_changes": _("This changes nothing. Draw over ground of another zone."),
    "would_vanish": _(
        "Nothing would be left of zone “%(code)s” near %(place)s. Merge the zones instead."
    ),
    "line_crosses": _("The line crosses itself near %(place)s. Draw it without a loop."),
    "not_through": _(
        "The line ends inside the zone near %(place)s. Draw it on until it crosses the border."
    ),
    "not_touching": _("The line does not meet zone “%(code)s”. Draw it across the zone."),
    "no_border": _("No border lies near %(place)s. Take hold of a border."),
    "edge_of_town": _(
        "The border near %(place)s is the border of the town. It can only be moved in the settings."
    ),
    "border_crosses": _("The border would cross another one near %(place)s. Move it less far."),
    "not_neighbours": _("The zones “%(code)s” and “%(other)s” have no border in common."),
}
"""Stable code -> sentence that says what to do."""


class CoverageRefused(ValidationError):  # noqa: N818 - the domain's word, as callers read it
    """Something that would leave a gap, an overlap or no zone, with the place of the fault."""

    def __init__(self, fault: str, place: Place | None = None, /, **params: object) -> None:
        self.place = place
        shown = "?" if place is None else f"{place[0]:.6f}, {place[1]:.6f}"
        super().__init__(SENTENCES[fault], code=fault, params={"place": shown, **params})


@dataclass(frozen=True, slots=True)
class Coverage:
    """Areas by code, EPSG:4326, without overlaps; they need not cover the whole outline."""

    areas: Areas
    outline: MultiPolygon | None = None

    @classmethod
    def of(cls, areas: Areas, outline: MultiPolygon | None = None) -> Coverage:
        """Take areas as a file has them: onto the grid, overlaps to the smaller, hair gaps closed.

        Areas whose vertices lie on the grid and agree already come out unchanged.
        """
        named = {code: on_grid(area) for code, area in areas.items()}
        shapes = np.array(list(named.values()), dtype=object)
        if not shapes.size or shapely.coverage_is_valid(shapes, gap_width=MENDED_GAP):
            return cls(named, outline)
        cleaned = shapely.coverage_clean(  # type: ignore[attr-defined]  # newer than its stubs
            shapes,
            snapping_distance=SNAPPED,
            gap_width=MENDED_GAP,
            merge_strategy="min_area",
        )
        standing = {
            code: on_grid(shape)
            for code, shape in zip(named, cleaned, strict=True)
            if not shape.is_empty
        }
        return cls(_arrange(cls(standing, outline), [], lambda faces: faces.owner), outline)

    def polygons(self) -> Array:
        """The areas as an array, in the order of their codes."""
        return np.array(list(self.areas.values()), dtype=object)

    def rest(self) -> MultiPolygon:
        """Ground of the outline that no area covers; crumbs left out."""
        if self.outline is None:
            return MultiPolygon()
        left = shapely.difference(self.outline, shapely.union_all(self.polygons()), grid_size=GRID)
        return MultiPolygon([part for part in _polygons(left) if part.area > LEAST])

    def area(self, code: str) -> MultiPolygon:
        """One area by its code."""
        if code not in self.areas:
            raise CoverageRefused("unknown_zone", code=code)
        return self.areas[code]

    def replaced(self, areas: Areas) -> Coverage:
        """The same outline with other areas."""
        return Coverage(areas, self.outline)


@dataclass(frozen=True, slots=True)
class Faces:
    """The smallest pieces of an arrangement: shapes, a point inside each, the code that owns it.

    `owner` is "" where no area covers a face; `inside` says which lie in the outline.
    """

    shapes: Array
    points: Array
    owner: npt.NDArray[np.object_]
    inside: npt.NDArray[np.bool_]

    def within(self, shape: BaseGeometry) -> npt.NDArray[np.bool_]:
        """Which faces lie in a shape whose border was noded with them."""
        shapely.prepare(shape)
        found: npt.NDArray[np.bool_] = shapely.intersects(shape, self.points)
        return found


def on_grid(area: BaseGeometry) -> MultiPolygon:
    """The same area with every vertex on the grid."""
    return MultiPolygon(_polygons(shapely.set_precision(area, GRID)))


def is_sound(coverage: Coverage) -> bool:
    """Whether every area is valid and neighbours share their borders exactly."""
    shapes = coverage.polygons()
    if not shapes.size:
        return True
    return bool(shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes))


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def _lines(shape: BaseGeometry) -> list[LineString]:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [part for part in parts if isinstance(part, LineString) and not part.is_empty]


def faces_of(coverage: Coverage, cuts: Iterable[BaseGeometry]) -> Faces:
    """Node every border, the outline and the cuts with one another, and take what they enclose."""
    borders = [shapely.boundary(area) for area in coverage.areas.values()]
    if coverage.outline is not None:
        borders.append(coverage.outline.boundary)
    noded = shapely.union_all([*borders, *cuts], grid_size=GRID)
    enclosed = shapely.get_parts(shapely.polygonize(_lines(noded)))
    points = shapely.point_on_surface(enclosed)
    inside = np.ones(len(enclosed), dtype=bool)
    if coverage.outline is not None:
        shapely.prepare(coverage.outline)
        inside = shapely.intersects(coverage.outline, points)
    return Faces(enclosed, points, _owners(coverage, points), inside)


def _owners(coverage: Coverage, points: Array) -> npt.NDArray[np.object_]:
    """Which area each point lies in; a face thinner than the grid may miss its own by a hair."""
    owner = np.full(len(points), "", dtype=object)
    codes = np.array(list(coverage.areas), dtype=object)
    if not codes.size or not len(points):
        return owner
    tree = shapely.STRtree(coverage.polygons())
    near_point, near_area = tree.query_nearest(points, max_distance=2 * GRID, all_matches=False)
    owner[near_point] = codes[near_area]
    point, area = tree.query(points, predicate="within")
    owner[point] = codes[area]
    return owner


def _arrange(
    coverage: Coverage,
    cuts: Sequence[BaseGeometry],
    give: Callable[[Faces], npt.NDArray[np.object_]],
) -> dict[str, MultiPolygon]:
    """Give every face to a code ("" to none) and put the areas together again, old ones first."""
    faces = faces_of(coverage, cuts)
    return assemble(faces.shapes, give(faces), coverage.areas)


def assemble(
    shapes: Array, owner: npt.NDArray[np.object_], order: Iterable[str]
) -> dict[str, MultiPolygon]:
    """One area per code out of faces that share their vertices."""
    given = dict.fromkeys([*order, *owner.tolist()])
    areas = {}
    for code in given:
        own = shapes[owner == code]
        if code and len(own):
            areas[code] = MultiPolygon(_polygons(shapely.coverage_union_all(own)))
    return areas


def require_standing(before: Coverage, after: Mapping[str, MultiPolygon]) -> None:
    """Refuse that an area is left with no ground, or a crumb of it."""
    for code, area in before.areas.items():
        left = after.get(code)
        if left is None or left.area < LEAST:
            raise CoverageRefused("would_vanish", place_of(area), code=code)


def place_of(shape: BaseGeometry) -> Place:
    """A point of a shape, to show a fault at."""
    point = shapely.point_on_surface(shape)
    return round(float(point.x), 7), round(float(point.y), 7)


def require_simple(line: BaseGeometry) -> None:
    """Refuse a line that crosses itself, with the place."""
    if line.is_simple:
        return
    noded = shapely.get_parts(shapely.node(line))
    ends = [Point(part.coords[0]) for part in noded] + [Point(part.coords[-1]) for part in noded]
    tips = {part.coords[0] for part in _lines(line)} | {part.coords[-1] for part in _lines(line)}
    crossing = next((end for end in ends if end.coords[0] not in tips), ends[0])
    raise CoverageRefused("line_crosses", (crossing.x, crossing.y))


def loose_end(line: BaseGeometry, area: BaseGeometry) -> Place:
    """Where a line ends inside an area; any of its points when it never meets it."""
    for part in _lines(line):
        for end in (part.coords[-1], part.coords[0]):
            if shapely.dwithin(area, Point(end), 0) and not shapely.dwithin(
                area.boundary, Point(end), 2 * GRID
            ):
                return float(end[0]), float(end[1])
    first = _lines(line)[0].coords[0]
    return float(first[0]), float(first[1])
