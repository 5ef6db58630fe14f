"""Questions about what planners draw: target areas, drafts of zones, and the published reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.db import models

from zones.querysets.ground import names_hold

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.gis.geos import GEOSGeometry

    from zones.models.drafts import ZoneDraft
    from zones.models.municipality import Municipality
    from zones.models.reach import ReachCell
    from zones.models.target_areas import TargetArea


class TargetAreaQuerySet(models.QuerySet["TargetArea"]):
    """Areas that planners composed."""

    def in_municipality(self, municipality: Municipality) -> TargetAreaQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def frozen(self) -> TargetAreaQuerySet:
        """Keep those that something goes by."""
        return self.filter(frozen_at__isnull=False)

    def open(self) -> TargetAreaQuerySet:
        """Keep those that can still be changed."""
        return self.filter(frozen_at__isnull=True)

    def used_since(self, moment: datetime) -> TargetAreaQuerySet:
        """Keep those that something has gone by since a moment."""
        return self.filter(frozen_at__gte=moment)

    def meeting(self, geometry: GEOSGeometry) -> TargetAreaQuerySet:
        """Keep those that share ground with a shape in EPSG:4326."""
        return self.filter(geometry__intersects=geometry)

    def named_like(self, text: str) -> TargetAreaQuerySet:
        """Keep those whose name, or whose description in words, holds a text."""
        return self.filter(models.Q(name__icontains=text) | names_hold(text, "words"))

    def newest_first(self) -> TargetAreaQuerySet:
        """The order of lists."""
        return self.order_by("-changed_at", "-pk")


class ZoneDraftQuerySet(models.QuerySet["ZoneDraft"]):
    """Divisions being drawn."""

    def in_municipality(self, municipality: Municipality) -> ZoneDraftQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def open(self) -> ZoneDraftQuerySet:
        """Keep those neither published nor thrown away."""
        return self.filter(state__in=["draft", "waiting"])

    def published(self) -> ZoneDraftQuerySet:
        """Keep those that became what is in force."""
        return self.filter(state="published")

    def to_place(self, now: datetime) -> ZoneDraftQuerySet:
        """Keep published ones that addresses have not followed yet and whose turn has come."""
        return self.published().filter(placed_at__isnull=True, next_attempt_at__lte=now)

    def newest_first(self) -> ZoneDraftQuerySet:
        """The order of lists."""
        return self.order_by("-changed_at", "-pk")


class ReachCellQuerySet(models.QuerySet["ReachCell"]):
    """Squares of the published reach."""

    def in_municipality(self, municipality: Municipality) -> ReachCellQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def of(self, measure: str) -> ReachCellQuerySet:
        """Keep those of one measure."""
        return self.filter(measure=measure)
