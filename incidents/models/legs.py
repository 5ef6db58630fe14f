"""Reports that go to another institution: one leg for each sending."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from incidents.models.incidents import Incident
from incidents.querysets import ApiKeyQuerySet, LegQuerySet
from zones.models import Municipality


class Leg(models.Model):
    """Sent by one body to another, with the legal basis and what became of it."""

    class State(models.TextChoices):
        """What the receiver said."""

        SENT = "sent", _("sent")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        DONE = "done", _("done")
        WITHDRAWN = "withdrawn", _("taken back")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="legs")
    number = models.PositiveSmallIntegerField(_("number"))
    sender = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    receiver = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="legs")
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    message = models.TextField(_("words to the receiver"), max_length=4000, blank=True)
    # Name and contact go along only where the receiver must answer the person.
    tells_identity = models.BooleanField(_("with the reporter's name"), default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    sent_at = models.DateTimeField(_("sent"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # The receiver's own register: its clock starts there (OG 27/2002, article 8 (2)).
    register_number = models.CharField(_("number there"), max_length=40, blank=True)
    registered_on = models.DateField(_("registered there"), null=True, blank=True)
    done_by = models.DateField(_("promised for"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=600, blank=True)
    proposed = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[LegQuerySet] = LegQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("sending to an institution")
        verbose_name_plural = _("sendings to institutions")
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="incidents_leg_once"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}/{self.number}"


class ApiKey(models.Model):
    """Lets another program write over Open311; only a hash of the key is kept."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="report_keys"
    )
    # A partner reads and answers its own legs with it; none is a program that only reports.
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_on = models.DateField(_("last used"), null=True, blank=True)

    objects: ClassVar[ApiKeyQuerySet] = ApiKeyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("key of a program")
        verbose_name_plural = _("keys of programs")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                condition=Q(revoked_at__isnull=True),
                name="incidents_key_name_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.name}"
