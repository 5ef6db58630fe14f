"""What a planner does to a coverage: draw, split, merge, fill, take away, move a border; pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from geo.coverage import (
    GRID,
    LEAST,
    Array,
    Coverage,
    CoverageRefused,
    Faces,
    Place,
    assemble,
    faces_of,
    is_sound,
    loose_end,
    on_grid,
    place_of,
    require_simple,
    require_standing,
)

HAND = 1e-6
"""Degrees, about a hand's breadth: a line that ends so near a border is meant to reach it."""


def draw(
    coverage: Coverage, *, code: str, shape: BaseGeometry, only_free: bool = False
) -> Coverage:
    """Give the ground of a shape to a code, new or standing; cut at the outline.

    Args:
        only_free: take only ground that belongs to no area, instead of cutting it out of them.

    Raises:
        CoverageRefused: outside, nothing_free, nothing_changes, would_vanish.
    """
    shape = on_grid(shape)
    faces = faces_of(coverage, [shape.boundary])
    taken = faces.within(shape) & (faces.inside | (faces.owner != ""))
    if not taken.any():
        raise CoverageRefused("outside", place_of(shape))
    if only_free:
        taken &= faces.owner == ""
        if not _is_ground(faces, taken):
            raise CoverageRefused("nothing_free", place_of(shape))
    if not _is_ground(faces, taken & (faces.owner != code)):
        raise CoverageRefused("nothing_changes", place_of(shape))
    areas = assemble(faces.shapes, np.where(taken, code, faces.owner), coverage.areas)
    require_standing(coverage, areas)
    return coverage.replaced(areas)


def _is_ground(faces: Faces, chosen: npt.NDArray[np.bool_]) -> bool:
    return bool(shapely.area(faces.shapes[chosen]).sum() > LEAST)


def split(coverage: Coverage, *, code: str, line: BaseGeometry, codes: Sequence[str]) -> Coverage:
    """Cut one area by a line into as many parts as it makes; the largest keeps the code.

    Args:
        codes: for the other parts, from the largest to the smallest.

    Raises:
        CoverageRefused: unknown_zone, line_crosses, not_touching, not_through, few_codes,
            same_code.
    """
    area = coverage.area(code)
    require_simple(line)
    faces, parts = _parts(coverage, area, reaching(line, area.boundary), code)
    others = int(parts.max())
    if others > len(codes):
        raise CoverageRefused("few_codes", parts=others + 1)
    _require_new(coverage, codes[:others])
    named = np.array([code, *codes[:others]], dtype=object)
    owner = faces.owner.copy()
    owner[parts >= 0] = named[parts[parts >= 0]]
    return coverage.replaced(assemble(faces.shapes, owner, coverage.areas))


def _require_new(coverage: Coverage, codes: Sequence[str]) -> None:
    for number, code in enumerate(codes):
        if code in coverage.areas or code in codes[:number] or not code:
            raise CoverageRefused("same_code", code=code)


def reaching(line: BaseGeometry, border: BaseGeometry) -> BaseGeometry:
    """The line with an end that stops a hand's breadth from a border drawn on across it."""
    if not isinstance(line, LineString):
        return line
    points = shapely.get_coordinates(line)
    for end, next_to in ((0, 1), (-1, -2)):
        if shapely.dwithin(border, Point(points[end]), HAND):
            way = points[end] - points[next_to]
            points[end] += way / max(float(np.hypot(*way)), GRID) * 2 * HAND
    return LineString(points)


def parts_of_split(coverage: Coverage, *, code: str, line: BaseGeometry) -> int:
    """How many parts a line makes of an area; refuses as `split` does."""
    area = coverage.area(code)
    require_simple(line)
    return int(_parts(coverage, area, reaching(line, area.boundary), code)[1].max()) + 1


def _parts(
    coverage: Coverage, area: MultiPolygon, line: BaseGeometry, code: str
) -> tuple[Faces, npt.NDArray[np.int64]]:
    """The faces, and for each the part of the area it belongs to, 0 the largest; -1 elsewhere.

    Pieces of an area that the line leaves whole go with the largest part, and so do crumbs.
    """
    if not shapely.intersects(area, line):
        raise CoverageRefused("not_touching", place_of(area), code=code)
    faces = faces_of(coverage, [shapely.intersection(line, area, grid_size=GRID)])
    own = np.flatnonzero(faces.owner == code)
    piece = shapely.STRtree(np.array(area.geoms, dtype=object)).query_nearest(
        faces.points[own], all_matches=False
    )[1]
    size = shapely.area(faces.shapes[own])
    is_cut = (np.bincount(piece, size > LEAST, minlength=len(area.geoms)) > 1)[piece]
    order = [int(face) for face in np.argsort(-size) if is_cut[face] and size[face] > LEAST]
    if not order:
        raise CoverageRefused("not_through", loose_end(line, area))
    part = np.zeros(len(own), dtype=np.int64)
    part[order] = np.arange(len(order))
    parts = np.full(len(faces.shapes), -1, dtype=np.int64)
    parts[own] = part
    return faces, parts


