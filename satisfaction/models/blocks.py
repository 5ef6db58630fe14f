"""Votes as they are released: in blocks of at least ten, each vote once, and never taken back.

Every figure that anybody sees, staff too, is computed from blocks and from nothing else. Two blocks
have no vote in common, so no difference of published figures is about fewer votes than a block has
(docs/statistics.md). Only `services/releasing.py` reads the sums below.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from satisfaction.querysets import ReasonShareQuerySet, VoteBlockQuerySet, VoteShareQuerySet
from sign_registry.models import ReasonTag, Site, SiteCategory
from sign_registry.models.ratings import SCORES, no_votes
from zones.models import Municipality, Zone


class VoteBlock(models.Model):
    """At least ten votes of one place, or of several small ones, during [first_day, until)."""

    append_only = True

    class Level(models.TextChoices):
        """Whose votes they are; what one place has too few of is counted with its like."""

        PLACE = "place", _("one place")
        ZONE = "zone", _("small places of one kind in one neighbourhood")
        CATEGORY = "category", _("small places of one kind")
        GROUP = "group", _("small places of similar kinds")
        TOWN = "town", _("small places of all kinds")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="vote_blocks"
    )
    level = models.CharField(max_length=8, choices=Level.choices)
    # A place, a line with all its vehicles, or a centre with all its counters.
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="vote_blocks"
    )
    category = models.ForeignKey(
        SiteCategory, on_delete=models.PROTECT, null=True, blank=True, related_name="vote_blocks"
    )
    compare_group = models.SlugField(max_length=40, blank=True)
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, null=True, blank=True, related_name="vote_blocks"
    )
    # Both are Mondays: votes are released in whole weeks.
    first_day = models.DateField(_("from"))
    until = models.DateField(_("until"))
    # The month in which the Thursday of its last week lies; figures of a month are of its blocks.
    month = models.DateField(_("counts for the month"))
    counted = ArrayField(models.PositiveIntegerField(), size=SCORES, default=no_votes)
    set_aside = models.PositiveIntegerField(_("votes set aside"), default=0)
    places = models.PositiveSmallIntegerField(_("places"), default=1)
    released_on = models.DateField(_("released"))

    objects: ClassVar[VoteBlockQuerySet] = VoteBlockQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("released votes")
        verbose_name_plural = _("released votes")
        indexes = [
            models.Index(fields=["municipality", "month"], name="satisfaction_block_month"),
            models.Index(fields=["site", "month"], name="satisfaction_block_site"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("first_day")), name="satisfaction_block_lasts"
            ),
            models.CheckConstraint(
                condition=(Q(level="place") & Q(site__isnull=False))
                | (~Q(level="place") & Q(site__isnull=True)),
                name="satisfaction_block_of_one_or_many",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.first_day:%Y-%m-%d} to {self.until:%Y-%m-%d}"

    @property
    def votes(self) -> int:
        """How many votes it holds; never fewer than ten."""
        return sum(self.counted)


class VoteShare(models.Model):
    """Which votes of which place a block took, so that none is released twice; never shown."""

    append_only = True

    # Without a way back: nothing that shows a block may come upon what a single place gave.
    block = models.ForeignKey(VoteBlock, on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.RESTRICT, related_name="+")
    line = models.ForeignKey(
        Site, on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    # A later correction of a count may make a share of a pool negative.
    counted = ArrayField(models.IntegerField(), size=SCORES)
    set_aside = models.IntegerField(default=0)

    objects: ClassVar[VoteShareQuerySet] = VoteShareQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("share of a place in released votes")
        verbose_name_plural = _("shares of places in released votes")
        indexes = [models.Index(fields=["site"], name="satisfaction_share_site")]

    def __str__(self) -> str:
        return f"share in {self.block_id}"


class ReasonShare(models.Model):
    """Reasons of a place released with a block; shown only summed over the block."""

    append_only = True

    block = models.ForeignKey(VoteBlock, on_delete=models.CASCADE, related_name="reasons")
    site = models.ForeignKey(Site, on_delete=models.RESTRICT, related_name="+")
    reason = models.ForeignKey(ReasonTag, on_delete=models.CASCADE, related_name="+")
    given = models.PositiveIntegerField()

    objects: ClassVar[ReasonShareQuerySet] = ReasonShareQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("reasons released")
        verbose_name_plural = _("reasons released")
        constraints = [
            models.UniqueConstraint(
                fields=["block", "site", "reason"], name="satisfaction_reason_once"
            )
        ]

    def __str__(self) -> str:
        return f"reason in {self.block_id}"
