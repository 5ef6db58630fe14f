"""“Not right?”: what a resident says is wrong about a place, for the town to look at."""

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from geo.constraints import geometry_checks
from geo.crs import STORAGE_SRID
from zones.models.municipality import Municipality
from zones.querysets import CorrectionQuerySet


class Correction(models.Model):
    """A remark about one point; it is seen by the town only and never printed in public."""

    class State(models.TextChoices):
        """What the town did with it."""

        OPEN = "open", _("to be looked at")
        ACCEPTED = "accepted", _("put right")
        DECLINED = "declined", _("left as it is")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="corrections"
    )
    location = models.PointField(_("location"), srid=STORAGE_SRID, spatial_index=False)
    said = models.CharField(_("what we had said"), max_length=400)
    text = models.TextField(_("what is right"), max_length=1000)
    created_at = models.DateTimeField(_("received"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    note = models.CharField(_("note of the town"), max_length=400, blank=True)

    objects: ClassVar[CorrectionQuerySet] = CorrectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        indexes = [
            GistIndex(fields=["location"], name="zones_correction_location"),
            models.Index(
                fields=["municipality", "state", "created_at"], name="zones_correction_queue"
            ),
        ]
        constraints = [*geometry_checks("location", "zones_correction_location")]

    def __str__(self) -> str:
        return f"{self.municipality_id} · {self.created_at:%Y-%m-%d}"
