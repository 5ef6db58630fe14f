"""What goes on in a town as a whole, for a reader who has not said where: newest first."""

from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from portal.around import Around, NearRow
from portal.nearby import consultations_of, news_of, row_of_consultation, row_of_news


def town_now(around: Around, most: int) -> list[NearRow]:
    """News, events and consultations that are not over, what concerns everybody first.

    Three queries.
    """
    rows = [*_news(around, most), *_consultations(around, most)]
    rows.sort(key=lambda row: (bool(row.where), -row.newest.timestamp()))
    return rows[:most]


def _news(around: Around, most: int) -> list[NearRow]:
    spot = PointOnSurface(Coalesce("geometry", "target__geometry", output_field=GeometryField()))
    found = news_of(around).select_related("municipality").annotate(spot=spot)
    rows = found.order_by("-published_at", "-pk")[:most]
    return [row_of_news(around, row, **_where(row.spot)) for row in rows]


def _consultations(around: Around, most: int) -> list[NearRow]:
    if "consultations" not in around.municipality.modules:
        return []
    found = consultations_of(around).annotate(spot=PointOnSurface("area__geometry"))
    rows = found.order_by("-published_at", "-pk").prefetch_related("phases")[:most]
    return [row_of_consultation(around, row, **_where(row.spot)) for row in rows]


def _where(spot: Any) -> dict[str, Any]:
    return {"point": spot, "where": gettext_lazy("a part of the town") if spot else ""}
