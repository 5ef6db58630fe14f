"""Named predicates about staff rights; every page and verb asks these, never a role by name."""

import datetime as dt
from collections.abc import Mapping, Set
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone

from departments.models import Department, Membership
from departments.querysets import MembershipQuerySet
from zones.days import civil_day
from zones.models import Municipality

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

_Role = Membership.Role


class Right(StrEnum):
    """What can be done; a page names exactly one of these."""

    ADMINISTER = "administer"  # settings, staff, departments, calendars
    EDIT_WORKS = "edit_works"
    EDIT_SITES = "edit_sites"  # import and edit sites and categories
    RUN_SIGNS = "run_signs"  # plan, approve, print, plan rounds
    CREW = "crew"  # mount, inspect, replace
    MODERATE = "moderate"  # release or refuse what residents wrote
    SEE_RATINGS = "see_ratings"  # set-aside cases and coverage, never below k
    PUBLISH = "publish"  # take figures out of the house: pictures, tables, embedded maps
    OWN_SITES = "own_sites"
    PLAN = "plan"  # draw zones and target areas, see the reach
    NOTIFY = "notify"  # write notices, approve those of others, see their results
    REGISTER = "register"  # the desk: register residents, look up addresses, print letters
    SORT = "sort"  # reports that the rules could not place; send them anywhere
    HANDLE = "handle"  # work on reports of the own departments, categories and areas
    SIGN = "sign"  # approve answers, reassign; for the whole town: sign for the authority
    RELEASE = "release"  # let words and pictures of reports become public
    TAKE_IN = "take_in"  # reports by telephone, on paper, by mail; send answers out
    SET_RULES = "set_rules"  # categories of reports, rules of competence, keys of programs
    CONSULT = "consult"  # prepare, publish and close consultations, answer what was said
    READ_ROLL = "read_roll"  # the roll of a vote; each look at it is recorded
    OBSERVE = "observe"  # history of settings, promises


ROLES_WITH: Mapping[Right, frozenset[Membership.Role]] = {
    Right.ADMINISTER: frozenset({_Role.ADMINISTRATOR}),
    Right.EDIT_WORKS: frozenset({_Role.ADMINISTRATOR, _Role.HEAD, _Role.PLANNER}),
    Right.EDIT_SITES: frozenset({_Role.ADMINISTRATOR, _Role.CREW_LEAD}),
    Right.RUN_SIGNS: frozenset({_Role.ADMINISTRATOR, _Role.CREW_LEAD}),
    Right.CREW: frozenset({_Role.ADMINISTRATOR, _Role.CREW_LEAD, _Role.CREW}),
    Right.MODERATE: frozenset({_Role.ADMINISTRATOR, _Role.MODERATOR, _Role.OWNER, _Role.HEAD}),
    Right.SEE_RATINGS: frozenset(
        {_Role.ADMINISTRATOR, _Role.PRESS, _Role.CREW_LEAD, _Role.OBSERVER}
    ),
    Right.PUBLISH: frozenset({_Role.ADMINISTRATOR, _Role.PRESS}),
    Right.OWN_SITES: frozenset({_Role.ADMINISTRATOR, _Role.OWNER, _Role.HEAD}),
    Right.PLAN: frozenset({_Role.ADMINISTRATOR, _Role.PLANNER}),
    Right.NOTIFY: frozenset({_Role.ADMINISTRATOR, _Role.PRESS, _Role.PLANNER, _Role.HEAD}),
    Right.REGISTER: frozenset({_Role.ADMINISTRATOR, _Role.CLERK}),
    Right.SORT: frozenset({_Role.DISPATCHER}),
    Right.HANDLE: frozenset({_Role.DISPATCHER, _Role.HANDLER, _Role.HEAD}),
    Right.SIGN: frozenset({_Role.HEAD}),
    Right.RELEASE: frozenset(
        {_Role.ADMINISTRATOR, _Role.MODERATOR, _Role.DISPATCHER, _Role.HANDLER, _Role.HEAD}
    ),
    Right.TAKE_IN: frozenset({_Role.CLERK, _Role.DISPATCHER}),
    Right.SET_RULES: frozenset({_Role.ADMINISTRATOR}),
    Right.CONSULT: frozenset({_Role.ADMINISTRATOR, _Role.PLANNER}),
    Right.READ_ROLL: frozenset({_Role.ADMINISTRATOR, _Role.PLANNER, _Role.OBSERVER}),
    Right.OBSERVE: frozenset({_Role.ADMINISTRATOR, _Role.OBSERVER}),
}


