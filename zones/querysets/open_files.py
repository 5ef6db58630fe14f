"""Questions about the frozen files of open geodata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from datetime import date

    from zones.models.municipality import Municipality
    from zones.models.open_files import GeodataFile


class GeodataFileQuerySet(models.QuerySet["GeodataFile"]):
    """Files of monthly editions."""

    def in_municipality(self, municipality: Municipality) -> GeodataFileQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def of_month(self, month: date) -> GeodataFileQuerySet:
        """Keep those of the edition named after a first day of a month."""
        return self.filter(month=month)

    def newest_first(self) -> GeodataFileQuerySet:
        """By month, then as they were written."""
        return self.order_by("-month", "pk")
