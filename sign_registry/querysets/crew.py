"""Questions about print runs, rounds and inspections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sign_registry.models.crew import CrewRound, Inspection, InstallLink
    from sign_registry.models.printing import PrintBatch
    from zones.models import Municipality


class PrintBatchQuerySet(models.QuerySet["PrintBatch"]):
    """Print runs."""

    def in_municipality(self, municipality: Municipality) -> PrintBatchQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def newest_first(self) -> PrintBatchQuerySet:
        """The order of lists."""
        return self.order_by("-ordered_at", "-pk")


class CrewRoundQuerySet(models.QuerySet["CrewRound"]):
    """Rounds."""

    def in_municipality(self, municipality: Municipality) -> CrewRoundQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)


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
