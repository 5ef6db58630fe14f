"""What people say: contributions with a place, support, filled-in surveys, answers of the town."""

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consultations.models.processes import Phase, Process, ProjectLayer, ProjectPart
from consultations.querysets import ContributionQuerySet
from consultations.words import validate_texts
from geo.constraints import geometry_checks
from geo.crs import STORAGE_SRID
from submissions.models import Submission
from zones.models import Zone
from zones.names import validate_names


class Standing(models.TextChoices):
    """As whom somebody speaks; shown apart, never left out."""

    INSIDE = "inside", _("lives in the area")
    OUTSIDE = "outside", _("lives elsewhere")
    BUSINESS = "business", _("a business")
    ASSOCIATION = "association", _("an association")


class Contribution(models.Model):
    """An idea, a remark, a comment or a proposal; its words are a submission and are moderated."""

    messenger_role_may_read = ("id", "process_id", "author_id")

    class Kind(models.TextChoices):
        """What it is."""

        IDEA = "idea", _("idea")
        REMARK = "remark", _("remark on the draft")
        COMMENT = "comment", _("comment")
        PROPOSAL = "proposal", _("proposal for the budget")

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="contributions")
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="contributions")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    standing = models.CharField(_("speaks as"), max_length=12, choices=Standing.choices)
    # Of a business or an association, as its speaker wrote it; moderated with the words.
    organisation = models.CharField(_("for whom"), max_length=120, blank=True)
    # The neighbourhood of the home on that day, for figures by zone; never shown beside the words.
    zone = models.ForeignKey(
        Zone, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    assurance = models.PositiveSmallIntegerField(
        _("how sure the address is"), null=True, blank=True
    )
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies"
    )
    layer = models.ForeignKey(
        ProjectLayer, on_delete=models.PROTECT, null=True, blank=True, related_name="contributions"
    )
    part = models.ForeignKey(
        ProjectPart, on_delete=models.PROTECT, null=True, blank=True, related_name="contributions"
    )
    geometry = models.GeometryField(
        _("where"), srid=STORAGE_SRID, null=True, blank=True, spatial_index=False
    )
    # The place in words, by language of the town, for those who read without the map.
    place_words = models.JSONField(_("where, in words"), default=dict, blank=True)
    said_at = models.DateTimeField(_("said"))
    # Its author took it back: words, place and author are gone, what others said below it stays.
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects: ClassVar[ContributionQuerySet] = ContributionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        indexes = [
            GistIndex(fields=["geometry"], name="consultations_said_geometry"),
            models.Index(fields=["process", "-said_at"], name="consultations_said_newest"),
        ]
        constraints = [*geometry_checks("geometry", "consultations_said")]

    def __str__(self) -> str:
        return f"{self.process_id}/{self.pk}"

    @property
    def words(self) -> str:
        """What was said, or that its author took it back, as erasing an account does."""
        return self.submission.text or gettext("Taken back by its author.")

    @property
    def is_told(self) -> bool:
        """Whether a register may say what was said, or that it was taken back."""
        return self.submission.state == "released" or self.taken_back_at is not None


class Support(models.Model):
    """Somebody is for a contribution; once."""

    messenger_role_may_read = ("contribution_id", "user_id")

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="support")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("support")
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "user"], name="consultations_support_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id}"


class Question(models.Model):
    """A question of a survey."""

    class Kind(models.TextChoices):
        """How it is answered."""

        ONE = "one", _("one answer")
        MANY = "many", _("several answers")
        SCALE = "scale", _("one to ten")
        TEXT = "text", _("in words")
        POINT = "point", _("a point on the map")
        LINE = "line", _("a line on the map")
        AREA = "area", _("an area on the map")

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="questions")
    code = models.SlugField(_("code"), max_length=20)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    names = models.JSONField(_("question"), validators=[validate_names])
    # Of questions with given answers: [{"code": …, "names": {language: words}}].
    options = models.JSONField(_("answers"), default=list, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    # Of questions about a place: it must lie in the area of the consultation, not just in the town.
    is_in_area = models.BooleanField(_("only in the area"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(fields=["phase", "code"], name="consultations_question_once"),
        ]

    def __str__(self) -> str:
        return f"{self.phase_id}/{self.code}"


class Response(models.Model):
    """One filled-in survey."""

    messenger_role_may_read = ("phase_id", "user_id")

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="responses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    standing = models.CharField(_("speaks as"), max_length=12, choices=Standing.choices)
    zone = models.ForeignKey(
        Zone, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    assurance = models.PositiveSmallIntegerField(
        _("how sure the address is"), null=True, blank=True
    )
    answered_on = models.DateField(_("answered"))

    class Meta:
        verbose_name = _("filled-in survey")
        verbose_name_plural = _("filled-in surveys")
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "user"],
                condition=Q(user__isnull=False),
                name="consultations_response_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phase_id}"


class ResponseValue(models.Model):
    """What was answered to one question; words are a submission."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="values")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="values")
    # Codes of options, or the number of the scale.
    value = models.JSONField(_("answer"), null=True, blank=True)
    geometry = models.GeometryField(
        _("where"), srid=STORAGE_SRID, null=True, blank=True, spatial_index=False
    )
    submission = models.OneToOneField(
        Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("answer of a survey")
        verbose_name_plural = _("answers of surveys")
        constraints = [
            *geometry_checks("geometry", "consultations_value"),
            models.UniqueConstraint(
                fields=["response", "question"], name="consultations_value_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_id}/{self.question_id}"


class OfficialAnswer(models.Model):
    """What the town says to a contribution, or to a zone: outcome and reason."""

    class Outcome(models.TextChoices):
        """What becomes of what was said."""

        TAKEN = "taken", _("taken up")
        PARTLY = "partly", _("partly taken up")
        KNOWN = "known", _("planned already")
        REFUSED = "refused", _("not taken up")
        ELSEWHERE = "elsewhere", _("a matter of another body")

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="answers")
    contribution = models.OneToOneField(
        Contribution, on_delete=models.CASCADE, null=True, blank=True, related_name="answer"
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    texts = models.JSONField(_("reason"), validators=[validate_texts])
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        verbose_name = _("answer of the town")
        verbose_name_plural = _("answers of the town")

    def __str__(self) -> str:
        return f"{self.process_id}/{self.pk}"
