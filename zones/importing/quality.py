"""What is wrong with the zones of a file, with the place of each fault; pure, changes nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.crs import project, unproject
from zones.importing.rows import ZoneRow

TOLERANCE_M2 = 1.0
"""Overlaps, gaps and overhangs up to this area are the rounding of coordinates, not faults."""

SLIVER_M2 = 0.01
"""Below this they are not even worth a line."""

Shapes = npt.NDArray[np.object_]


class Level(StrEnum):
    """How much a finding weighs: an error refuses the load, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell about a file.

    Attributes:
        code: stable word; the sentences are in report.py, those of shapes in geo.errors.
        line: feature of the file, from 1; 0 for the file as a whole.
        zone, other: codes of the zones it is about.
        longitude, latitude: the place of the fault, EPSG:4326.
        area_m2: how large the overlap, gap or overhang is, in square metres.
    """

    code: str
    level: Level
    line: int = 0
    zone: str = ""
    other: str = ""
    longitude: float | None = None
    latitude: float | None = None
    area_m2: float | None = None

    def as_json(self) -> dict[str, object]:
        """The finding as it is stored with an edition."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None, 0)}


@dataclass(frozen=True, slots=True)
class Ground:
    """The town that zones are judged against."""

    metric_srid: int
    outline: BaseGeometry | None = None


def judge_zones(rows: Sequence[ZoneRow], ground: Ground, *, is_partition: bool) -> list[Finding]:
    """Duplicate codes, overhang over the outline and, for a partition, overlaps and gaps.

    Args:
        rows: zones with valid shapes, EPSG:4326.
    """
    findings = _duplicates(rows)
    if not rows:
        return findings
    shapes = _in_metres([row.geometry for row in rows], ground)
    outline = None if ground.outline is None else _in_metres([ground.outline], ground)[0]
    if outline is not None:
        findings += _overhangs(rows, shapes, outline, ground)
    if is_partition:
        findings += _overlaps(rows, shapes, ground)
        findings += _gaps(shapes, outline, ground)
    return findings


def _in_metres(shapes: Sequence[BaseGeometry], ground: Ground) -> Shapes:
    array = np.empty(len(shapes), dtype=object)
    array[:] = list(shapes)
    return project(array, ground.metric_srid)


def _place(shape: BaseGeometry, ground: Ground) -> tuple[float, float]:
    """A point inside a metric shape, as longitude and latitude."""
    inside = np.array([shape.representative_point()], dtype=object)
    point = unproject(inside, ground.metric_srid)[0]
    return round(point.x, 6), round(point.y, 6)


def _duplicates(rows: Sequence[ZoneRow]) -> list[Finding]:
    counts = Counter(row.code for row in rows)
    return [
        Finding("duplicate_code", Level.ERROR, row.line, row.code)
        for row in rows
        if counts[row.code] > 1
    ]


def _overhangs(
    rows: Sequence[ZoneRow], shapes: Shapes, outline: BaseGeometry, ground: Ground
) -> list[Finding]:
    """Zones that reach over the outline of the town, or do not touch it at all."""
    findings = []
    for row, outside in zip(rows, shapely.difference(shapes, outline), strict=True):
        if outside.area <= TOLERANCE_M2:
            continue
        apart = outside.area >= shapely.area(_in_metres([row.geometry], ground)[0]) * 0.999
        code, level = ("outside", Level.ERROR) if apart else ("overhang", Level.WARNING)
        where = _place(outside, ground)
        area = round(outside.area, 1)
        findings.append(Finding(code, level, row.line, row.code, "", *where, area))
    return findings


def _overlaps(rows: Sequence[ZoneRow], shapes: Shapes, ground: Ground) -> list[Finding]:
    findings = []
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = [(a, b) for a, b in zip(left, right, strict=True) if a < b]
    for first, second in sorted(pairs):
        common = shapes[first].intersection(shapes[second])
        if common.area <= SLIVER_M2:
            continue
        findings.append(
            Finding(
                "overlap",
                Level.ERROR if common.area > TOLERANCE_M2 else Level.NOTE,
                rows[first].line,
                rows[first].code,
                rows[second].code,
                *_place(_largest(common), ground),
                round(common.area, 2),
            )
        )
    return findings


def _gaps(shapes: Shapes, outline: BaseGeometry | None, ground: Ground) -> list[Finding]:
    """Holes that the zones leave between them, and the rest of the town they do not cover."""
    whole = shapely.union_all(shapes)
    parts = [part for part in shapely.get_parts(whole) if isinstance(part, Polygon)]
    holes = [Polygon(ring) for part in parts for ring in part.interiors]
    findings = [
        Finding(
            "gap",
            Level.WARNING if hole.area > TOLERANCE_M2 else Level.NOTE,
            0,
            "",
            "",
            *_place(hole, ground),
            round(hole.area, 2),
        )
        for hole in sorted(holes, key=lambda hole: -hole.area)
        if hole.area > SLIVER_M2
    ]
    if outline is not None:
        rest = outline.difference(whole)
        if rest.area > TOLERANCE_M2:
            where = _place(_largest(rest), ground)
            findings.append(
                Finding("uncovered", Level.NOTE, 0, "", "", *where, round(rest.area, 1))
            )
    return findings


def _largest(shape: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shape)
    return max(parts, key=shapely.area) if len(parts) else shape


def polygons_only(shape: BaseGeometry) -> MultiPolygon | None:
    """The areas of a shape without lines and points; None when there are none."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.area > 0]
    areas = [part for part in parts if isinstance(part, Polygon)]
    return MultiPolygon(areas) if areas else None
