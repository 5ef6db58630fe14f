"""Writes events: the only way a report changes, and always in the transaction of the change.

The row of the report is locked, the event gets the next number and the hash of all before it, and
the columns become what the events say together. Work on several reports locks them in the order of
their ids (`lock_in_order`), so that two such works never wait for each other.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from departments.models import Department
from incidents.canonical import NOTHING, canonical_bytes, commitment, event_hash, new_salt
from incidents.folding import Folded, apply, begin
from incidents.models import EventSecret, Incident, IncidentEvent
from incidents.places import geometry_from, geometry_text
from incidents.services.clocks import Ground, refresh_clocks
from incidents.services.placing import place_incident
from incidents.services.telling import tell_people
from incidents.workflow import Kind, may_follow

Role = Literal[
    "reporter", "clerk", "dispatcher", "handler", "head", "authority", "relations", "partner",
    "administrator", "moderator", "program", "system",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, in which role; the system has no user."""

    role: Role
    user: User | None = None
    department: Department | None = None

    def in_words(self) -> dict[str, Any]:
        """What the ledger keeps: numbers and a role, no name."""
        return {
            "role": self.role,
            "user": self.user.pk if self.user else None,
            "department": self.department.code if self.department else None,
        }


SYSTEM = Actor("system")
_COLUMNS = (
    "status", "waits_for", "is_released", "register_number", "outcome", "answered_at", "closed_at",
)  # fmt: skip
_KEYS = ("category", "site", "department", "handler", "leader", "parent", "works")


@transaction.atomic
def record(
    *,
    incident: Incident,
    kind: Kind,
    data: Mapping[str, Any],
    actor: Actor,
    now: dt.datetime,
    secrets: Mapping[str, str] | None = None,
) -> IncidentEvent:
    """Write one event and bring the report to what its events say; `incident` is brought along.

    Args:
        data: numbers and codes only, nothing that names a person, no float.
        secrets: words that may name a person, by name; the ledger keeps a commitment under
            `data["secret_<name>"]`, the words themselves stay erasable beside it.

    Raises:
        ValidationError: `cannot_follow` where this may not happen to a report that stands so.
    """
    locked = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if kind != Kind.REPORTED and not may_follow(kind, locked.status):
        raise ValidationError(
            _("This cannot be done any more: the report is “%(status)s”. Load the page again."),
            code="cannot_follow",
            params={"status": locked.get_status_display()},
        )
    at = max(now, locked.changed_at)  # times of one report never run backwards
    seq = locked.head_seq + 1
    ground = Ground(locked.municipality)
    said = ground.said(kind, locked, data)
    body_data = dict(data) | said | _committed(locked, seq, secrets or {})
    event = _append(locked, seq, kind, at, body_data, actor)
    before = folded_of(locked)
    state = begin(body_data) if kind == Kind.REPORTED else apply(before, kind, at, body_data)
    take_over(locked, state, event)
    if state.geometry != before.geometry or kind == Kind.REPORTED:
        place_incident(locked, at)
    refresh_clocks(locked, ground)
    locked.save()
    tell_people(locked, event, body_data, at)
    for field in Incident._meta.concrete_fields:
        setattr(incident, field.attname, getattr(locked, field.attname))
    incident._state.fields_cache.clear()
    return event


def lock_in_order(incidents: Iterable[Incident]) -> list[Incident]:
    """Lock several reports for the rest of the transaction, always in the same order."""
    ids = sorted({one.pk for one in incidents})
    return list(Incident.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))


def folded_of(incident: Incident) -> Folded:
    """The columns of a row in the form that folding works with."""
    return Folded(
        **{name: getattr(incident, name) for name in _COLUMNS},
        **{name: getattr(incident, f"{name}_id") for name in _KEYS},
        geometry=geometry_text(incident.geometry),
        accuracy_dm=None if incident.accuracy_m is None else round(incident.accuracy_m * 10),
        registered_on=incident.registered_on.isoformat() if incident.registered_on else "",
    )


def _append(
    incident: Incident,
    seq: int,
    kind: Kind,
    at: dt.datetime,
    data: Mapping[str, Any],
    actor: Actor,
) -> IncidentEvent:
    body = canonical_bytes(
        uid=incident.uid, seq=seq, at=at, kind=kind, actor=actor.in_words(), data=data
    )
    previous = bytes(incident.head_hash) or NOTHING
    return IncidentEvent.objects.create(
        incident=incident,
        seq=seq,
        kind=kind,
        at=at,
        body=body,
        previous=previous,
        hash=event_hash(previous, body),
    )


def take_over(incident: Incident, state: Folded, event: IncidentEvent) -> None:
    """Set the columns to what the events say up to the one given."""
    for name in _COLUMNS:
        setattr(incident, name, getattr(state, name))
    for name in _KEYS:
        setattr(incident, f"{name}_id", getattr(state, name))
    incident.geometry = geometry_from(state.geometry)
    incident.accuracy_m = None if state.accuracy_dm is None else state.accuracy_dm / 10
    incident.registered_on = (
        dt.date.fromisoformat(state.registered_on) if state.registered_on else None
    )
    incident.head_seq, incident.head_hash, incident.changed_at = event.seq, event.hash, event.at


def _committed(incident: Incident, seq: int, secrets: Mapping[str, str]) -> dict[str, str]:
    """Keep the words beside the ledger, each under its own salt."""
    found = {}
    for name, value in secrets.items():
        salt = new_salt()
        EventSecret.objects.create(incident=incident, seq=seq, name=name, salt=salt, value=value)
        found[f"secret_{name}"] = commitment(salt, value)
    return found
