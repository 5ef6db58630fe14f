"""Says where a report lies: street, zones, words."""

import datetime as dt

from django.utils.translation import override

from geo.crs import STORAGE_SRID
from incidents.models import Incident
from zones.days import civil_day
from zones.locating import Located, locate
from zones.models import ZoneShape

AT_ADDRESS_M = 30
"""A house number names a place up to so far away."""


def place_incident(incident: Incident, now: dt.datetime) -> None:
    """Set street, zones and words from the geometry; the caller saves. Four queries.

    A line or an area belongs to every zone it meets; its street and words are those of a point on
    it.
    """
    incident.street_id, incident.place_text, incident.zone_ids = None, "", []
    if incident.geometry is None:
        return
    town = incident.municipality
    today = civil_day(now, town.timezone)
    point = incident.geometry.point_on_surface
    point.srid = STORAGE_SRID
    with override(town.languages[0]):
        located = locate(municipality=town, point=point, on=today)
        incident.place_text = _words(located)[:240]
    incident.street_id = located.street.street_id if located.street else None
    incident.zone_ids = sorted(
        ZoneShape.objects.in_municipality(town)
        .in_force(today)
        .filter(geometry__intersects=incident.geometry)
        .values_list("zone", flat=True)
        .distinct()
    )


def _words(located: Located) -> str:
    nearest = located.nearest_address
    if nearest and nearest.distance_m <= AT_ADDRESS_M:
        return nearest.label
    names = [located.street.name] if located.street else []
    names += [zone.name for zone in located.zones]
    return ", ".join(names)
