"""What is said about a report: with the reporter, in the house, with another department."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.access import Right
from departments.models import Department
from incidents.models import Attachment, Incident, Remark
from incidents.reach import hats
from incidents.services.recording import Actor, lock_in_order, record
from incidents.services.standing import require
from incidents.workflow import Kind

LONGEST = 4000


@transaction.atomic
def ask_reporter(*, incident: Incident, text: str, actor: Actor, now: dt.datetime) -> Remark:
    """Ask the reporter something; the answer comes on the page of the report or by mail.

    Raises:
        PermissionDenied, ValidationError: `no_text`, `too_long`, `cannot_follow`.
    """
    require(actor, incident, Right.HANDLE, now)
    said = Remark(incident=incident, kind=Remark.Kind.QUESTION, text=text)
    return _say(said, Kind.ASKED, actor, now)


@transaction.atomic
def reply(
    *,
    incident: Incident,
    text: str,
    actor: Actor,
    now: dt.datetime,
    photos: Sequence[Attachment] = (),
) -> Remark:
    """Keep the reporter's answer to the newest question; whoever holds the link is the reporter.

    Raises:
        ValidationError: `no_text`, `too_long`.
    """
    question = incident.remarks.filter(kind=Remark.Kind.QUESTION).order_by("-seq").first()
    said = Remark(incident=incident, kind=Remark.Kind.REPLY, text=text, answers=question)
    _say(said, Kind.REPLIED, actor, now)
    said.photos.set(photos)
    return said


@transaction.atomic
def note(*, incident: Incident, text: str, actor: Actor, now: dt.datetime) -> Remark:
    """Write something down for the house; the reporter never sees it.

    Raises:
        PermissionDenied, ValidationError: `no_text`, `too_long`.
    """
    require(actor, incident, Right.HANDLE, now)
    said = Remark(incident=incident, kind=Remark.Kind.NOTE, text=text)
    return _say(said, Kind.NOTED, actor, now)


@transaction.atomic
def ask_opinion(
    *, incident: Incident, department: Department, text: str, actor: Actor, now: dt.datetime
) -> Remark:
    """Ask another department what it thinks; the report stays where it is.

    Raises:
        PermissionDenied, ValidationError: `other_town`, `closed_department`, `same_department`,
            `no_text`, `too_long`, `cannot_follow`.
    """
    require(actor, incident, Right.HANDLE, now)
    if department.municipality_id != incident.municipality_id:
        raise ValidationError(_("This department belongs to another town."), code="other_town")
    if not department.is_active:
        raise ValidationError(_("Choose a department that is in use."), code="closed_department")
    if department.pk == incident.department_id:
        raise ValidationError(
            _("The report lies with this department already."), code="same_department"
        )
    said = Remark(
        incident=incident, kind=Remark.Kind.OPINION_ASKED, text=text, department=department
    )
    return _say(said, Kind.OPINION_ASKED, actor, now)


@transaction.atomic
def give_opinion(*, asked: Remark, text: str, actor: Actor, now: dt.datetime) -> Remark:
    """Say what the department that was asked thinks.

    Raises:
        PermissionDenied: the actor does not work for the department that was asked.
        ValidationError: `given`, `no_text`, `too_long`.
    """
    incident = asked.incident
    if not may_give_opinion(actor, asked, now):
        raise PermissionDenied
    if asked.replies.exists():
        raise ValidationError(_("This opinion was given already."), code="given")
    said = Remark(
        incident=incident,
        kind=Remark.Kind.OPINION,
        text=text,
        department=asked.department,
        answers=asked,
    )
    return _say(said, Kind.OPINION_GIVEN, actor, now)


def may_give_opinion(actor: Actor, asked: Remark, now: dt.datetime) -> bool:
    """Whether somebody works for the department that was asked."""
    if actor.user is None or asked.kind != Remark.Kind.OPINION_ASKED:
        return False
    held = hats(actor.user, asked.incident.municipality, Right.HANDLE, now)
    return any(hat.departments is None or asked.department_id in hat.departments for hat in held)


def _say(said: Remark, kind: Kind, actor: Actor, now: dt.datetime) -> Remark:
    """Keep a remark and its event; the remark stands first, for letters quote it."""
    said.text = said.text.strip()
    if not said.text:
        raise ValidationError(_("Write something first."), code="no_text")
    if len(said.text) > LONGEST:
        raise ValidationError(
            _("Write at most %(most)d characters."), code="too_long", params={"most": LONGEST}
        )
    said.seq = lock_in_order([said.incident])[0].head_seq + 1
    said.author, said.at = actor.user, now
    said.save()
    record(
        incident=said.incident,
        kind=kind,
        data={"department": said.department_id} if said.department_id else {},
        actor=actor,
        now=now,
        secrets={"text": said.text},
    )
    return said
