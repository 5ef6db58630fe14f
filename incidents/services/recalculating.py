"""Reckons terms again after a calendar was published, and says so in the ledger where they move."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction

from incidents.models import Clock, Incident
from incidents.services.clocks import Ground, happenings_of, reckoned, stored
from incidents.services.recording import SYSTEM, lock_in_order, record
from incidents.terms import PAUSED, RUNNING, Happening, Term
from incidents.workflow import Kind
from zones.models import Municipality

_AT_A_TIME = 500
_Key = tuple[str, int]


def recalculate_everywhere(*, now: dt.datetime) -> int:
    """All towns; tell how many reports have another day now. A second call changes nothing."""
    towns = Municipality.objects.order_by("pk")
    return sum(recalculate_terms(municipality=town, now=now) for town in towns)


def recalculate_terms(*, municipality: Municipality, now: dt.datetime) -> int:
    """Append `recalculated` to every report of a town whose running terms move.

    Calendars and the categories' regimes and targets are looked up as they are now; a term that has
    ended stays as it was. Two queries for each 500 reports, and those of each that moves.
    """
    ground = Ground(municipality)
    moved = 0
    for incidents in _slices(municipality):
        happenings = happenings_of(incidents)
        for incident in incidents:
            if _changes(incident, happenings[incident.pk], ground, now):
                moved += _recalculate(incident, ground, now)
    return moved


@transaction.atomic
def _recalculate(incident: Incident, ground: Ground, now: dt.datetime) -> bool:
    """Look once more, now that nobody else can write."""
    (locked,) = lock_in_order([incident])
    happenings = happenings_of([locked])[locked.pk]
    changes = _changes(locked, happenings, ground, now)
    if changes:
        data = {"changes": changes, "version": _version(locked, happenings, ground, now)}
        record(incident=locked, kind=Kind.RECALCULATED, data=data, actor=SYSTEM, now=now)
    return bool(changes)


def _slices(town: Municipality) -> Iterator[list[Incident]]:
    """Reports somebody works on, with their terms."""
    alive = Incident.objects.in_municipality(town).alive().order_by("pk")
    last = 0
    while rows := list(alive.filter(pk__gt=last).prefetch_related("clocks")[:_AT_A_TIME]):
        yield rows
        last = rows[-1].pk


def _changes(
    incident: Incident, happenings: Sequence[Happening], ground: Ground, now: dt.datetime
) -> list[Mapping[str, Any]]:
    """Which running terms would end on another day; a term that is new or gone has no such day."""
    before = _days(stored(incident))
    after = _days(_as_of(incident, happenings, ground, now))
    return [
        {"code": key[0], "started_seq": key[1], "from": before.get(key), "to": after.get(key)}
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def _as_of(
    incident: Incident, happenings: Sequence[Happening], ground: Ground, now: dt.datetime
) -> list[Term]:
    """The terms as they will be once the event is written."""
    at = max(now, incident.changed_at)
    data = ground.said(Kind.RECALCULATED, incident, {})
    said = Happening(incident.head_seq + 1, Kind.RECALCULATED, at, data)
    return reckoned(incident, [*happenings, said], ground)


def _days(terms: Sequence[Term]) -> dict[_Key, str]:
    return {
        (one.code, one.started_seq): (one.due_at or one.due_on).isoformat()
        for one in terms
        if one.state in (RUNNING, PAUSED)
    }


def _version(
    incident: Incident, happenings: Sequence[Happening], ground: Ground, now: dt.datetime
) -> int:
    """The newest version that a running term goes by."""
    terms = _as_of(incident, happenings, ground, now)
    return max((one.calendar_version for one in terms if one.state != Clock.State.ENDED), default=0)
