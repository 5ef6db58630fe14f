"""Areas that planners compose, kept with the recipe that made them."""

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from geo.constraints import geometry_checks
from geo.crs import STORAGE_SRID
from zones.models.municipality import Municipality
from zones.names import in_language
from zones.querysets import TargetAreaQuerySet


class TargetArea(models.Model):
    """An area put together out of zones, streets, drawn shapes and strips around them.

    `recipe` is a list of lines as `zones.recipes` reads them. Played again for the day `on` it
    gives `geometry`, which is frozen as soon as a notice or a consultation goes by it.
    """

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="target_areas"
    )
    name = models.CharField(_("name"), max_length=120)
    recipe = models.JSONField(_("how it is put together"), default=list)
    # Civil day whose zones and addresses are meant.
    on = models.DateField(_("as of"))
    geometry = models.MultiPolygonField(
        _("area"), srid=STORAGE_SRID, spatial_index=False, null=True, blank=True
    )
    # Where the recipe tells a site from its surroundings: the site alone.
    site = models.MultiPolygonField(
        _("site"), srid=STORAGE_SRID, spatial_index=False, null=True, blank=True
    )
    area_m2 = models.FloatField(_("area in square metres"), default=0)
    words = models.JSONField(_("in words"), default=dict, blank=True)
    created_at = models.DateTimeField(_("begun"))
    changed_at = models.DateTimeField(_("changed"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What each line stood for when it was frozen (GeoJSON): the register may change afterwards.
    kept_lines = models.JSONField(_("areas of the lines"), default=dict, blank=True, editable=False)
    frozen_at = models.DateTimeField(_("used since"), null=True, blank=True)

    objects: ClassVar[TargetAreaQuerySet] = TargetAreaQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("target area")
        verbose_name_plural = _("target areas")
        indexes = [
            GistIndex(fields=["geometry"], name="zones_target_geometry"),
            models.Index(fields=["municipality", "-changed_at"], name="zones_target_newest"),
        ]
        constraints = [
            *geometry_checks("geometry", "zones_target_geometry"),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True) | Q(geometry__isnull=False),
                name="zones_target_frozen_has_area",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} · {self.name}"

    @property
    def description(self) -> str:
        """The area in words, in the language of the reader."""
        return in_language(self.words, self.municipality.languages)
