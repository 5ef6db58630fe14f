"""Questions about released votes, published figures and worsenings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from satisfaction.models import (
        Alert,
        GroupFigure,
        OpenFile,
        ReasonShare,
        SiteFigure,
        Snapshot,
        VoteBlock,
        VoteShare,
    )
    from sign_registry.models import Site
    from zones.models import Municipality


class VoteBlockQuerySet(models.QuerySet["VoteBlock"]):
    """Released votes."""

    def in_municipality(self, municipality: Municipality) -> VoteBlockQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def of_site(self, site: Site) -> VoteBlockQuerySet:
        """Keep those of one place alone."""
        return self.filter(site=site)

    def for_months(self, first: date, until: date) -> VoteBlockQuerySet:
        """Keep those that count for the months of [first, until)."""
        return self.filter(month__gte=first, month__lt=until)

    def oldest_first(self) -> VoteBlockQuerySet:
        """In the order of time."""
        return self.order_by("until", "pk")


class VoteShareQuerySet(models.QuerySet["VoteShare"]):
    """Shares of places in released votes."""

    def in_municipality(self, municipality: Municipality) -> VoteShareQuerySet:
        """Keep those of one town."""
        return self.filter(block__municipality=municipality)


class ReasonShareQuerySet(models.QuerySet["ReasonShare"]):
    """Reasons released."""

    def in_municipality(self, municipality: Municipality) -> ReasonShareQuerySet:
        """Keep those of one town."""
        return self.filter(block__municipality=municipality)


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Published figures."""

    def in_municipality(self, municipality: Municipality) -> SnapshotQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def of_span(self, span: str) -> SnapshotQuerySet:
        """Keep periods of one length."""
        return self.filter(span=span)

    def public_on(self, today: date) -> SnapshotQuerySet:
        """Keep those that everybody may see."""
        return self.filter(public_from__lte=today)

    def newest_first(self) -> SnapshotQuerySet:
        """The order of lists; of two methods for one period, the newer."""
        return self.order_by("-until", "-method", "-pk")


class SiteFigureQuerySet(models.QuerySet["SiteFigure"]):
    """Figures of places."""

    def in_municipality(self, municipality: Municipality) -> SiteFigureQuerySet:
        """Keep those of one town."""
        return self.filter(snapshot__municipality=municipality)

    def of_snapshot(self, snapshot: Snapshot) -> SiteFigureQuerySet:
        """Keep those of one period."""
        return self.filter(snapshot=snapshot)

    def of_sites(self, sites: models.QuerySet[Site] | Iterable[int]) -> SiteFigureQuerySet:
        """Keep those of some places."""
        return self.filter(site__in=sites)

    def in_zone(self, zone: int) -> SiteFigureQuerySet:
        """Keep those of places that belong to a zone."""
        return self.filter(site__site_zones__zone=zone)


class GroupFigureQuerySet(models.QuerySet["GroupFigure"]):
    """Figures of the town, of categories and of zones."""

    def in_municipality(self, municipality: Municipality) -> GroupFigureQuerySet:
        """Keep those of one town."""
        return self.filter(snapshot__municipality=municipality)

    def of_snapshot(self, snapshot: Snapshot) -> GroupFigureQuerySet:
        """Keep those of one period."""
        return self.filter(snapshot=snapshot)

    def of_kind(self, kind: str) -> GroupFigureQuerySet:
        """Keep the town, categories, zones or small places."""
        return self.filter(kind=kind)


class OpenFileQuerySet(models.QuerySet["OpenFile"]):
    """Files for everybody."""

    def in_municipality(self, municipality: Municipality) -> OpenFileQuerySet:
        """Keep those of one town."""
        return self.filter(snapshot__municipality=municipality)

    def public_on(self, today: date) -> OpenFileQuerySet:
        """Keep those that everybody may have."""
        return self.filter(snapshot__public_from__lte=today)


class AlertQuerySet(models.QuerySet["Alert"]):
    """Worsenings."""

    def in_municipality(self, municipality: Municipality) -> AlertQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def open(self) -> AlertQuerySet:
        """Keep those that wait for an answer."""
        return self.filter(state="open")

    def overdue_on(self, today: date) -> AlertQuerySet:
        """Keep those that still wait although their day is over."""
        return self.filter(state="open", answer_due_on__lt=today)

    def answered(self) -> AlertQuerySet:
        """Keep those with an answer."""
        return self.filter(state="answered")

    def withheld_on(self, today: date) -> AlertQuerySet:
        """Keep those whose owner may still reply before the press publishes the place alone."""
        return self.filter(Q(state="open"), reply_until__gte=today)

    def newest_first(self) -> AlertQuerySet:
        """The order of lists."""
        return self.order_by("-found_on", "-pk")
