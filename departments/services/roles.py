"""Giving, changing and ending roles, and naming deputies; the last administrator always stays."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.acts import Act
from departments.models import Department, Membership
from zones.models import Municipality, Zone
from zones.names import with_code
from zones.services.history import Subject, record_change

if TYPE_CHECKING:
    from accounts.models import User

# What these do belongs to no single department and to no part of the town.
WHOLE_TOWN_ROLES = frozenset({Membership.Role.ADMINISTRATOR, Membership.Role.OBSERVER})


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role with its reach, during [valid_from, valid_until)."""

    role: str
    department: Department | None = None
    areas: Sequence[Zone] = ()
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


@transaction.atomic
def give_role(
    *,
    municipality: Municipality,
    user: "User",
    facts: RoleFacts,
    act: Act,
    deputy_for: Membership | None = None,
) -> Membership:
    """Give a person a role.

    Raises:
        ValidationError: with the field that is wrong; `held_already` when the person holds the
            same role in the same office during any of that time.
    """
    membership = Membership(municipality=municipality, user=user, deputy_for=deputy_for)
    _check(municipality, facts)
    _apply(membership, facts)
    _refuse_twice(membership)
    membership.full_clean(exclude=["areas"])
    membership.save()
    membership.areas.set(facts.areas)
    record_role(membership, None, act)
    return membership


@transaction.atomic
def change_role(*, membership: Membership, facts: RoleFacts, act: Act) -> Membership:
    """Change what a role is and where and when it holds; deputies follow.

    Raises:
        ValidationError: as `give_role`; `last_administrator`, `is_deputy`.
    """
    current = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    before = role_values(current)
    if current.deputy_for_id:
        raise ValidationError(
            _("A deputy has the rights of the person stood in for. End this and name another."),
            code="is_deputy",
        )
    _lock_administrators(current.municipality)
    _check(current.municipality, facts)
    _apply(current, facts)
    _refuse_twice(current)
    current.full_clean(exclude=["areas"])
    current.save()
    current.areas.set(facts.areas)
    require_administrator(current.municipality, before["role"])
    record_role(current, before, act)
    for deputy in current.deputies.not_ended(act.today_in(current.municipality)):
        _follow(deputy, facts, act)
    return current


@transaction.atomic
def end_role(*, membership: Membership, on: dt.date, act: Act) -> Membership:
    """Let a role end: `on` is the first day without it; one not begun by then never begins.

    Raises:
        ValidationError: `ended` when it has ended before, `in_the_past`, `last_administrator`.
    """
    current = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    today = act.today_in(current.municipality)
    if current.valid_until and current.valid_until <= today:
        raise ValidationError(_("This role has ended already."), code="ended")
    if on < today:
        raise ValidationError(
            _("A role cannot end in the past. Choose today or a later day."), code="in_the_past"
        )
    _lock_administrators(current.municipality)
    close_role(current, on, act)
    require_administrator(current.municipality, current.role)
    return current


@transaction.atomic
def appoint_deputy(
    *,
    membership: Membership,
    user: "User",
    valid_from: dt.date,
    valid_until: dt.date,
    act: Act,
) -> Membership:
    """Let a person stand in during [valid_from, valid_until) with the same rights.

    Raises:
        ValidationError: `is_deputy` for a deputy of a deputy, `same_person`, `outlives` when it
            would last longer than the role itself, `in_the_past`.
    """
    if membership.deputy_for_id:
        raise ValidationError(
            _("This person is a deputy already. Name a deputy of the person stood in for."),
            code="is_deputy",
        )
    if user.pk == membership.user_id:
        raise ValidationError(_("Nobody can be their own deputy."), code="same_person")
    if membership.valid_until and valid_until > membership.valid_until:
        sentence = _("The role ends before that. Choose an earlier day.")
        raise ValidationError({"valid_until": ValidationError(sentence, code="outlives")})
    if valid_until <= act.today_in(membership.municipality):
        sentence = _("This time is over already. Choose a later day.")
        raise ValidationError({"valid_until": ValidationError(sentence, code="in_the_past")})
    return give_role(
        municipality=membership.municipality,
        user=user,
        facts=replace(facts_of(membership), valid_from=valid_from, valid_until=valid_until),
        act=act,
        deputy_for=membership,
    )


def facts_of(membership: Membership) -> RoleFacts:
    """What a membership says now."""
    return RoleFacts(
        membership.role,
        membership.department,
        tuple(membership.areas.order_by("pk")),
        membership.valid_from,
        membership.valid_until,
    )


