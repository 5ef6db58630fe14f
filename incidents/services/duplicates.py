"""Asks before a report is sent whether somebody reported the same already; writes nothing."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Count, F, FloatField, Prefetch, Q, Value
from rapidfuzz import fuzz

from geo.matching import fold
from geo.metres import DistanceMetres, within_metres
from incidents.models import Attachment, Category, Incident
from incidents.querysets import IncidentQuerySet
from incidents.workflow import Status
from sign_registry.models import Site
from submissions.models import Submission
from zones.models import Municipality

WITHIN_M = 150.0
SINCE = dt.timedelta(days=120)
MOST_LOOKED_AT = 80
MOST_SHOWN = 4
#: Below it nobody would call it the same.
LEAST = 0.12
# How fast likeness falls: metres and days after which a third is left.
_FAR_M, _OLD_DAYS = 50.0, 45.0
#: Along one street a fault is looked for farther than around a corner.
_SAME_STREET = 0.5
_OTHER_OF_FAMILY = 0.7
#: So near nobody tells two places apart.
_HERE_M = 5.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is about to be reported."""

    category: Category
    geometry: GEOSGeometry | None
    site: Site | None = None
    street_id: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Likely:
    """A report that may be about the same; words and photo only where everybody may see them."""

    incident: Incident
    distance_m: float | None
    is_here: bool
    words: str
    photo: Attachment | None
    others: int


def likely_duplicates(
    *, municipality: Municipality, asked: Asked, now: dt.datetime
) -> list[Likely]:
    """Reports that may be about the same, the likeliest first. Three queries.

    Whether one is shown follows from place, kind and age alone, so that nobody learns by trying
    words what others wrote; the words only order what is shown.
    """
    if asked.geometry is None and asked.site is None:
        return []
    rows = list(_near(municipality, asked, now)[:MOST_LOOKED_AT])
    scored = [(row, _likeness(row, asked, now)) for row in rows]
    kept = [(row, score) for row, score in scored if score >= LEAST]
    ordered = sorted(kept, key=lambda pair: -pair[1] * (1 + _alike(pair[0], asked.words)))
    return [_shown(row, asked) for row, _score in ordered[:MOST_SHOWN]]


def _near(municipality: Municipality, asked: Asked, now: dt.datetime) -> IncidentQuerySet:
    near = Q(site=asked.site.pk) if asked.site else Q()
    distance = Value(None, output_field=FloatField(null=True))
    if asked.geometry is not None:
        near |= within_metres("geometry", asked.geometry, WITHIN_M)
        distance = DistanceMetres(F("geometry"), asked.geometry)  # type: ignore[assignment]
    kind = Q(category=asked.category.pk)
    if asked.category.family:
        kind |= Q(category__family=asked.category.family)
    released = Prefetch(
        "attachments",
        Attachment.objects.filter(submission__state=Submission.State.RELEASED)
        .select_related("submission")
        .order_by("pk"),
        to_attr="released",
    )
    return (
        Incident.objects.in_municipality(municipality)
        .alive()
        .exclude(status=Status.NEW)
        .exclude(category__visibility=Category.Visibility.NEVER)
        .filter(near, kind, reported_at__gt=now - SINCE)
        .select_related("category", "reporter", "municipality")
        .annotate(away_m=distance, others=Count("followers"))
        .prefetch_related(released)
        .order_by("-reported_at", "-pk")
    )


def _likeness(row: Incident, asked: Asked, now: dt.datetime) -> float:
    """1 for the same thing at the same place today, falling with metres, kind and days."""
    place = 1.0
    if not _is_at_site(row, asked):
        away = float(getattr(row, "away_m", None) or 0.0)
        if asked.street_id and row.street_id == asked.street_id:
            away *= _SAME_STREET
        place = 0.9 * exp(-away / _FAR_M)
    kind = 1.0 if row.category_id == asked.category.pk else _OTHER_OF_FAMILY
    days = max((now - row.reported_at).total_seconds() / 86_400, 0.0)
    return place * kind * exp(-days / _OLD_DAYS)


def _is_at_site(row: Incident, asked: Asked) -> bool:
    return asked.site is not None and row.site_id == asked.site.pk


def _alike(row: Incident, words: str) -> float:
    reporter = getattr(row, "reporter", None)
    said = reporter.words if reporter else ""
    if not words.strip() or not said.strip():
        return 0.0
    return fuzz.token_set_ratio(fold(words[:500]), fold(said[:500])) / 100


def _shown(row: Incident, asked: Asked) -> Likely:
    category = row.category
    is_open = row.is_released and category is not None
    shows_all = bool(is_open and category and category.visibility == Category.Visibility.PUBLIC)
    parts: Iterable[Attachment] = getattr(row, "released", ()) if shows_all else ()
    words = [one.submission.text for one in parts if one.role == Attachment.Role.DESCRIPTION]
    photos = [one for one in parts if one.role == Attachment.Role.PHOTO]
    away_m = getattr(row, "away_m", None)
    return Likely(
        incident=row,
        distance_m=away_m,
        is_here=_is_at_site(row, asked) or (away_m is not None and away_m < _HERE_M),
        words=words[0] if words else "",
        photo=photos[0] if photos else None,
        others=getattr(row, "others", 0),
    )
