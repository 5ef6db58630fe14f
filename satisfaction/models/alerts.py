"""A worsening that was found, and what its owner did about it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Membership, Works
from satisfaction.models.blocks import VoteBlock
from satisfaction.querysets import AlertQuerySet
from sign_registry.models import Site
from zones.models import Municipality
from zones.names import in_language, validate_names


class Alert(models.Model):
    """The votes of a place fell by more than chance; its owner answers by a day."""

    class State(models.TextChoices):
        """Whether the owner answered."""

        OPEN = "open", _("waits for an answer")
        ANSWERED = "answered", _("answered")
        # Overtaken: the place closed, or somebody found that nothing is to be done, with a reason.
        CLOSED = "closed", _("closed")

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="alerts")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="alerts")
    # The released votes at which it was found.
    block = models.OneToOneField(VoteBlock, on_delete=models.PROTECT, related_name="alert")
    found_on = models.DateField(_("found"))
    # Since when, by the estimate of the rule.
    since = models.DateField(_("since"))
    score_before = models.FloatField()
    score_after = models.FloatField()
    change = models.FloatField()
    change_low = models.FloatField()
    change_high = models.FloatField()
    q = models.FloatField(_("false-discovery rate"))
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answer_due_on = models.DateField(_("answer due"))
    # Until then, or until the answer, the press office does not publish the place alone.
    reply_until = models.DateField(_("right of reply until"))
    works = models.ForeignKey(
        Works, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts"
    )
    replies = models.JSONField(_("reply"), default=dict, blank=True, validators=[validate_names])
    answered_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_on = models.DateField(_("answered"), null=True, blank=True)
    reason = models.CharField(_("why it was closed"), max_length=300, blank=True)

    objects: ClassVar[AlertQuerySet] = AlertQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("worsening")
        verbose_name_plural = _("worsenings")
        indexes = [models.Index(fields=["municipality", "state"], name="satisfaction_alert_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["site"], condition=Q(state="open"), name="satisfaction_one_open_alert"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.found_on:%Y-%m-%d}"

    @property
    def reply(self) -> str:
        """The owner's words in the language of the reader."""
        return in_language(self.replies) if self.replies else ""
