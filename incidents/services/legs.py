"""Sending a report to another institution, what the institution says, and taking it back.

Each sending is a leg with a sender, a receiver and a legal basis. Nobody outside the town hall has
an account: the receiver answers by a signed link (incidents/partner_links.py).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.access import Right
from departments.models import Department
from incidents.models import Incident, IncidentEvent, Leg, Reporter
from incidents.services.leg_letters import call_arbiter, write_to_receiver
from incidents.services.recording import Actor, lock_in_order, record
from incidents.services.standing import require
from incidents.workflow import Kind, Outcome
from zones.days import civil_day

ARBITER_AT = 3
"""From this sending on of the same report somebody above all must decide who is competent."""
LONGEST_MESSAGE, LONGEST_REASON, LONGEST_BASIS = 4000, 600, 200


@dataclass(frozen=True, slots=True)
class NewLeg:
    """Where a report is sent, by which law, and what is said with it."""

    receiver: Department
    legal_basis: str
    message: str = ""
    tells_identity: bool = False


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a receiver promises, with its own register: its clock starts there."""

    done_by: dt.date | None
    register_number: str = ""
    registered_on: dt.date | None = None


@transaction.atomic
def forward(*, incident: Incident, leg: NewLeg, actor: Actor, now: dt.datetime) -> Leg:
    """Send a report to an institution or an outside body, and write to it.

    Raises:
        PermissionDenied: the actor may not work on this report.
        ValidationError: `cannot_follow`; at a field `other_town`, `not_a_body`, `no_basis`,
            `too_long`, `no_identity`, `not_needed`.
    """
    require(actor, incident, Right.HANDLE, now)
    (locked,) = lock_in_order([incident])
    _refuse(locked, leg)
    number = locked.legs.count() + 1
    row = Leg.objects.create(
        incident=locked,
        number=number,
        sender=locked.department,
        receiver=leg.receiver,
        legal_basis=leg.legal_basis.strip(),
        message=leg.message.strip(),
        tells_identity=leg.tells_identity,
        sent_at=now,
    )
    data: dict[str, object] = {"leg": row.pk, "number": number, "receiver": leg.receiver.pk}
    data |= {"receiver_code": leg.receiver.code, "tells_identity": leg.tells_identity}
    words = {"legal_basis": row.legal_basis, "message": row.message}
    record(
        incident=incident,
        kind=Kind.FORWARDED,
        data=data,
        actor=actor,
        now=now,
        secrets=_said(words),
    )
    write_to_receiver(row, now)
    if number >= ARBITER_AT:
        _call_arbiter(incident, row, now)
    return row


@transaction.atomic
def accept(*, leg: Leg, promise: Acceptance, actor: Actor, now: dt.datetime) -> Leg:
    """The receiver says that it is its matter, and until when; it may set another day later.

    Raises:
        ValidationError: `ended`; at a field `no_day`, `past`, `before_sending`, `in_future`,
            `too_long`.
    """
    row = _open(leg)
    _refuse_promise(row, promise, now)
    row.state, row.decided_at = Leg.State.ACCEPTED, now
    row.done_by, row.registered_on = promise.done_by, promise.registered_on
    row.register_number = promise.register_number.strip()
    row.save()
    days = {"done_by": row.done_by, "registered_on": row.registered_on}
    data = {name: day.isoformat() if day else "" for name, day in days.items()}
    _record(row, Kind.LEG_ACCEPTED, data | {"register_number": row.register_number}, actor, now)
    return row


@transaction.atomic
def refuse(
    *, leg: Leg, reason: str, proposed: Department | None, actor: Actor, now: dt.datetime
) -> Leg:
    """The receiver says that it is not its matter, why, and whose it is where it knows.

    Raises:
        ValidationError: `ended`; at a field `no_reason`, `too_long`, `other_town`, `itself`.
    """
    row = _open(leg)
    row.reason = _reason(reason)
    if proposed is not None and proposed.municipality_id != row.incident.municipality_id:
        raise _at("proposed", "other_town", _("Choose one of this town."))
    if proposed is not None and proposed.pk == row.receiver_id:
        raise _at("proposed", "itself", _("Name somebody else, or nobody."))
    row.proposed = proposed
    _end(row, Leg.State.REFUSED, now)
    data = {"proposed": proposed.pk if proposed else None}
    _record(row, Kind.LEG_REFUSED, data, actor, now, {"reason": row.reason})
    return row


@transaction.atomic
def finish(*, leg: Leg, outcome: str, words: str, actor: Actor, now: dt.datetime) -> Leg:
    """The receiver says how it ended; this is the answer that the reporter reads.

    Raises:
        ValidationError: `ended`; at a field `no_outcome`, `no_reason`, `too_long`.
    """
    row = _open(leg)
    if outcome not in Outcome.values:
        raise _at("outcome", "no_outcome", _("Choose how it ended."))
    row.reason = _reason(words, "words")
    _end(row, Leg.State.DONE, now)
    _record(row, Kind.LEG_DONE, {"outcome": outcome}, actor, now, {"words": row.reason})
    return row