def memberships_with(
    user: "User | AnonymousUser", municipality: Municipality, right: Right, today: dt.date
) -> MembershipQuerySet:
    """The hats under which a person may do something in a town on a civil day."""
    return (
        Membership.objects.in_municipality(municipality)
        .of(user)
        .in_force(today)
        .with_role(ROLES_WITH[right])
    )


def membership_for(
    user: "User | AnonymousUser",
    municipality: Municipality,
    right: Right,
    now: dt.datetime,
    *,
    is_whole_town: bool = False,
) -> Membership | None:
    """The hat a person acts under, the widest first: the whole town before one department.

    Args:
        is_whole_town: take only one that is narrowed to no department and no area.
    """
    today = civil_day(now, municipality.timezone)
    held = memberships_with(user, municipality, right, today).select_related("department", "user")
    if is_whole_town:
        held = held.for_whole_town()
    return held.order_by(F("department").asc(nulls_first=True), "pk").first()


def may(user: "User | AnonymousUser", municipality: Municipality, right: Right) -> bool:
    """Whether a person holds a right anywhere in the town, now."""
    today = civil_day(timezone.now(), municipality.timezone)
    return memberships_with(user, municipality, right, today).exists()


def departments_with(
    user: "User | AnonymousUser", municipality: Municipality, right: Right, today: dt.date
) -> set[int] | None:
    """Departments for which a person holds a right, with all below them; None is every one."""
    held = memberships_with(user, municipality, right, today).select_related("department")
    found: set[int] = set()
    for membership in held:
        if membership.department is None:
            return None
        found |= Department.objects.ids_under(membership.department)
    return found


def may_for_department(
    user: "User | AnonymousUser",
    municipality: Municipality,
    right: Right,
    department: Department | None,
    today: dt.date,
) -> bool:
    """Whether a person holds a right for a department; None is what belongs to the whole town."""
    reach = departments_with(user, municipality, right, today)
    return reach is None or (department is not None and department.pk in reach)


def areas_with(
    user: "User | AnonymousUser", municipality: Municipality, right: Right, today: dt.date
) -> set[int] | None:
    """Zones in which a person holds a right; None is the whole town, an empty set is nowhere."""
    found: set[int] = set()
    for areas in _areas_of(memberships_with(user, municipality, right, today)):
        if not areas:
            return None
        found |= areas
    return found


def may_in_areas(
    user: "User | AnonymousUser",
    municipality: Municipality,
    right: Right,
    *,
    department: Department | None,
    zones: Set[int],
    today: dt.date,
) -> bool:
    """Whether ONE membership covers both a department and a place that lies in some zones.

    Two roles, one for the department elsewhere and one for the place elsewhere, do not add up.
    """
    held = memberships_with(user, municipality, right, today).select_related("department")
    for membership in held.prefetch_related("areas"):
        areas = {zone.pk for zone in membership.areas.all()}
        if areas and not areas & zones:
            continue
        if membership.department is None:
            return True
        if department and department.pk in Department.objects.ids_under(membership.department):
            return True
    return False


def may_administer(user: "User | AnonymousUser", municipality: Municipality) -> bool:
    """Whether a person may edit the town's settings and read what residents wrote to it."""
    now = timezone.now()
    held = membership_for(user, municipality, Right.ADMINISTER, now, is_whole_town=True)
    return held is not None


def _areas_of(held: MembershipQuerySet) -> list[set[int]]:
    return [{zone.pk for zone in one.areas.all()} for one in held.prefetch_related("areas")]
