"""Questions about what was rated; none can lead to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sign_registry.models.ratings import (
        Comment,
        RatingTally,
        ReasonTally,
        SetAsideCase,
        SignPulse,
    )
    from zones.models import Municipality


class RatingTallyQuerySet(models.QuerySet["RatingTally"]):
    """Tallies of ratings."""

    def in_municipality(self, municipality: Municipality) -> RatingTallyQuerySet:
        """Keep those of one town."""
        return self.filter(site__municipality=municipality)

    def between(self, first: date, last: date) -> RatingTallyQuerySet:
        """Keep those whose period begins within [first, last)."""
        return self.filter(day__gte=first, day__lt=last)


class ReasonTallyQuerySet(models.QuerySet["ReasonTally"]):
    """Tallies of reasons."""

    def in_municipality(self, municipality: Municipality) -> ReasonTallyQuerySet:
        """Keep those of one town."""
        return self.filter(site__municipality=municipality)


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments about sites."""

    def in_municipality(self, municipality: Municipality) -> CommentQuerySet:
        """Keep those of one town."""
        return self.filter(site__municipality=municipality)

    def waiting(self) -> CommentQuerySet:
        """Keep what a moderator has to look at."""
        return self.filter(submission__state="waiting")

    def released(self) -> CommentQuerySet:
        """Keep what may be shown in public."""
        return self.filter(submission__state="released")


class SignPulseQuerySet(models.QuerySet["SignPulse"]):
    """Scans by week."""

    def in_municipality(self, municipality: Municipality) -> SignPulseQuerySet:
        """Keep those of one town."""
        return self.filter(sign__municipality=municipality)


class SetAsideCaseQuerySet(models.QuerySet["SetAsideCase"]):
    """Votes set aside."""

    def in_municipality(self, municipality: Municipality) -> SetAsideCaseQuerySet:
        """Keep those of one town."""
        return self.filter(site__municipality=municipality)
