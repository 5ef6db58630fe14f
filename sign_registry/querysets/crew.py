"""Questions about print runs, rounds and inspections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import PointOnSurface
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from geo.crs import STORAGE_SRID

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from departments.models import Membership
    from sign_registry.models.crew import CrewRound, Inspection, InstallLink, RoundStop
    from sign_registry.models.printing import PrintBatch
    from zones.models import Municipality


def planned_place(sign: str = "") -> Coalesce:
    """Where a sign is meant to hang: its own point, else its site, else the centre it stands in.

    None for signs of vehicles and for spares.

    Args:
        sign: the way to the sign, such as `sign__`; empty in a queryset of signs.
    """
    shape = GeometryField(srid=STORAGE_SRID)
    site = Coalesce(
        F(f"{sign}site__geometry"), F(f"{sign}site__parent__geometry"), output_field=shape
    )
    return Coalesce(F(f"{sign}mount_point"), PointOnSurface(site), output_field=shape)


def within_reach(member: Membership, departments: set[int] | None, today: date) -> Q:
    """Condition for signs: those of the person's departments, spares, and those of their rounds.

    Matches a sign more than once where it stands on several rounds.

    Args:
        departments: None is the whole town.
    """
    if departments is None:
        return Q()
    owned = Q(
        Q(site__periods__valid_until__isnull=True) | Q(site__periods__valid_until__gt=today),
        site__periods__valid_from__lte=today,
        site__periods__owner__in=departments,
    )
    given = Q(stops__round__member=member)
    return Q(site__isnull=True) | owned | given


class PrintBatchQuerySet(models.QuerySet["PrintBatch"]):
    """Print runs."""

    def in_municipality(self, municipality: Municipality) -> PrintBatchQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def newest_first(self) -> PrintBatchQuerySet:
        """The order of lists."""
        return self.order_by("-ordered_at", "-pk")

    def due(self, now: datetime) -> PrintBatchQuerySet:
        """Keep those that wait, and those whose worker has been silent for too long."""
        return self.filter(state__in=["waiting", "running"], next_attempt_at__lte=now).order_by(
            "ordered_at", "pk"
        )


class CrewRoundQuerySet(models.QuerySet["CrewRound"]):
    """Rounds."""

    def in_municipality(self, municipality: Municipality) -> CrewRoundQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def with_progress(self) -> CrewRoundQuerySet:
        """Add `stop_count` and `done_count`."""
        return self.annotate(
            stop_count=Count("stops"),
            done_count=Count("stops", filter=Q(stops__done_on__isnull=False)),
        )

    def unfinished(self) -> CrewRoundQuerySet:
        """Keep those with a stop still to do."""
        return self.filter(stops__done_on__isnull=True, stops__isnull=False).distinct()

    def to_show(self, today: date) -> CrewRoundQuerySet:
        """What matters now: everything unfinished, and what was planned for today or later."""
        open_ones = self.unfinished().values("pk")
        return self.filter(Q(planned_on__gte=today) | Q(pk__in=open_ones))

    def for_whom(
        self, member: Membership, departments: set[int] | None = None
    ) -> CrewRoundQuerySet:
        """Rounds of one person, and those nobody was given that lead to the own departments."""
        free = Q(member__isnull=True)
        if departments is not None:
            owned = self.filter(stops__sign__site__periods__owner__in=departments)
            free &= Q(pk__in=owned.values("pk"))
        return self.filter(Q(member=member) | free)

    def of_batch(self, batch: PrintBatch) -> CrewRoundQuerySet:
        """Rounds on which signs of a print run are still to be done, in order."""
        waiting = Q(stops__sign__batch_signs__batch=batch, stops__done_on__isnull=True)
        return self.filter(waiting).distinct().in_order()

    def in_order(self) -> CrewRoundQuerySet:
        """The order of lists: by day, then by number."""
        return self.order_by("planned_on", "pk")


class RoundStopQuerySet(models.QuerySet["RoundStop"]):
    """Stops of rounds."""

    def in_municipality(self, municipality: Municipality) -> RoundStopQuerySet:
        """Keep those of one town."""
        return self.filter(round__municipality=municipality)

    def to_do(self) -> RoundStopQuerySet:
        """Leave out what is done."""
        return self.filter(done_on__isnull=True)

    def with_place(self) -> RoundStopQuerySet:
        """Add `place`, the planned point of the sign, or None."""
        return self.annotate(place=planned_place("sign__"))


class InspectionQuerySet(models.QuerySet["Inspection"]):
    """Inspections."""

    def in_municipality(self, municipality: Municipality) -> InspectionQuerySet:
        """Keep those of one town."""
        return self.filter(sign__municipality=municipality)


class InstallLinkQuerySet(models.QuerySet["InstallLink"]):
    """Install links."""

    def in_municipality(self, municipality: Municipality) -> InstallLinkQuerySet:
        """Keep those of one town."""
        return self.filter(sign__municipality=municipality)

    def usable(self, now: datetime) -> InstallLinkQuerySet:
        """Keep those neither used nor expired."""
        return self.filter(used_at__isnull=True, expires_at__gt=now)