def close_role(membership: Membership, on: dt.date, act: Act) -> None:
    """End one membership and those of its deputies, without asking who is left."""
    before = role_values(membership)
    membership.valid_until = max(on, membership.valid_from or on)
    membership.save(update_fields=["valid_until"])
    record_role(membership, before, act)
    for deputy in membership.deputies.lasting_beyond(on):
        close_role(deputy, on, act)


def role_values(membership: Membership) -> dict[str, Any]:
    """What can be set of a membership, as plain values for the history."""
    stood_in_for, office = membership.deputy_for, membership.department
    spoken = membership.municipality.languages
    areas = [with_code(zone.names, zone.code, spoken) for zone in membership.areas.all()]
    return {
        "person": _called(membership.user),
        "role": str(membership.role),
        "department": with_code(office.names, office.code, spoken) if office else None,
        "areas": sorted(areas),
        "valid_from": _iso(membership.valid_from),
        "valid_until": _iso(membership.valid_until),
        "deputy_for": _called(stood_in_for.user) if stood_in_for else None,
    }


def record_role(membership: Membership, before: Mapping[str, Any] | None, act: Act) -> None:
    """Write a change of a membership into the town's history."""
    record_change(
        municipality=membership.municipality,
        subject=Subject("membership", str(membership.pk), str(membership.user)),
        before=before,
        after=role_values(membership),
        actor=act.actor,
        now=act.now,
        origin=act.origin,
    )


def _called(user: "User") -> str:
    return f"{user.full_name} <{user.email}>" if user.full_name and user.email else str(user)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _check(municipality: Municipality, facts: RoleFacts) -> None:
    department = facts.department
    if department and (department.municipality_id != municipality.pk or not department.is_active):
        sentence = _("Choose an office of this town that is in use.")
        raise ValidationError({"department": ValidationError(sentence, code="elsewhere")})
    inside = Zone.objects.in_municipality(municipality).filter(pk__in=[z.pk for z in facts.areas])
    if facts.areas and inside.count() != len(facts.areas):
        raise ValidationError(
            {"areas": ValidationError(_("Choose areas of this town."), code="elsewhere")}
        )
    if facts.role in WHOLE_TOWN_ROLES and (department or facts.areas):
        sentence = _("This role is for the whole town. Choose no office and no area.")
        raise ValidationError({"role": ValidationError(sentence, code="whole_town")})
    if facts.valid_from and facts.valid_until and facts.valid_until <= facts.valid_from:
        sentence = _("The last day must not be before the first.")
        raise ValidationError({"valid_until": ValidationError(sentence, code="backwards")})


def _apply(membership: Membership, facts: RoleFacts) -> None:
    membership.role = facts.role
    membership.department = facts.department
    membership.valid_from = facts.valid_from
    membership.valid_until = facts.valid_until


def _refuse_twice(membership: Membership) -> None:
    same = Membership.objects.in_municipality(membership.municipality).filter(
        user_id=membership.user_id, role=membership.role, department=membership.department
    )
    held = same.overlapping(membership.valid_from, membership.valid_until)
    if membership.deputy_for_id:
        held = held.filter(deputy_for=membership.deputy_for_id)
    else:
        held = held.filter(deputy_for__isnull=True)
    if held.exclude(pk=membership.pk).exists():
        raise ValidationError(
            _("This person has this role in this office already during that time."),
            code="held_already",
        )


def _follow(deputy: Membership, facts: RoleFacts, act: Act) -> None:
    """A deputy has the rights of the role as it is now, and not longer than it."""
    before = role_values(deputy)
    deputy.role = facts.role
    deputy.department = facts.department
    if facts.valid_until and deputy.valid_until and facts.valid_until < deputy.valid_until:
        deputy.valid_until = max(facts.valid_until, deputy.valid_from or facts.valid_until)
    deputy.save(update_fields=["role", "department", "valid_until"])
    deputy.areas.set(facts.areas)
    record_role(deputy, before, act)


def _lock_administrators(municipality: Municipality) -> None:
    """Two administrators who remove each other at one moment come one after the other."""
    list(Municipality.objects.select_for_update().filter(pk=municipality.pk).values_list("pk"))


def require_administrator(municipality: Municipality, role: str) -> None:
    """Refuse what would leave the town without anybody who can let others in.

    Raises:
        ValidationError: `last_administrator`.
    """
    if role != Membership.Role.ADMINISTRATOR:
        return
    if not Membership.objects.in_municipality(municipality).lasting_administrators().exists():
        raise ValidationError(
            _(
                "This is the town's last administrator. Make somebody else administrator, without "
                "an end, before you take this role away."
            ),
            code="last_administrator",
        )
