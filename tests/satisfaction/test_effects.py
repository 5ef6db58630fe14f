"""Before and after works: against places of the same kind, from released votes, or not yet."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from satisfaction.models import Alert, Snapshot
from satisfaction.services.effects import changes_at, effect_of_works
from sign_registry.models import Site
from sign_registry.paths import site_path
from tests.factories.departments import WorksFactory
from tests.factories.satisfaction import AlertFactory, SnapshotFactory, VoteBlockFactory
from tests.factories.sites import VehicleFactory, rated_site
from tests.factories.zones import MunicipalityFactory, spot
from tests.satisfaction.test_alerts import BAD, GOOD, WEEK, weeks
from zones.models import Municipality

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
BEGAN, OVER = dt.date(2026, 7, 6), dt.date(2026, 7, 20)
LAST = dt.date(2026, 11, 2)


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create()


def around(site: Site, before: dict[str, int], after: dict[str, int]) -> None:
    """Fifteen weeks of votes before the works and fifteen after them."""
    weeks(site, *[before] * 15, last=BEGAN)
    weeks(site, *[after] * 15, last=LAST)


def repaired(town: Municipality, **fields: Any) -> Any:
    return WorksFactory.create(municipality=town, starts_on=BEGAN, ends_on=OVER, **fields)


@pytest.fixture
def site(town: Municipality) -> Site:
    """A place that became better, in a town where the others did not change."""
    for _number in range(4):
        around(rated_site(municipality=town), GOOD, GOOD)
    site = rated_site(municipality=town)
    around(site, BAD, GOOD)
    return site


def test_works_are_credited_with_what_changed_beyond_the_others(
    town: Municipality, site: Site
) -> None:
    effect = effect_of_works(works=repaired(town), site=site)
    assert effect is not None
    assert effect.low < effect.change < effect.high
    assert effect.change == pytest.approx(3.0)
    assert effect.low > 2
    assert (effect.votes_before, effect.votes_after) == (180, 180)
    assert (effect.first_day, effect.until) == (OVER, LAST)


def test_what_changed_everywhere_is_not_credited(town: Municipality) -> None:
    sites = [rated_site(municipality=town) for _number in range(5)]
    for one in sites:
        around(one, BAD, GOOD)
    effect = effect_of_works(works=repaired(town), site=sites[0])
    assert effect is not None
    assert effect.change == pytest.approx(0.0)
    assert effect.low < 0 < effect.high


def test_without_votes_after_there_is_no_figure(town: Municipality, site: Site) -> None:
    works = WorksFactory.create(municipality=town, starts_on=LAST)
    assert effect_of_works(works=works, site=site) is None


def test_votes_not_yet_public_are_not_used(town: Municipality, site: Site) -> None:
    known = effect_of_works(works=repaired(town), site=site, known_until=dt.date(2026, 9, 1))
    assert known is not None
    assert known.votes_after < 180
    assert effect_of_works(works=repaired(town), site=site, known_until=dt.date(2026, 7, 1)) is None


def test_a_lot_across_the_works_is_on_neither_side(town: Municipality, site: Site) -> None:
    before = effect_of_works(works=repaired(town), site=site)
    VoteBlockFactory.create(
        site=site, first_day=BEGAN - WEEK, until=OVER + WEEK, counted=[99] + [0] * 9
    )
    assert effect_of_works(works=repaired(town), site=site) == before


def test_works_are_of_the_places_near_them(town: Municipality, site: Site) -> None:
    near, far = spot(0.5, 0.5), spot(2.5, 2.5)
    mine = repaired(town, geometry=near)
    repaired(town, geometry=far)
    repaired(town, geometry=near, kind="event")
    repaired(town, geometry=near, is_public=False)
    assert [one.works for one in changes_at(site, today=TODAY)] == [mine]
    assert len(changes_at(site, today=TODAY, is_staff=True)) == 2
    assert changes_at(VehicleFactory.create(municipality=town), today=TODAY) == []


def test_an_answer_stands_where_the_works_stood(town: Municipality, site: Site) -> None:
    works = repaired(town, geometry=spot(2.5, 2.5))
    alert = AlertFactory.create(
        site=site,
        block=site.vote_blocks.filter(month=dt.date(2026, 6, 1)).latest("until"),
        state=Alert.State.ANSWERED,
        works=works,
        answered_on=dt.date(2026, 7, 1),
        found_on=dt.date(2026, 6, 29),
        since=dt.date(2026, 5, 4),
    )
    (change,) = changes_at(site, today=TODAY)
    assert (change.alert, change.works, change.day) == (alert, works, alert.answered_on)
    assert change.effect is not None
    assert change.effect.votes_before == 9 * 12
    assert changes_at(site, today=TODAY, known_until=dt.date(2026, 6, 1)) == []


def test_the_page_of_the_place_says_what_was_done_and_what_came_of_it(
    client: Client, town: Municipality, site: Site, django_assert_max_num_queries: Any
) -> None:
    works = repaired(town)
    SnapshotFactory.create(
        municipality=town, span=Snapshot.Span.ROLLING, first_day=dt.date(2025, 11, 1)
    )
    with django_assert_max_num_queries(25):
        answer = client.get(site_path(town.slug, site.pk), headers={"accept-language": "en"})
    text = " ".join(answer.content.decode().split())
    assert works.name in text
    assert "the score has risen by 3.0 (between" in text
    assert "180 votes before, 168 after" in text
