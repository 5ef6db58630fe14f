"""Who owns a place, and which places a person owns: by department and by area, both in one role."""

import datetime as dt

from django.db.models import Q

from departments.access import ROLES_WITH, Right
from departments.models import Department, Membership
from departments.querysets import MembershipQuerySet
from sign_registry.models import Site, SiteZone
from sign_registry.querysets import SiteQuerySet
from zones.models import Municipality

_OWNERS = ROLES_WITH[Right.OWN_SITES] - {Membership.Role.ADMINISTRATOR}


def owned_sites(
    municipality: Municipality, held: MembershipQuerySet, today: dt.date
) -> SiteQuerySet:
    """Places that somebody answers for under any of some roles, without counters.

    Args:
        held: the person's roles that carry the right; department and area of ONE of them must fit.
    """
    every = Site.objects.in_municipality(municipality).public()
    reach = Q(pk__in=[])
    for role in held.select_related("department").prefetch_related("areas"):
        reach |= _reach(every, role, today)
    return every.filter(reach)


def owners_of(site: Site, today: dt.date) -> list[Membership]:
    """Who answers for a place: owners and heads of its department and area, else administrators."""
    held = Membership.objects.in_municipality(site.municipality).in_force(today)
    held = held.filter(user__is_active=True).select_related("user", "department")
    period = site.periods.in_force(today).select_related("owner").first()
    offices = _with_those_above(period.owner if period else None)
    zones = set(site.site_zones.values_list("zone", flat=True))
    fitting = [
        role
        for role in held.with_role(_OWNERS).prefetch_related("areas").order_by("pk")
        if _covers(role, offices, zones)
    ]
    # Whoever answers for everything is written to where nobody answers for the place itself.
    near = [role for role in fitting if role.department_id or role.areas.all()]
    return near or fitting or list(held.as_administrator().for_whole_town().order_by("pk"))


def owner_department(site: Site, today: dt.date) -> Department | None:
    """The office a place belongs to on a civil day."""
    period = site.periods.in_force(today).select_related("owner__calendar").first()
    return period.owner if period else None


def _reach(every: SiteQuerySet, role: Membership, today: dt.date) -> Q:
    reach = Q()
    if role.department is not None:
        offices = Department.objects.ids_under(role.department)
        reach &= Q(pk__in=every.owned_by(offices, today).values("pk"))
    areas = [zone.pk for zone in role.areas.all()]
    if areas:
        reach &= Q(pk__in=SiteZone.objects.filter(zone__in=areas).values("site"))
    return reach if reach else Q(pk__isnull=False)


def _covers(role: Membership, offices: set[int], zones: set[int]) -> bool:
    areas = {zone.pk for zone in role.areas.all()}
    if areas and not areas & zones:
        return False
    return role.department_id is None or role.department_id in offices


def _with_those_above(office: Department | None) -> set[int]:
    found: set[int] = set()
    while office is not None and office.pk not in found:
        found.add(office.pk)
        office = office.parent
    return found