@transaction.atomic
def withdraw(*, leg: Leg, reason: str, actor: Actor, now: dt.datetime) -> Leg:
    """Take a report back from where it was sent; its link opens no more.

    Raises:
        PermissionDenied: the actor may not work on this report.
        ValidationError: `ended`; at a field `no_reason`, `too_long`.
    """
    require(actor, leg.incident, Right.HANDLE, now)
    row = _open(leg)
    row.reason = _reason(reason)
    _end(row, Leg.State.WITHDRAWN, now)
    _record(row, Kind.LEG_WITHDRAWN, {}, actor, now, {"reason": row.reason})
    return row


def may_tell_identity(incident: Incident) -> bool:
    """Whether a receiver needs to know who reported: it must answer a person who can be named."""
    reporter = Reporter.objects.filter(incident=incident, erased_at=None).first()
    has_regime = incident.category is not None and bool(incident.category.regime)
    return has_regime and reporter is not None and not reporter.is_anonymous


def _refuse(incident: Incident, leg: NewLeg) -> None:
    receiver = leg.receiver
    if receiver.municipality_id != incident.municipality_id:
        raise _at("receiver", "other_town", _("Choose one of this town."))
    if receiver.kind == Department.Kind.DEPARTMENT or not receiver.is_active:
        sentence = _("Choose an institution or an outside body that is in use.")
        raise _at("receiver", "not_a_body", sentence)
    if not leg.legal_basis.strip():
        sentence = _("Name the legal basis, such as OG 27/2002, article 6¹.")
        raise _at("legal_basis", "no_basis", sentence)
    _refuse_long("legal_basis", leg.legal_basis, LONGEST_BASIS)
    _refuse_long("message", leg.message, LONGEST_MESSAGE)
    if leg.tells_identity and not may_tell_identity(incident):
        sentence = _(
            "The name goes along only where the receiver must answer the person by law, and the "
            "person gave a name. Send it without."
        )
        raise _at("tells_identity", "not_needed", sentence)


def _refuse_promise(leg: Leg, promise: Acceptance, now: dt.datetime) -> None:
    town = leg.incident.municipality
    today, sent = civil_day(now, town.timezone), civil_day(leg.sent_at, town.timezone)
    if promise.done_by is None:
        raise _at("done_by", "no_day", _("Say by which day it will be done."))
    if promise.done_by < today:
        raise _at("done_by", "past", _("This day is over. Choose a later one."))
    if promise.registered_on and promise.registered_on < sent:
        sentence = _("It cannot have been registered before it was sent.")
        raise _at("registered_on", "before_sending", sentence)
    if promise.registered_on and promise.registered_on > today:
        raise _at("registered_on", "in_future", _("This day has not come yet."))
    _refuse_long("register_number", promise.register_number, 40)


def _open(leg: Leg) -> Leg:
    """Lock the report, then read the leg anew.

    Raises:
        ValidationError: `ended`.
    """
    lock_in_order([leg.incident])
    row = Leg.objects.select_related("incident__municipality", "receiver").get(pk=leg.pk)
    if row.state not in (Leg.State.SENT, Leg.State.ACCEPTED):
        raise ValidationError(_("This sending has ended already."), code="ended")
    return row


def _end(leg: Leg, state: Leg.State, now: dt.datetime) -> None:
    leg.state, leg.decided_at = state, now
    leg.save()


def _record(
    leg: Leg,
    kind: Kind,
    data: Mapping[str, object],
    actor: Actor,
    now: dt.datetime,
    words: Mapping[str, str] | None = None,
) -> IncidentEvent:
    return record(
        incident=leg.incident,
        kind=kind,
        data={"leg": leg.pk, "number": leg.number, **data},
        actor=actor,
        now=now,
        secrets=_said(words or {}),
    )


def _call_arbiter(incident: Incident, leg: Leg, now: dt.datetime) -> None:
    """Write to the mayor, and leave in the ledger that it was done."""
    told = call_arbiter(leg, now)
    data = {"about": "transfers", "number": leg.number, "level": "mayor", "people": told}
    record(incident=incident, kind=Kind.WARNED, data=data, actor=Actor("system"), now=now)


def _said(words: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in words.items() if text}


def _reason(text: str, field: str = "reason") -> str:
    text = text.strip()
    if not text:
        raise _at(field, "no_reason", _("Say it in a few words."))
    _refuse_long(field, text, LONGEST_REASON)
    return text


def _refuse_long(field: str, text: str, most: int) -> None:
    if len(text.strip()) > most:
        sentence = _("Write at most %(most)d characters.") % {"most": most}
        raise _at(field, "too_long", sentence)


def _at(field: str, code: str, sentence: str) -> ValidationError:
    return ValidationError({field: ValidationError(sentence, code=code)})


def passed_around(legs: Iterable[Leg]) -> bool:
    """Whether a report was sent so often that the arbiter was called."""
    return any(leg.number >= ARBITER_AT for leg in legs)
