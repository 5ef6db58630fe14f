"""What a dispatcher decides about a report that the rules could not place; also sending it on."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.access import Right
from departments.models import Department
from incidents.models import Category, Incident, IncidentEvent
from incidents.places import geometry_text
from incidents.services.recording import Actor, record
from incidents.services.releasing import release_by_rule
from incidents.services.routing import route, settle_doubt
from incidents.services.standing import require
from incidents.workflow import Kind, Status


@transaction.atomic
def send_to(
    *, incident: Incident, department: Department, actor: Actor, now: dt.datetime, why: str = ""
) -> IncidentEvent:
    """Give a report to a department, as a person decided.

    Raises:
        PermissionDenied: the actor may not sort this report, nor hand it on.
        ValidationError: `other_town`, `closed_department`, `same_department`, `cannot_follow`.
    """
    right = Right.SORT if incident.status == Status.TRIAGE else Right.HANDLE
    require(actor, incident, right, now)
    _refuse_department(incident, department)
    if incident.department_id == department.pk:
        raise ValidationError(
            _("The report lies with this department already."), code="same_department"
        )
    return record(
        incident=incident,
        kind=Kind.ROUTED,
        data={"department": department.pk, "department_code": department.code, "by": "person"},
        actor=actor,
        now=now,
        secrets=_words("why", why),
    )


@transaction.atomic
def accept(*, incident: Incident, rule: int, actor: Actor, now: dt.datetime) -> None:
    """Take one of the answers that the rules offered.

    Raises:
        PermissionDenied, ValidationError: as `settle_doubt`.
    """
    require(actor, incident, Right.SORT, now)
    settle_doubt(incident=incident, choice=rule, actor=actor, now=now)


@transaction.atomic
def hand_back(*, incident: Incident, why: str, actor: Actor, now: dt.datetime) -> IncidentEvent:
    """Give a report back to sorting, because it belongs to somebody else.

    Raises:
        PermissionDenied, ValidationError: `no_reason`, `cannot_follow`.
    """
    require(actor, incident, Right.HANDLE, now)
    why = _given(why)
    return record(
        incident=incident,
        kind=Kind.UNROUTED,
        data={"by": "person"},
        actor=actor,
        now=now,
        secrets={"why": why},
    )


@transaction.atomic
def recategorise(
    *,
    incident: Incident,
    category: Category,
    ask_rules: bool,
    actor: Actor,
    now: dt.datetime,
) -> IncidentEvent:
    """Say what a report really is; on wish the rules decide again who answers.

    Raises:
        PermissionDenied, ValidationError: `other_town`, `not_offered`, `same_category`.
    """
    require(actor, incident, Right.HANDLE, now)
    if category.municipality_id != incident.municipality_id:
        raise ValidationError(_("This category belongs to another town."), code="other_town")
    if not category.is_active or category.parent_id is None:
        raise ValidationError(_("Choose a category that is in use."), code="not_offered")
    if incident.category_id == category.pk:
        raise ValidationError(_("The report is of this category already."), code="same_category")
    event = record(
        incident=incident,
        kind=Kind.CATEGORISED,
        data={"category": category.pk, "category_code": category.code},
        actor=actor,
        now=now,
    )
    release_by_rule(incident=incident, now=now)
    if ask_rules:
        route(incident=incident, now=now)
    return event


@transaction.atomic
def move_place(
    *, incident: Incident, geometry: Any, ask_rules: bool, actor: Actor, now: dt.datetime
) -> IncidentEvent:
    """Put a report where it really is; `geometry` in EPSG:4326 as the geometry intake made it.

    Raises:
        PermissionDenied, ValidationError: `cannot_follow`.
    """
    require(actor, incident, Right.HANDLE, now)
    event = record(
        incident=incident,
        kind=Kind.MOVED,
        data={"geometry": geometry_text(geometry), "accuracy_dm": None, "site": None},
        actor=actor,
        now=now,
    )
    if ask_rules:
        route(incident=incident, now=now)
    return event


@transaction.atomic
def refuse(
    *, incident: Incident, reason: str, why: str, actor: Actor, now: dt.datetime
) -> IncidentEvent:
    """Say that something is no report, with the reason.

    Raises:
        PermissionDenied, ValidationError: `no_reason`, `cannot_follow`.
    """
    require(actor, incident, Right.SORT, now)
    if reason not in REFUSALS:
        raise ValidationError(_("Choose why this is not a report."), code="no_reason")
    return record(
        incident=incident,
        kind=Kind.REFUSED,
        data={"reason": reason},
        actor=actor,
        now=now,
        secrets=_words("why", why),
    )


REFUSALS = frozenset({"spam", "insult", "double", "private", "empty"})


@transaction.atomic
def send_outside(
    *,
    incident: Incident,
    actor: Actor,
    now: dt.datetime,
    owner: Department | None = None,
    why: str = "",
) -> IncidentEvent:
    """Say that a report is no matter of the town hall, and whose it is where that is known.

    Raises:
        PermissionDenied, ValidationError: `other_town`, `closed_department`, `cannot_follow`.
    """
    require(actor, incident, Right.SORT, now)
    if owner is not None:
        _refuse_department(incident, owner)
    return record(
        incident=incident,
        kind=Kind.OUTSIDE,
        data={"owner": owner.pk if owner else None, "by": "person"},
        actor=actor,
        now=now,
        secrets=_words("why", why),
    )


def _refuse_department(incident: Incident, department: Department) -> None:
    if department.municipality_id != incident.municipality_id:
        raise ValidationError(_("This department belongs to another town."), code="other_town")
    if not department.is_active:
        raise ValidationError(_("Choose a department that is in use."), code="closed_department")


def _given(why: str) -> str:
    why = why.strip()
    if not why:
        raise ValidationError(_("Write the reason."), code="no_reason")
    return why


def _words(name: str, text: str) -> dict[str, str]:
    return {name: text.strip()} if text.strip() else {}
