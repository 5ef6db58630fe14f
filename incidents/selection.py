"""Which public reports somebody asks for: the choice of an address, as a question and as fields."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import Polygon
from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from geo.crs import STORAGE_SRID
from geo.intake import GeometryRefused, parse_point
from incidents.models import Category, Incident
from incidents.querysets import IncidentQuerySet
from incidents.workflow import ENDED, Status
from zones.models import Municipality, Street, Zone

OPEN, FINISHED = "open", "finished"
STATUSES: list[tuple[str, StrOrPromise]] = [
    (OPEN, _("all that are open")),
    (FINISHED, _("all that are finished")),
    *((one.value, one.label) for one in Status if one not in (Status.NEW, Status.REFUSED)),
]
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for; empty is everything."""

    category: str = ""
    status: str = ""
    zone: int | None = None
    street: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    box: Polygon | None = None

    def query(self) -> str:
        """The same choice as the end of an address, without the part of the map."""
        given = {
            "category": self.category,
            "status": self.status,
            "zone": self.zone or "",
            "street": self.street,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }
        return urlencode({name: value for name, value in given.items() if value})


def choice_of(given: QueryDict, municipality: Municipality) -> Choice:
    """Read a choice; what nobody could have clicked is not found.

    Raises:
        Http404: an unknown category, status or zone, a day or a box that is none.
    """
    category, status = given.get("category", ""), given.get("status", "")
    known = Category.objects.in_municipality(municipality)
    if category and ("\x00" in category or not known.filter(code=category).exists()):
        raise Http404
    if status and status not in dict(STATUSES):
        raise Http404
    return Choice(
        category=category,
        status=status,
        zone=_zone(given.get("zone", ""), municipality),
        street=given.get("street", "").replace("\x00", "").strip()[:LONGEST],
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
        box=box_of(given.get("bbox", "")),
    )


def chosen(choice: Choice, municipality: Municipality) -> IncidentQuerySet:
    """The public reports of a choice, newest first."""
    rows = Incident.objects.in_municipality(municipality).public()
    if choice.category:
        rows = rows.filter(category__code=choice.category) | rows.filter(
            category__parent__code=choice.category
        )
    rows = _in_status(rows, choice.status)
    if choice.zone:
        rows = rows.filter(zone_ids__contains=[choice.zone])
    if choice.street:
        named = Street.objects.in_municipality(municipality).named_like(choice.street)
        rows = rows.filter(street__in=named)
    if choice.since:
        rows = rows.filter(reported_at__gte=_midnight(choice.since, municipality))
    if choice.until and choice.until < dt.date.max:
        after = choice.until + dt.timedelta(days=1)
        rows = rows.filter(reported_at__lt=_midnight(after, municipality))
    if choice.box is not None:
        rows = rows.shown_in(choice.box)
    return rows.order_by("-reported_at", "-pk")


def _in_status(rows: IncidentQuerySet, status: str) -> IncidentQuerySet:
    if status == OPEN:
        return rows.exclude(status__in=ENDED)
    if status == FINISHED:
        return rows.filter(status__in=ENDED)
    return rows.filter(status=status) if status else rows


def box_of(text: str) -> Polygon | None:
    """West, south, east, north in degrees; None for nothing.

    Raises:
        Http404: no box.
    """
    if not text:
        return None
    parts = text.split(",")
    try:
        west, south, east, north = parts
        low, high = parse_point(west, south), parse_point(east, north)
    except (ValueError, GeometryRefused) as error:
        raise Http404 from error
    if low.x > high.x or low.y > high.y:
        raise Http404
    box = Polygon.from_bbox((low.x, low.y, high.x, high.y))
    box.srid = STORAGE_SRID
    return box


def _midnight(day: dt.date, municipality: Municipality) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ZoneInfo(municipality.timezone))


def _zone(asked: str, municipality: Municipality) -> int | None:
    if not asked:
        return None
    own = Zone.objects.in_municipality(municipality).areas()
    is_number = asked.isascii() and asked.isdecimal() and len(asked) <= 12
    if not is_number or not own.filter(pk=int(asked)).exists():
        raise Http404
    return int(asked)


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if not 1900 <= day.year <= 2200:
        raise Http404
    return day
