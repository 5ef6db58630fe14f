"""What a town ordered about its copy to practise on; the worker makes it and takes it away."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zones.models.municipality import Municipality
from zones.querysets import PracticeOrderQuerySet


class PracticeOrder(models.Model):
    """The last order of a real town about its practice copy: one row for each town."""

    class Wish(models.TextChoices):
        """What was asked for."""

        MAKE = "make", _("make it anew")
        REMOVE = "remove", _("remove it")

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("is being worked on")
        DONE = "done", _("is done")
        FAILED = "failed", _("failed")

    municipality = models.OneToOneField(
        Municipality, on_delete=models.CASCADE, related_name="practice_order"
    )
    wish = models.CharField(_("wish"), max_length=8, choices=Wish.choices)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    # How many rows of each kind were copied, and what was invented.
    report = models.JSONField(_("report"), default=dict, blank=True)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ordered_at = models.DateTimeField(_("ordered"))
    changed_at = models.DateTimeField(_("changed"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[PracticeOrderQuerySet] = PracticeOrderQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("order about a practice copy")
        verbose_name_plural = _("orders about practice copies")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", next_attempt_at__isnull=False)
                | (~Q(state="waiting") & Q(next_attempt_at__isnull=True)),
                name="zones_practiceorder_waits_for_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.wish} · {self.state}"
