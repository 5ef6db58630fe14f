"""Lines and areas that somebody names in a form or draws: one reading for surveys and ideas.

What is named is cut to where it may lie; what is drawn is refused where it leaves it, because
nobody is told that they meant something else.
"""

from collections.abc import Iterable, Sequence

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from geo.crs import STORAGE_SRID
from geo.intake import Limits, parse_geojson
from zones.area_streets import find_street, street_label
from zones.models import Municipality, ZoneShape
from zones.names import in_language
from zones.stretches import stretch_of

#: Of one drawn shape: enough for a walk across the town, little enough to look at by the hundred.
DRAWN = Limits(size_bytes=60_000, vertices=500, rings=20, features=1)
#: Of what was named as well, whose outlines come from the register.
MOST_VERTICES = 20_000
#: Degrees, a hand's breadth: so far inside a limit is cut, so that the cut surely lies in it.
_INSIDE = 1e-6


def drawn_shape(text: str, accept: frozenset[str]) -> GEOSGeometry:
    """A shape as GeoJSON text, through the intake; EPSG:4326.

    Raises:
        GeometryRefused: whatever the intake refuses.
    """
    read = parse_geojson(text, accept=accept, limits=DRAWN)
    return GEOSGeometry(read.wkb_hex, srid=STORAGE_SRID)


def named_line(
    town: Municipality, street: str, first: int | None, last: int | None
) -> tuple[GEOSGeometry, dict[str, str]]:
    """A street, or a stretch of it by house numbers, with its words by language.

    Raises:
        ValidationError: what finding the street or its numbers refuses.
    """
    found = find_street(town, street)
    found = type(found).objects.select_related("municipality").get(pk=found.pk)
    line = stretch_of(found, first=first, last=last)
    words = {}
    for code in town.languages:
        with override(code):
            name = street_label(found, town.languages)
            words[code] = ", ".join(filter(None, (name, _numbers(first, last))))
    return line, words


def named_area(town: Municipality, zones: Sequence[int]) -> tuple[GEOSGeometry, dict[str, str]]:
    """Some zones as one area, with their names by language. One query.

    Raises:
        ValidationError: `no_area` where none of them has an outline today.
    """
    rows = list(
        ZoneShape.objects.in_municipality(town)
        .filter(zone__in=zones)
        .current()
        .select_related("zone")
        .order_by("zone__code")
    )
    if not rows:
        raise ValidationError(_("This neighbourhood has no outline. Draw it."), code="no_area")
    whole = shapely.union_all([shapely.from_wkb(bytes(row.geometry.wkb)) for row in rows])
    words = {
        code: ", ".join(in_language(row.zone.names, town.languages, code) for row in rows)
        for code in town.languages
    }
    return GEOSGeometry(whole.wkb_hex, srid=STORAGE_SRID), words


def cut_to(
    place: GEOSGeometry, limits: Iterable[GEOSGeometry | None], accept: frozenset[str]
) -> GEOSGeometry:
    """The part of a named place that lies within all limits; the whole of it where none does."""
    for limit in limits:
        if limit is None or limit.covers(place):
            continue
        part = _pieces(place.intersection(limit.buffer(-_INSIDE)), accept)
        if part is not None:
            place = part
    return place


def _pieces(part: GEOSGeometry, accept: frozenset[str]) -> GEOSGeometry | None:
    """What of a cut is still of the kind; where a line only touches, points fall out."""
    flat = shapely.get_parts(shapely.from_wkb(bytes(part.wkb)))
    kept = [one for one in flat if one.geom_type in accept and not one.is_empty]
    if not kept:
        return None
    whole = kept[0] if len(kept) == 1 else shapely.union_all(kept)
    return GEOSGeometry(whole.wkb_hex, srid=STORAGE_SRID)


def _numbers(first: int | None, last: int | None) -> str:
    if first is not None and last is not None:
        ends = {"first": min(first, last), "last": max(first, last)}
        return _("numbers %(first)d to %(last)d") % ends
    if first is not None:
        return _("numbers from %(first)d") % {"first": first}
    return _("numbers up to %(last)d") % {"last": last} if last is not None else ""
