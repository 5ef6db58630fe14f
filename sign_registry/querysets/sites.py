"""Questions about sites, their categories, owners and zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.db import models
from django.db.models import F, Q

from zones.querysets import collated, names_hold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sign_registry.models.sites import (
        ReasonTag,
        Site,
        SiteCategory,
        SitePeriod,
        SiteZone,
        VehicleAssignment,
    )
    from zones.models import Municipality


class SiteCategoryQuerySet(models.QuerySet["SiteCategory"]):
    """Categories of places."""

    def in_municipality(self, municipality: Municipality) -> SiteCategoryQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def in_use(self) -> SiteCategoryQuerySet:
        """Leave out those given up."""
        return self.filter(is_active=True)


class ReasonTagQuerySet(models.QuerySet["ReasonTag"]):
    """Reasons offered after a rating."""

    def in_municipality(self, municipality: Municipality) -> ReasonTagQuerySet:
        """Keep those of one town."""
        return self.filter(category__municipality=municipality)

    def in_use(self) -> ReasonTagQuerySet:
        """Leave out those given up."""
        return self.filter(is_active=True)


class SiteQuerySet(models.QuerySet["Site"]):
    """Sites."""

    def in_municipality(self, municipality: Municipality) -> SiteQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def open_on(self, today: date) -> SiteQuerySet:
        """Keep those open on a civil day of the town."""
        return self.filter(
            Q(opened_on__isnull=True) | Q(opened_on__lte=today),
            Q(closed_on__isnull=True) | Q(closed_on__gt=today),
        )

    def of_category(self, code: str, today: date) -> SiteQuerySet:
        """Keep those of a category on a civil day."""
        return self.filter(
            Q(periods__valid_until__isnull=True) | Q(periods__valid_until__gt=today),
            periods__valid_from__lte=today,
            periods__category__code=code,
        )

    def owned_by(self, departments: Iterable[int] | None, today: date) -> SiteQuerySet:
        """Keep those that any of the departments owns that day; None is every department."""
        if departments is None:
            return self
        return self.filter(
            Q(periods__valid_until__isnull=True) | Q(periods__valid_until__gt=today),
            periods__valid_from__lte=today,
            periods__owner__in=list(departments),
        )

    def in_zone(self, zone: int) -> SiteQuerySet:
        """Keep those that belong to a zone."""
        return self.filter(site_zones__zone=zone)

    def without_zone(self) -> SiteQuerySet:
        """Keep those that no zone took."""
        return self.filter(site_zones__isnull=True)

    def without_living_sign(self) -> SiteQuerySet:
        """Keep those for which no sign is planned, printed or hung."""
        living = ~Q(signs__state__in=("retired", "replaced")) & Q(signs__isnull=False)
        return self.exclude(pk__in=self.filter(living).values("pk"))

    def public(self) -> SiteQuerySet:
        """Leave out those whose score could name one person; they are never shown alone."""
        return self.filter(is_staff_sensitive=False)

    def of_kind(self, kind: str) -> SiteQuerySet:
        """Keep one kind: point, area, line, vehicle or counter."""
        return self.filter(kind=kind)

    def matching(self, text: str) -> SiteQuerySet:
        """Keep those whose name in any language, code or address holds the text."""
        return self.filter(
            names_hold(text) | Q(code__iexact=text) | Q(address_text__icontains=text)
        )

    def by_name(self, language: str) -> SiteQuerySet:
        """Alphabetical for a reader of that language; equal names by code."""
        return self.order_by(collated(language), "code")


class SitePeriodQuerySet(models.QuerySet["SitePeriod"]):
    """Categories and owners over time."""

    def in_municipality(self, municipality: Municipality) -> SitePeriodQuerySet:
        """Keep those of one town."""
        return self.filter(site__municipality=municipality)

    def in_force(self, today: date) -> SitePeriodQuerySet:
        """Keep the one of each site that holds on a civil day."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=today), valid_from__lte=today
        )


class SiteZoneQuerySet(models.QuerySet["SiteZone"]):
    """Zones of sites."""

    def in_municipality(self, municipality: Municipality) -> SiteZoneQuerySet:
        """Keep those of one town."""
        return self.filter(site__municipality=municipality)


class VehicleAssignmentQuerySet(models.QuerySet["VehicleAssignment"]):
    """Which vehicle served which line."""

    def in_municipality(self, municipality: Municipality) -> VehicleAssignmentQuerySet:
        """Keep those of one town."""
        return self.filter(vehicle__municipality=municipality)

    def at(self, moment: datetime) -> VehicleAssignmentQuerySet:
        """Keep those that hold at a moment."""
        return self.filter(period__contains=moment)

    def newest_first(self) -> VehicleAssignmentQuerySet:
        """The order of lists."""
        return self.order_by(F("period").desc())
