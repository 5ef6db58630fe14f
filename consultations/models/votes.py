"""Rolls, projects of a budget, ballots without a name, counts.

While a vote runs its ballots lie in a table of their own (`services/intake.py`) that is dropped
at the close; no model knows it, and the role of the program cannot read it. A line of a roll keeps
that somebody voted, never when.
"""

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from consultations.models.processes import Phase, Process
from consultations.models.voices import Contribution
from consultations.querysets import BudgetProjectQuerySet, RollEntryQuerySet
from consultations.words import validate_texts
from departments.models import Department
from geo.constraints import geometry_checks
from geo.crs import STORAGE_SRID
from residents.models import Resident
from zones.models import Zone
from zones.names import validate_names


class Channel(models.TextChoices):
    """How a ballot came in."""

    ONLINE = "online", _("online")
    PAPER = "paper", _("on paper")
    DESK = "desk", _("at the desk")


class Roll(models.Model):
    """Whose votes count in a vote, evaluated once as of the reference date."""

    messenger_role_may_read = ("id", "phase_id", "closed_at")

    phase = models.OneToOneField(Phase, on_delete=models.CASCADE, related_name="roll")
    made_at = models.DateTimeField(_("made"))
    # SHA-256 over its lines in order, with a salt that is published with the result.
    digest = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=32)
    # When the ballots were mixed and the box was thrown away; from then on nobody votes.
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # What was found at the close: marks and ballots by channel, and what looked odd.
    report = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("roll")
        verbose_name_plural = _("rolls")

    def __str__(self) -> str:
        return f"{self.phase_id}"


class RollEntry(models.Model):
    """One resident: whether the vote counts, why, and whether it was cast; without any time."""

    messenger_role_may_read = ("roll_id", "resident_id", "channel")

    roll = models.ForeignKey(Roll, on_delete=models.CASCADE, related_name="entries")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(_("reason"), max_length=16)
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    zone_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    others = models.PositiveSmallIntegerField(default=0)
    assurance = models.PositiveSmallIntegerField(
        _("how sure the address is"), null=True, blank=True
    )
    # The channel says that a ballot was cast; empty until then.
    channel = models.CharField(_("voted"), max_length=6, choices=Channel.choices, blank=True)

    objects: ClassVar[RollEntryQuerySet] = RollEntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("line of a roll")
        verbose_name_plural = _("lines of rolls")
        constraints = [
            models.UniqueConstraint(fields=["roll", "resident"], name="consultations_roll_once"),
        ]

    def __str__(self) -> str:
        return f"{self.roll_id}"


class RollLook(models.Model):
    """Somebody looked something up in a roll; read by the observers."""

    append_only = True

    roll = models.ForeignKey(Roll, on_delete=models.PROTECT, related_name="looks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField(_("looked"))
    # What was asked: a page of the roll, a name at the desk; never an answer.
    asked = models.CharField(_("asked"), max_length=200)

    class Meta:
        verbose_name = _("look at a roll")
        verbose_name_plural = _("looks at rolls")

    def __str__(self) -> str:
        return f"{self.roll_id}/{self.pk}"


class PaperBallot(models.Model):
    """A printed ballot: only a digest of its token is kept, and nothing of who was given it."""

    class State(models.TextChoices):
        """Where it is."""

        PRINTED = "printed", _("printed")
        COUNTED = "counted", _("counted")
        VOID = "void", _("void")

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="paper")
    digest = models.BinaryField(max_length=32, unique=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PRINTED)
    printed_on = models.DateField(_("printed"))

    class Meta:
        verbose_name = _("paper ballot")
        verbose_name_plural = _("paper ballots")

    def __str__(self) -> str:
        return f"{self.phase_id}/{self.state}"


class BudgetProject(models.Model):
    """Something that a budget could pay for."""

    class State(models.TextChoices):
        """How far it is."""

        PROPOSED = "proposed", _("proposed")
        FEASIBLE = "feasible", _("can be done")
        REFUSED = "refused", _("cannot be done")
        WON = "won", _("won")
        LOST = "lost", _("did not win")

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="projects")
    code = models.SlugField(_("number"), max_length=20)
    contribution = models.OneToOneField(
        Contribution, on_delete=models.PROTECT, null=True, blank=True, related_name="project"
    )
    names = models.JSONField(_("titles"), validators=[validate_names])
    texts = models.JSONField(_("in words"), default=dict, blank=True, validators=[validate_texts])
    geometry = models.GeometryField(
        _("where"), srid=STORAGE_SRID, null=True, blank=True, spatial_index=False
    )
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=2)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.PROPOSED
    )
    reasons = models.JSONField(_("reason"), default=dict, blank=True, validators=[validate_texts])
    # Projects of one group exclude each other.
    group = models.SlugField(_("excludes others of the group"), max_length=20, blank=True)
    # The zone that covers all of it, found when the roll is made; none is the whole town.
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The place on the ballot and in ties, drawn by lot.
    drawn = models.PositiveIntegerField(null=True, blank=True)

    objects: ClassVar[BudgetProjectQuerySet] = BudgetProjectQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("project of a budget")
        verbose_name_plural = _("projects of budgets")
        indexes = [GistIndex(fields=["geometry"], name="consultations_proj_geometry")]
        constraints = [
            *geometry_checks("geometry", "consultations_project"),
            models.UniqueConstraint(fields=["process", "code"], name="consultations_project_once"),
        ]

    def __str__(self) -> str:
        return f"{self.process_id}/{self.code}"


class Ballot(models.Model):
    """One ballot after the close, written in random order; nothing leads to a person."""

    append_only = True
    # The box of a running vote: the program throws ballots in and cannot look inside.
    app_role_may_execute = (
        "consultations_open_intake",
        "consultations_put_ballot",
        "consultations_count_intake",
        "consultations_close_intake",
    )

    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="ballots")
    # Points by code of a project; a cross is one point.
    choices = models.JSONField(_("what was chosen"))
    # Only where the zone has enough ballots.
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Only where each channel has enough ballots.
    channel = models.CharField(_("came"), max_length=6, choices=Channel.choices, blank=True)

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")

    def __str__(self) -> str:
        return f"{self.phase_id}"


class CountRun(models.Model):
    """A count: of what, by which rule, with what result; never changed."""

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="counts")
    rule = models.JSONField(_("rule"))
    order = models.JSONField(_("drawn order"))
    # SHA-256 of the published file that was counted.
    digest = models.BinaryField(max_length=32)
    # That file, letter for letter.
    text = models.TextField(_("counted file"), default="")
    result = models.JSONField(_("result"))
    engine = models.CharField(_("program"), max_length=40)
    counted_at = models.DateTimeField(_("counted"))
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")

    def __str__(self) -> str:
        return f"{self.phase_id}/{self.pk}"


class Override(models.Model):
    """The town decides otherwise than the count about a project, and says why."""

    count = models.ForeignKey(CountRun, on_delete=models.PROTECT, related_name="overrides")
    project = models.ForeignKey(BudgetProject, on_delete=models.PROTECT, related_name="+")
    wins = models.BooleanField(_("wins"))
    reasons = models.JSONField(_("reason"), validators=[validate_texts])
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("decision against the count")
        verbose_name_plural = _("decisions against the count")
        constraints = [
            models.UniqueConstraint(
                fields=["count", "project"], name="consultations_override_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count_id}/{self.project_id}"
