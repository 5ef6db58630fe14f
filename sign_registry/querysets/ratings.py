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
    from sign_registry.querysets.sites import SiteQuerySet
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

    def of_sites(self, sites: SiteQuerySet) -> CommentQuerySet:
        """Keep those about any of the sites."""
        return self.filter(site__in=sites)

    def in_state(self, state: str) -> CommentQuerySet:
        """Keep those that stand so on the way to the public."""
        return self.filter(submission__state=state)

    def seen_by_moderators(self) -> CommentQuerySet:
        """Leave out those whose batch is not yet complete."""
        return self.exclude(submission__state="held")

    def waiting(self) -> CommentQuerySet:
        """Keep what a moderator has to look at."""
        return self.in_state("waiting")

    def about_the_place(self) -> CommentQuerySet:
        """Keep opinions; leave out remarks that a sign hangs in the wrong place."""
        return self.filter(about="place")

    def about_the_sign(self) -> CommentQuerySet:
        """Keep remarks that a sign hangs in the wrong place."""
        return self.filter(about="sign")

    def released(self) -> CommentQuerySet:
        """Keep what may be shown in public at its place and was not erased since."""
        return self.shown().named()

    def shown(self) -> CommentQuerySet:
        """Keep what may be shown in public, be it only with the kind of its place."""
        return self.about_the_place().in_state("released").exclude(submission__text="")

    def named(self) -> CommentQuerySet:
        """Leave out those of places with too few votes: only the kind of place may be named."""
        return self.filter(is_unnamed=False)

    def newest_first(self) -> CommentQuerySet:
        """The order of lists: by month, within it by a random number."""
        return self.order_by("-month", "pk")


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

    def newest_first(self) -> SetAsideCaseQuerySet:
        """The order of lists: by day, within it by a random number."""
        return self.order_by("-day", "-day_part", "pk")
