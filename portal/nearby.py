"""Brings together everything that lies near a place: news, works, reports, what later kinds add.

Each kind is a function that finds its own rows; the page, its map and its files show the same rows.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.gis.db.models.functions import ClosestPoint
from django.db.models import Count, F, FloatField, Max, Min, Q
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import Process
from consultations.phases import PhaseKind, under_way
from departments.models import Works
from geo.metres import DistanceMetres, within_metres
from incidents.models import Incident
from incidents.present.public import PublicReport, public_reports
from incidents.workflow import ENDED, Status
from notifications.models import Announcement
from notifications.paths import news_path
from notifications.topics import Topic
from portal.around import (
    COMING,
    LATELY,
    LATELY_DAYS,
    MOST_OF_A_KIND,
    NOW,
    Around,
    Kind,
    NearRow,
    civil,
    is_beside,
    period_words,
    to_street,
)
from satisfaction.present.rated import RatedPlace, rated_places

#: News that is an invitation: it says when.
IS_EVENT = Q(topic=Topic.EVENTS, starts_at__isnull=False)


def near(around: Around, kinds: Sequence[Kind], wanted: str = "") -> list[NearRow]:
    """Everything near a place, nearest first. One to four queries for each kind.

    Works that a listed piece of news is about are not listed once more.
    """
    rows = [row for kind in kinds if wanted in ("", kind.code) for row in kind.find(around)]
    told = {row.works for row in rows if row.kind == "news" and row.works is not None}
    kept = [row for row in rows if row.kind != "works" or row.works not in told]
    return sorted(kept, key=lambda row: row.order)


def find_news(around: Around) -> list[NearRow]:
    """News drawn near or aimed at the place, and news for the whole town. One query."""
    return _told(around, news_of(around).exclude(IS_EVENT))


def find_events(around: Around) -> list[NearRow]:
    """News of the topic “events” that says when, likewise. One query."""
    return _told(around, news_of(around).filter(IS_EVENT))


def find_told(around: Around) -> list[NearRow]:
    """Both of them. One query."""
    return _told(around, news_of(around))


def _told(around: Around, news: Any) -> list[NearRow]:
    place = around.geometry
    aimed = Q(target__isnull=False) & within_metres("target__geometry", place, around.radius_m)
    drawn = within_metres("geometry", place, around.radius_m)
    whole_town = Q(target__isnull=True, geometry__isnull=True)
    found = (
        news.filter(drawn | aimed | whole_town)
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
            to_street=to_street(around),
        )
        .order_by(F("distance").asc(nulls_last=True), "-published_at", "-pk")
    )
    return [
        row_of_news(
            around,
            row,
            distance_m=row.distance,
            is_own_street=is_beside(row),
            is_here=row.aimed_at is not None and row.aimed_at < 1,
            point=row.nearest or row.nearest_aimed,
        )
        for row in found[:MOST_OF_A_KIND]
    ]


def find_works(around: Around) -> list[NearRow]:
    """Public works near the place; geometry to geometry, so a long line is near all along it."""
    found = (
        _works_of(around)
        .near(around.geometry, around.radius_m)
        .annotate(
            distance=DistanceMetres(F("geometry"), around.geometry),
            nearest=ClosestPoint(F("geometry"), around.geometry),
            to_street=to_street(around),
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
        consultations_of(around)
        .filter(near_it | Q(area__isnull=True))
        .annotate(
            distance=DistanceMetres(F(at), around.geometry),
            nearest=ClosestPoint(F(at), around.geometry),
        )
        .order_by(F("distance").asc(nulls_last=True), "-published_at", "-pk")
        .prefetch_related("phases")
    )
    return [
        row_of_consultation(
            around,
            row,
            distance_m=row.distance,
            is_here=row.distance is not None and row.distance < 1,
            point=row.nearest,
        )
        for row in found[:MOST_OF_A_KIND]
    ]


def find_ratings(around: Around) -> list[NearRow]:
    """Rated places with a published figure; none of it is older or newer than now. Two queries."""
    town = around.municipality
    if "ratings" not in town.modules or around.when != NOW:
        return []
    found = rated_places(
        town,
        around.geometry,
        today=around.today,
        language=translation.get_language() or "",
        metres=around.radius_m,
        most=MOST_OF_A_KIND,
    )
    return [_rated_row(around, one) for one in found]


KINDS: tuple[Kind, ...] = (
    Kind("news", gettext_lazy("News"), find_news),
    Kind("events", gettext_lazy("Events"), find_events),
    Kind("works", gettext_lazy("Works"), find_works),
    Kind("reports", gettext_lazy("Reports"), find_reports),
    Kind("consultations", gettext_lazy("Consultations"), find_consultations),
    Kind("ratings", gettext_lazy("Rated places"), find_ratings),
)


def news_of(around: Around) -> Any:
    """Public news of the asked time, wherever it is."""
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


def consultations_of(around: Around) -> Any:
    """Published ones of the asked time, by the end of the last phase; some have no end."""
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


def row_of_consultation(around: Around, row: Any, **where: Any) -> NearRow:
    """A consultation of `consultations_of` with its phases; `where` is how it lies."""
    phases = sorted(row.phases.all(), key=lambda one: one.starts_at)
    running = under_way(phases, around.now) or phases[:1]
    last = None if row.endless else row.ends - dt.timedelta(microseconds=1)
    return NearRow(
        kind="consultations",
        label=gettext_lazy("Consultation"),
        title=row.name,
        url=f"/{around.municipality.slug}/consultations/{row.pk}/",
        period=period_words(civil(row.begins, around), civil(last, around)),
        newest=row.published_at,
        note=", ".join(str(PhaseKind(one.kind).label) for one in running),
        **where,
    )


def row_of_news(around: Around, row: Any, **where: Any) -> NearRow:
    """A piece of `news_of`; `where` is how it lies."""
    is_event = row.topic == Topic.EVENTS and row.starts_at is not None
    return NearRow(
        kind="events" if is_event else "news",
        label=gettext_lazy("Event") if is_event else gettext_lazy("News"),
        title=row.title,
        url=news_path(around.municipality.slug, row.pk),
        period=period_words(civil(row.starts_at, around), civil(row.ends_at, around)),
        newest=row.published_at,
        note="" if is_event else row.get_topic_display(),
        works=row.works_id,
        **where,
    )


def _works_row(around: Around, row: Any) -> NearRow:
    zone = ZoneInfo(around.municipality.timezone)
    last = row.ends_on - dt.timedelta(days=1) if row.ends_on else None
    return NearRow(
        kind="works",
        label=gettext_lazy("Works"),
        title=row.name,
        url=works_path(around.municipality.slug, row.pk),
        period=period_words(row.starts_on, last),
        distance_m=row.distance,
        newest=dt.datetime.combine(row.starts_on, dt.time(), zone),
        is_own_street=is_beside(row),
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
        period=period_words(seen.reported_on, None),
        distance_m=distance,
        newest=seen.reported_at,
        point=seen.point,
        note=seen.status_label,
    )


def _rated_row(around: Around, one: RatedPlace) -> NearRow:
    figure = {"score": one.score, "low": one.low, "high": one.high}
    return NearRow(
        kind="ratings",
        label=one.category,
        title=one.name,
        url=one.path,
        period=one.period,
        distance_m=one.distance_m,
        newest=around.now,
        point=one.point,
        note=_("%(score)s of 10 (%(low)s to %(high)s)") % figure,
        is_invented=one.is_synthetic,
        is_lasting=True,
    )


def works_path(slug: str, works_id: int) -> str:
    """Where residents read about works."""
    return f"/{slug}/nearby/works/{works_id}/"
