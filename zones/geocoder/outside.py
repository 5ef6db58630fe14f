"""Asks a self-hosted Nominatim or Photon through geopy; used only when the operator sets one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.exceptions import ImproperlyConfigured
from geopy.exc import GeopyError
from geopy.geocoders import Nominatim, Photon
from geopy.location import Location

from geo.matching import Precision
from zones.geocoder.answers import Answer
from zones.models import Municipality

_TIMEOUT_SECONDS = 3
# What each service calls the thing it found, and how exactly that stands for an address.
_PRECISIONS = {
    "house": Precision.ADDRESS,
    "building": Precision.ADDRESS,
    "place": Precision.ADDRESS,
    "street": Precision.STREET,
    "road": Precision.STREET,
    "highway": Precision.STREET,
    "suburb": Precision.QUARTER,
    "quarter": Precision.QUARTER,
    "neighbourhood": Precision.QUARTER,
    "district": Precision.QUARTER,
    "locality": Precision.QUARTER,
}
_SCORES = {Precision.ADDRESS: 0.7, Precision.STREET: 0.6, Precision.QUARTER: 0.5}


class OutsideGeocoderError(Exception):
    """The self-hosted service failed; that says nothing about whether the address exists."""


def ask_outside(municipality: Municipality, text: str, *, limit: int) -> list[Answer]:
    """Answers of the configured service that lie in the town's outline.

    Raises:
        OutsideGeocoderError: the service is unreachable, slow, or answers nonsense.
    """
    geocoder = _service()
    town = next(iter(municipality.names.values()), "")
    options: dict[str, Any] = {"exactly_one": False, "limit": limit}
    if isinstance(geocoder, Nominatim):
        options["addressdetails"] = True
    try:
        locations = geocoder.geocode(f"{text}, {town}", **options)
    except GeopyError as error:
        raise OutsideGeocoderError(f"{settings.MEGDAN_GEOCODER_URL}: {error}") from error
    return [_answer(location) for location in locations or () if _lies_in(municipality, location)]


def _service() -> Nominatim | Photon:
    url = urlsplit(settings.MEGDAN_GEOCODER_URL)
    where = {
        "domain": f"{url.netloc}{url.path}".rstrip("/"),
        "scheme": url.scheme,
        "timeout": _TIMEOUT_SECONDS,
        "user_agent": "megdan",
    }
    if settings.MEGDAN_GEOCODER_KIND == "nominatim":
        return Nominatim(**where)
    if settings.MEGDAN_GEOCODER_KIND == "photon":
        return Photon(**where)
    raise ImproperlyConfigured(
        "MEGDAN_GEOCODER_KIND must be nominatim or photon, "
        f"but it is {settings.MEGDAN_GEOCODER_KIND!r}."
    )


def _lies_in(municipality: Municipality, location: Location) -> bool:
    outline = municipality.outline
    point = Point(location.longitude, location.latitude, srid=4326)
    return outline is None or bool(outline.covers(point))


def _answer(location: Location) -> Answer:
    raw = location.raw.get("properties", location.raw)
    details = raw.get("address", raw)
    found = str(raw.get("addresstype") or raw.get("type") or "")
    precision = _PRECISIONS.get(found, Precision.SETTLEMENT)
    if precision is Precision.ADDRESS and not (
        details.get("house_number") or details.get("housenumber")
    ):
        precision = Precision.STREET
    return Answer(
        label=location.address,
        longitude=location.longitude,
        latitude=location.latitude,
        precision=precision,
        score=_SCORES.get(precision, 0.4),
        locality=str(details.get("city") or details.get("village") or ""),
        postal_code=str(details.get("postcode") or ""),
    )
