"""News that a search by words can find."""

import datetime as dt

from notifications.models import Announcement
from notifications.paths import news_path
from zones.days import civil_day
from zones.findable import MOST_OF_A_KIND, Findable
from zones.models import Municipality


def search_public(municipality: Municipality, now: dt.datetime) -> list[Findable]:
    """What everybody may read now, the newest first. One query."""
    own = Announcement.objects.in_municipality(municipality).public(now).newest_first()
    rows = own.select_related("municipality").defer("geometry")[:MOST_OF_A_KIND]
    return [
        Findable(
            title=row.title,
            path=news_path(municipality.slug, row.pk),
            names=row.titles,
            texts=row.texts,
            day=civil_day(row.published_at, municipality.timezone) if row.published_at else None,
            note=row.get_topic_display(),
        )
        for row in rows
    ]
