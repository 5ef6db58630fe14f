"""What is published of notices: those that have a place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.contrib.gis.db.models import GeometryField
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from geo.crs import STORAGE_SRID
from notifications.models import Announcement
from notifications.paths import news_path
from zones.models import Municipality
from zones.published import (
    Asked,
    Collection,
    Column,
    Feature,
    Period,
    Type,
    name_columns,
    named,
)


def collections_of(asked: Asked) -> list[Collection]:
    """Public notices with what their map shows, else with the area they are for."""
    town = asked.town
    shown = Coalesce("geometry", "target__geometry", output_field=GeometryField(srid=STORAGE_SRID))
    rows = Announcement.objects.in_municipality(town).public(asked.now).annotate(shown=shown)
    return [
        Collection(
            code="news",
            title=_("News"),
            about=_("Notices of the town that have a place: what they are about, or for whom."),
            columns=(
                *name_columns(town.languages, "titles"),
                Column("topic", _("Topic"), lookup="topic"),
                Column("urgency", _("Urgency"), lookup="urgency"),
                Column("published_at", _("Published"), Type.MOMENT, "published_at"),
                Column("starts_at", _("From"), Type.MOMENT, "starts_at"),
                Column("ends_at", _("Until"), Type.MOMENT, "ends_at"),
                Column("page", _("Page")),
            ),
            rows=rows.filter(shown__isnull=False),
            features=partial(_features, town),
            place="shown",
            period=Period("starts_at", "ends_at"),
            page=f"/{town.slug}/news/",
            is_lasting=False,
        )
    ]


def _features(town: Municipality, rows: Sequence[Announcement]) -> list[Feature]:
    return [
        Feature(
            row.pk,
            row.shown,  # type: ignore[attr-defined]
            {
                **named(row.titles, town.languages),
                "topic": row.topic,
                "urgency": row.urgency,
                "published_at": row.published_at,
                "starts_at": row.starts_at,
                "ends_at": row.ends_at,
                "page": news_path(town.slug, row.pk),
            },
        )
        for row in rows
    ]
