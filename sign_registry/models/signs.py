"""Signs: the plate on the wall, the code on it, and everything that ever happened to it."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models import Membership
from geo.constraints import geometry_checks
from geo.crs import STORAGE_SRID
from sign_registry.models.sites import Site
from sign_registry.querysets import SignCodeQuerySet, SignEventQuerySet, SignQuerySet
from submissions.models import Submission
from zones.models import Municipality


class Sign(models.Model):
    """A plate with one living code; without a site it is a spare that waits to be bound."""

    rating_role_may = ("SELECT",)

    class Purpose(models.TextChoices):
        """What the scan opens; only rating signs say anonymous."""

        RATING = "rating", _("rating")
        REGISTRATION = "registration", _("registration")
        REPORT = "report", _("report of a fault")
        CONSULTATION = "consultation", _("consultation")

    class State(models.TextChoices):
        """Where it is in its life; sign_registry/workflow.py says what may follow what."""

        PLANNED = "planned", _("planned")
        APPROVED = "approved", _("approved")
        PRINTED = "printed", _("printed")
        INSTALLED = "installed", _("installed")
        DAMAGED = "damaged", _("damaged")
        MISSING = "missing", _("missing")
        SUSPECTED_TAMPERED = "suspected_tampered", _("suspected of tampering")
        REPLACED = "replaced", _("replaced")
        RETIRED = "retired", _("retired")
        ON_HOLD = "on_hold", _("on hold")
        LOST_IN_STORE = "lost_in_store", _("lost before it was hung")

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="signs")
    number = models.PositiveIntegerField(_("number"))
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="signs"
    )
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.PLANNED
    )
    # The planned point; where the crew stood is kept only as a distance to it.
    mount_point = models.PointField(
        _("mounting point"), srid=STORAGE_SRID, null=True, blank=True, spatial_index=False
    )
    mount_note = models.CharField(_("where exactly"), max_length=200, blank=True)
    format = models.SlugField(_("size"), max_length=20, default="a5")
    installed_on = models.DateField(_("installed"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )

    objects: ClassVar[SignQuerySet] = SignQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("sign")
        verbose_name_plural = _("signs")
        indexes = [models.Index(fields=["municipality", "state"], name="signs_sign_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "number"], name="signs_sign_number_once"
            ),
            *geometry_checks("mount_point", "signs_sign_mount_point"),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} sign {self.number}"


class SignCode(models.Model):
    """A code printed on a sign: nine symbols, never used again for anything else.

    It is living while `ended_at` is null; after a replacement it is still accepted until
    `grace_until`, because the old plate may hang on for a while.
    """

    rating_role_may = ("SELECT",)

    sign = models.ForeignKey(Sign, on_delete=models.PROTECT, related_name="codes")
    token = models.CharField(_("code"), max_length=9, unique=True)
    issued_at = models.DateTimeField(_("issued"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    grace_until = models.DateTimeField(_("accepted until"), null=True, blank=True)

    objects: ClassVar[SignCodeQuerySet] = SignCodeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("code of a sign")
        verbose_name_plural = _("codes of signs")
        constraints = [
            models.UniqueConstraint(
                fields=["sign"], condition=Q(ended_at__isnull=True), name="signs_code_one_living"
            ),
            models.CheckConstraint(
                condition=Q(grace_until__isnull=True) | Q(ended_at__isnull=False),
                name="signs_code_grace_after_end",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("issued_at")),
                name="signs_code_ends_after_issue",
            ),
        ]

    def __str__(self) -> str:
        return self.token


class SignEvent(models.Model):
    """One move in the life of a sign: who, when, why, and how far from the planned point."""

    append_only = True

    sign = models.ForeignKey(Sign, on_delete=models.PROTECT, related_name="events")
    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20, choices=Sign.State.choices)
    actor = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Who it was where nobody signed in, such as the village mayor an install link was sent to.
    actor_label = models.CharField(_("by"), max_length=120, blank=True)
    happened_at = models.DateTimeField(_("happened"))  # as the phone's clock said, made plausible
    recorded_at = models.DateTimeField(_("recorded"))
    distance_m = models.FloatField(_("distance to the planned point in metres"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    photo = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Chosen by the phone: a queued move that arrives twice is recorded once.
    key = models.UUIDField(_("key"), null=True, blank=True, unique=True)

    objects: ClassVar[SignEventQuerySet] = SignEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("event of a sign")
        verbose_name_plural = _("events of signs")
        indexes = [models.Index(fields=["sign", "recorded_at"], name="signs_event_order")]

    def __str__(self) -> str:
        return f"{self.sign_id}: {self.from_state} > {self.to_state}"
