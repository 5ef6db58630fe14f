"""Anonymous ratings: what is kept of them, and nothing else.

No table here has a column for a person, a device, a network address, a time finer than the part of
the day, or an order. Numbers are random. A test compares the columns with a list.
"""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Membership
from sign_registry.models.signs import Sign
from sign_registry.models.sites import ReasonTag, Site
from sign_registry.querysets import (
    CommentQuerySet,
    RatingTallyQuerySet,
    ReasonTallyQuerySet,
    SetAsideCaseQuerySet,
    SignPulseQuerySet,
)
from submissions.models import Submission

SCORES = 10


def no_votes() -> list[int]:
    """Ten counters at zero, for the scores 1 to 10."""
    return [0] * SCORES


class DayPart(models.IntegerChoices):
    """Part of a civil day of the town; nothing finer is ever stored."""

    NIGHT = 0, _("night, 0 to 6")
    MORNING = 1, _("morning, 6 to 12")
    AFTERNOON = 2, _("afternoon, 12 to 18")
    EVENING = 3, _("evening, 18 to 24")


class RatingInbox(models.Model):
    """Votes not yet counted; UNLOGGED, and a row lives ten minutes at most."""

    rating_role_may = ("INSERT",)
    app_role_may_truncate = True

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), default=uuid.uuid4)
    # No checks by foreign keys: the row is made from the site's own row in one statement, and a
    # check would make all votes of one busy sign wait for each other.
    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    line = models.ForeignKey(
        Site,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    day = models.DateField()
    day_part = models.PositiveSmallIntegerField(choices=DayPart.choices)
    score = models.PositiveSmallIntegerField()
    is_set_aside = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("rating not yet counted")
        verbose_name_plural = _("ratings not yet counted")
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=SCORES), name="signs_inbox_score"
            ),
        ]

    def __str__(self) -> str:
        return "rating"


class ReasonInbox(models.Model):
    """Reasons not yet counted; UNLOGGED, without a key to any vote."""

    rating_role_may = ("INSERT",)
    app_role_may_truncate = True

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), default=uuid.uuid4)
    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    month = models.DateField()
    reason = models.ForeignKey(
        ReasonTag, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        verbose_name = _("reason not yet counted")
        verbose_name_plural = _("reasons not yet counted")

    def __str__(self) -> str:
        return "reason"


class CommentInbox(models.Model):
    """Comments on their way, personal details already covered; without a key to any vote.

    Also takes “this is not the place”, which is a comment of its own kind.
    """

    rating_role_may = ("INSERT",)
    app_role_may_truncate = True

    class About(models.TextChoices):
        """What it says something about."""

        PLACE = "place", _("the place")
        SIGN = "sign", _("this is not the place")

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), default=uuid.uuid4)
    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    month = models.DateField()
    about = models.CharField(max_length=5, choices=About.choices, default=About.PLACE)
    text = models.CharField(max_length=500, blank=True)
    masked = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("comment on its way")
        verbose_name_plural = _("comments on their way")

    def __str__(self) -> str:
        return "comment"


