"""A consultation: what it is about, where, when, and whose votes count."""

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.eligibility import Whose
from consultations.phases import Action, PhaseKind
from consultations.querysets import PhaseQuerySet, ProcessQuerySet
from consultations.words import validate_texts
from departments.models import Department, Works
from geo.constraints import geometry_checks
from geo.crs import STORAGE_SRID
from residents.models import Residence
from zones.models import Municipality, TargetArea, Zone
from zones.names import in_language, validate_names


class Process(models.Model):
    """What the town asks its residents."""

    class State(models.TextChoices):
        """How far the town is with it."""

        DRAFT = "draft", _("being prepared")
        PUBLISHED = "published", pgettext_lazy("consultation", "published")
        WITHDRAWN = "withdrawn", pgettext_lazy("consultation", "withdrawn")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="consultations"
    )
    number = models.PositiveIntegerField(_("number"))
    template = models.SlugField(_("made from"), max_length=40)
    names = models.JSONField(_("titles"), validators=[validate_names])
    texts = models.JSONField(_("what it is about"), default=dict, validators=[validate_texts])
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="consultations"
    )
    area = models.ForeignKey(
        TargetArea, on_delete=models.PROTECT, null=True, blank=True, related_name="consultations"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    # The civil day on which homes count; the roll is made of it once.
    reference_on = models.DateField(_("homes count as of"), null=True, blank=True)
    is_binding = models.BooleanField(_("the town is bound by the vote"), default=False)
    # A binding vote of homes that were only declared needs a decision that says so.
    council_decision = models.CharField(_("decision of the council"), max_length=200, blank=True)
    realisation = models.ForeignKey(
        Works, on_delete=models.SET_NULL, null=True, blank=True, related_name="consultations"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("begun"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    withdrawn_why = models.CharField(_("why it was withdrawn"), max_length=600, blank=True)

    objects: ClassVar[ProcessQuerySet] = ProcessQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "number"], name="consultations_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False),
                name="consultations_published_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The title in the language of the reader."""
        return in_language(self.names)


class Phase(models.Model):
    """A part of a consultation in [starts_at, ends_at); what it opens stands in `phases.OPENS`."""

    messenger_role_may_read = ("id", "process_id")

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="phases")
    kind = models.CharField(_("kind"), max_length=12, choices=PhaseKind.choices)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    # By kind: of a vote the form of the ballot, the rule of the count, the budget.
    settings = models.JSONField(default=dict, blank=True)

    objects: ClassVar[PhaseQuerySet] = PhaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="consultations_phase_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id}/{self.kind}"


class ProjectLayer(models.Model):
    """A drawing of the project: an alternative, or what all alternatives share."""

    class Kind(models.TextChoices):
        """What it shows."""

        ALTERNATIVE = "alternative", _("alternative")
        SHARED = "shared", _("the same in all")

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="layers")
    code = models.SlugField(_("code"), max_length=20)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    names = models.JSONField(_("names"), validators=[validate_names])
    # What the map shows, in words: whoever does not see the map must know as much.
    descriptions = models.JSONField(_("in words"), validators=[validate_texts])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("layer of a project")
        verbose_name_plural = _("layers of projects")
        constraints = [
            models.UniqueConstraint(fields=["process", "code"], name="consultations_layer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.process_id}/{self.code}"


class ProjectPart(models.Model):
    """A stop, section or area of a layer; comments may be about just this."""

    class Kind(models.TextChoices):
        """What it is."""

        STOP = "stop", _("stop")
        SECTION = "section", _("section")
        AREA = "area", _("area")

    layer = models.ForeignKey(ProjectLayer, on_delete=models.CASCADE, related_name="parts")
    code = models.SlugField(_("code"), max_length=20)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    names = models.JSONField(_("names"), validators=[validate_names])
    geometry = models.GeometryField(_("where"), srid=STORAGE_SRID, spatial_index=False)

    class Meta:
        verbose_name = _("part of a project")
        verbose_name_plural = _("parts of projects")
        indexes = [GistIndex(fields=["geometry"], name="consultations_part_geometry")]
        constraints = [
            *geometry_checks("geometry", "consultations_part"),
            models.UniqueConstraint(fields=["layer", "code"], name="consultations_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.layer_id}/{self.code}"


class EligibilityRule(models.Model):
    """Whose votes count for an action of a consultation; see `eligibility.Rule`."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="rules")
    action = models.CharField(_("action"), max_length=12, choices=Action.choices)
    whose = models.CharField(_("whose"), max_length=10, choices=Whose.choices)
    zones = models.ManyToManyField(Zone, blank=True, related_name="+")
    others = models.PositiveSmallIntegerField(_("zones beside the own one"), default=0)
    assurance = models.PositiveSmallIntegerField(
        _("how sure the address must be"),
        choices=Residence.Assurance.choices,
        default=Residence.Assurance.DECLARED,
    )
    least_age = models.PositiveSmallIntegerField(_("least age"), default=0)

    class Meta:
        verbose_name = _("rule of who counts")
        verbose_name_plural = _("rules of who counts")
        constraints = [
            models.UniqueConstraint(fields=["process", "action"], name="consultations_rule_once"),
        ]

    def __str__(self) -> str:
        return f"{self.process_id}/{self.action}"