def merge(coverage: Coverage, *, codes: Sequence[str], into: str) -> Coverage:
    """Make one area of several; `into` is one of them.

    Raises:
        CoverageRefused: unknown_zone, one_zone.
    """
    chosen = [code for code in dict.fromkeys(codes) if coverage.area(code)]
    if len(chosen) < 2 or into not in chosen:
        raise CoverageRefused("one_zone")
    shapes = np.array([coverage.areas[code] for code in chosen], dtype=object)
    polygons = shapely.get_parts(shapes)
    joined = assemble(polygons, np.full(len(polygons), into, dtype=object), [into])
    areas = {
        code: joined[into] if code == into else area
        for code, area in coverage.areas.items()
        if code == into or code not in chosen
    }
    return coverage.replaced(areas)


def remove(coverage: Coverage, *, code: str) -> Coverage:
    """Take an area away; its ground belongs to nobody afterwards."""
    coverage.area(code)
    return coverage.replaced({one: area for one, area in coverage.areas.items() if one != code})


def fill(coverage: Coverage, *, code: str, at: Place | None = None) -> Coverage:
    """Give ground that belongs to nobody to an area, new or standing.

    Args:
        at: only the piece of free ground around this point; all of it otherwise.

    Raises:
        CoverageRefused: nothing_free.
    """
    faces = faces_of(coverage, [])
    free = (faces.owner == "") & faces.inside
    if at is not None:
        free &= shapely.intersects_xy(faces.shapes, *at)
    if not _is_ground(faces, free):
        raise CoverageRefused("nothing_free", at)
    owner = np.where(free, code, faces.owner)
    return coverage.replaced(assemble(faces.shapes, owner, coverage.areas))


def move_border(coverage: Coverage, *, line: BaseGeometry, between: tuple[str, str]) -> Coverage:
    """Let a new line be the border of two neighbours wherever it cuts off ground along the old.

    What the line cuts off an area, the smaller piece, goes to the neighbour if it lies along their
    common border. A third area that met the old border there meets the other neighbour now.

    Raises:
        CoverageRefused: unknown_zone, line_crosses, not_neighbours, not_through.
    """
    require_simple(line)
    pair = [coverage.area(code) for code in between]
    if not shapely.intersection(pair[0], pair[1]).length:
        raise CoverageRefused("not_neighbours", code=between[0], other=between[1])
    ground = shapely.union_all(pair)
    line = reaching(line, shapely.union_all([area.boundary for area in pair]))
    faces = faces_of(coverage, [shapely.intersection(line, ground, grid_size=GRID)])
    owner = faces.owner.copy()
    for own, other in (between, between[::-1]):
        owner[_cut_off(faces, coverage, own, other)] = other
    areas = assemble(faces.shapes, owner, coverage.areas)
    if (owner == faces.owner).all():
        raise CoverageRefused("not_through", loose_end(line, ground))
    require_standing(coverage, areas)
    return coverage.replaced(areas)


def neighbours_of(coverage: Coverage, line: BaseGeometry) -> tuple[str, str]:
    """The two neighbours a line is meant for: where most of it runs, and who is near both ends.

    Raises:
        CoverageRefused: no_border.
    """
    inside = {code: area.intersection(line).length for code, area in coverage.areas.items()}
    points = shapely.get_coordinates(line)
    if not inside or not max(inside.values()):
        raise CoverageRefused("no_border", (float(points[0, 0]), float(points[0, 1])))
    own = max(inside, key=lambda code: inside[code])
    ends = [Point(points[0]), Point(points[-1])]
    away = {
        code: (sum(area.distance(end) for end in ends), -inside[code])
        for code, area in coverage.areas.items()
        if code != own and area.intersection(coverage.areas[own]).length
    }
    if not away:
        raise CoverageRefused("no_border", (float(points[0, 0]), float(points[0, 1])))
    return own, min(away, key=lambda code: away[code])


def _cut_off(faces: Faces, coverage: Coverage, own: str, other: str) -> list[int]:
    """Pieces a line cut off the largest of each polygon of an area, along the other's border."""
    mine = np.flatnonzero(faces.owner == own)
    polygons = np.array(coverage.areas[own].geoms, dtype=object)
    home = shapely.STRtree(polygons).query_nearest(faces.points[mine], all_matches=False)[1]
    found: list[int] = []
    for polygon in range(len(polygons)):
        pieces = mine[home == polygon]
        ordered = pieces[np.argsort(-shapely.area(faces.shapes[pieces]))]
        shared = shapely.intersection(
            faces.shapes[ordered[1:]], coverage.areas[other], grid_size=GRID
        )
        found += [int(face) for face in ordered[1:][shapely.length(shared) > GRID]]
    return found