class RatingTally(models.Model):
    """Votes of a site in one period: ten counters that count and ten that were set aside."""

    class Grain(models.TextChoices):
        """Periods grow coarser with age: day parts, after 35 days weeks, after 400 days months."""

        DAY_PART = "part", _("part of a day")
        WEEK = "week", _("week")
        MONTH = "month", _("month")

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), default=uuid.uuid4)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="tallies")
    line = models.ForeignKey(
        Site, on_delete=models.CASCADE, null=True, blank=True, related_name="line_tallies"
    )
    grain = models.CharField(max_length=5, choices=Grain.choices, default=Grain.DAY_PART)
    # First day of the period.
    day = models.DateField(_("day"))
    day_part = models.PositiveSmallIntegerField(choices=DayPart.choices, null=True, blank=True)
    counted = ArrayField(models.PositiveIntegerField(), size=SCORES, default=no_votes)
    set_aside = ArrayField(models.PositiveIntegerField(), size=SCORES, default=no_votes)

    objects: ClassVar[RatingTallyQuerySet] = RatingTallyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("tally of ratings")
        verbose_name_plural = _("tallies of ratings")
        indexes = [models.Index(fields=["day"], name="signs_tally_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "line", "grain", "day", "day_part"],
                nulls_distinct=False,
                name="signs_tally_once",
            ),
            models.CheckConstraint(
                condition=Q(grain="part", day_part__isnull=False)
                | Q(grain__in=["week", "month"], day_part__isnull=True),
                name="signs_tally_grain",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.day:%Y-%m-%d}"


class ReasonTally(models.Model):
    """How often a reason was given for a site in a month."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), default=uuid.uuid4)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="reason_tallies")
    month = models.DateField(_("month"))
    reason = models.ForeignKey(ReasonTag, on_delete=models.CASCADE, related_name="tallies")
    given = models.PositiveIntegerField(_("times given"), default=0)

    objects: ClassVar[ReasonTallyQuerySet] = ReasonTallyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("tally of reasons")
        verbose_name_plural = _("tallies of reasons")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "month", "reason"], name="signs_reason_tally_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.month:%Y-%m}"


class Comment(models.Model):
    """What was written about a site in a month; it has no key to a vote or a tally."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), default=uuid.uuid4)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="comments")
    month = models.DateField(_("month"))
    about = models.CharField(
        max_length=5, choices=CommentInbox.About.choices, default=CommentInbox.About.PLACE
    )
    submission = models.OneToOneField(
        Submission, on_delete=models.PROTECT, related_name="rating_comment"
    )
    # Its place has too few votes to be shown alone: only the kind of place is shown, to staff too.
    is_unnamed = models.BooleanField(_("shown without its place"), default=False)

    objects: ClassVar[CommentQuerySet] = CommentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("comment about a site")
        verbose_name_plural = _("comments about sites")

    def __str__(self) -> str:
        return f"{self.site_id} {self.month:%Y-%m}"


class SignPulse(models.Model):
    """How often a sign was scanned in a week; a sign that falls silent may be gone."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), default=uuid.uuid4)
    sign = models.ForeignKey(Sign, on_delete=models.CASCADE, related_name="pulses")
    week = models.DateField(_("week from Monday"))
    scans = models.PositiveIntegerField(_("scans"), default=0)

    objects: ClassVar[SignPulseQuerySet] = SignPulseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("scans of a sign in a week")
        verbose_name_plural = _("scans of signs by week")
        constraints = [
            models.UniqueConstraint(fields=["sign", "week"], name="signs_pulse_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sign_id} {self.week:%Y-%m-%d}"


class SetAsideCase(models.Model):
    """Votes of one burst that a stated rule took out of the count; the town may put them back."""

    class State(models.TextChoices):
        """Whether the votes are out or back in."""

        SET_ASIDE = "set_aside", _("set aside")
        RESTORED = "restored", _("counted again")

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), default=uuid.uuid4)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="set_aside_cases")
    line = models.ForeignKey(
        Site, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    day = models.DateField(_("day"))
    day_part = models.PositiveSmallIntegerField(choices=DayPart.choices)
    moved = ArrayField(models.PositiveIntegerField(), size=SCORES)
    rule = models.SlugField(_("rule"), max_length=40)
    values = models.JSONField(_("what the rule saw"), default=dict)
    state = models.CharField(max_length=9, choices=State.choices, default=State.SET_ASIDE)
    decided_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_on = models.DateField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects: ClassVar[SetAsideCaseQuerySet] = SetAsideCaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("votes set aside")
        verbose_name_plural = _("votes set aside")

    def __str__(self) -> str:
        return f"{self.site_id} {self.day:%Y-%m-%d}"
