"""The rows that other tests start from can be stored as they come."""

import pytest

from satisfaction.models import GroupFigure, SiteFigure, Snapshot
from tests.factories.satisfaction import (
    AlertFactory,
    GroupFigureFactory,
    SiteFigureFactory,
    SnapshotFactory,
    VoteBlockFactory,
    figure_of,
)
from tests.factories.sites import SiteFactory

pytestmark = pytest.mark.django_db


def test_rows_of_one_town_stay_in_it() -> None:
    snapshot = SnapshotFactory.create()
    figure = SiteFigureFactory.create(snapshot=snapshot)
    group = GroupFigureFactory.create(snapshot=snapshot)
    assert figure.site.municipality == figure.category.municipality == snapshot.municipality
    assert figure.score == group.score == 7.1
    assert sum(figure.histogram) == figure.votes
    assert (SiteFigure.objects.count(), GroupFigure.objects.count()) == (1, 1)


def test_a_worsening_has_votes_of_its_place() -> None:
    alert = AlertFactory.create()
    assert alert.block.site == alert.site
    assert alert.block.votes == 20


def test_a_figure_of_a_given_place_is_in_its_town() -> None:
    site = SiteFactory.create()
    assert figure_of(site).snapshot.municipality == site.municipality
    assert Snapshot.objects.count() == 1
    assert VoteBlockFactory.create(site=site).municipality == site.municipality
