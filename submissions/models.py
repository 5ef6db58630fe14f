"""One noun for files and free text from outside; nothing of it is public before its release."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from submissions.querysets import SubmissionQuerySet


class Submission(models.Model):
    """A picture or a text as cleaned: without metadata, personal numbers covered.

    It knows no town and no sender: the row that points to it says whose it is and who may see it.
    Its number is random, so that it tells nothing of the order in which things came.
    """

    class Kind(models.TextChoices):
        """What was handed in."""

        TEXT = "text", _("text")
        PICTURE = "picture", _("picture")

    class State(models.TextChoices):
        """Where it stands on the way to the public."""

        HELD = "held", _("not yet shown to anybody")  # released to moderators in batches
        WAITING = "waiting", _("to be looked at")
        RELEASED = "released", _("released")
        REFUSED = "refused", _("refused")
        INTERNAL = "internal", _("for staff only")  # photos of the crew, never public

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    origin = models.SlugField(_("where it came in"), max_length=40)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    # For what is anonymous only the first day of the month is kept.
    received_on = models.DateField(_("received"))
    text = models.TextField(_("text"), max_length=4000, blank=True)
    file = models.FileField(_("file"), upload_to="submissions/", max_length=120, blank=True)
    content_type = models.CharField(max_length=40, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(null=True, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    masked = models.PositiveSmallIntegerField(_("personal details covered"), default=0)

    objects: ClassVar[SubmissionQuerySet] = SubmissionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes = [models.Index(fields=["state", "received_on"], name="submissions_queue")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="text", file="") | Q(kind="picture", text=""),
                name="submissions_text_or_picture",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Moderation(models.Model):
    """One decision about a submission, with its reason."""

    append_only = True

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="decisions")
    state = models.CharField(_("decision"), max_length=10, choices=Submission.State.choices)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"))
    reason = models.CharField(_("reason"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("decision about a submission")
        verbose_name_plural = _("decisions about submissions")

    def __str__(self) -> str:
        return f"{self.submission_id} {self.state}"
