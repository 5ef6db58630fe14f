"""Puts the events of a report into sentences, with the names they speak of; writes nothing."""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format

from departments.models import Department, Works
from incidents.incident_words import sentence
from incidents.models import Category, Incident, IncidentEvent, Leg
from incidents.workflow import Outcome
from zones.names import in_language

#: Names under which events keep the body they speak of, the first that is there counts.
_BODIES = ("receiver", "department", "owner")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a time line."""

    seq: int
    kind: str
    at: dt.datetime
    words: str


def data_of(event: IncidentEvent) -> dict[str, Any]:
    """What an event says, as its exact bytes hold it."""
    data: dict[str, Any] = json.loads(bytes(event.body))["data"]
    return data


def timeline(incident: Incident, kinds: Collection[str]) -> list[Entry]:
    """The events of these kinds, oldest first, as sentences. At most six queries.

    The same sentence twice in a row is told once: two people who follow are no two news.
    """
    events = [one for one in incident.events.order_by("seq") if one.kind in kinds]
    said = facts_of(incident, [(one.kind, data_of(one)) for one in events])
    entries: list[Entry] = []
    for event, facts in zip(events, said, strict=True):
        words = sentence(event.kind, facts)
        if words and not (entries and entries[-1].words == words):
            entries.append(Entry(event.seq, event.kind, event.at, words))
    return entries


def facts_of(
    incident: Incident, events: Iterable[tuple[str, Mapping[str, Any]]]
) -> list[dict[str, str]]:
    """Names and days that the sentences of events speak of, in the language of the reader."""
    rows = list(events)
    datas = [data for _kind, data in rows]
    offices = _offices(incident, datas)
    named = {
        "category": _named(Category, datas, "category"),
        "works": _named(Works, datas, "works"),
    }
    leaders = Incident.objects.filter(municipality=incident.municipality_id).in_bulk(
        _ids(datas, "leader")
    )
    legs = _legs(incident, rows)
    return [_facts(data, offices, legs, named, leaders) for data in datas]


def office_of(incident: Incident, data: Mapping[str, Any]) -> Department | None:
    """The body that an event speaks of. At most two queries."""
    rows = [("", data)]
    offices, legs = _offices(incident, [data]), _legs(incident, rows)
    return _office(data, offices, legs)


def _facts(
    data: Mapping[str, Any],
    offices: Mapping[str, Department],
    legs: Mapping[int, Leg],
    named: Mapping[str, Mapping[int, Any]],
    leaders: Mapping[int, Incident],
) -> dict[str, str]:
    office, leg = _office(data, offices, legs), legs.get(data.get("leg") or 0)
    facts = {
        "department": office.name if office else "",
        "phone": office.phone if office else "",
        "basis": leg.legal_basis if leg else "",
        "days": str(data.get("days") or ""),
        "number": str(data.get("number") or ""),
        "on": _day(data.get("on")),
        "until": _day(leg.done_by if leg else None),
        "outcome": str(dict(Outcome.choices).get(str(data.get("outcome")), "")),
    }
    for name, rows in named.items():
        row = rows.get(data.get(name) or 0)
        facts[name] = in_language(row.names) if row else ""
    leader = leaders.get(data.get("leader") or 0)
    facts["reference"] = leader.reference if leader else ""
    return facts


def _offices(incident: Incident, datas: Iterable[Mapping[str, Any]]) -> dict[str, Department]:
    """Bodies by number and by code, as events name them by one or the other."""
    asked = {str(data[name]) for data in datas for name in _BODIES if data.get(name)}
    if not asked:
        return {}
    found = Department.objects.in_municipality(incident.municipality)
    ids = [int(one) for one in asked if one.isdecimal()]
    rows = found.filter(pk__in=ids) | found.filter(code__in=asked)
    return {key: row for row in rows for key in (str(row.pk), row.code)}


def _legs(incident: Incident, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[int, Leg]:
    """The sendings of a report, where an event speaks of one."""
    if not any("leg" in data for _kind, data in rows):
        return {}
    return {leg.pk: leg for leg in incident.legs.select_related("receiver")}


def _office(
    data: Mapping[str, Any],
    offices: Mapping[str, Department],
    legs: Mapping[int, Leg],
) -> Department | None:
    for name in _BODIES:
        if data.get(name) and str(data[name]) in offices:
            return offices[str(data[name])]
    leg = legs.get(data.get("leg") or 0)
    return leg.receiver if leg else None


def _named(model: Any, datas: Iterable[Mapping[str, Any]], name: str) -> dict[int, Any]:
    ids = _ids(datas, name)
    found: dict[int, Any] = model.objects.in_bulk(ids) if ids else {}
    return found


def _ids(datas: Iterable[Mapping[str, Any]], name: str) -> set[int]:
    return {data[name] for data in datas if isinstance(data.get(name), int)}


def _day(value: object) -> str:
    """A day as people write it; events keep ISO text."""
    try:
        day = dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return ""
    return date_format(day, "DATE_FORMAT")
