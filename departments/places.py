"""Reads where works are: from a shape, a point or an address that staff typed."""

from collections.abc import Mapping
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.crs import STORAGE_SRID
from geo.intake import ANY_SHAPE, parse_geojson, parse_point
from zones.geocoder import OutsideGeocoderError, Precision, geocode_text
from zones.models import Municipality

SHOWN_ANSWERS = 5


def geometry_of(municipality: Municipality, typed: Mapping[str, Any]) -> GEOSGeometry:
    """The place that one of the three ways names; an address goes before a point before a shape.

    In a form that changes works the shape there was is filled in, so what is typed beside it wins.

    Raises:
        ValidationError: at the field that was filled in: what the intake refuses, or `not_exact`
            when an address has no answer, several, or none that is exact.
    """
    if typed["place_text"].strip():
        return _address_point(municipality, typed["place_text"])
    if typed["longitude"].strip() or typed["latitude"].strip():
        try:
            point = parse_point(typed["longitude"], typed["latitude"])
        except ValidationError as refused:
            raise ValidationError({"longitude": refused.messages}) from refused
        return Point(point.x, point.y, srid=STORAGE_SRID)
    if typed["geometry"].strip():
        try:
            shape = parse_geojson(typed["geometry"], accept=ANY_SHAPE)
        except ValidationError as refused:
            raise ValidationError({"geometry": refused.messages}) from refused
        return GEOSGeometry(shape.wkb_hex, srid=STORAGE_SRID)
    sentence = _("Say where: an address, a point, or a shape.")
    raise ValidationError({"place_text": ValidationError(sentence, code="required")})


def _address_point(municipality: Municipality, text: str) -> Point:
    try:
        answers = geocode_text(municipality, text, limit=SHOWN_ANSWERS)
    except OutsideGeocoderError:
        answers = []
    exact = {Precision.ADDRESS, Precision.INTERPOLATED}
    sure = [one for one in answers if one.precision in exact and not one.ambiguous]
    if sure:
        return Point(sure[0].longitude, sure[0].latitude, srid=STORAGE_SRID)
    if answers:
        found = "; ".join(dict.fromkeys(one.label for one in answers))
        sentence = _("Several places could be meant: %(found)s. Write the street and the number.")
        sentence = sentence % {"found": found}
    else:
        sentence = _("No such address is known. Write the street and the number, or give a point.")
    raise ValidationError({"place_text": ValidationError(sentence, code="not_exact")})
