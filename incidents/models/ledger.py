"""The ledger: one event for each change, chained by hashes, and the roots that are published."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from incidents.querysets import (
    IncidentEventQuerySet,
    LedgerRootQuerySet,
    PublishedHeadQuerySet,
)
from zones.models import Municipality


class IncidentEvent(models.Model):
    """What happened to one report; `body` holds the exact bytes that were hashed.

    hash = SHA-256(previous || body), where body is canonical JSON (incidents/canonical.py) with
    the report's uid, seq, time, kind, actor and data. No personal data stands in it.
    """

    append_only = True

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField(_("number"))
    kind = models.SlugField(_("what happened"), max_length=24)
    at = models.DateTimeField(_("when"))
    body = models.BinaryField()
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    objects: ClassVar[IncidentEventQuerySet] = IncidentEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("event of a report")
        verbose_name_plural = _("events of reports")
        ordering = ["incident", "seq"]
        indexes = [models.Index(fields=["at"], name="incidents_event_at")]
        constraints = [
            models.UniqueConstraint(fields=["incident", "seq"], name="incidents_event_seq_once"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}/{self.seq} {self.kind}"


class EventSecret(models.Model):
    """Words of an event that name or may name a person; the ledger holds HMAC(salt, value) only."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="secrets")
    seq = models.PositiveIntegerField(_("event"))
    name = models.SlugField(max_length=40)
    salt = models.BinaryField(max_length=16)
    value = models.TextField()

    class Meta:
        verbose_name = _("words of an event")
        verbose_name_plural = _("words of events")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "seq", "name"], name="incidents_secret_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}/{self.seq} {self.name}"


class LedgerRoot(models.Model):
    """The Merkle root of the heads of all reports of a town at the end of a day, signed.

    `statement` holds the exact bytes that were signed; the other columns repeat them for lists.
    """

    append_only = True

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="ledger_roots"
    )
    day = models.DateField(_("day"))
    root = models.BinaryField(max_length=32)
    reports = models.PositiveIntegerField(_("reports"))
    events = models.PositiveBigIntegerField(_("events"))
    previous = models.BinaryField(max_length=32)
    statement = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    key = models.CharField(_("public key"), max_length=64)
    signed_at = models.DateTimeField(_("signed"))

    objects: ClassVar[LedgerRootQuerySet] = LedgerRootQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("published root")
        verbose_name_plural = _("published roots")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "day"], name="incidents_root_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.day}"


class PublishedHead(models.Model):
    """How far a report was when a root was published; a row only where that changed.

    The tree of a day is the newest row of each report up to that day, in the order of `uid`. The
    row names the report by `uid`, so that it stays when somebody takes the report away.
    """

    append_only = True

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="published_heads"
    )
    day = models.DateField(_("day"))
    uid = models.UUIDField()
    seq = models.PositiveIntegerField(_("number"))
    hash = models.BinaryField(max_length=32)

    objects: ClassVar[PublishedHeadQuerySet] = PublishedHeadQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("published state of a report")
        verbose_name_plural = _("published states of reports")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "uid", "day"], name="incidents_head_day_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uid}/{self.seq} {self.day}"
