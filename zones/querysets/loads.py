"""Questions about files that are on their way into the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.db import models

if TYPE_CHECKING:
    from datetime import datetime

    from zones.models.loads import TownLoad
    from zones.models.municipality import Municipality
    from zones.models.practice import PracticeOrder

_OVER = ("stored", "dropped")


class TownLoadQuerySet(models.QuerySet["TownLoad"]):
    """Files that were handed in."""

    def in_municipality(self, municipality: Municipality) -> TownLoadQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def open(self) -> TownLoadQuerySet:
        """Keep those that are neither stored nor left out."""
        return self.exclude(state__in=_OVER)

    def due(self, now: datetime) -> TownLoadQuerySet:
        """Keep those the worker has something to do for by now, oldest first."""
        return self.filter(next_attempt_at__lte=now).order_by("next_attempt_at", "pk")

    def newest_first(self) -> TownLoadQuerySet:
        """The order of lists."""
        return self.order_by("-handed_in_at", "-pk")

    def without_content(self) -> TownLoadQuerySet:
        """Leave the file itself in the database."""
        return self.defer("content")


class PracticeOrderQuerySet(models.QuerySet["PracticeOrder"]):
    """Orders about copies to practise on."""

    def in_municipality(self, municipality: Municipality) -> PracticeOrderQuerySet:
        """Keep that of one real town."""
        return self.filter(municipality=municipality)

    def due(self, now: datetime) -> PracticeOrderQuerySet:
        """Keep those the worker has something to do for by now, oldest first."""
        return self.filter(next_attempt_at__lte=now).order_by("next_attempt_at", "pk")
