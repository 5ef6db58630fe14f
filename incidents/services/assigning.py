"""Who works on a report: taking it, giving it to a colleague."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from departments.access import ROLES_WITH, Right
from departments.models import Department, Membership
from incidents.models import Incident, IncidentEvent
from incidents.reach import hats
from incidents.services.recording import Actor, lock_in_order, record
from incidents.services.standing import actor_under, require
from incidents.workflow import Kind
from zones.days import civil_day


@transaction.atomic
def assign(*, incident: Incident, handler: User, actor: Actor, now: dt.datetime) -> IncidentEvent:
    """Give a report to somebody whose role covers it.

    Raises:
        PermissionDenied: the actor may not work on this report.
        ValidationError: `not_covered` where the colleague may not, `same_handler`,
            `cannot_follow`.
    """
    require(actor, incident, Right.HANDLE, now)
    held = hats(handler, incident.municipality, Right.HANDLE, now)
    if actor_under(held, incident) is None:
        raise ValidationError(
            _("The role of this person does not cover the report. Choose somebody else."),
            code="not_covered",
        )
    (locked,) = lock_in_order([incident])
    if locked.handler_id == handler.pk:
        raise ValidationError(_("This person has the report already."), code="same_handler")
    return record(
        incident=incident,
        kind=Kind.ASSIGNED,
        data={"handler": handler.pk, "is_own": actor.user == handler},
        actor=actor,
        now=now,
    )


def colleagues(incident: Incident, now: dt.datetime) -> list[User]:
    """Who could get a report: roles for its department or one above, in force today.

    Areas and categories of their roles are looked at when it is given. Two queries.
    """
    town = incident.municipality
    above = _above(incident.department)
    held = (
        Membership.objects.in_municipality(town)
        .in_force(civil_day(now, town.timezone))
        .with_role(ROLES_WITH[Right.HANDLE])
        .filter(user__is_active=True)
        .select_related("user")
    )
    people = {one.user for one in held if one.department_id is None or one.department_id in above}
    return sorted(people, key=lambda user: (str(user).casefold(), user.pk))


def _above(department: Department | None) -> set[int]:
    """Number of a department and of all above it; one query."""
    if department is None:
        return set()
    parents = dict(
        Department.objects.filter(municipality=department.municipality_id).values_list(
            "pk", "parent"
        )
    )
    found: set[int] = set()
    here: int | None = department.pk
    while here is not None and here not in found:
        found.add(here)
        here = parents.get(here)
    return found
