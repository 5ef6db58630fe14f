"""What a draft would change, told before anybody publishes it; writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon

from geo.cover import Cover, side_for
from geo.coverage import GRID, LEAST, Coverage
from geo.crs import STORAGE_SRID, project
from zones import placing_sql
from zones.importing.quality import Finding
from zones.importing.report import sentence
from zones.models import Municipality, Zone, ZoneDraft
from zones.names import in_language
from zones.reach import Reach, estimate
from zones.services.divisions import Division, judge
from zones.services.drafts import states_of

HECTARE_M2 = 10_000.0


@dataclass(frozen=True, slots=True)
class Move:
    """Addresses that would belong elsewhere; "" is no zone."""

    before: str
    after: str
    addresses: int


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """One zone of the draft: its ground in hectares, addresses, and whether it is new or other."""

    code: str
    hectares: float
    addresses: int
    is_new: bool
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """Numbers of addresses are exact; those of people come from the published reach alone."""

    addresses: int
    changed: int
    nowhere: int
    moves: Sequence[Move]
    zones: Sequence[ZoneLine]
    gone: Sequence[str]
    uncovered_ha: float
    findings: Sequence[str]
    reach: Reach | None


def preview(*, draft: ZoneDraft, on: dt.date) -> Preview:
    """Compare a draft with what is in force.

    Args:
        on: civil day of the question.
    """
    town = draft.municipality
    before, after = states_of(draft)
    register = placing_sql.read_register(town, draft.kind)
    zones = dict(Zone.objects.filter(kind=draft.kind).values_list("pk", "code"))
    was = _codes(register.current, zones)
    now = _placed(after.coverage, town.metric_srid, register.longitude, register.latitude)
    moves = _moves(was, now)
    findings = judge(after, town)
    return Preview(
        addresses=int(was.size),
        changed=sum(move.addresses for move in moves),
        nowhere=int(np.count_nonzero(now == "")),
        moves=moves,
        zones=_lines(before, after, now, town.metric_srid),
        gone=[code for code in before.coverage.areas if code not in after.coverage.areas],
        uncovered_ha=_hectares([after.coverage.rest()], town.metric_srid)[0],
        findings=_told(findings, after),
        reach=_reach(before.coverage, after.coverage, town, on) if moves else None,
    )


def _told(findings: Sequence[Finding], division: Division) -> list[str]:
    """Faults in words with the zone's name, but for uncovered ground, which is told by itself."""
    told = []
    for one in findings:
        if one.code != "uncovered":
            name = in_language(division.names.get(one.zone, {})) or one.zone
            text = sentence(replace(one, line=0).as_json())
            told.append(f"{name}: {text}" if name else text)
    return told


def _codes(zone: NDArray[np.int64], names: Mapping[int, str]) -> NDArray[np.object_]:
    """The code of each address's open placement."""
    numbers, place = np.unique(np.abs(zone), return_inverse=True)
    codes = np.array([names.get(int(number), "") for number in numbers], dtype=object)
    return codes[place] if codes.size else np.zeros(0, dtype=object)


def _placed(
    coverage: Coverage,
    metric_srid: int,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
) -> NDArray[np.object_]:
    """The code each address would get, by the same rule and the same raster as placing itself."""
    codes = list(coverage.areas)
    if not codes or not longitude.size:
        return np.full(longitude.size, "", dtype=object)
    size = _hectares([coverage.areas[code] for code in codes], metric_srid)
    order = [code for _size, code in sorted(zip(size, codes, strict=True))]
    shapes = [coverage.areas[code] for code in order]
    found = Cover.build(shapes, side=side_for(longitude.size)).find(longitude, latitude)
    return np.array([*order, ""], dtype=object)[found]


def _moves(was: NDArray[np.object_], now: NDArray[np.object_]) -> list[Move]:
    changed = np.flatnonzero(was != now)
    pairs: dict[tuple[str, str], int] = {}
    for pair in zip(was[changed].tolist(), now[changed].tolist(), strict=True):
        pairs[pair] = pairs.get(pair, 0) + 1
    found = [Move(before, after, count) for (before, after), count in pairs.items()]
    return sorted(found, key=lambda move: (-move.addresses, move.before, move.after))


def _lines(
    before: Division, after: Division, now: NDArray[np.object_], metric_srid: int
) -> list[ZoneLine]:
    codes = list(after.coverage.areas)
    sizes = _hectares(list(after.coverage.areas.values()), metric_srid)
    held = {code: int(np.count_nonzero(now == code)) for code in codes}
    return [
        ZoneLine(
            code,
            size,
            held[code],
            is_new=code not in before.coverage.areas,
            is_changed=_is_other(before, after, code),
        )
        for code, size in zip(codes, sizes, strict=True)
    ]


def _is_other(before: Division, after: Division, code: str) -> bool:
    """Whether a zone covers other ground than before, vertices on its old border aside."""
    was, now = before.coverage.areas.get(code), after.coverage.areas[code]
    return was is not None and shapely.symmetric_difference(was, now).area > LEAST


def _hectares(areas: Sequence[MultiPolygon], metric_srid: int) -> list[float]:
    if not areas:
        return []
    metres = shapely.area(project(np.array(list(areas), dtype=object), metric_srid))
    return [round(float(area) / HECTARE_M2, 2) for area in metres]


def _reach(before: Coverage, after: Coverage, town: Municipality, on: dt.date) -> Reach:
    """How many live where the zone changes, out of the published squares."""
    ground = GEOSGeometry(memoryview(changed_ground(before, after).wkb), srid=STORAGE_SRID)
    return estimate(ground, town, on)


def changed_ground(before: Coverage, after: Coverage) -> MultiPolygon:
    """Ground that belongs to another zone than before, or to one for the first or last time."""
    same = [
        shapely.intersection(area, after.areas[code], grid_size=GRID)
        for code, area in before.areas.items()
        if code in after.areas
    ]
    all_ground = shapely.union_all([*before.areas.values(), *after.areas.values()], grid_size=GRID)
    left = shapely.difference(all_ground, shapely.union_all(same, grid_size=GRID), grid_size=GRID)
    parts = shapely.get_parts(shapely.get_parts(left))
    return MultiPolygon([part for part in parts if part.area > LEAST])
