"""What is said about a report: questions, answers, notes, drafts, templates, mail that came in."""

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from geo.crs import STORAGE_SRID
from incidents.models.categories import Category
from incidents.models.incidents import Attachment, Incident
from incidents.querysets import (
    AnswerTemplateQuerySet,
    MailDraftQuerySet,
    RemarkQuerySet,
    SavedFilterQuerySet,
)
from zones.models import Municipality
from zones.names import in_language, validate_names


class Remark(models.Model):
    """One piece of dialogue: with the reporter, in the house, or with another department."""

    class Kind(models.TextChoices):
        """Who speaks to whom."""

        QUESTION = "question", _("question to the reporter")
        REPLY = "reply", _("answer of the reporter")
        NOTE = "note", _("internal note")
        OPINION_ASKED = "asked", _("opinion asked for")
        OPINION = "opinion", _("opinion given")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="remarks")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    seq = models.PositiveIntegerField(_("event"))
    text = models.TextField(_("text"), max_length=4000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The department that was asked, or that gave its opinion.
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answers = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies"
    )
    photos = models.ManyToManyField(Attachment, blank=True, related_name="+")
    at = models.DateTimeField(_("when"))

    objects: ClassVar[RemarkQuerySet] = RemarkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind}"


class AnswerTemplate(models.Model):
    """Words for an answer that come back often."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="answer_templates"
    )
    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    code = models.SlugField(_("code"), max_length=40)
    names = models.JSONField(_("title"), validators=[validate_names])
    texts = models.JSONField(_("text"), validators=[validate_names])
    outcome = models.SlugField(_("outcome"), max_length=20, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar[AnswerTemplateQuerySet] = AnswerTemplateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("template of an answer")
        verbose_name_plural = _("templates of answers")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "code"], name="incidents_template_code_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.code}"

    @property
    def name(self) -> str:
        """The title in the language of the reader."""
        return in_language(self.names)


class AnswerDraft(models.Model):
    """An answer on its way: written, approved by the head, signed, sent by public relations."""

    class Step(models.TextChoices):
        """With whom it lies."""

        DRAFT = "draft", _("being written")
        HEAD = "head", _("waits for the head")
        AUTHORITY = "authority", _("waits for the signature")
        RELATIONS = "relations", _("waits to be sent")
        SENT = "sent", _("sent")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="answers")
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.DRAFT)
    text = models.TextField(_("text"), max_length=8000)
    language = models.CharField(_("language"), max_length=5)
    outcome = models.SlugField(_("outcome"), max_length=20)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(_("written"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # Why it came back to the writer.
    remark = models.CharField(_("remark"), max_length=600, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=~Q(step="sent"), name="incidents_answer_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.step}"


class MailDraft(models.Model):
    """A letter that came in, with the place and category it seems to be about."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("to be worked off")
        MADE = "made", _("became a report")
        JOINED = "joined", _("belongs to a report")
        REFUSED = "refused", _("is none")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="mail_drafts"
    )
    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, null=True, blank=True, related_name="letters"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    message_id = models.CharField(max_length=255)
    # The letter it goes on from, where that one was not worked off either.
    follows = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="followed_by"
    )
    sender = models.EmailField(_("sender"))
    sender_name = models.CharField(_("name"), max_length=120, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), max_length=20_000)
    received_at = models.DateTimeField(_("received"))
    # submission ids of pictures that came with it
    pictures = models.JSONField(default=list, blank=True)
    proposed_category = models.ForeignKey(
        Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    proposed_place = models.PointField(_("place"), srid=STORAGE_SRID, null=True, blank=True)
    proposed_text = models.CharField(_("place in words"), max_length=240, blank=True)

    objects: ClassVar[MailDraftQuerySet] = MailDraftQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("letter that came in")
        verbose_name_plural = _("letters that came in")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "message_id"], name="incidents_letter_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.received_at:%Y-%m-%d}"


class SavedFilter(models.Model):
    """A list a person of the staff comes back to."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=400)

    objects: ClassVar[SavedFilterQuerySet] = SavedFilterQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("saved list")
        verbose_name_plural = _("saved lists")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "user", "name"], name="incidents_filter_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Verdict(models.Model):
    """Whether the reporter is satisfied with the answer; asked once for each answer."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="verdicts")
    seq = models.PositiveIntegerField(_("event"))
    is_satisfied = models.BooleanField(_("satisfied"))
    text = models.TextField(_("why"), max_length=1000, blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("verdict about an answer")
        verbose_name_plural = _("verdicts about answers")

    def __str__(self) -> str:
        return f"{self.incident_id} {self.is_satisfied}"
