"""What lies around a place, in general: the place asked about, one row of it, one kind of row.

No kind is known here; `portal/nearby.py` brings them together.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import FloatField, Value
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from geo.metres import DistanceMetres
from zones.days import civil_day
from zones.models import Municipality, Street

#: Of one kind; whoever lives near more than that narrows the radius.
MOST_OF_A_KIND = 200
#: A house stands that near to the middle of its own street.
BESIDE_A_STREET_M = 30.0
RADII = (100, 300, 500, 1000, 2000)
USUAL_RADIUS = 500
NOW, COMING, LATELY = "now", "coming", "lately"
LATELY_DAYS = 60


@dataclass(frozen=True)
class Around:
    """The place asked about: EPSG:4326, how far around it, and its own street where it has one."""

    municipality: Municipality
    geometry: GEOSGeometry
    radius_m: int
    now: dt.datetime
    street: Street | None = None
    when: str = NOW

    @property
    def today(self) -> dt.date:
        """The civil day of the town."""
        return civil_day(self.now, self.municipality.timezone)


@dataclass(frozen=True)
class NearRow:
    """One thing near a place, ready for list, map and file."""

    kind: str
    label: StrOrPromise
    title: str
    url: str
    period: str
    newest: dt.datetime
    distance_m: float | None = None
    is_own_street: bool = False
    is_here: bool = False
    point: Point | None = field(default=None, compare=False)
    note: StrOrPromise = ""
    # The works it is, or that it is news of.
    works: int | None = None
    # Where there is no distance: which part of the town it concerns, the whole if empty.
    where: StrOrPromise = ""
    is_invented: bool = False
    is_lasting: bool = False

    @property
    def order(self) -> tuple[bool, bool, float, float]:
        """Nearest first, then what concerns the whole town, the newest first.

        What is always there, such as a rated place, comes after what happens.
        """
        far = self.distance_m if self.distance_m is not None else 0.0
        return self.is_lasting, self.distance_m is None, round(far), -self.newest.timestamp()


Find = Callable[[Around], list[NearRow]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can lie near somebody."""

    code: str
    label: StrOrPromise
    find: Find


def to_street(around: Around) -> Any:
    """Metres from a row's geometry to the street of the place; nothing without one."""
    axis = around.street.axis if around.street else None
    if axis is None:
        return Value(None, output_field=FloatField())
    return DistanceMetres("geometry", axis)


def is_beside(row: Any) -> bool:
    """Whether a row measured by `to_street` lies on the street of the place."""
    return row.to_street is not None and row.to_street <= BESIDE_A_STREET_M


def civil(moment: dt.datetime | None, around: Around) -> dt.date | None:
    """The town's day of a moment."""
    return civil_day(moment, around.municipality.timezone) if moment else None


def period_words(first: dt.date | None, last: dt.date | None) -> str:
    """A period in words, both days included; empty where neither is known."""
    if first and last and first == last:
        return date_format(first, "DATE_FORMAT")
    if first and last:
        return _("%(first)s to %(last)s") % {
            "first": date_format(first, "DATE_FORMAT"),
            "last": date_format(last, "DATE_FORMAT"),
        }
    if last:
        return _("until %(day)s") % {"day": date_format(last, "DATE_FORMAT")}
    if first:
        return _("from %(day)s") % {"day": date_format(first, "DATE_FORMAT")}
    return ""
