"""Terms that run for a report, and who was warned of them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from incidents.querysets import ClockQuerySet


class Clock(models.Model):
    """One term of one report: a cache, reckoned from the events by incidents/terms.py."""

    class State(models.TextChoices):
        """Whether it runs."""

        RUNNING = "running", _("running")
        PAUSED = "paused", _("waiting")
        MET = "met", _("kept")
        LATE = "late", _("missed, then done")
        ENDED = "ended", _("ended without answer")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="clocks")
    # Such as answer, forward, notice, target, leg.
    code = models.SlugField(_("term"), max_length=24)
    regime = models.SlugField(_("regime"), max_length=40)
    started_seq = models.PositiveIntegerField()
    started_on = models.DateField(_("starts"))
    due_on = models.DateField(_("due"))
    # Operational targets in working hours have an hour as well.
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices)
    # An unconfirmed rule warns; only a confirmed one binds.
    is_binding = models.BooleanField(default=False)
    calendar_version = models.PositiveIntegerField(default=0)

    objects: ClassVar[ClockQuerySet] = ClockQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(state="running"), name="incidents_clock_running"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "code", "started_seq"], name="incidents_clock_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.code} {self.due_on}"


class Alert(models.Model):
    """One warning about one term to one person; the log is the evidence."""

    append_only = True

    class Level(models.TextChoices):
        """The ladder."""

        HANDLER = "handler", _("case handler")
        HEAD = "head", _("head of department")
        DEPUTY = "deputy", _("deputy mayor")
        MAYOR = "mayor", _("mayor")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="alerts")
    code = models.SlugField(max_length=24)
    due_on = models.DateField(_("due"))
    # days before the day it is due: 10, 3, 0, -1 ...
    days_before = models.SmallIntegerField()
    level = models.CharField(max_length=8, choices=Level.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Whom the person stands in for, when a deputy was warned.
    instead_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("sent"))

    class Meta:
        verbose_name = _("warning")
        verbose_name_plural = _("warnings")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "code", "due_on", "days_before", "level", "user"],
                nulls_distinct=False,
                name="incidents_alert_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.code} {self.level}"
