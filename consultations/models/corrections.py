"""What was put right on a roll after its vote had begun; written once and never changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.models.votes import Roll


class RollAdmission(models.Model):
    """A line that a decision added or struck, or a mark of the desk that was taken back."""

    append_only = True

    class Kind(models.TextChoices):
        """What was done."""

        ADDED = "added", pgettext_lazy("line of a roll", "added")
        STRUCK = "struck", pgettext_lazy("line of a roll", "struck")
        UNMARKED = "unmarked", pgettext_lazy("line of a roll", "mark taken back")

    roll = models.ForeignKey(Roll, on_delete=models.PROTECT, related_name="admissions")
    # The number of the line; it leads nowhere once lines are taken out, two years after the vote.
    line = models.BigIntegerField(_("line of the roll"))
    kind = models.CharField(_("what was done"), max_length=8, choices=Kind.choices)
    # Number and day of the commission's decision; a mark is taken back without one.
    decision = models.CharField(_("decision"), max_length=120, blank=True)
    reason = models.CharField(_("reason"), max_length=600)
    # The line as it was, to reckon the digest before with; empty where there was none.
    before = models.JSONField(default=dict, blank=True)
    # SHA-256 of the roll as it is since.
    digest = models.BinaryField(max_length=32)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("correction of a roll")
        verbose_name_plural = _("corrections of rolls")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="unmarked") | ~models.Q(decision=""),
                name="consultations_admission_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roll_id}/{self.pk}"
