"""The crew's work: rounds, inspections, and links for those who hang one sign once."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.models import Membership
from sign_registry.models.signs import Sign
from sign_registry.querysets import (
    CrewRoundQuerySet,
    InspectionQuerySet,
    InstallLinkQuerySet,
    RoundStopQuerySet,
)
from submissions.models import Submission
from zones.models import Municipality


class CrewRound(models.Model):
    """What one person is to do on one day, in walking order."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="rounds")
    name = models.CharField(_("name"), max_length=80)
    planned_on = models.DateField(_("day"))
    member = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="rounds"
    )

    objects: ClassVar[CrewRoundQuerySet] = CrewRoundQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "planned_on", "name"], name="signs_round_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.planned_on:%Y-%m-%d}"


class RoundStop(models.Model):
    """One sign on a round."""

    class Task(models.TextChoices):
        """What to do there."""

        INSTALL = "install", _("hang it")
        INSPECT = "inspect", _("look at it")
        REPLACE = "replace", _("replace it")

    round = models.ForeignKey(CrewRound, on_delete=models.CASCADE, related_name="stops")
    sign = models.ForeignKey(Sign, on_delete=models.PROTECT, related_name="stops")
    task = models.CharField(_("task"), max_length=8, choices=Task.choices, default=Task.INSTALL)
    position = models.PositiveIntegerField(_("place in the round"))
    done_on = models.DateField(_("done"), null=True, blank=True)

    objects: ClassVar[RoundStopQuerySet] = RoundStopQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("stop of a round")
        verbose_name_plural = _("stops of rounds")
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="signs_stop_position_once"),
            models.UniqueConstraint(fields=["round", "sign"], name="signs_stop_sign_once"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.position}"


class Inspection(models.Model):
    """A look at a sign with a photo: could the code be read, and was it ours?"""

    append_only = True

    sign = models.ForeignKey(Sign, on_delete=models.PROTECT, related_name="inspections")
    actor = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    happened_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"))
    distance_m = models.FloatField(_("distance to the planned point in metres"), null=True)
    photo = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_read = models.BooleanField(_("a code could be read"))
    is_host_right = models.BooleanField(_("it leads to us"))
    is_code_right = models.BooleanField(_("it is the code of this sign"))
    reserve = models.FloatField(_("unused error correction"), null=True, blank=True)
    key = models.UUIDField(_("key"), null=True, blank=True, unique=True)

    objects: ClassVar[InspectionQuerySet] = InspectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        indexes = [models.Index(fields=["sign", "-recorded_at"], name="signs_inspection_newest")]

    def __str__(self) -> str:
        return f"{self.sign_id} · {self.recorded_at:%Y-%m-%d}"


class InstallLink(models.Model):
    """A link that lets somebody without an account hang one sign, once."""

    sign = models.ForeignKey(Sign, on_delete=models.PROTECT, related_name="install_links")
    recipient = models.CharField(_("sent to"), max_length=120)
    # Only a hash: whoever reads the table cannot hang signs.
    secret_sha256 = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    objects: ClassVar[InstallLinkQuerySet] = InstallLinkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("install link")
        verbose_name_plural = _("install links")

    def __str__(self) -> str:
        return f"{self.sign_id} for {self.recipient}"
