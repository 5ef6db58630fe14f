"""Rated places that a search by words can find."""

import datetime as dt

from sign_registry.models import Site
from sign_registry.paths import site_path
from zones.days import civil_day
from zones.findable import MOST_OF_A_KIND, Findable
from zones.models import Municipality


def search_public(municipality: Municipality, now: dt.datetime) -> list[Findable]:
    """Open places that may be shown alone, by id. One query."""
    today = civil_day(now, municipality.timezone)
    own = Site.objects.in_municipality(municipality).public().open_on(today)
    rows = own.exclude(kind=Site.Kind.COUNTER).select_related("municipality").order_by("-pk")
    return [
        Findable(
            title=row.name,
            path=site_path(municipality.slug, row.pk),
            names=row.names,
            texts={"": f"{row.address_text} {row.code}"},
            note=row.address_text,
        )
        for row in rows.defer("geometry")[: 2 * MOST_OF_A_KIND]
    ]
