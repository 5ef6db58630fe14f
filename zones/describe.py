"""Says an area in words: which zones it takes whole or in part, which streets and numbers.

What a map shows is thereby readable without one. Only the register speaks here, no map.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from shapely.geometry.base import BaseGeometry

from geo.crs import STORAGE_SRID, project
from geo.matching.numbers import parse_number
from zones.models import Address, Municipality, Street, ZoneKind, ZoneShape
from zones.names import in_language
from zones.number_runs import Side, sides

WHOLE = 0.995
"""Share of a zone from which on it counts as whole: drawn borders never fit to the metre."""

TOUCH = 0.005
"""Share of a zone, and of the drawn area, below which their meeting is only a touch."""

MOST_STREETS = 12


@dataclass(frozen=True, slots=True)
class _Met:
    """A zone that the area meets."""

    name: str
    shape: BaseGeometry
    is_whole: bool


def describe(
    geometry: GEOSGeometry, municipality: Municipality, *, on: dt.date, streets: bool = True
) -> str:
    """One paragraph in the active language; "" when the area meets no zone and no address.

    Streets are named only where no whole zone already says it.

    Args:
        geometry: point, line or area, EPSG:4326.
        on: civil day whose zones are meant.
        streets: whether to name streets and house numbers as well.
    """
    drawn = shapely.from_wkb(bytes(geometry.wkb))
    has_area = bool(drawn.area)
    said = []
    whole: list[BaseGeometry] = []
    for kind in _kinds(municipality):
        met = _zones(municipality, kind, drawn, on)
        whole += [zone.shape for zone in met if zone.is_whole]
        if met:
            words = {
                "kind": in_language(kind.names, municipality.languages),
                "zones": _listed(met, has_area=has_area),
            }
            said.append(_("%(kind)s: %(zones)s.") % words)
    if streets:
        lines = _streets(municipality, shapely.difference(drawn, shapely.union_all(whole)))
        if lines:
            said.append(_("Streets: %s.") % _cut(lines))
    return " ".join(said)


def _kinds(municipality: Municipality) -> list[ZoneKind]:
    """Kinds that divide the town; in a town without one, every kind but streets."""
    kinds = list(ZoneKind.objects.in_municipality(municipality).areas().order_by("code"))
    return [kind for kind in kinds if kind.is_partition] or kinds


def _zones(
    municipality: Municipality, kind: ZoneKind, drawn: BaseGeometry, on: dt.date
) -> list[_Met]:
    shapes = list(
        ZoneShape.objects.in_municipality(municipality)
        .of_kind(kind.code)
        .in_force(on)
        .intersecting(_geos(drawn))
        .select_related("zone")
        .order_by("zone__code")
    )
    if not shapes:
        return []
    areas = np.array([shapely.from_wkb(bytes(shape.geometry.wkb)) for shape in shapes], object)
    common = _area_m2(shapely.intersection(areas, drawn), municipality)
    own = _area_m2(areas, municipality)
    drawn_m2 = float(_area_m2(np.array([drawn], object), municipality)[0])
    return [
        _Met(
            in_language(shape.zone.names, municipality.languages),
            area,
            is_whole=bool(part >= WHOLE * full),
        )
        for shape, area, part, full in zip(shapes, areas, common, own, strict=True)
        if not drawn_m2 or part > TOUCH * full or part > TOUCH * drawn_m2
    ]


def _area_m2(
    shapes: "np.ndarray[tuple[int], np.dtype[np.object_]]", town: Municipality
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    areas: np.ndarray[tuple[int], np.dtype[np.float64]] = shapely.area(
        project(shapes, town.metric_srid)
    )
    return areas


def _listed(met: Sequence[_Met], *, has_area: bool) -> str:
    whole = [zone.name for zone in met if zone.is_whole]
    # A point or a line lies in a zone; only an area can be a part of one.
    part = _("part of %s") if has_area else "%s"
    parts = [part % zone.name for zone in met if not zone.is_whole]
    return ", ".join(whole + parts)


def _streets(municipality: Municipality, rest: BaseGeometry) -> list[str]:
    """Each street that has addresses in the rest of the area, with the numbers that lie there."""
    if rest.is_empty:
        return []
    register = Address.objects.in_municipality(municipality).filter(street__isnull=False)
    inside = register.filter(location__coveredby=_geos(rest))
    chosen = _numbers(inside.values_list("street_id", "address_number"))
    known = _numbers(
        register.filter(street__in=list(chosen)).values_list("street_id", "address_number")
    )
    streets = Street.objects.in_municipality(municipality).filter(pk__in=list(chosen))
    language = municipality.languages[0]
    return [
        _street(
            in_language(street.names, municipality.languages),
            sides(chosen[street.pk], known[street.pk]),
            is_whole=chosen[street.pk] >= known[street.pk],
        )
        for street in streets.by_name(language)
    ]


def _numbers(rows: Iterable[tuple[int | None, str]]) -> dict[int, set[int]]:
    """House numbers by street; letters behind a number do not matter here."""
    numbers: dict[int, set[int]] = {}
    for street_id, text in rows:
        if street_id is None:
            continue
        parsed = parse_number(text)
        found = numbers.setdefault(street_id, set())
        if parsed is not None:
            found.add(parsed.number)
    return numbers


def _street(name: str, found: Sequence[Side], *, is_whole: bool) -> str:
    if is_whole:
        return name
    return f"{name} ({'; '.join(_side(side) for side in found)})"


def _side(side: Side) -> str:
    if side.is_whole:
        return _("whole odd side") if side.is_odd else _("whole even side")
    if len(side.runs) == 1 and side.runs[0][0] == side.runs[0][1]:
        return _("number %d") % side.runs[0][0]
    runs = ", ".join(
        str(first) if first == last else f"{first}–{last}" for first, last in side.runs
    )
    return _("odd numbers %s") % runs if side.is_odd else _("even numbers %s") % runs


def _cut(lines: Sequence[str]) -> str:
    shown = ", ".join(lines[:MOST_STREETS])
    more = len(lines) - MOST_STREETS
    if more <= 0:
        return shown
    rest = ngettext("and %(count)d more street", "and %(count)d more streets", more)
    return f"{shown} {rest % {'count': more}}"


def _geos(shape: BaseGeometry) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shape.wkb), srid=STORAGE_SRID)
