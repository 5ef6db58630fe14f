"""What the pages of rules show of one: its hours in words, its ground as shapes for the map."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from incidents.models import CompetenceRule
from zones.models import ZoneShape

# Degrees of ground around what a rule is about: about 300 metres.
MARGIN = 0.003
Box = tuple[float, float, float, float]


def hours_in_words(rule: CompetenceRule) -> str:
    """When a rule holds, "" for always."""
    parts = [", ".join(str(WEEKDAYS_ABBR[day - 1]) for day in rule.weekdays)]
    if rule.from_time is not None and rule.until_time is not None:
        hours = {"begins": f"{rule.from_time:%H:%M}", "ends": f"{rule.until_time:%H:%M}"}
        parts.append(_("%(begins)s to %(ends)s") % hours)
    return " ".join(part for part in parts if part)


def shapes_of(grounds: Iterable[GEOSGeometry]) -> dict[str, Any]:
    """Shapes for the map of a page."""
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(geometry.json),
            "properties": {"role": "area" if geometry.dims > 1 else "thing"},
        }
        for geometry in grounds
    ]
    return {"type": "FeatureCollection", "features": features}


def box_of(grounds: Sequence[GEOSGeometry], otherwise: Box) -> Box:
    """West, south, east, north of all of them with some ground around."""
    boxes = [one.extent for one in grounds]
    if not boxes:
        return otherwise
    west, south = (min(box[side] for box in boxes) - MARGIN for side in (0, 1))
    east, north = (max(box[side] for box in boxes) + MARGIN for side in (2, 3))
    return west, south, east, north


def grounds_of(rule: CompetenceRule, on: dt.date) -> Iterator[GEOSGeometry]:
    """The zone, the street and the drawn shape of a rule in force. One query."""
    street = rule.street
    zones = [rule.zone_id]
    if street and not rule.within_metres:
        zones.append(street.zone_id)
    elif street and street.axis:
        yield street.axis
    if rule.geometry:
        yield rule.geometry
    for shape in ZoneShape.objects.in_force(on).filter(zone__in=[pk for pk in zones if pk]):
        yield shape.geometry
