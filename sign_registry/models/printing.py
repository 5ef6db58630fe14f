"""Print runs: which signs on which sheets, and the proof that every code can be read."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.models import Membership
from sign_registry.models.signs import Sign, SignCode
from sign_registry.querysets import PrintBatchQuerySet
from zones.models import Municipality


class PrintBatch(models.Model):
    """One run: a PDF, its hash, and what the decoder read from it."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being made")
        DONE = "done", _("ready")
        REFUSED = "refused", _("refused")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="print_batches"
    )
    format = models.SlugField(_("size"), max_length=20)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    ordered_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ordered_at = models.DateTimeField(_("ordered"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(_("sheets checked"), default=0)
    total = models.PositiveIntegerField(_("sheets"), default=0)
    is_demo = models.BooleanField(_("marked as a demonstration"), default=False)
    origin = models.URLField(_("address printed"), blank=True)
    file = models.FileField(upload_to="print/", max_length=160, blank=True)
    sha256 = models.CharField(_("hash of the file"), max_length=64, blank=True)
    template_version = models.CharField(max_length=20, blank=True)
    decoder_version = models.CharField(_("decoder"), max_length=40, blank=True)
    least_reserve = models.FloatField(_("least unused error correction"), null=True, blank=True)
    problem = models.CharField(_("why it was refused"), max_length=400, blank=True)

    objects: ClassVar[PrintBatchQuerySet] = PrintBatchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("print run")
        verbose_name_plural = _("print runs")
        indexes = [models.Index(fields=["municipality", "-ordered_at"], name="signs_batch_newest")]

    def __str__(self) -> str:
        return f"{self.municipality_id} print {self.pk}"


class BatchSign(models.Model):
    """One sign on one sheet of a run, with the reserve the decoder had left."""

    batch = models.ForeignKey(PrintBatch, on_delete=models.CASCADE, related_name="batch_signs")
    sign = models.ForeignKey(Sign, on_delete=models.PROTECT, related_name="batch_signs")
    code = models.ForeignKey(SignCode, on_delete=models.PROTECT, related_name="+")
    page = models.PositiveIntegerField(_("page"))
    position = models.PositiveIntegerField(_("place in the run"))
    round_label = models.CharField(_("round and number"), max_length=60, blank=True)
    reserve = models.FloatField(_("unused error correction"), null=True, blank=True)

    class Meta:
        verbose_name = _("sign in a print run")
        verbose_name_plural = _("signs in print runs")
        constraints = [
            models.UniqueConstraint(fields=["batch", "sign"], name="signs_batch_sign_once"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.position}"
