"""What the town writes to everybody who took part in a consultation."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.processes import Process
from consultations.words import validate_texts
from zones.names import validate_names


class ParticipantLetter(models.Model):
    """One text to all who took part; it keeps how many were told, never who."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="letters")
    titles = models.JSONField(_("titles"), validators=[validate_names])
    texts = models.JSONField(_("text"), validators=[validate_texts])
    # SHA-256 over titles and texts: the same text is not sent twice.
    digest = models.CharField(max_length=64)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(_("written"))
    # Number of the last account that was told; goes back to 0 when everybody is.
    cursor = models.BigIntegerField(default=0)
    told = models.PositiveIntegerField(_("people told"), default=0)
    finished_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("letter to those who took part")
        verbose_name_plural = _("letters to those who took part")
        constraints = [
            models.UniqueConstraint(fields=["process", "digest"], name="consultations_letter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.process_id}/{self.pk}"
