"""Rows for tests: sums of anonymous ratings and cases of votes set aside."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from sign_registry.models import RatingTally, SetAsideCase
from tests.factories.sites import SiteFactory

A_DAY = dt.date(2026, 11, 20)


def votes(**of_score: int) -> list[int]:
    """Ten counters: votes(s1=4, s10=2)."""
    return [of_score.get(f"s{score}", 0) for score in range(1, 11)]


class RatingTallyFactory(DjangoModelFactory[RatingTally]):
    """One vote of 8 on an afternoon."""

    class Meta:
        model = RatingTally

    site = factory.SubFactory(SiteFactory)
    day = A_DAY
    day_part = 2
    counted = factory.LazyFunction(lambda: votes(s8=1))


class SetAsideCaseFactory(DjangoModelFactory[SetAsideCase]):
    """Twelve votes of 1 of one hour, set aside by the rule of bursts."""

    class Meta:
        model = SetAsideCase

    site = factory.SubFactory(SiteFactory)
    day = A_DAY
    day_part = 2
    moved = factory.LazyFunction(lambda: votes(s1=12))
    rule = "burst"
    values = factory.LazyFunction(lambda: {"votes": 12, "expected": 0.4, "share": 1.0})
