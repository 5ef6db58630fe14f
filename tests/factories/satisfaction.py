"""Rows for tests: released votes, published figures and worsenings, with nothing random."""

import datetime as dt
from typing import Any

import factory
from factory.django import DjangoModelFactory

from satisfaction.models import Alert, GroupFigure, SiteFigure, Snapshot, VoteBlock
from satisfaction.statistics import METHOD
from sign_registry.models import Site
from tests.factories.ratings import votes
from tests.factories.sites import SiteCategoryFactory, SiteFactory
from tests.factories.zones import MunicipalityFactory

OCTOBER = dt.date(2026, 10, 1)
NOVEMBER = dt.date(2026, 11, 1)
MADE_AT = dt.datetime(2026, 11, 2, 2, tzinfo=dt.UTC)


class VoteBlockFactory(DjangoModelFactory[VoteBlock]):
    """Twenty votes of one place in the last week of October."""

    class Meta:
        model = VoteBlock

    municipality = factory.SelfAttribute("site.municipality")
    level = VoteBlock.Level.PLACE
    site = factory.SubFactory(SiteFactory)
    category = factory.SubFactory(
        SiteCategoryFactory, municipality=factory.SelfAttribute("..municipality")
    )
    first_day = dt.date(2026, 10, 19)
    until = dt.date(2026, 10, 26)
    month = OCTOBER
    counted = factory.LazyFunction(lambda: votes(s4=2, s7=8, s8=10))
    released_on = dt.date(2026, 10, 26)


class SnapshotFactory(DjangoModelFactory[Snapshot]):
    """October, made on the second of November, public a week later."""

    class Meta:
        model = Snapshot

    municipality = factory.SubFactory(MunicipalityFactory)
    span = Snapshot.Span.MONTH
    first_day = OCTOBER
    until = NOVEMBER
    method = METHOD
    made_at = MADE_AT
    public_from = dt.date(2026, 11, 9)
    votes = 120
    set_aside = 4
    places = 3
    places_waiting = 2
    parameters = factory.LazyFunction(
        lambda: {"sigma2": 4.0, "tau2": 0.8, "means": {"playground": 7.0}, "surface_width": 500}
    )
    digest = factory.Sequence(lambda n: f"{n:064x}")


class _FigureFactory(DjangoModelFactory[Any]):
    """What every figure of twenty votes has."""

    class Meta:
        abstract = True

    snapshot = factory.SubFactory(SnapshotFactory)
    votes = 20
    effective = 20.0
    histogram = factory.LazyFunction(lambda: votes(s4=2, s7=8, s8=10))
    state = SiteFigure.State.SHOWN
    score = 7.1
    low = 6.4
    high = 7.8
    happy = 0.5
    happy_low = 0.3
    happy_high = 0.7
    unhappy = 0.1
    unhappy_low = 0.03
    unhappy_high = 0.3


class SiteFigureFactory(_FigureFactory):
    """A place with 7.1, between 6.4 and 7.8, of twenty votes; like its kind, no change known."""

    class Meta:
        model = SiteFigure

    site = factory.SubFactory(
        SiteFactory, municipality=factory.SelfAttribute("..snapshot.municipality")
    )
    category = factory.SubFactory(
        SiteCategoryFactory, municipality=factory.SelfAttribute("..snapshot.municipality")
    )
    residual = 0.1
    deviation = 0.36
    rank_low = 2
    rank_high = 9
    ranked = 12


class GroupFigureFactory(_FigureFactory):
    """The whole town with 7.1, between 6.4 and 7.8; for a category or a zone give it and a kind."""

    class Meta:
        model = GroupFigure

    kind = GroupFigure.Kind.TOWN
    places = 3


class AlertFactory(DjangoModelFactory[Alert]):
    """A place that fell from 7.4 to 5.6; its owner has until the sixteenth of November."""

    class Meta:
        model = Alert

    municipality = factory.SelfAttribute("site.municipality")
    site = factory.SubFactory(SiteFactory)
    block = factory.SubFactory(VoteBlockFactory, site=factory.SelfAttribute("..site"))
    found_on = dt.date(2026, 11, 2)
    since = dt.date(2026, 10, 12)
    score_before = 7.4
    score_after = 5.6
    change = -1.8
    change_low = -2.6
    change_high = -1.0
    q = 0.01
    answer_due_on = dt.date(2026, 11, 16)
    reply_until = dt.date(2026, 11, 9)


def figure_of(site: Site, **fields: Any) -> SiteFigure:
    """The October figure of a place, in the snapshot of its own town."""
    snapshot = fields.pop("snapshot", None) or SnapshotFactory.create(
        municipality=site.municipality
    )
    figure: SiteFigure = SiteFigureFactory.create(snapshot=snapshot, site=site, **fields)
    return figure
