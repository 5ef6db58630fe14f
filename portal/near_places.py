"""Which place “near” is about: the own home, a followed area, or what an address of a page names.

What visitors ask about stands in the address of the page and is stored nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.crs import STORAGE_SRID
from geo.intake import parse_point
from notifications.models import FollowedArea
from residents.models import Residence
from zones.days import civil_day
from zones.geocoder import Answer, OutsideGeocoderError, geocode_text
from zones.labels import address_label
from zones.models import Address, Municipality, Street, Zone, ZoneShape

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

LONGEST_NUMBER = 18


@dataclass(frozen=True)
class NearPlace:
    """A place in EPSG:4326, how it is called, and the part of an address that names it again."""

    label: str
    geometry: GEOSGeometry
    query: str
    street: Street | None = None


def home_of(
    user: "User | AnonymousUser", municipality: Municipality, now: "dt.datetime"
) -> NearPlace | None:
    """The home of a resident of this town; None for everybody else. One query."""
    if not user.is_authenticated:
        return None
    today = civil_day(now, municipality.timezone)
    residence = (
        Residence.objects.in_municipality(municipality)
        .in_force(today)
        .filter(resident__user=user)
        .select_related("address__street", "address__municipality")
        .first()
    )
    if residence is None:
        return None
    label = address_label(residence.address) if residence.address else residence.written
    street = residence.address.street if residence.address else None
    return NearPlace(label, residence.location, "home=1", street)


def followed_by(user: "User | AnonymousUser", municipality: Municipality) -> list[NearPlace]:
    """Areas that somebody follows in this town. One query."""
    own = FollowedArea.objects.in_municipality(municipality).of(user).order_by("name", "pk")
    return [NearPlace(row.name, row.geometry, f"followed={row.pk}") for row in own]


def asked_place(
    municipality: Municipality, query: Mapping[str, str], today: "dt.date"
) -> NearPlace | None:
    """The place that `address`, `lon` and `lat`, or `zone` of a page's address name.

    Raises:
        ValidationError: `unknown_place` when it names none of this town.
    """
    if number := query.get("address", ""):
        return _at_address(municipality, number)
    if number := query.get("zone", ""):
        return _at_zone(municipality, number, today)
    if query.get("lon") or query.get("lat"):
        parsed = parse_point(query.get("lon", ""), query.get("lat", ""))
        point = Point(parsed.x, parsed.y, srid=STORAGE_SRID)
        named = urlencode({"lon": f"{point.x:.6f}", "lat": f"{point.y:.6f}"})
        return NearPlace(_("the chosen point"), point, named)
    return None


def found_places(municipality: Municipality, text: str) -> list[NearPlace]:
    """What a typed address may mean, best first; [] when there is no such address."""
    try:
        answers = geocode_text(municipality, text)
    except OutsideGeocoderError:
        return []
    return [_of_answer(answer) for answer in answers]


def _of_answer(answer: Answer) -> NearPlace:
    point = Point(answer.longitude, answer.latitude, srid=STORAGE_SRID)
    if answer.address_id is not None:
        return NearPlace(answer.label, point, f"address={answer.address_id}")
    named = urlencode({"lon": f"{point.x:.6f}", "lat": f"{point.y:.6f}"})
    return NearPlace(answer.label, point, named)


def _at_address(municipality: Municipality, number: str) -> NearPlace:
    own = Address.objects.in_municipality(municipality).select_related("street", "municipality")
    address = own.filter(pk=_number(number)).first()
    if address is None:
        raise _unknown()
    return NearPlace(
        address_label(address), address.location, f"address={address.pk}", address.street
    )


def _at_zone(municipality: Municipality, number: str, today: "dt.date") -> NearPlace:
    zone = Zone.objects.in_municipality(municipality).filter(pk=_number(number)).first()
    shape = ZoneShape.objects.filter(zone=zone).in_force(today).first() if zone else None
    if zone is None or shape is None:
        raise _unknown()
    return NearPlace(zone.name, shape.geometry, f"zone={zone.pk}")


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > LONGEST_NUMBER:
        raise _unknown()
    return int(text)


def _unknown() -> ValidationError:
    return ValidationError(
        _("This place is not known here. Type an address or choose a neighbourhood."),
        code="unknown_place",
    )
