"""Questions about consultations, in domain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.db import models
from django.db.models import Q

if TYPE_CHECKING:
    import datetime as dt

    from consultations.models import BudgetProject, Contribution, Phase, Process, RollEntry
    from zones.models import Municipality


class ProcessQuerySet(models.QuerySet["Process"]):
    """Consultations."""

    def in_municipality(self, municipality: Municipality) -> ProcessQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def published(self) -> ProcessQuerySet:
        """Keep what everybody may read, the newest first."""
        return self.filter(state="published").order_by("-published_at", "-pk")


class PhaseQuerySet(models.QuerySet["Phase"]):
    """Phases."""

    def holding(self, now: dt.datetime) -> PhaseQuerySet:
        """Keep those under way; the last moment of a phase is not part of it."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), starts_at__lte=now)


class RollEntryQuerySet(models.QuerySet["RollEntry"]):
    """Lines of rolls."""

    def counted(self) -> RollEntryQuerySet:
        """Keep those whose votes count."""
        return self.filter(why="counted")


class ContributionQuerySet(models.QuerySet["Contribution"]):
    """What people said."""

    def in_municipality(self, municipality: Municipality) -> ContributionQuerySet:
        """Keep those of one town."""
        return self.filter(process__municipality=municipality)

    def public(self) -> ContributionQuerySet:
        """Keep what a moderator released, in published consultations."""
        return self.filter(process__state="published", submission__state="released")


class BudgetProjectQuerySet(models.QuerySet["BudgetProject"]):
    """Projects of budgets."""

    def in_municipality(self, municipality: Municipality) -> BudgetProjectQuerySet:
        """Keep those of one town."""
        return self.filter(process__municipality=municipality)

    def on_ballots(self) -> BudgetProjectQuerySet:
        """Keep what can be voted for, in the drawn order."""
        return self.filter(state="feasible").order_by("drawn", "pk")
