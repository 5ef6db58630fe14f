"""Divisions of the town being drawn, with every step, until a second person publishes them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zones.models.areas import ZoneEdition, ZoneKind
from zones.models.municipality import Municipality
from zones.querysets import ZoneDraftQuerySet


class ZoneDraft(models.Model):
    """A new state of all zones of one kind; its steps can be undone and done again."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("being drawn")
        WAITING = "waiting", _("waits for a second person")
        PUBLISHED = "published", _("published")
        DISCARDED = "discarded", _("thrown away")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="zone_drafts"
    )
    kind = models.ForeignKey(ZoneKind, on_delete=models.CASCADE, related_name="drafts")
    # What was in force when drawing began; another edition since then is a conflict.
    base = models.ForeignKey(
        ZoneEdition, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    note = models.CharField(_("why"), max_length=300, blank=True)
    # The number of the step that is shown; later ones can be done again.
    position = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(_("begun"))
    changed_at = models.DateTimeField(_("changed"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    edition = models.ForeignKey(
        ZoneEdition, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    # When the addresses, sites and residents had followed what was published.
    placed_at = models.DateTimeField(_("addresses placed"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ZoneDraftQuerySet] = ZoneDraftQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("draft of zones")
        verbose_name_plural = _("drafts of zones")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(state__in=["draft", "waiting"]),
                name="zones_draft_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} · {self.state}"


class ZoneDraftStep(models.Model):
    """The whole division after one step; step 0 is what was in force."""

    draft = models.ForeignKey(ZoneDraft, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    # What was done, such as {"op": "split", "zones": ["n3"]}; empty for step 0.
    act = models.JSONField(_("what was done"), default=dict, blank=True)
    # [{"code", "names", "geometry" (GeoJSON, EPSG:4326)}]
    zones = models.JSONField(_("zones"), default=list)

    class Meta:
        verbose_name = _("step of a draft")
        verbose_name_plural = _("steps of a draft")
        constraints = [
            models.UniqueConstraint(fields=["draft", "number"], name="zones_draft_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} · {self.number}"
