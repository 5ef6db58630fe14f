"""The stretch of a street between two house numbers, as people say where something is."""

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from geo.crs import STORAGE_SRID, project, unproject
from geo.matching.numbers import parse_number
from zones.area_shapes import numbers_match
from zones.models import Address, Street
from zones.recipes import StreetPart

#: So far a stretch reaches beyond its first and last house, in metres.
BEYOND_M = 10.0


def stretch_of(
    street: Street, *, first: int | None = None, last: int | None = None
) -> GEOSGeometry:
    """The line of a street, or the part of it along some of its house numbers; EPSG:4326.

    The numbers of both sides count; either end may be left open. One query.

    Raises:
        ValidationError: `no_axis` for a street without a line, `no_numbers` where no house of the
            register has such a number.
    """
    if street.axis is None:
        raise ValidationError(
            _("This street has no line on the map. Draw it, please."), code="no_axis"
        )
    if first is None and last is None:
        return _plain(shapely.from_wkb(bytes(street.axis.wkb)))
    if first is not None and last is not None:
        first, last = min(first, last), max(first, last)
    srid = street.municipality.metric_srid
    axis = shapely.line_merge(project(shapely.from_wkb(bytes(street.axis.wkb)), srid))
    houses = _houses(street, StreetPart(street.pk, first=first, last=last), srid)
    return _plain(unproject(_along(axis, houses), srid))


def _houses(street: Street, part: StreetPart, srid: int) -> list[BaseGeometry]:
    rows = list(Address.objects.on_street(street).values_list("address_number", "location"))
    picked = [place for number, place in rows if numbers_match(part, number)]
    if not picked:
        raise ValidationError(_unknown([number for number, _place in rows]), code="no_numbers")
    found = shapely.from_wkb([bytes(place.wkb) for place in picked])
    return list(project(found, srid))


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


def _along(axis: BaseGeometry, houses: list[BaseGeometry]) -> BaseGeometry:
    """Of each piece of a street what lies between the houses that stand nearest to it; metric."""
    pieces = [piece for piece in shapely.get_parts(axis) if isinstance(piece, LineString)]
    ends: dict[int, tuple[float, float]] = {}
    for house in houses:
        nearest = min(range(len(pieces)), key=lambda at: pieces[at].distance(house))
        along = pieces[nearest].project(house)
        low, high = ends.get(nearest, (along, along))
        ends[nearest] = min(low, along), max(high, along)
    parts = [
        substring(pieces[at], max(0.0, low - BEYOND_M), min(pieces[at].length, high + BEYOND_M))
        for at, (low, high) in sorted(ends.items())
    ]
    return shapely.line_merge(shapely.multilinestrings(parts))


def _plain(line: BaseGeometry) -> GEOSGeometry:
    """Several pieces, or the only one as a plain line."""
    parts = shapely.get_parts(line)
    return GEOSGeometry((parts[0] if len(parts) == 1 else line).wkb_hex, srid=STORAGE_SRID)
