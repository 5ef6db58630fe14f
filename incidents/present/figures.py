"""How long departments take, from public reports only, and never of fewer than ten."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from incidents.models import Clock, Incident
from incidents.present.public import area_names, public_reports
from incidents.querysets import IncidentQuerySet
from incidents.statistics import Case, Figures, figures_of
from incidents.workflow import Status
from zones.days import civil_day
from zones.models import Municipality

#: Figures are of reports of so many days; what is older says little about today.
SPAN_DAYS = 365
#: Terms whose keeping is told; those between offices are the house's own matter.
TERMS = ("answer", "target")


@dataclass(frozen=True, slots=True)
class Row:
    """One case as figures need it."""

    department: int | None
    category: int | None
    zones: tuple[int, ...]
    case: Case


def cases(rows: IncidentQuerySet, municipality: Municipality, today: dt.date) -> list[Row]:
    """Public reports as cases; one that is part of another is counted there. One query.

    A case runs from its entry in the register, or from its report where it has none, to the answer
    or the closing.
    """
    fields = (
        "department", "category", "zone_ids", "reported_at", "registered_on", "answered_at",
        "closed_at", "is_late", "is_kept",
    )  # fmt: skip
    found = with_terms(rows.exclude(status=Status.MERGED), today).order_by("pk")
    zone = municipality.timezone
    return [
        Row(department, category, tuple(zones), _case(facts, zone, today))
        for department, category, zones, *facts in found.values_list(*fields)
    ]


def with_terms(rows: IncidentQuerySet, today: dt.date) -> IncidentQuerySet:
    """Annotate `is_late` and `is_kept`: a term was missed, a term was kept."""
    terms = Clock.objects.filter(incident=OuterRef("pk"), code__in=TERMS)
    over = Q(state=Clock.State.LATE) | Q(state=Clock.State.RUNNING, due_on__lt=today)
    return rows.annotate(
        is_late=Exists(terms.filter(over)), is_kept=Exists(terms.filter(state=Clock.State.MET))
    )


def _case(facts: list[Any], zone: str, today: dt.date) -> Case:
    reported_at, registered_on, answered_at, closed_at, is_late, is_kept = facts
    begun = registered_on or civil_day(reported_at, zone)
    ended = answered_at or closed_at
    last = civil_day(ended, zone) if ended else today
    on_time = False if is_late else (True if is_kept else None)
    return Case(max(0, (last - begun).days), ended is not None, on_time)


def of_last_year(municipality: Municipality, now: dt.datetime) -> IncidentQuerySet:
    """The public reports that figures are of."""
    since = now - dt.timedelta(days=SPAN_DAYS)
    return Incident.objects.in_municipality(municipality).public().filter(reported_at__gte=since)


def figures_by_department(rows: Iterable[Row]) -> dict[int, Figures]:
    """Figures of each department that has enough."""
    groups: dict[int, list[Case]] = defaultdict(list)
    for row in rows:
        if row.department is not None:
            groups[row.department].append(row.case)
    return {department: figures_of(found) for department, found in groups.items()}


def figures_by_area(rows: Iterable[Row], areas: Mapping[int, str]) -> list[dict[str, Any]]:
    """Figures of each neighbourhood, by name; those with too few say just that."""
    groups: dict[int, list[Case]] = defaultdict(list)
    for row in rows:
        for zone in row.zones:
            if zone in areas:
                groups[zone].append(row.case)
    found = [{"name": areas[zone], "figures": figures_of(own)} for zone, own in groups.items()]
    return sorted(found, key=lambda one: str(one["name"]))


#: Columns of the open data of case times.
TIME_COLUMNS = (
    "category", "department", "area", "lon", "lat", "is_rough", "reported", "ended", "days",
    "is_answered", "kept_term",
)  # fmt: skip


def case_times(
    rows: IncidentQuerySet, municipality: Municipality, today: dt.date
) -> Iterator[list[object]]:
    """Each public case in days, without words and without its reference."""
    areas = area_names(municipality)
    found = with_terms(rows.exclude(status=Status.MERGED), today).with_public_parts()
    for row in found.order_by("reported_at", "pk").iterator(chunk_size=500):
        (seen,) = public_reports([row], municipality, areas)
        facts = [row.reported_at, row.registered_on, row.answered_at, row.closed_at]
        terms = [row.is_late, row.is_kept]  # type: ignore[attr-defined]
        case = _case([*facts, *terms], municipality.timezone, today)
        yield [
            seen.category_code,
            seen.department_code,
            "; ".join(areas[zone] for zone in row.zone_ids if zone in areas),
            seen.point.x if seen.point else "",
            seen.point.y if seen.point else "",
            int(seen.is_rough),
            seen.reported_on.isoformat(),
            seen.ended_on.isoformat() if seen.ended_on else "",
            case.days,
            int(case.is_answered),
            "" if case.is_on_time is None else int(case.is_on_time),
        ]
