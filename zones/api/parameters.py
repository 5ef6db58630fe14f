"""Read query parameters that stand for places; every fault says what to send instead."""

from __future__ import annotations

from django import forms
from django.contrib.gis.geos import Point, Polygon
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from geo.crs import STORAGE_SRID
from geo.errors import GeometryRefused
from geo.intake import parse_point


def read_point(longitude: str, latitude: str) -> Point:
    """A point in EPSG:4326 from two texts in degrees.

    Raises:
        GeometryRefused: not numbers, or not on Earth; its `path` names the parameter.
    """
    found = parse_point(longitude, latitude)
    return Point(found.x, found.y, srid=STORAGE_SRID)


def read_near(text: str) -> Point | None:
    """A point from “longitude,latitude”; nothing from an empty text.

    Raises:
        ValidationError: `point`.
    """
    if not text.strip():
        return None
    parts = text.split(",")
    if len(parts) != 2:
        raise ValidationError(
            _("Give a point as longitude,latitude, for example 26.37,46.93."), code="point"
        )
    return read_point(*(part.strip() for part in parts))


def read_box(text: str) -> Polygon:
    """A box in EPSG:4326 from “west,south,east,north”.

    Raises:
        ValidationError: `bbox`, or what is wrong with one of its corners.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4:
        raise ValidationError(
            _("Give four numbers: west,south,east,north, for example 26.3,46.9,26.4,47."),
            code="bbox",
        )
    south_west, north_east = read_point(*parts[:2]), read_point(*parts[2:])
    if south_west.x >= north_east.x or south_west.y >= north_east.y:
        raise ValidationError(
            _("West must be less than east, and south less than north."), code="bbox_order"
        )
    box = Polygon.from_bbox((south_west.x, south_west.y, north_east.x, north_east.y))
    box.srid = STORAGE_SRID
    return box


class BoxField(forms.CharField):
    """A form field whose value is a box, or nothing when left out."""

    def clean(self, value: object) -> Polygon | None:
        """Read the text; the fault stays with this field."""
        text = str(super().clean(value)).strip()
        if not text:
            return None
        try:
            return read_box(text)
        except GeometryRefused as error:
            raise ValidationError(" ".join(error.messages), code=error.code) from error
