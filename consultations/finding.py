"""Consultations that a search by words can find."""

import datetime as dt

from consultations.models import Process
from zones.days import civil_day
from zones.findable import MOST_OF_A_KIND, Findable
from zones.models import Municipality


def search_public(municipality: Municipality, now: dt.datetime) -> list[Findable]:
    """Published ones, the newest first. One query."""
    own = Process.objects.in_municipality(municipality).published().filter(published_at__lte=now)
    return [
        Findable(
            title=row.name,
            path=f"/{municipality.slug}/consultations/{row.pk}/",
            names=row.names,
            texts=row.texts,
            day=civil_day(row.published_at, municipality.timezone) if row.published_at else None,
        )
        for row in own.select_related("municipality")[:MOST_OF_A_KIND]
    ]
