"""The stretch of a street between two house numbers, as people say where something is."""

from collections.abc import Sequence

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.geometry import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from geo.crs import STORAGE_SRID, Geometries, project, unproject
from geo.matching.numbers import parse_number
from zones.area_shapes import numbers_match
from zones.models import Address, Street
from zones.recipes import StreetPart

#: So far a stretch reaches beyond its first and last house, in metres.
BEYOND_M = 10.0
#: Houses of so many metres are one corner of a line through them.
STEP_M = 60.0


def stretch_of(
    street: Street, *, first: int | None = None, last: int | None = None
) -> GEOSGeometry:
    """The line of a street, or the part of it along some of its house numbers; EPSG:4326.

    The numbers of both sides count; either end may be left open. Where no line of the street is
    loaded, it runs through the middle of its houses. One query at most.

    Raises:
        ValidationError: `no_axis` where neither line nor houses are known, `no_numbers` where no
            house of the register has such a number.
    """
    axis = None if street.axis is None else shapely.from_wkb(bytes(street.axis.wkb))
    if first is None and last is None and axis is not None:
        return _plain(axis)
    if first is not None and last is not None:
        first, last = min(first, last), max(first, last)
    srid = street.municipality.metric_srid
    houses = _houses(street, StreetPart(street.pk, first=first, last=last), srid)
    if axis is None:
        return _plain(_stored(_through(houses), srid))
    metric: BaseGeometry = project(_array([axis]), srid)[0]
    return _plain(_stored(_along(shapely.line_merge(metric), houses), srid))


def _stored(line: BaseGeometry, srid: int) -> BaseGeometry:
    stored: BaseGeometry = unproject(_array([line]), srid)[0]
    return stored


def _array(shapes: Sequence[BaseGeometry]) -> Geometries:
    return np.array(shapes, dtype=object)


def _houses(street: Street, part: StreetPart, srid: int) -> list[Point]:
    rows = list(Address.objects.on_street(street).values_list("address_number", "location"))
    picked = [place for number, place in rows if numbers_match(part, number)]
    if not picked and not part.is_whole:
        raise ValidationError(_unknown([number for number, _place in rows]), code="no_numbers")
    found = [shapely.from_wkb(bytes(place.wkb)) for place in picked]
    return [point for point in project(_array(found), srid) if isinstance(point, Point)]


def _through(houses: list[Point]) -> BaseGeometry:
    """A line through the middle of houses, along the way in which they lie farthest; metric."""
    points = np.unique(np.array([(one.x, one.y) for one in houses]).reshape(-1, 2), axis=0)
    if len(points) < 2:
        raise ValidationError(
            _("This street has no line on the map. Draw it, please."), code="no_axis"
        )
    way = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)[2][0]
    along = (points - points.mean(axis=0)) @ way
    steps = ((along - along.min()) // STEP_M).astype(int)
    middles = [points[steps == step].mean(axis=0) for step in np.unique(steps)]
    if len(middles) < 2:
        middles = [points[along.argmin()], points[along.argmax()]]
    return LineString(middles)


def _unknown(written: list[str]) -> str:
    read = [number for text in written if (number := parse_number(text)) is not None]
    if not read:
        return _("No house numbers of this street are known. Leave them out, or draw the stretch.")
    ends = {
        "lowest": min(one.number for one in read),
        "highest": max(one.last or one.number for one in read),
    }
    return _("This street has no such numbers: those known go from %(lowest)s to %(highest)s.") % (
        ends
    )


def _along(axis: BaseGeometry, houses: list[Point]) -> BaseGeometry:
    """Of each piece of a street what lies between the houses that stand nearest to it; metric."""
    pieces = [piece for piece in shapely.get_parts(axis) if isinstance(piece, LineString)]
    ends: dict[int, tuple[float, float]] = {}
    for house in houses:
        nearest = min(range(len(pieces)), key=lambda at: pieces[at].distance(house))
        along = pieces[nearest].project(house)
        low, high = ends.get(nearest, (along, along))
        ends[nearest] = min(low, along), max(high, along)
    parts = [
        cut
        for at, (low, high) in sorted(ends.items())
        if isinstance(cut := _cut(pieces[at], low - BEYOND_M, high + BEYOND_M), LineString)
    ]
    return shapely.line_merge(MultiLineString(parts))


def _cut(piece: LineString, low: float, high: float) -> BaseGeometry:
    return substring(piece, max(0.0, low), min(piece.length, high))


def _plain(line: BaseGeometry) -> GEOSGeometry:
    """Several pieces, or the only one as a plain line."""
    parts = shapely.get_parts(line)
    return GEOSGeometry((parts[0] if len(parts) == 1 else line).wkb_hex, srid=STORAGE_SRID)
