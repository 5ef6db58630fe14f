"""Works: one noun for repairs, interventions, outages and realisations, at a place for a time."""

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models.offices import Department
from departments.querysets import WorksQuerySet
from geo.constraints import geometry_checks
from geo.crs import STORAGE_SRID
from zones.models import Municipality
from zones.names import in_language, validate_names


class Works(models.Model):
    """Something a department does at a place during [starts_on, ends_on)."""

    rating_role_may = ("SELECT",)

    class Kind(models.TextChoices):
        """Why it is done."""

        REPAIR = "repair", _("repair")
        INTERVENTION = "intervention", _("improvement")
        OUTAGE = "outage", _("interruption of a service")
        REALISATION = "realisation", _("project carried out")
        EVENT = "event", _("event")

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="works")
    owner = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="works")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    names = models.JSONField(_("titles"), validators=[validate_names])
    texts = models.JSONField(_("texts"), default=dict, blank=True, validators=[validate_names])
    geometry = models.GeometryField(_("where"), srid=STORAGE_SRID, spatial_index=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    is_public = models.BooleanField(_("shown to residents"), default=True)
    created_at = models.DateTimeField(_("entered"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[WorksQuerySet] = WorksQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("works")
        verbose_name_plural = _("works")
        indexes = [
            GistIndex(fields=["geometry"], name="departments_works_geometry"),
            models.Index(fields=["municipality", "-starts_on"], name="departments_works_newest"),
        ]
        constraints = [
            *geometry_checks("geometry", "departments_works_geometry"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="departments_works_lasts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} · {in_language(self.names)}"

    @property
    def name(self) -> str:
        """The title in the language of the reader."""
        return in_language(self.names)
