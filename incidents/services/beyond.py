"""Whose a place outside the town is, and the refusal that says so."""

from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from departments.models import Department
from geo.crs import STORAGE_SRID
from zones.models import Municipality


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place beyond the border; `town` is who answers there, where the program knows it."""

    town: Municipality | None
    phone: str
    longitude: float
    latitude: float


class BeyondError(ValidationError):
    """A place outside the town; `elsewhere` says whose it is."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        """The sentence names the other town where it is known."""
        super().__init__(_sentence(elsewhere), code="outside")
        self.elsewhere = elsewhere


def beyond(municipality: Municipality, shape: GEOSGeometry) -> Elsewhere:
    """Whose place outside a town it is, with the telephone of its town hall. Two queries."""
    point = point_on(shape)
    others = Municipality.objects.real().exclude(pk=municipality.pk)
    town = others.filter(outline__intersects=shape).order_by("pk").first()
    return Elsewhere(town, _phone(town) if town else "", point.x, point.y)


def point_on(shape: GEOSGeometry) -> Point:
    """A point that surely lies on a shape, EPSG:4326."""
    point: Point = shape.point_on_surface
    point.srid = STORAGE_SRID
    return point


def _phone(town: Municipality) -> str:
    """Of the first office of a town hall that has one, as its own pages show it."""
    own = Department.objects.in_municipality(town).in_use().exclude(kind=Department.Kind.OUTSIDE)
    ordered = own.exclude(phone="").order_by(F("parent").asc(nulls_first=True), "pk")
    return str(ordered.values_list("phone", flat=True).first() or "")


def _sentence(elsewhere: Elsewhere) -> str:
    if elsewhere.town is None:
        return _("This place is outside the municipality. Choose a place inside the border.")
    return _("This place lies in %(town)s: the town hall there takes care of it.") % {
        "town": elsewhere.town.name
    }
