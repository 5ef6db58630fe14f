"""A question and its answer, in the words of the town; what was typed is a submission."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from departments.models import Department
from questions.querysets import QuestionQuerySet
from questions.words import validate_texts
from submissions.models import Submission
from zones.models import Municipality
from zones.names import in_language


class Question(models.Model):
    """Asked by a resident or written by the town; only `questions` and `answers` are ever shown."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waits for an answer")
        PUBLIC = "public", _("everybody reads it")
        REFUSED = "refused", pgettext_lazy("question", "refused")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="questions"
    )
    # What a resident typed; its text is erased as soon as somebody decided.
    asked = models.OneToOneField(
        Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="question"
    )
    asked_on = models.DateField(_("asked"))
    questions = models.JSONField(_("question"), default=dict, validators=[validate_texts])
    answers = models.JSONField(_("answer"), default=dict, validators=[validate_texts])
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="questions"
    )
    # Smaller numbers stand first; equal ones by when they were answered, the newest first.
    position = models.PositiveSmallIntegerField(_("place in the list"), default=100)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects: ClassVar[QuestionQuerySet] = QuestionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("question to the town")
        verbose_name_plural = _("questions to the town")
        indexes = [models.Index(fields=["municipality", "state"], name="questions_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="public")
                | (Q(answered_at__isnull=False) & ~Q(questions={}) & ~Q(answers={})),
                name="questions_public_is_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.pk}"

    @property
    def question(self) -> str:
        """The town's wording in the language of the reader; nothing until somebody wrote it."""
        return in_language(self.questions, self.municipality.languages) if self.questions else ""

    @property
    def answer(self) -> str:
        """The answer in the language of the reader."""
        return in_language(self.answers, self.municipality.languages) if self.answers else ""
