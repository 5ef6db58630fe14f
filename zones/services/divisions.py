"""A division of the town while it is drawn: areas without gaps, their names, and how it is kept."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

from geo.coverage import GRID, LEAST, Coverage, on_grid, place_of
from geo.metres import area_m2
from zones.importing.quality import Finding, Level
from zones.importing.rows import Names, ZoneRow
from zones.models import Municipality, ZoneDraft, ZoneDraftStep, ZoneEdition, ZoneKind, ZoneShape

_SHARED_BY_ROUNDING = 1e-8
"""Square degrees for each zone, about a hundred square metres."""

Kept = list[dict[str, Any]]
"""What a step stores: [{"code", "names", "geometry"}]."""


@dataclass(frozen=True, slots=True)
class Division:
    """The areas and names of all zones of one kind; a zone may be without a name for a while."""

    coverage: Coverage
    names: Mapping[str, Names]

    def kept(self) -> Kept:
        """The division as a step stores it."""
        return [
            {
                "code": code,
                "names": dict(self.names.get(code, {})),
                "geometry": json.loads(json.dumps(mapping(area))),
            }
            for code, area in self.coverage.areas.items()
        ]

    def rows(self) -> list[ZoneRow]:
        """The division as a load of zones takes it."""
        return [
            ZoneRow(line, code, dict(self.names.get(code, {})), area)
            for line, (code, area) in enumerate(self.coverage.areas.items(), 1)
        ]

    def with_coverage(self, coverage: Coverage) -> Division:
        """The names of what is still there, over other areas."""
        names = {code: self.names.get(code, {}) for code in coverage.areas}
        return Division(coverage, names)


def outline_of(municipality: Municipality) -> MultiPolygon | None:
    """The town's border, EPSG:4326."""
    if municipality.outline is None:
        return None
    outline = shapely.from_wkb(bytes(municipality.outline.wkb))
    return _area(outline)


def division_of(kept: Iterable[Mapping[str, Any]], outline: MultiPolygon | None) -> Division:
    """A stored step, ready to be worked on."""
    zones = list(kept)
    areas = {zone["code"]: _area(shape(zone["geometry"])) for zone in zones}
    return Division(Coverage(areas, outline), {zone["code"]: zone["names"] for zone in zones})


def _area(given: BaseGeometry) -> MultiPolygon:
    if isinstance(given, MultiPolygon):
        return given
    if isinstance(given, Polygon):
        return MultiPolygon([given])
    raise TypeError(f"{given.geom_type} is not an area")


def shown_step(draft: ZoneDraft) -> ZoneDraftStep:
    """The step a draft stands at."""
    return ZoneDraftStep.objects.get(draft=draft, number=draft.position)


def division_at(draft: ZoneDraft) -> Division:
    """The division a draft stands at."""
    return division_of(shown_step(draft).zones, outline_of(draft.municipality))


def division_in_force(kind: ZoneKind, on: dt.date) -> Division:
    """What the register holds of a kind on a day, laid onto the grid without gaps or overlaps."""
    return _division(kind, ZoneShape.objects.of_kind(kind.code).in_force(on))


def division_to_come(kind: ZoneKind) -> Division:
    """What the register holds of a kind once everything loaded has come into force."""
    return _division(kind, ZoneShape.objects.of_kind(kind.code).current())


def do_overlap(kind: ZoneKind) -> bool:
    """Whether zones of a kind share more ground than the rounding of a file explains."""
    shapes = ZoneShape.objects.filter(zone__kind=kind).current()
    areas = [on_grid(shapely.from_wkb(bytes(shape.geometry.wkb))) for shape in shapes]
    shared = sum(area.area for area in areas) - shapely.union_all(areas, grid_size=GRID).area
    return bool(shared > _SHARED_BY_ROUNDING * max(len(areas), 1))


def _division(kind: ZoneKind, shapes: Any) -> Division:
    rows = list(shapes.filter(zone__kind=kind).select_related("zone").order_by("zone__code"))
    areas = {row.zone.code: _area(shapely.from_wkb(bytes(row.geometry.wkb))) for row in rows}
    coverage = Coverage.of(areas, outline_of(kind.municipality))
    return Division(coverage, {row.zone.code: row.zone.names for row in rows})


def division_before(edition: ZoneEdition) -> Division:
    """What was in force before an edition: as its draft began, else by the days of the shapes."""
    draft = ZoneDraft.objects.filter(edition=edition).first()
    if draft is not None:
        first = ZoneDraftStep.objects.get(draft=draft, number=0)
        return division_of(first.zones, outline_of(draft.municipality))
    return division_in_force(edition.kind, edition.valid_from - dt.timedelta(days=1))


def judge(division: Division, municipality: Municipality) -> list[Finding]:
    """What is wrong with a division, in the words of the report on a file of zones.

    Overlaps cannot be: they are refused at every step. Ground is compared on the grid that the
    zones were drawn on, because long edges bend when they are projected.
    """
    coverage, srid = division.coverage, municipality.metric_srid
    if coverage.outline is None:
        return []
    findings = [
        _finding("overhang", Level.WARNING, outside, srid, code)
        for code, area in coverage.areas.items()
        if (outside := shapely.difference(area, coverage.outline, grid_size=GRID)).area > LEAST
    ]
    rest = coverage.rest()
    border = coverage.outline.boundary
    gaps = [part for part in rest.geoms if not shapely.dwithin(part, border, 2 * GRID)]
    findings += [_finding("gap", Level.WARNING, gap, srid) for gap in gaps]
    if len(rest.geoms) > len(gaps):
        findings.append(_finding("uncovered", Level.NOTE, rest, srid))
    return findings


def _finding(
    code: str, level: Level, shape: BaseGeometry, metric_srid: int, zone: str = ""
) -> Finding:
    square_metres = round(area_m2(shape, metric_srid=metric_srid), 1)
    return Finding(code, level, 0, zone, "", *place_of(shape), square_metres)
