"""Public reports that a search by words can find, in what everybody sees of them."""

import datetime as dt

from incidents.models import Incident
from incidents.present.public import public_reports
from incidents.workflow import Status
from zones.findable import MOST_OF_A_KIND, Findable
from zones.models import Municipality


def search_public(municipality: Municipality, now: dt.datetime) -> list[Findable]:
    """Released words and shown places alone, the newest first. Four queries."""
    own = Incident.objects.in_municipality(municipality).public().exclude(status=Status.MERGED)
    newest = own.filter(reported_at__lte=now).with_public_parts().order_by("-reported_at", "-pk")
    rows = list(newest[:MOST_OF_A_KIND])
    return [
        Findable(
            title=seen.category,
            path=f"/{municipality.slug}/reports/{seen.reference}/",
            names={**(row.category.names if row.category else {}), "": seen.reference},
            texts={"": f"{seen.place} {seen.words}"},
            day=seen.reported_on,
            note=" · ".join(part for part in (seen.place, str(seen.status_label)) if part),
        )
        for row, seen in zip(rows, public_reports(rows, municipality), strict=True)
    ]
