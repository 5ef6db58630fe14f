"""What the pages of rules show of one: its hours in words, its ground as shapes for the map."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from incidents.models import CompetenceRule
from zones.models import ZoneShape


def hours_in_words(rule: CompetenceRule) -> str:
    """When a rule holds, "" for always."""
    parts = [", ".join(str(WEEKDAYS_ABBR[day - 1]) for day in rule.weekdays)]
    if rule.from_time is not None and rule.until_time is not None:
        hours = {"begins": f"{rule.from_time:%H:%M}", "ends": f"{rule.until_time:%H:%M}"}
        parts.append(_("%(begins)s to %(ends)s") % hours)
    return " ".join(part for part in parts if part)


def shapes_of(rule: CompetenceRule, on: dt.date) -> dict[str, Any]:
    """The zone, the street and the drawn shape of a rule, for the map of a page."""
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(geometry.json),
            "properties": {"role": "area" if geometry.dims > 1 else "thing"},
        }
        for geometry in _grounds(rule, on)
    ]
    return {"type": "FeatureCollection", "features": features}


def _grounds(rule: CompetenceRule, on: dt.date) -> Iterator[GEOSGeometry]:
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
