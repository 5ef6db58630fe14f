"""Frozen figures: what was published about a period, by which method, and never changed since."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from satisfaction.querysets import GroupFigureQuerySet, SiteFigureQuerySet, SnapshotQuerySet
from sign_registry.models import Site, SiteCategory
from sign_registry.models.ratings import SCORES, no_votes
from zones.models import Municipality, Zone


class Snapshot(models.Model):
    """All figures of a town for one period, made once from released votes."""

    append_only = True

    class Span(models.TextChoices):
        """How long a period is."""

        MONTH = "month", _("month")
        QUARTER = "quarter", pgettext_lazy("length of time", "quarter")
        YEAR = "year", _("year")
        # Twelve months to the end of a month; recent votes weigh more.
        ROLLING = "rolling", _("last twelve months")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="snapshots"
    )
    span = models.CharField(_("period"), max_length=7, choices=Span.choices)
    # Both the first day of a month.
    first_day = models.DateField(_("from"))
    until = models.DateField(_("until"))
    # Version of the method, satisfaction.statistics.METHOD; docs/statistics.md says what each did.
    method = models.CharField(_("method"), max_length=10)
    made_at = models.DateTimeField(_("made"))
    # Owners may reply until then; before it, only staff see the figures.
    public_from = models.DateField(_("public from"))
    # Made up for the demonstration; every picture and file then says so.
    is_synthetic = models.BooleanField(default=False)
    votes = models.PositiveIntegerField(_("votes"), default=0)
    set_aside = models.PositiveIntegerField(_("votes set aside"), default=0)
    # Rated places whose own figure is shown, and those still too few votes for one.
    places = models.PositiveIntegerField(default=0)
    places_waiting = models.PositiveIntegerField(default=0)
    # Parameters of the model: sigma2, tau2, mean of each category by code, width of the surface...
    parameters = models.JSONField(default=dict)
    # SHA-256 of the figures in canonical JSON: proves that nothing was changed since.
    digest = models.CharField(max_length=64)

    objects: ClassVar[SnapshotQuerySet] = SnapshotQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("published figures")
        verbose_name_plural = _("published figures")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "span", "until", "method"],
                name="satisfaction_snapshot_once",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("first_day")), name="satisfaction_snapshot_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.span} {self.first_day:%Y-%m}"

    @property
    def code(self) -> str:
        """How a citation names it, such as month-2026-10-v1."""
        return f"{self.span}-{self.first_day:%Y-%m}-v{self.method}"


class Figure(models.Model):
    """What every figure has: votes behind it, score with its interval, shares, and the change.

    Scores are on the scale of 1 to 10, intervals are of 95 %. `score` is empty where `state` is
    COLLECTING; there is then no row for a place, and no number for a group.
    """

    class State(models.TextChoices):
        """How far a figure carries."""

        SHOWN = "shown", _("shown")
        # Half of the interval is wider than one point.
        WIDE = "wide", _("uncertain")
        COLLECTING = "collecting", _("not yet enough votes")

    class Change(models.TextChoices):
        """What may be said about the change since the period before."""

        UNKNOWN = "", _("nothing to compare with")
        UP = "up", _("rose")
        DOWN = "down", _("fell")
        SAME = "same", _("about the same")

    votes = models.PositiveIntegerField(_("votes"), default=0)
    effective = models.FloatField(_("votes by weight"), default=0)
    histogram = ArrayField(models.PositiveIntegerField(), size=SCORES, default=no_votes)
    state = models.CharField(max_length=10, choices=State.choices)
    score = models.FloatField(_("score"), null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    # Scores 8 to 10 and 1 to 4, as shares of the votes, with Wilson's interval.
    happy = models.FloatField(null=True)
    happy_low = models.FloatField(null=True)
    happy_high = models.FloatField(null=True)
    unhappy = models.FloatField(null=True)
    unhappy_low = models.FloatField(null=True)
    unhappy_high = models.FloatField(null=True)
    # Against the period before of the same length.
    change = models.FloatField(null=True)
    change_low = models.FloatField(null=True)
    change_high = models.FloatField(null=True)
    # False-discovery rate at which the change would be reported.
    change_q = models.FloatField(null=True)
    change_state = models.CharField(
        max_length=4, choices=Change.choices, default=Change.UNKNOWN, blank=True
    )

    class Meta:
        abstract = True


class SiteFigure(Figure):
    """The figure of one place in a snapshot; only of places with enough released votes."""

    append_only = True

    class Band(models.TextChoices):
        """Where it stands among its like; a rank would claim more than votes carry."""

        ABOVE = "above", _("clearly above its kind")
        WITHIN = "within", _("like its kind")
        BELOW = "below", _("clearly below its kind")

    class Cluster(models.TextChoices):
        """Whether its neighbourhood stands out."""

        NONE = "", _("none")
        HOT = "hot", _("in a cluster of satisfied places")
        COLD = "cold", _("in a cluster of dissatisfied places")

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="site_figures")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="figures")
    category = models.ForeignKey(SiteCategory, on_delete=models.PROTECT, related_name="+")
    # Difference to the mean of its category, and the standard deviation of the score.
    residual = models.FloatField(null=True)
    deviation = models.FloatField(null=True)
    # 5th and 95th percentile of its rank among the places of its group, 1 is the best.
    rank_low = models.PositiveIntegerField(null=True)
    rank_high = models.PositiveIntegerField(null=True)
    ranked = models.PositiveIntegerField(null=True)
    band = models.CharField(max_length=6, choices=Band.choices, default=Band.WITHIN)
    cluster = models.CharField(
        max_length=4, choices=Cluster.choices, default=Cluster.NONE, blank=True
    )
    cluster_q = models.FloatField(null=True)

    objects: ClassVar[SiteFigureQuerySet] = SiteFigureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("figure of a place")
        verbose_name_plural = _("figures of places")
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "site"], name="satisfaction_site_once"),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} in {self.snapshot_id}"


class GroupFigure(Figure):
    """The figure of the town, a category, a zone, or the small places of a category."""

    append_only = True

    class Kind(models.TextChoices):
        """What it is about."""

        TOWN = "town", _("the whole town")
        CATEGORY = "category", _("kind of place")
        ZONE = "zone", _("zone")
        # Places without a figure of their own, of one category.
        SMALL = "small", _("small places of a kind")

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="group_figures")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, null=True, blank=True, related_name="figures"
    )
    category = models.ForeignKey(
        SiteCategory, on_delete=models.PROTECT, null=True, blank=True, related_name="figures"
    )
    places = models.PositiveIntegerField(_("places"), default=0)

    objects: ClassVar[GroupFigureQuerySet] = GroupFigureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("figure of a group")
        verbose_name_plural = _("figures of groups")
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "kind", "zone", "category"],
                nulls_distinct=False,
                name="satisfaction_group_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.snapshot_id}"
