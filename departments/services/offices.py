"""Adding, changing and closing departments and institutions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.acts import Act
from departments.models import Calendar, Department, Membership
from zones.models import Municipality
from zones.names import in_language, with_code
from zones.services.history import Subject, record_change


@dataclass(frozen=True, slots=True)
class DepartmentFacts:
    """Everything a town says of a department."""

    code: str
    names: Mapping[str, str]
    kind: str = Department.Kind.DEPARTMENT
    parent: Department | None = None
    calendar: Calendar | None = None
    email: str = ""
    phone: str = ""
    address: str = ""


@transaction.atomic
def save_department(
    *,
    municipality: Municipality,
    facts: DepartmentFacts,
    act: Act,
    department: Department | None = None,
) -> Department:
    """Add a department, or change one.

    Raises:
        ValidationError: with the field that is wrong: a code that is taken (`code`), a parent that
            is closed, of another town, or below the department itself (`parent`).
    """
    before = None
    if department is None:
        department = Department(municipality=municipality)
    else:
        department = Department.objects.select_for_update().get(pk=department.pk)
        before = department_values(department)
    _check_relatives(municipality, department, facts)
    department.code = facts.code
    department.names = dict(facts.names)
    department.kind = facts.kind
    department.parent = facts.parent
    department.calendar = facts.calendar
    department.email = facts.email
    department.phone = facts.phone
    department.address = facts.address
    department.full_clean()
    department.save()
    _record(department, before, act)
    return department


@transaction.atomic
def close_department(*, department: Department, act: Act) -> Department:
    """Take a department out of use; what it did before keeps naming it.

    Raises:
        ValidationError: `has_parts` while parts of it are in use, `has_staff` while somebody works
            there or will.
    """
    current = Department.objects.select_for_update().get(pk=department.pk)
    before = department_values(current)
    if current.parts.filter(is_active=True).exists():
        raise ValidationError(
            _("Other offices belong to this one. Close them first, or put them elsewhere."),
            code="has_parts",
        )
    staff = Membership.objects.in_municipality(current.municipality).filter(department=current)
    if staff.not_ended(act.today_in(current.municipality)).exists():
        raise ValidationError(
            _("People still work here. End their roles first, or give them another office."),
            code="has_staff",
        )
    current.is_active = False
    current.save(update_fields=["is_active"])
    _record(current, before, act)
    return current


@transaction.atomic
def reopen_department(*, department: Department, act: Act) -> Department:
    """Take a closed department into use again.

    Raises:
        ValidationError: `parent_closed` while the office above it is closed.
    """
    current = Department.objects.select_for_update(of=("self",)).get(pk=department.pk)
    before = department_values(current)
    if current.parent and not current.parent.is_active:
        raise ValidationError(
            _("The office above this one is closed. Open that one first."), code="parent_closed"
        )
    current.is_active = True
    current.save(update_fields=["is_active"])
    _record(current, before, act)
    return current


def department_values(department: Department) -> dict[str, Any]:
    """What can be set of a department, as plain values for the history."""
    spoken = department.municipality.languages
    parent, calendar = department.parent, department.calendar
    return {
        "code": department.code,
        "names": dict(department.names),
        "kind": department.kind,
        "parent": with_code(parent.names, parent.code, spoken) if parent else None,
        "calendar": with_code(calendar.names, calendar.code, spoken) if calendar else None,
        "email": department.email,
        "phone": department.phone,
        "address": department.address,
        "is_active": department.is_active,
    }


def _check_relatives(
    municipality: Municipality, department: Department, facts: DepartmentFacts
) -> None:
    if facts.calendar and facts.calendar.municipality_id != municipality.pk:
        raise ValidationError(
            {"calendar": ValidationError(_("Choose a calendar of this town."), code="elsewhere")}
        )
    parent = facts.parent
    if parent is None:
        return
    if parent.municipality_id != municipality.pk or not parent.is_active:
        raise ValidationError(
            {"parent": ValidationError(_("Choose an office of this town."), code="elsewhere")}
        )
    if department.pk and parent.pk in Department.objects.ids_under(department):
        sentence = _("An office cannot belong to itself or to one of its own parts.")
        raise ValidationError({"parent": ValidationError(sentence, code="circle")})


def _record(department: Department, before: dict[str, Any] | None, act: Act) -> None:
    town = department.municipality
    label = in_language(department.names, town.languages, town.languages[0])
    record_change(
        municipality=town,
        subject=Subject("department", department.code, label),
        before=before,
        after=department_values(department),
        actor=act.actor,
        now=act.now,
        origin=act.origin,
    )
