"""Brings together everything that lies near a place: news, works, reports, what later kinds add.

Each kind is a function that finds its own rows; the page, its map and its files show the same rows.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.gis.db.models.functions import ClosestPoint
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import Count, F, FloatField, Max, Min, Q, Value
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from consultations.models import Process
from consultations.phases import PhaseKind, under_way
from departments.models import Works
from geo.metres import DistanceMetres, within_metres
from incidents.models import Incident
from incidents.present.public import PublicReport, public_reports
from incidents.workflow import ENDED, Status
from notifications.models import Announcement
from notifications.paths import news_path
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
    distance_m: float | None
    newest: dt.datetime
    is_own_street: bool = False
    is_here: bool = False
    point: Point | None = field(default=None, compare=False)
    note: StrOrPromise = ""
    # The works it is, or that it is news of.
    works: int | None = None

    @property
    def order(self) -> tuple[bool, float, float]:
        """Nearest first; what concerns the whole town comes last, the newest first."""
        far = self.distance_m if self.distance_m is not None else 0.0
        return self.distance_m is None, round(far), -self.newest.timestamp()


Find = Callable[[Around], list[NearRow]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can lie near somebody."""

    code: str
    label: StrOrPromise
    find: Find


def near(around: Around, kinds: Sequence[Kind], wanted: str = "") -> list[NearRow]:
    """Everything near a place, nearest first. One query for each kind.

    Works that a listed piece of news is about are not listed once more.
    """
    rows = [row for kind in kinds if wanted in ("", kind.code) for row in kind.find(around)]
    told = {row.works for row in rows if row.kind == "news" and row.works is not None}
    kept = [row for row in rows if row.kind != "works" or row.works not in told]
    return sorted(kept, key=lambda row: row.order)


def find_news(around: Around) -> list[NearRow]:
    """News drawn near or aimed at the place, and news for the whole town. One query."""
    place = around.geometry
    aimed = Q(target__isnull=False) & within_metres("target__geometry", place, around.radius_m)
    drawn = within_metres("geometry", place, around.radius_m)
    whole_town = Q(target__isnull=True, geometry__isnull=True)
    found = (
        _news_of(around)
        .filter(drawn | aimed | whole_town)
        .select_related("municipality")
        .annotate(
            distance=Coalesce(
                DistanceMetres(F("geometry"), place),
                DistanceMetres(F("target__geometry"), place),
                output_field=FloatField(),
            ),
            aimed_at=DistanceMetres(F("target__geometry"), place),
            nearest=ClosestPoint(F("geometry"), place),
            nearest_aimed=ClosestPoint(F("target__geometry"), place),
            to_street=_to_street(around),
        )
        .order_by(F("distance").asc(nulls_last=True), "-published_at", "-pk")
    )
    return [_news_row(around, row) for row in found[:MOST_OF_A_KIND]]


def find_works(around: Around) -> list[NearRow]:
    """Public works near the place; geometry to geometry, so a long line is near all along it."""
    found = (
        _works_of(around)
        .near(around.geometry, around.radius_m)
        .annotate(
            distance=DistanceMetres(F("geometry"), around.geometry),
            nearest=ClosestPoint(F("geometry"), around.geometry),
            to_street=_to_street(around),
        )
        .order_by("distance", "-starts_on", "-pk")
    )
    return [_works_row(around, row) for row in found[:MOST_OF_A_KIND]]


def find_reports(around: Around) -> list[NearRow]:
    """Public reports whose mark, as everybody sees it, lies near the place. Four queries."""
    town = around.municipality
    if "reports" not in town.modules or around.when == COMING:
        return []
    own = Incident.objects.in_municipality(town).public().exclude(status=Status.MERGED)
    since = around.now - dt.timedelta(days=LATELY_DAYS)
    if around.when == LATELY:
        own = own.filter(status__in=ENDED, changed_at__gt=since)
    else:
        own = own.exclude(status__in=ENDED)
    found = own.shown_near(around.geometry, around.radius_m).with_public_parts()
    rows = list(found[:MOST_OF_A_KIND])
    return [
        _report_row(around, seen, row.distance)  # type: ignore[attr-defined]
        for row, seen in zip(rows, public_reports(rows, town), strict=True)
    ]


def find_consultations(around: Around) -> list[NearRow]:
    """Published consultations whose area lies near the place, and those of the whole town.

    Two queries.
    """
    town = around.municipality
    if "consultations" not in town.modules:
        return []
    at = "area__geometry"
    near_it = within_metres(at, around.geometry, around.radius_m)
    found = (
        _consultations_of(around)
        .filter(near_it | Q(area__isnull=True))
        .annotate(
            distance=DistanceMetres(F(at), around.geometry),
            nearest=ClosestPoint(F(at), around.geometry),
        )
        .order_by(F("distance").asc(nulls_last=True), "-published_at", "-pk")
        .prefetch_related("phases")
    )
    return [_consultation_row(around, row) for row in found[:MOST_OF_A_KIND]]


