"""What everybody sees of a report: the one place that decides it, for every output.

Page, list, map layer, CSV and GeoJSON files, figures and Open311 all show a `PublicReport` of a row
of `IncidentQuerySet.public().with_public_parts()` and nothing else. There is no word about who
reported, not even a made-up one: two reports of one person look like those of two people.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point

from geo.crs import STORAGE_SRID
from incidents.models import Attachment, Category, Clock, Incident
from incidents.places import DECIMALS
from incidents.querysets import IncidentQuerySet
from incidents.workflow import ENDED, Outcome, Status
from submissions.models import Submission
from zones.days import civil_day
from zones.models import Municipality, Zone
from zones.names import in_language

#: Of a degree, where only the place is shown: a point of a grid of about 110 by 75 metres.
ROUGH_DECIMALS = 3
OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class PublicReport:
    """One report as everybody may see it."""

    pk: int
    reference: str
    category: str
    category_code: str
    status: str
    status_label: str
    outcome: str
    place: str
    geometry: GEOSGeometry | None
    is_rough: bool
    words: str
    pictures: tuple[Attachment, ...]
    department: str
    department_code: str
    reported_at: dt.datetime
    reported_on: dt.date
    changed_at: dt.datetime
    ended_on: dt.date | None
    due_on: dt.date | None
    due_at: dt.datetime | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still works on it."""
        return self.status not in ENDED

    @property
    def point(self) -> Point | None:
        """Where its mark stands."""
        if self.geometry is None:
            return None
        if isinstance(self.geometry, Point):
            return self.geometry
        point: Point = self.geometry.point_on_surface
        point.srid = STORAGE_SRID
        return point


@dataclass(frozen=True, slots=True)
class PublicMark:
    """What a map shows of one report."""

    reference: str
    category: str
    status: str
    place: tuple[float, float] | None
    is_rough: bool


def public_marks(rows: IncidentQuerySet, municipality: Municipality, most: int) -> list[PublicMark]:
    """The first rows of `public()` as a map shows them; two queries, however many they are."""
    kinds = {
        one.pk: (in_language(one.names, municipality.languages), one.visibility)
        for one in Category.objects.in_municipality(municipality).filter(visibility__in=_SHOWN)
    }
    return [
        PublicMark(
            reference=reference,
            category=kinds[kind][0],
            status=status,
            place=None
            if east is None or north is None
            else (round(east, DECIMALS), round(north, DECIMALS)),
            is_rough=kinds[kind][1] == Category.Visibility.PLACE,
        )
        for reference, kind, status, east, north in rows.marks(most)
    ]


def public_reports(
    rows: Iterable[Incident], municipality: Municipality, areas: Mapping[int, str] | None = None
) -> list[PublicReport]:
    """Rows of `public().with_public_parts()` as everybody may see them; at most one query more.

    Args:
        areas: names of the town's neighbourhoods by id, where the caller has them already.
    """
    named = area_names(municipality) if areas is None else areas
    return [_public(row, municipality, named) for row in rows]


def area_names(municipality: Municipality) -> dict[int, str]:
    """Names of neighbourhoods and the like by id; streets are none of them. One query."""
    zones = Zone.objects.in_municipality(municipality).areas().values_list("pk", "names")
    return {pk: in_language(names, municipality.languages) for pk, names in zones}


def _public(row: Incident, municipality: Municipality, areas: Mapping[int, str]) -> PublicReport:
    category = row.category
    if category is None or not row.is_released or category.visibility not in _SHOWN:
        # A row of `public()` always is; whoever asks otherwise has made a mistake.
        message = f"report {row.pk} is not public"
        raise ValueError(message)
    is_rough = category.visibility == Category.Visibility.PLACE
    order = municipality.languages
    ended_at = row.answered_at or row.closed_at
    term = term_of(row)
    return PublicReport(
        pk=row.pk,
        reference=row.reference,
        category=in_language(category.names, order),
        category_code=category.code,
        status=row.status,
        status_label=str(Status(row.status).label),
        outcome=str(dict(Outcome.choices).get(row.outcome, "")),
        place=_rough_place(row, areas) if is_rough else row.place_text,
        geometry=rough(row.geometry) if is_rough else row.geometry,
        is_rough=is_rough,
        words="" if is_rough else _words(row),
        pictures=() if is_rough else _pictures(row),
        department=in_language(row.department.names, order) if row.department else "",
        department_code=row.department.code if row.department else "",
        reported_at=row.reported_at,
        reported_on=civil_day(row.reported_at, municipality.timezone),
        changed_at=row.changed_at,
        ended_on=civil_day(ended_at, municipality.timezone) if ended_at else None,
        due_on=term.due_on if term else None,
        due_at=term.due_at if term else None,
    )


_SHOWN = (Category.Visibility.PUBLIC, Category.Visibility.PLACE)


def rough(geometry: GEOSGeometry | None) -> Point | None:
    """The nearest point of the rough grid: many places share it."""
    if geometry is None:
        return None
    point = geometry.point_on_surface
    return Point(round(point.x, ROUGH_DECIMALS), round(point.y, ROUGH_DECIMALS), srid=STORAGE_SRID)


def _rough_place(row: Incident, areas: Mapping[int, str]) -> str:
    """The street without a number, else the neighbourhood."""
    if row.street is not None:
        return row.street.name
    return ", ".join(areas[one] for one in row.zone_ids if one in areas)


def _words(row: Incident) -> str:
    parts = _released(row)
    said = Attachment.Role.DESCRIPTION
    return next((one.submission.text for one in parts if one.role == said), "")


def _pictures(row: Incident) -> tuple[Attachment, ...]:
    parts = _released(row)
    return tuple(one for one in parts if one.submission.kind == _PICTURE and one.submission.file)


def term_of(row: Incident) -> Clock | None:
    """The term that counts for the reporter: one that binds comes before a mere target."""
    terms: Sequence[Clock] = row.running_terms  # type: ignore[attr-defined]
    return next(iter(terms), None)


def _released(row: Incident) -> Sequence[Attachment]:
    parts: Sequence[Attachment] = row.released_parts  # type: ignore[attr-defined]
    return parts


_PICTURE = Submission.Kind.PICTURE

#: Columns of the files; the same names in Open311 where it has them.
COLUMNS = (
    "reference", "category", "status", "outcome", "place", "department", "reported", "ended",
    "words",
)  # fmt: skip


def plain(report: PublicReport) -> dict[str, Any]:
    """A report as a row of a file."""
    return {
        "reference": report.reference,
        "category": report.category_code,
        "status": report.status,
        "outcome": report.outcome,
        "place": report.place,
        "department": report.department_code,
        "reported": report.reported_on.isoformat(),
        "ended": report.ended_on.isoformat() if report.ended_on else "",
        "words": report.words,
    }
