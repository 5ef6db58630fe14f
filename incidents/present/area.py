"""Public reports on some ground, told by category: what is open, and how long answers take."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry

from incidents.models import Category, Incident
from incidents.present.figures import cases
from incidents.statistics import Case, Figures, figures_of
from zones.days import civil_day
from zones.models import Municipality
from zones.names import in_language


@dataclass(frozen=True, slots=True)
class CategoryReports:
    """Reports of a category; how long they take is told of ten and more only."""

    name: str
    open: int
    ended: int
    figures: Figures


def reports_by_category(
    municipality: Municipality, ground: GEOSGeometry, *, since: dt.datetime, now: dt.datetime
) -> list[CategoryReports]:
    """Public reports made since a moment whose mark, as everybody sees it, lies on the ground.

    A report of which only the rough place is shown counts where that place lies: figures of
    slightly different areas tell nothing that the public map does not. The most frequent first.
    Two queries.
    """
    own = Incident.objects.in_municipality(municipality).public().filter(reported_at__gte=since)
    groups: dict[int | None, list[Case]] = defaultdict(list)
    today = civil_day(now, municipality.timezone)
    for row in cases(own.shown_near(ground, 0), municipality, today):
        groups[row.category].append(row.case)
    names = Category.objects.in_bulk([key for key in groups if key is not None])
    order = municipality.languages
    told = [
        CategoryReports(
            name=in_language(names[key].names, order),
            open=sum(not one.is_answered for one in found),
            ended=sum(one.is_answered for one in found),
            figures=figures_of(found),
        )
        for key, found in groups.items()
        if key is not None
    ]
    return sorted(told, key=lambda one: (-one.open - one.ended, one.name))
