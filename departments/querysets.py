"""Questions about offices, staff, calendars and works, chainable and in domain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.db import models
from django.db.models import F, Q

from geo.metres import within_metres
from zones.querysets import names_hold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.contrib.auth.models import AnonymousUser
    from django.contrib.gis.geos import GEOSGeometry

    from accounts.models import User
    from departments.models import (
        Calendar,
        CalendarVersion,
        Department,
        Invitation,
        Membership,
        Works,
    )
    from zones.models import Municipality


class CalendarQuerySet(models.QuerySet["Calendar"]):
    """Calendars."""

    def in_municipality(self, municipality: Municipality) -> CalendarQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)


class CalendarVersionQuerySet(models.QuerySet["CalendarVersion"]):
    """Publications of calendars."""

    def in_municipality(self, municipality: Municipality) -> CalendarVersionQuerySet:
        """Keep those of one town."""
        return self.filter(calendar__municipality=municipality)

    def latest_first(self) -> CalendarVersionQuerySet:
        """The version in force comes first."""
        return self.order_by("calendar", "-number")


class DepartmentQuerySet(models.QuerySet["Department"]):
    """Departments and institutions."""

    def in_municipality(self, municipality: Municipality) -> DepartmentQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def named_like(self, text: str) -> DepartmentQuerySet:
        """Keep those whose name or code holds a text."""
        return self.filter(names_hold(text) | Q(code__icontains=text))

    def in_use(self) -> DepartmentQuerySet:
        """Leave out those that were closed."""
        return self.filter(is_active=True)

    def ids_under(self, department: Department) -> set[int]:
        """Number of a department and of all below it; linear in the town's departments."""
        parents = dict(
            self.filter(municipality=department.municipality_id).values_list("pk", "parent")
        )
        found, grown = {department.pk}, True
        while grown:
            below = {pk for pk, parent in parents.items() if parent in found} - found
            found |= below
            grown = bool(below)
        return found


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships, narrowed in domain words."""

    def in_municipality(self, municipality: Municipality) -> MembershipQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def of(self, user: User | AnonymousUser) -> MembershipQuerySet:
        """Keep those a person holds; nobody signed in or locked out holds any."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(user_id=user.pk, user__is_active=True)

    def in_force(self, today: date) -> MembershipQuerySet:
        """Keep those that hold on a civil day of the town: [valid_from, valid_until)."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=today),
            Q(valid_until__isnull=True) | Q(valid_until__gt=today),
        )

    def with_role(self, roles: Iterable[str]) -> MembershipQuerySet:
        """Keep those of any of the roles."""
        return self.filter(role__in=list(roles))

    def for_whole_town(self) -> MembershipQuerySet:
        """Keep those narrowed to no department and no area."""
        return self.filter(department__isnull=True, areas__isnull=True)

    def as_administrator(self) -> MembershipQuerySet:
        """Keep those that allow editing the town's own settings."""
        return self.filter(role="administrator")

    def lasting_administrators(self) -> MembershipQuerySet:
        """Keep administrators in their own right, without an end, who can sign in."""
        return (
            self.as_administrator()
            .for_whole_town()
            .filter(valid_until__isnull=True, deputy_for__isnull=True, user__is_active=True)
        )

    def not_ended(self, today: date) -> MembershipQuerySet:
        """Keep those that hold on a day or begin later."""
        return self.lasting_beyond(today)

    def ended(self, today: date) -> MembershipQuerySet:
        """Keep those that are over on a day."""
        return self.filter(valid_until__lte=today)

    def coming(self, today: date) -> MembershipQuerySet:
        """Keep those that have not begun on a day and will."""
        return self.not_ended(today).filter(valid_from__gt=today)

    def invited(self, today: date) -> MembershipQuerySet:
        """Keep those not ended whose letter of invitation has no answer, each once."""
        open_ones = self.model._default_manager.filter(
            invitations__isnull=False,
            invitations__accepted_at__isnull=True,
            invitations__withdrawn_at__isnull=True,
        )
        return self.not_ended(today).filter(pk__in=open_ones.values("pk"))

    def lasting_beyond(self, day: date) -> MembershipQuerySet:
        """Keep those whose first day without is later than a day, or that have no end."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day))

    def overlapping(self, start: date | None, until: date | None) -> MembershipQuerySet:
        """Keep those that share a day with [start, until); None is without an end."""
        found = self
        if until is not None:
            found = found.filter(Q(valid_from__isnull=True) | Q(valid_from__lt=until))
        if start is not None:
            found = found.lasting_beyond(start)
        # A role that was withdrawn before its first day never held.
        return found.exclude(valid_until__isnull=False, valid_until=F("valid_from"))

    def named_like(self, text: str) -> MembershipQuerySet:
        """Keep those of people whose name or address holds a text."""
        return self.filter(Q(user__full_name__icontains=text) | Q(user__email__icontains=text))

    def for_listing(self) -> MembershipQuerySet:
        """With what a list of staff shows, by name. One query and one for the areas."""
        return (
            self.select_related("user", "department", "deputy_for__user")
            .prefetch_related("areas__kind", "invitations")
            .order_by("user__full_name", "user__email", "pk")
        )


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations."""

    def in_municipality(self, municipality: Municipality) -> InvitationQuerySet:
        """Keep those of one town."""
        return self.filter(membership__municipality=municipality)

    def unanswered(self) -> InvitationQuerySet:
        """Keep those neither accepted nor withdrawn."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)


class WorksQuerySet(models.QuerySet["Works"]):
    """Works."""

    def in_municipality(self, municipality: Municipality) -> WorksQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def public(self) -> WorksQuerySet:
        """Keep what residents may see."""
        return self.filter(is_public=True)

    def under_way(self, today: date) -> WorksQuerySet:
        """Keep what goes on that day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), starts_on__lte=today)

    def not_over(self, today: date) -> WorksQuerySet:
        """Keep what goes on that day or is yet to come."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today))

    def touching(self, geometry: GEOSGeometry) -> WorksQuerySet:
        """Keep what shares a point with a geometry in EPSG:4326."""
        return self.filter(geometry__intersects=geometry)

    def near(self, geometry: GEOSGeometry, distance_m: float) -> WorksQuerySet:
        """Keep what lies at most so many metres from a geometry in EPSG:4326."""
        return self.filter(within_metres("geometry", geometry, distance_m))

    def newest_first(self) -> WorksQuerySet:
        """The order of lists."""
        return self.order_by(F("starts_on").desc(), "-pk")