def move_point(coverage: Coverage, *, at: Place, to: Place, reach: float) -> Coverage:
    """Move one point of the borders; every area that has it follows.

    Args:
        at: a vertex, or a place on a border, which becomes a vertex first.
        to: where it goes, cut to the grid.
        reach: how far from `at` the border may lie, in degrees.

    Raises:
        CoverageRefused: no_border, edge_of_town, border_crosses.
    """
    with_point, vertex = add_point(coverage, at=at, reach=reach)
    _require_inner(coverage, vertex)
    target = np.round(np.array(to), 9)
    areas = {
        code: shapely.transform(area, lambda points: _moved(points, vertex, target))
        for code, area in with_point.areas.items()
    }
    moved = coverage.replaced(areas)
    _require_sound(moved, to)
    if abs(shapely.union_all(moved.polygons()).area - _covered(coverage)) > LEAST / 100 and (
        not _touches_free(coverage, vertex)
    ):
        raise CoverageRefused("border_crosses", to)
    return moved


def add_point(coverage: Coverage, *, at: Place, reach: float) -> tuple[Coverage, Place]:
    """Make the nearest place of the borders a vertex of every area that has it; say where it is.

    A vertex within reach goes before the nearest place of an edge.

    Raises:
        CoverageRefused: no_border.
    """
    here = Point(at)
    near = {
        code: area
        for code, area in coverage.areas.items()
        if shapely.dwithin(area.boundary, here, reach)
    }
    if not near:
        raise CoverageRefused("no_border", at)
    corners = shapely.get_coordinates(list(near.values()))
    away = np.hypot(corners[:, 0] - at[0], corners[:, 1] - at[1])
    nearest = int(np.argmin(away))
    if away[nearest] <= reach:
        return coverage, (float(corners[nearest, 0]), float(corners[nearest, 1]))
    borders = shapely.union_all([area.boundary for area in near.values()])
    on_border = shapely.shortest_line(borders, here).coords[0]
    place = (round(on_border[0], 9), round(on_border[1], 9))
    areas = {
        code: _with_vertex(area, place) if code in near else area
        for code, area in coverage.areas.items()
    }
    return coverage.replaced(areas), place


def _with_vertex(area: MultiPolygon, place: Place) -> MultiPolygon:
    return MultiPolygon(
        [
            shapely.Polygon(
                _ring_with(polygon.exterior, place),
                [_ring_with(ring, place) for ring in polygon.interiors],
            )
            for polygon in area.geoms
        ]
    )


def _ring_with(ring: LineString, place: Place) -> npt.NDArray[np.float64]:
    """The ring's points with one more on the edge that runs through the place, if one does."""
    points = shapely.get_coordinates(ring)
    edges = shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1))
    away = np.atleast_1d(shapely.distance(edges, Point(place)))
    nearest = int(np.argmin(away))
    if away[nearest] > GRID:
        return points
    return np.insert(points, nearest + 1, place, axis=0)


def _moved(
    points: npt.NDArray[np.float64], vertex: Place, target: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    same = (points == np.array(vertex)).all(axis=1)
    return np.where(same[:, None], target, points)


def _require_inner(coverage: Coverage, vertex: Place) -> None:
    """The border of the town is not the editor's to move."""
    outline = coverage.outline
    if outline is not None and shapely.dwithin(outline.boundary, Point(vertex), 2 * GRID):
        raise CoverageRefused("edge_of_town", vertex)


def _require_sound(moved: Coverage, place: Place) -> None:
    outline = moved.outline
    if outline is not None and not shapely.intersects_xy(outline, *place):
        raise CoverageRefused("outside", place)
    if not is_sound(moved):
        raise CoverageRefused("border_crosses", place)


def _covered(coverage: Coverage) -> float:
    return float(shapely.union_all(coverage.polygons()).area)


def _touches_free(coverage: Coverage, vertex: Place) -> bool:
    """Whether ground that belongs to nobody begins at a vertex."""
    covered = shapely.union_all(coverage.polygons())
    return bool(shapely.dwithin(covered.boundary, Point(vertex), 2 * GRID))


def shared_border(coverage: Coverage, between: tuple[str, str]) -> Array:
    """The lines two areas have in common."""
    first, second = (coverage.area(code) for code in between)
    common = shapely.line_merge(shapely.intersection(first.boundary, second.boundary))
    return shapely.get_parts(common)
