"""A leaver's hand-over: the roles end today, and a successor gets what was held."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.acts import Act
from departments.models import Membership
from departments.querysets import MembershipQuerySet
from departments.services.roles import (
    close_role,
    facts_of,
    give_role,
    record_role,
    require_administrator,
    role_values,
)
from zones.models import Municipality

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Passed:
    """A role that ends, and the membership of the successor that takes its place, if any.

    `held_before`: the successor had the same role in the same office already.
    """

    old: Membership
    new: Membership | None
    held_before: bool = False


def roles_to_pass(*, leaver: "User", municipality: Municipality, act: Act) -> MembershipQuerySet:
    """What a leaver holds or will hold in a town, deputies included."""
    held = Membership.objects.in_municipality(municipality).filter(user=leaver)
    return held.not_ended(act.today_in(municipality)).for_listing()


@transaction.atomic
def hand_over(
    *, municipality: Municipality, leaver: "User", successor: "User | None", act: Act
) -> Sequence[Passed]:
    """End all roles of a person in a town, today, and give them to a successor.

    A deputy's role ends without a successor: whoever is stood in for names another. Deputies of the
    leaver stand in for the successor. Without a successor the roles just end, and so do deputies'.

    Raises:
        ValidationError: `nothing_held`, `same_person`, `locked` for a successor who cannot sign in,
            `last_administrator`. Nothing is changed then.
    """
    list(Municipality.objects.select_for_update().filter(pk=municipality.pk).values_list("pk"))
    held = list(roles_to_pass(leaver=leaver, municipality=municipality, act=act))
    if not held:
        raise ValidationError(
            _("This person has no role in this town any more."), code="nothing_held"
        )
    if successor is not None:
        _check_successor(leaver, successor)
    passed = [_pass_on(old, successor, act) for old in held]
    for old in held:
        require_administrator(municipality, old.role)
    return passed


def _check_successor(leaver: "User", successor: "User") -> None:
    if successor.pk == leaver.pk:
        raise ValidationError(
            _("Nobody can be their own successor. Choose somebody else."), code="same_person"
        )
    if not successor.is_active:
        raise ValidationError(
            _("The successor's account is locked. Choose somebody else."), code="locked"
        )


def _pass_on(old: Membership, successor: "User | None", act: Act) -> Passed:
    today = act.today_in(old.municipality)
    if successor is None or old.deputy_for_id:
        close_role(old, today, act)
        return Passed(old, None)
    facts = facts_of(old)
    same = Membership.objects.in_municipality(old.municipality).filter(
        user=successor, role=old.role, department=old.department, deputy_for__isnull=True
    )
    new = same.overlapping(today, facts.valid_until).first()
    held_before = new is not None
    if new is None:
        start = max(today, facts.valid_from) if facts.valid_from else today
        new = give_role(
            municipality=old.municipality,
            user=successor,
            facts=type(facts)(facts.role, facts.department, facts.areas, start, facts.valid_until),
            act=act,
        )
    for deputy in old.deputies.not_ended(today).exclude(user=successor):
        before = role_values(deputy)
        deputy.deputy_for = new
        deputy.save(update_fields=["deputy_for"])
        record_role(deputy, before, act)
    close_role(old, today, act)
    return Passed(old, new, held_before)
