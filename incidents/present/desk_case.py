"""The page of one report at the desk: facts, terms, dialogue and time line in words."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import QuerySet

from accounts.models import User
from incidents.competence_words import words
from incidents.desk_words import INSIDE, ROLES
from incidents.incident_words import PUBLIC_KINDS, REPORTER_KINDS, sentence
from incidents.models import Incident, IncidentEvent, Remark, Reporter
from incidents.present.desk_inbox import bar
from incidents.services.routing import ruling_of
from incidents.services.timelines import facts_of
from incidents.term_words import term_name
from zones.models import Zone

#: Changes of a report that is shown; what came before is a click away.
NEWEST = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the desk reads it; `reach` says who else does."""

    seq: int
    at: dt.datetime
    words: str
    who: str
    reach: str


def time_line(incident: Incident) -> list[Line]:
    """What happened, newest first, with who did it. At most eight queries."""
    events = list(incident.events.order_by("-seq")[:NEWEST])
    bodies = [json.loads(bytes(one.body)) for one in events]
    facts = facts_of(
        incident, [(one.kind, body["data"]) for one, body in zip(events, bodies, strict=True)]
    )
    people = User.objects.in_bulk({body["actor"]["user"] for body in bodies} - {None})
    return [
        Line(
            event.seq,
            event.at,
            sentence(event.kind, known) or str(INSIDE.get(event.kind, event.kind)),
            _who(body["actor"], people),
            _reach(event),
        )
        for event, body, known in zip(events, bodies, facts, strict=True)
    ]


def _who(actor: dict[str, Any], people: dict[int, User]) -> str:
    person = people.get(actor["user"]) if actor["role"] not in ("reporter", "system") else None
    role = str(ROLES.get(actor["role"], actor["role"]))
    return f"{person}, {role}" if person else role


def _reach(event: IncidentEvent) -> str:
    if event.kind in PUBLIC_KINDS:
        return "public"
    return "reporter" if event.kind in REPORTER_KINDS else "house"


def terms_of(incident: Incident, today: dt.date) -> list[dict[str, Any]]:
    """Every term as a bar with its name and state. One query."""
    return [
        {
            "name": term_name(one.code),
            "is_running": one.state == one.State.RUNNING,
            "state": one.get_state_display(),
            "is_binding": one.is_binding,
            "bar": bar(one.started_on, one.due_on, today),
            "due_on": one.due_on,
        }
        for one in incident.clocks.order_by("due_on", "pk")
    ]


def zones_of(incident: Incident) -> QuerySet[Zone]:
    """Neighbourhoods and other areas it lies in. One query."""
    rows = Zone.objects.in_municipality(incident.municipality).filter(pk__in=incident.zone_ids)
    return rows.select_related("kind").order_by("kind", "pk")


def competence_of(incident: Incident) -> str:
    """Why it lies where it lies, in words."""
    ruling = ruling_of(incident)
    return words(ruling) if ruling else ""


def dialogue_of(incident: Incident) -> list[Remark]:
    """All that was said, oldest first. Two queries."""
    rows = incident.remarks.select_related("author", "department").prefetch_related(
        "photos__submission"
    )
    return list(rows.order_by("seq", "pk"))


def asked_of(remarks: Iterable[Remark], departments: Iterable[int] | None) -> list[Remark]:
    """Opinions asked for that one of some departments has not given; None is any department."""
    rows = list(remarks)
    given = {one.answers_id for one in rows if one.kind == Remark.Kind.OPINION}
    known = None if departments is None else set(departments)
    return [
        one
        for one in rows
        if one.kind == Remark.Kind.OPINION_ASKED
        and one.pk not in given
        and (known is None or one.department_id in known)
    ]


def masked_reporter(told: Reporter) -> dict[str, str]:
    """Who reported, as far as the work needs it: the initials, and which ways there are."""
    name = " ".join(f"{part[0]}." for part in told.name.split() if part)
    mail = f"{told.email[:1]}…@{told.email.partition('@')[2]}" if told.email else ""
    phone = f"…{told.phone[-2:]}" if told.phone else ""
    return {"name": name, "email": mail, "phone": phone, "address": "…" if told.address else ""}


def shapes_of(geometry: GEOSGeometry | None) -> dict[str, Any]:
    """The place for the map."""
    features = (
        []
        if geometry is None
        else [
            {
                "type": "Feature",
                "geometry": json.loads(geometry.json),
                "properties": {"role": "thing"},
            }
        ]
    )
    return {"type": "FeatureCollection", "features": features}


def box_of(geometry: GEOSGeometry | None) -> tuple[float, float, float, float] | None:
    """Some hundred metres around a place, in degrees; None where no place is known."""
    if geometry is None:
        return None
    west, south, east, north = geometry.extent
    around = 0.003
    return west - around, south - around, east + around, north + around
