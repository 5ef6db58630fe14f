"""Questions about consultations, in domain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.db import models
from django.db.models import Q

from consultations.voicing import ACTIVE

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.gis.geos import GEOSGeometry

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

    def open_first(self, now: dt.datetime) -> ProcessQuerySet:
        """Sort those in which something can be said, answered or voted now before the others."""
        running = Q(phases__kind__in=ACTIVE, phases__starts_at__lte=now)
        lasting = Q(phases__ends_at__isnull=True) | Q(phases__ends_at__gt=now)
        open_ones = self.model._default_manager.filter(running & lasting, pk=models.OuterRef("pk"))
        is_open = models.Exists(open_ones)
        return self.annotate(is_open=is_open).order_by("-is_open", "-published_at", "-pk")

    def phase_ends_within(self, now: dt.datetime, span: dt.timedelta) -> ProcessQuerySet:
        """Keep published ones of which a phase that holds now ends in [now, now + span)."""
        ending = {"phases__starts_at__lte": now, "phases__ends_at__gt": now}
        rows = self.model._default_manager.filter(phases__ends_at__lt=now + span, **ending)
        return self.filter(state="published", pk__in=rows.values("pk"))

    def notice_runs(self, today: dt.date) -> ProcessQuerySet:
        """Keep published ones whose legal term for proposals is not over on a civil day."""
        return self.filter(state="published", notice__proposals_until__gte=today)

    def touching(self, shape: GEOSGeometry) -> ProcessQuerySet:
        """Keep those whose area meets a shape; those for the whole town belong everywhere."""
        return self.filter(Q(area__isnull=True) | Q(area__geometry__intersects=shape))


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

    def waiting(self) -> ContributionQuerySet:
        """Keep what a moderator has to look at, the oldest first."""
        return self.filter(submission__state="waiting").order_by("said_at", "pk")

    def shown(self) -> ContributionQuerySet:
        """Keep what is public, and not below something that no longer is."""
        hidden = Q(parent__isnull=False) & ~Q(parent__submission__state="released")
        return self.public().exclude(hidden)

    def spoken(self) -> ContributionQuerySet:
        """Leave out what its author took back, or whose author is gone: nothing is left of it."""
        return self.filter(taken_back_at=None).exclude(submission__text="")

    def begun(self) -> ContributionQuerySet:
        """Keep what begins a thread."""
        return self.filter(parent__isnull=True)


class BudgetProjectQuerySet(models.QuerySet["BudgetProject"]):
    """Projects of budgets."""

    def in_municipality(self, municipality: Municipality) -> BudgetProjectQuerySet:
        """Keep those of one town."""
        return self.filter(process__municipality=municipality)

    def on_ballots(self) -> BudgetProjectQuerySet:
        """Keep what can be voted for, in the drawn order."""
        return self.filter(state="feasible").order_by("drawn", "pk")

    def public(self) -> BudgetProjectQuerySet:
        """Keep what everybody may see: of residents only what a moderator released."""
        released = Q(contribution__isnull=True) | Q(contribution__submission__state="released")
        return self.filter(released, process__state="published")
