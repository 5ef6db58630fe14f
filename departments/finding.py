"""Public works that a search by words can find."""

import datetime as dt

from departments.models import Works
from zones.findable import MOST_OF_A_KIND, Findable
from zones.models import Municipality


def search_public(municipality: Municipality, now: dt.datetime) -> list[Findable]:
    """Those that residents may see, the newest first. One query."""
    own = Works.objects.in_municipality(municipality).public().newest_first()
    return [
        Findable(
            title=row.name,
            path=f"/{municipality.slug}/nearby/works/{row.pk}/",
            names=row.names,
            texts=row.texts,
            day=row.starts_on,
            note=row.get_kind_display(),
        )
        for row in own.select_related("municipality").defer("geometry")[:MOST_OF_A_KIND]
    ]
