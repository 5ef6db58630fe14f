"""Makes the place of a report out of marked points: a point, a stretch of street, an area."""

import json
from collections.abc import Sequence

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, substring

from geo.crs import STORAGE_SRID, project, unproject
from geo.intake import AREAS, parse_geojson, parse_point
from geo.metres import DistanceMetres, within_metres
from incidents.services.beyond import BeyondError, beyond
from zones.models import Municipality, Street

#: A thumb on a phone's map hits a street within so many metres.
REACH_M = 40.0
MOST_MARKS = 60
SHAPES = ("point", "line", "area")
_FEWEST = {"point": 1, "line": 2, "area": 3}


def marks_of(text: str) -> list[Point]:
    """Points written as `longitude,latitude;longitude,latitude`, each read by the intake.

    Raises:
        ValidationError: `invalid_marks`, or what the intake refuses.
    """
    pieces = [piece for piece in text.split(";") if piece.strip()]
    if len(pieces) > MOST_MARKS:
        raise ValidationError(_("Mark fewer points."), code="invalid_marks")
    points = []
    for piece in pieces:
        longitude, separator, latitude = piece.partition(",")
        if not separator:
            raise ValidationError(_("Mark the place on the map again."), code="invalid_marks")
        parsed = parse_point(longitude.strip(), latitude.strip())
        points.append(Point(parsed.x, parsed.y, srid=STORAGE_SRID))
    return points


def shape_of(*, municipality: Municipality, shape: str, marks: Sequence[Point]) -> GEOSGeometry:
    """The geometry of a report in EPSG:4326, inside the town.

    Two points of a line that lie at the same street follow its axis between them.

    Raises:
        BeyondError: for a place outside the town.
        ValidationError: `too_few`, or what the intake refuses in a shape.
    """
    if len(marks) < _FEWEST[shape]:
        raise ValidationError(_("Mark the place: one point, or more of them."), code="too_few")
    made: GEOSGeometry = marks[0]
    if shape == "line":
        made = stretch(municipality=municipality, first=marks[0], last=marks[-1])
    elif shape == "area":
        made = _area(marks)
    outline = municipality.outline
    if outline and not outline.intersects(made):
        raise BeyondError(beyond(municipality, made))
    return made


def stretch(*, municipality: Municipality, first: Point, last: Point) -> GEOSGeometry:
    """The part of a street's axis between two points near it, else the straight line. One query.

    Raises:
        ValidationError: `too_few` for twice the same point.
    """
    if first.equals_exact(last, 1e-7):
        raise ValidationError(_("Mark the place: one point, or more of them."), code="too_few")
    street = (
        Street.objects.in_municipality(municipality)
        .filter(within_metres("axis", first, REACH_M), within_metres("axis", last, REACH_M))
        .annotate(away_m=DistanceMetres(F("axis"), first) + DistanceMetres(F("axis"), last))
        .order_by("away_m", "pk")
        .first()
    )
    ends = [shapely.from_wkb(bytes(one.wkb)) for one in (first, last)]
    line: BaseGeometry = LineString(shapely.get_coordinates(ends))
    if street is not None and street.axis is not None:
        axis = shapely.from_wkb(bytes(street.axis.wkb))
        line = _along(axis, ends, municipality.metric_srid) or line
    return GEOSGeometry(memoryview(shapely.to_wkb(shapely.force_2d(line))), srid=STORAGE_SRID)


def _along(
    axis: BaseGeometry, ends: Sequence[BaseGeometry], metric_srid: int
) -> BaseGeometry | None:
    """Linear reference: from the place of one end along the axis to that of the other.

    None where the axis has a gap between them, or would lead far around.
    """
    flat = project(np.array([axis, *ends], dtype=object), metric_srid)
    merged = linemerge(flat[0]) if flat[0].geom_type == "MultiLineString" else flat[0]
    parts = list(merged.geoms) if hasattr(merged, "geoms") else [merged]
    near = [part for part in parts if all(part.distance(end) <= REACH_M for end in flat[1:])]
    if not near:
        return None
    best = min(near, key=lambda part: sum(part.distance(end) for end in flat[1:]))
    cut = substring(best, best.project(flat[1]), best.project(flat[2]))
    straight = flat[1].distance(flat[2])
    if cut.geom_type != "LineString" or cut.length > 3 * straight + 2 * REACH_M:
        return None
    back: BaseGeometry = unproject(np.array([cut], dtype=object), metric_srid)[0]
    return back


def _area(marks: Sequence[Point]) -> GEOSGeometry:
    ring = [[one.x, one.y] for one in marks]
    if ring[0] != ring[-1]:
        ring.append(ring[0])
    shape = parse_geojson(json.dumps({"type": "Polygon", "coordinates": [ring]}), accept=AREAS)
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=STORAGE_SRID)