KINDS: tuple[Kind, ...] = (
    Kind("news", gettext_lazy("News"), find_news),
    Kind("works", gettext_lazy("Works"), find_works),
    Kind("reports", gettext_lazy("Reports"), find_reports),
    Kind("consultations", gettext_lazy("Consultations"), find_consultations),
)


def _to_street(around: Around) -> Any:
    axis = around.street.axis if around.street else None
    if axis is None:
        return Value(None, output_field=FloatField())
    return DistanceMetres(F("geometry"), axis)


def _news_of(around: Around) -> Any:
    own = Announcement.objects.in_municipality(around.municipality)
    since = around.now - dt.timedelta(days=LATELY_DAYS)
    if around.when == LATELY:
        return own.public(around.now).filter(published_at__gt=since)
    current = own.current(around.now)
    if around.when == COMING:
        return current.filter(starts_at__gt=around.now)
    # News without a period is not for ever.
    return current.filter(Q(ends_at__isnull=False) | Q(published_at__gt=since))


def _works_of(around: Around) -> Any:
    own = Works.objects.in_municipality(around.municipality).public()
    if around.when == LATELY:
        since = around.today - dt.timedelta(days=LATELY_DAYS)
        return own.filter(ends_on__lte=around.today, ends_on__gt=since)
    if around.when == COMING:
        return own.filter(starts_on__gt=around.today)
    return own.not_over(around.today)


def _consultations_of(around: Around) -> Any:
    """By the moment at which the last phase ends; one without an end goes on."""
    own: Any = Process.objects.in_municipality(around.municipality).published()
    own = own.annotate(
        begins=Min("phases__starts_at"),
        ends=Max("phases__ends_at"),
        endless=Count("phases", filter=Q(phases__ends_at__isnull=True)),
    )
    if around.when == COMING:
        return own.filter(begins__gt=around.now)
    if around.when == LATELY:
        since = around.now - dt.timedelta(days=LATELY_DAYS)
        return own.filter(endless=0, ends__lte=around.now, ends__gt=since)
    return own.filter(Q(endless__gt=0) | Q(ends__gt=around.now))


def _consultation_row(around: Around, row: Any) -> NearRow:
    phases = sorted(row.phases.all(), key=lambda one: one.starts_at)
    running = under_way(phases, around.now) or phases[:1]
    last = None if row.endless else row.ends - dt.timedelta(microseconds=1)
    return NearRow(
        kind="consultations",
        label=gettext_lazy("Consultation"),
        title=row.name,
        url=f"/{around.municipality.slug}/consultations/{row.pk}/",
        period=_period(_civil(row.begins, around), _civil(last, around)),
        distance_m=row.distance,
        newest=row.published_at,
        is_here=row.distance is not None and row.distance < 1,
        point=row.nearest,
        note=", ".join(str(PhaseKind(one.kind).label) for one in running),
    )


def _news_row(around: Around, row: Any) -> NearRow:
    is_here = row.aimed_at is not None and row.aimed_at < 1
    return NearRow(
        kind="news",
        label=gettext_lazy("News"),
        title=row.title,
        url=news_path(around.municipality.slug, row.pk),
        period=_period(_civil(row.starts_at, around), _civil(row.ends_at, around)),
        distance_m=row.distance,
        newest=row.published_at,
        is_own_street=_is_beside(row),
        is_here=is_here,
        point=row.nearest or row.nearest_aimed,
        note=row.get_topic_display(),
        works=row.works_id,
    )


def _works_row(around: Around, row: Any) -> NearRow:
    zone = ZoneInfo(around.municipality.timezone)
    last = row.ends_on - dt.timedelta(days=1) if row.ends_on else None
    return NearRow(
        kind="works",
        label=gettext_lazy("Works"),
        title=row.name,
        url=works_path(around.municipality.slug, row.pk),
        period=_period(row.starts_on, last),
        distance_m=row.distance,
        newest=dt.datetime.combine(row.starts_on, dt.time(), zone),
        is_own_street=_is_beside(row),
        point=row.nearest,
        note=row.get_kind_display(),
        works=row.pk,
    )


def _report_row(around: Around, seen: PublicReport, distance: float) -> NearRow:
    return NearRow(
        kind="reports",
        label=gettext_lazy("Report"),
        title=seen.category,
        url=f"/{around.municipality.slug}/reports/{seen.reference}/",
        period=_period(seen.reported_on, None),
        distance_m=distance,
        newest=seen.reported_at,
        point=seen.point,
        note=seen.status_label,
    )


def works_path(slug: str, works_id: int) -> str:
    """Where residents read about works."""
    return f"/{slug}/nearby/works/{works_id}/"


def _is_beside(row: Any) -> bool:
    return row.to_street is not None and row.to_street <= BESIDE_A_STREET_M


def _civil(moment: dt.datetime | None, around: Around) -> dt.date | None:
    return civil_day(moment, around.municipality.timezone) if moment else None


def _period(first: dt.date | None, last: dt.date | None) -> str:
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
