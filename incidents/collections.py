"""What is published of reports: a `PublicReport` of each public row, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from incidents.present.public import PublicReport, public_reports
from zones.models import Municipality
from zones.published import Asked, Collection, Column, Feature, Period, Type


def collections_of(asked: Asked) -> list[Collection]:
    """Public reports, where the town takes reports."""
    town = asked.town
    if "reports" not in town.modules:
        return []
    return [
        Collection(
            code="reports",
            title=_("Reports"),
            about=_(
                "What people reported and what became of it, without a word about who. Some kinds "
                "show only a rough place."
            ),
            columns=(
                Column("name", _("What")),
                Column("reference", _("Reference"), lookup="reference"),
                Column("category", _("Category"), lookup="category__code"),
                Column("status", _("Status"), lookup="status"),
                Column("outcome", _("Outcome")),
                Column("place", _("Place")),
                Column("is_rough", _("Only the rough place is shown"), Type.YES_NO),
                Column("department", _("Department"), lookup="department__code"),
                Column("reported", _("Reported"), Type.DAY),
                Column("ended", _("Ended"), Type.DAY),
                Column("words", _("In words")),
                Column("page", _("Page")),
            ),
            rows=Incident.objects.in_municipality(town).public().with_public_parts(),
            features=partial(_features, town),
            place="geometry",
            period=Period("reported_at"),
            meeting=_meeting,
            page=f"/{town.slug}/reports/",
            is_lasting=False,
        )
    ]


def _meeting(rows: Any, geometry: GEOSGeometry) -> Any:
    """By the place that is shown: the true one must not be found out by boxes."""
    return rows.shown_meeting(geometry)


def _features(town: Municipality, rows: Sequence[Incident]) -> list[Feature]:
    return [_feature(town, seen) for seen in public_reports(rows, town)]


def _feature(town: Municipality, seen: PublicReport) -> Feature:
    return Feature(
        seen.pk,
        seen.geometry,
        {
            "name": seen.category,
            "reference": seen.reference,
            "category": seen.category_code,
            "status": seen.status,
            "outcome": seen.outcome,
            "place": seen.place,
            "is_rough": seen.is_rough,
            "department": seen.department_code,
            "reported": seen.reported_on,
            "ended": seen.ended_on,
            "words": seen.words,
            "page": f"/{town.slug}/reports/{seen.reference}/",
        },
    )
