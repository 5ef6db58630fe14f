"""Who looked at the name and the contact of a reporter, and what for."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident


class ReporterLook(models.Model):
    """One look of a member of staff at who reported; it outlives the erasure of what was seen."""

    append_only = True

    class Reason(models.TextChoices):
        """What it is looked at for."""

        CALL = "call", _("to ask or to tell the person something")
        VISIT = "visit", _("to meet the person at the place")
        ANSWER = "answer", _("to write or to send the answer")
        REQUEST = "request", _("a request under data protection law")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="looks")
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    seen_at = models.DateTimeField(_("seen"))
    reason = models.CharField(_("why"), max_length=10, choices=Reason.choices)

    class Meta:
        verbose_name = _("look at a reporter")
        verbose_name_plural = _("looks at reporters")

    def __str__(self) -> str:
        return f"{self.incident_id} by {self.seen_by_id}"
