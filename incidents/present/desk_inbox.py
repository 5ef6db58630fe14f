"""The list of the desk: what its filters leave, and each row as it is shown."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.http import urlencode

from incidents.desk_words import days_left
from incidents.models import Incident
from incidents.workflow import ALIVE, Status, WaitsFor
from zones.days import civil_day
from zones.models import Municipality

LONGEST = 100
#: Ends of the term at which a row begins to warn.
SOON_DAYS = 3
NAMES = ("q", "mine", "department", "status", "category", "zone", "late", "today", "waits")


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody looks for; empty is everything that is not closed."""

    q: str = ""
    mine: bool = False
    department: int | None = None
    status: str = ""
    category: int | None = None
    zone: int | None = None
    late: bool = False
    today: bool = False
    waits: str = ""

    @property
    def is_any(self) -> bool:
        """Whether anything is looked for."""
        return self != Filters()

    def query(self) -> str:
        """The same as the query of an address, without what is empty."""
        said = {name: getattr(self, name) for name in NAMES}
        return urlencode({name: 1 if v is True else v for name, v in said.items() if v})


def read_filters(given: Mapping[str, Any]) -> Filters:
    """What the query of an address asks; what makes no sense is left out."""
    statuses = {*Status.values, "all"}
    status, waits = given.get("status", ""), given.get("waits", "")
    return Filters(
        q=" ".join(str(given.get("q", "")).replace("\x00", "").split())[:LONGEST],
        mine=given.get("mine") == "1",
        department=_number(given.get("department", "")),
        status=status if status in statuses else "",
        category=_number(given.get("category", "")),
        zone=_number(given.get("zone", "")),
        late=given.get("late") == "1",
        today=given.get("today") == "1",
        waits=waits if waits in WaitsFor.values else "",
    )


def filtered(
    rows: QuerySet[Incident], filters: Filters, *, user_id: int, today: dt.date
) -> QuerySet[Incident]:
    """What the filters leave; one is never asked for more than `rows` hold."""
    if filters.status == "":
        rows = rows.filter(status__in=ALIVE)
    elif filters.status != "all":
        rows = rows.filter(status=filters.status)
    if filters.mine:
        rows = rows.filter(handler=user_id)
    if filters.late:
        rows = rows.filter(due_on__lt=today, status__in=ALIVE)
    if filters.today:
        rows = rows.filter(due_on=today, status__in=ALIVE)
    if filters.category:
        rows = rows.filter(Q(category=filters.category) | Q(category__parent=filters.category))
    if filters.zone:
        rows = rows.filter(zone_ids__contains=[filters.zone])
    exact = {"department": filters.department, "waits_for": filters.waits}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    return rows.filter(_about(filters.q)) if filters.q else rows


def row_of(incident: Incident, today: dt.date) -> dict[str, Any]:
    """One report as the list shows it."""
    return {
        "one": incident,
        "place": incident.place_text,
        "clock": clock_of(incident, today),
    }


def clock_of(incident: Incident, today: dt.date) -> dict[str, Any] | None:
    """The term as a bar: days in all, days gone, and in words; none where none runs."""
    if incident.due_on is None or incident.status not in ALIVE:
        return None
    town = incident.municipality
    began = incident.registered_on or civil_day(incident.reported_at, town.timezone)
    return bar(began, incident.due_on, today)


def bar(began: dt.date, due_on: dt.date, today: dt.date) -> dict[str, Any]:
    """A term of some days as a bar that fills."""
    whole = max((due_on - began).days, 1)
    left = (due_on - today).days
    return {
        "whole": whole,
        "gone": min(max(whole - left, 0), whole),
        "words": days_left(left),
        "due_on": due_on,
        "tone": "is-bad" if left < 0 else "is-warn" if left <= SOON_DAYS else "",
    }


def places_of(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that have a place, for the map beside the list, numbered as the list is."""
    found = []
    for number, row in enumerate(rows, start=1):
        shape = row["one"].geometry
        row["number"] = number
        if shape is not None:
            point = shape if shape.geom_type == "Point" else shape.point_on_surface
            found.append({"number": number, "place": [point.x, point.y]})
    return found


def filter_choices(town: Municipality) -> dict[str, Any]:
    """Choices of the filters that are words of the program."""
    return {
        "statuses": [(value, label) for value, label in Status.choices if value != Status.NEW],
        "waits_choices": WaitsFor.choices,
        "timezone": town.timezone,
    }


def _about(text: str) -> Q:
    """A reference, a number of the register or a place."""
    return (
        Q(reference__istartswith=text)
        | Q(register_number__istartswith=text)
        | Q(reference__endswith=f"-{text.zfill(6)}")
        | Q(place_text__icontains=text)
    )


def _number(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 12 else None
