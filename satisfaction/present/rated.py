"""Rated places on some ground, each with what was published of it; for pages of the whole town."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import ClosestPoint
from django.contrib.gis.geos import GEOSGeometry, Point

from geo.metres import DistanceMetres, within_metres
from satisfaction.facts import Period
from satisfaction.models import SiteFigure
from satisfaction.present.figures import current_snapshot
from satisfaction.sentences import count_text, interval_text, period_label, score_text
from sign_registry.models import Site
from sign_registry.paths import site_path
from zones.models import Municipality
from zones.names import in_language

#: Votes of a vehicle count for its line, those of a counter for its centre.
SHOWN_KINDS = (Site.Kind.POINT, Site.Kind.AREA, Site.Kind.LINE)


@dataclass(frozen=True, slots=True)
class RatedPlace:
    """A place with its published figure, in words and numbers of a language; metres, EPSG:4326."""

    name: str
    path: str
    category: str
    score: str
    low: str
    high: str
    votes: str
    period: str
    distance_m: float
    point: Point | None
    is_synthetic: bool


def rated_places(
    municipality: Municipality,
    ground: GEOSGeometry,
    *,
    today: dt.date,
    language: str,
    metres: float = 0,
    most: int,
) -> list[RatedPlace]:
    """Places with a public figure that lie on the ground or that near to it, nearest first.

    A place with too few votes has no row, and figures that are not public yet show nowhere.
    Two queries.
    """
    snapshot = current_snapshot(municipality, today, is_staff=False)
    if snapshot is None:
        return []
    sites = Site.objects.in_municipality(municipality).public().open_on(today)
    near = sites.filter(within_metres("geometry", ground, metres), kind__in=SHOWN_KINDS)
    found = (
        SiteFigure.objects.of_snapshot(snapshot)
        .of_sites(near)
        .filter(score__isnull=False)
        .exclude(state=SiteFigure.State.COLLECTING)
        .select_related("site", "category")
        .annotate(
            distance=DistanceMetres("site__geometry", ground),
            nearest=ClosestPoint("site__geometry", ground),
        )
        .order_by("distance", "site")
    )
    period = period_label(Period(snapshot.span, snapshot.first_day, snapshot.until), language)
    return [
        _place(row, municipality, language, period, is_synthetic=snapshot.is_synthetic)
        for row in found[:most]
    ]


def _place(
    row: Any, municipality: Municipality, language: str, period: str, *, is_synthetic: bool
) -> RatedPlace:
    low, high = interval_text(row.low, row.high, language)
    order = municipality.languages
    return RatedPlace(
        name=in_language(row.site.names, order),
        path=site_path(municipality.slug, row.site_id),
        category=in_language(row.category.names, order),
        score=score_text(row.score, language),
        low=low,
        high=high,
        votes=count_text(row.votes, language),
        period=period,
        distance_m=row.distance,
        point=row.nearest,
        is_synthetic=is_synthetic,
    )
