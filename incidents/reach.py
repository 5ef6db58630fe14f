"""What a person of the staff may see and do with reports: role x department x category x area.

One membership must cover all of it: two halves, each from another role, do not add up.
"""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from departments.access import Right, memberships_with
from departments.models import Department, Membership
from departments.querysets import MembershipQuerySet
from incidents.models import Scope
from zones.days import civil_day
from zones.models import Municipality

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Hat:
    """One membership as limits; None is no limit."""

    membership: Membership
    departments: frozenset[int] | None
    zones: frozenset[int] | None
    categories: frozenset[int] | None


def hats(
    user: "User | AnonymousUser", municipality: Municipality, right: Right, now: dt.datetime
) -> list[Hat]:
    """The hats under which a person holds a right now; three queries, one more a department."""
    today = civil_day(now, municipality.timezone)
    return _worn(memberships_with(user, municipality, right, today))


def every_hat(
    user: "User | AnonymousUser", municipality: Municipality, now: dt.datetime
) -> list[Hat]:
    """All hats of a person, whatever right they carry; as many queries as `hats`."""
    today = civil_day(now, municipality.timezone)
    return _worn(Membership.objects.in_municipality(municipality).of(user).in_force(today))


def _worn(rows: MembershipQuerySet) -> list[Hat]:
    held = list(rows.select_related("department", "user").prefetch_related("areas"))
    limits: dict[int, set[int]] = {}
    for membership, category in Scope.objects.filter(membership__in=held).values_list(
        "membership", "category"
    ):
        limits.setdefault(membership, set()).add(category)
    return [
        Hat(
            one,
            frozenset(Department.objects.ids_under(one.department)) if one.department else None,
            frozenset(zone.pk for zone in one.areas.all()) or None,
            frozenset(limits[one.pk]) if one.pk in limits else None,
        )
        for one in held
    ]
