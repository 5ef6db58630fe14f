"""Votes leave the sums in blocks, once each; reasons and comments only after them."""

import datetime as dt
from itertools import pairwise

import pytest
from pytest_django import DjangoAssertNumQueries

from satisfaction.models import ReasonShare, VoteBlock, VoteShare
from satisfaction.services.releasing import (
    reasons_of,
    release_votes,
    released_months,
    waiting_votes,
)
from sign_registry.models import RatingTally, ReasonTally, Site, SiteZone
from sign_registry.services.ratings import fold_tallies
from tests.factories.ratings import RatingTallyFactory, votes
from tests.factories.satisfaction import SnapshotFactory
from tests.factories.sites import (
    CounterFactory,
    LineFactory,
    ReasonTagFactory,
    SiteCategoryFactory,
    SiteFactory,
    SitePeriodFactory,
    VehicleFactory,
    rated_site,
)
from tests.factories.zones import MunicipalityFactory, square, zone_with_shape
from zones.models import Municipality, ZoneKind

pytestmark = pytest.mark.django_db
# September 2026 ends for votes with Sunday the 27th, and with it a quarter of the year.
MONDAY = dt.date(2026, 9, 28)
A_DAY = dt.date(2026, 9, 23)


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create()


def at(day: dt.date) -> dt.datetime:
    """Two o'clock of a night in UTC."""
    return dt.datetime.combine(day, dt.time(2), dt.UTC)


def voted(site: Site, number: int, day: dt.date = A_DAY, **fields: object) -> RatingTally:
    return RatingTallyFactory.create(site=site, day=day, counted=votes(s8=number), **fields)


def blocks() -> list[tuple[str, int | None, int]]:
    """Level, place and votes of each block, oldest first."""
    return [(one.level, one.site_id, one.votes) for one in VoteBlock.objects.oldest_first()]


# --- Which votes ---------------------------------------------------------------------------------


def test_votes_of_a_week_are_released_when_it_is_over(town: Municipality) -> None:
    site = rated_site(municipality=town)
    voted(site, 12)
    assert release_votes(now=at(A_DAY)) == 0
    # Sunday evening in UTC is Monday in the town.
    assert release_votes(now=dt.datetime(2026, 9, 27, 20, 59, tzinfo=dt.UTC)) == 0
    assert release_votes(now=dt.datetime(2026, 9, 27, 21, 1, tzinfo=dt.UTC)) == 1
    (block,) = VoteBlock.objects.all()
    assert (block.site, block.category, block.votes) == (site, site.periods.get().category, 12)
    assert (block.first_day, block.until) == (dt.date(2026, 9, 21), MONDAY)
    assert (block.month, block.released_on) == (dt.date(2026, 9, 1), MONDAY)


def test_a_second_time_releases_nothing(town: Municipality) -> None:
    voted(rated_site(municipality=town), 30)
    assert release_votes(now=at(MONDAY)) == 1
    assert release_votes(now=at(MONDAY)) == 0
    assert VoteShare.objects.count() == 1


def test_the_week_of_a_block_is_closed_for_votes_that_come_late(town: Municipality) -> None:
    site, other = (rated_site(municipality=town) for _number in range(2))
    voted(site, 30)
    release_votes(now=at(MONDAY))
    voted(other, 30, A_DAY - dt.timedelta(days=30))
    assert release_votes(now=at(MONDAY)) == 0
    assert release_votes(now=at(MONDAY + dt.timedelta(days=7))) == 1
    late = VoteBlock.objects.get(site=other)
    assert late.month == dt.date(2026, 10, 1)


def test_a_month_whose_figures_are_frozen_takes_no_more_blocks(town: Municipality) -> None:
    SnapshotFactory.create(
        municipality=town, first_day=dt.date(2026, 9, 1), until=dt.date(2026, 10, 1)
    )
    voted(rated_site(municipality=town), 30)
    assert release_votes(now=at(MONDAY)) == 0
    assert release_votes(now=at(MONDAY + dt.timedelta(days=7))) == 1
    assert VoteBlock.objects.get().month == dt.date(2026, 10, 1)


def test_history_is_released_as_if_it_had_been_done_each_monday(town: Municipality) -> None:
    site = rated_site(municipality=town)
    days = [dt.date(2025, 1, 6) + dt.timedelta(days=7 * week) for week in range(80)]
    for number, day in enumerate(days):
        voted(site, 3 + number % 4, day)
    fold_tallies(now=at(MONDAY))
    assert set(RatingTally.objects.values_list("grain", flat=True)) == {"month", "week"}
    assert release_votes(now=at(MONDAY)) > 17
    assert all(one.released_on == MONDAY for one in VoteBlock.objects.all())
    ends = list(VoteBlock.objects.oldest_first().values_list("first_day", "until"))
    assert all(before[1] == after[0] for before, after in pairwise(ends))
    assert all(first.weekday() == until.weekday() == 0 for first, until in ends)
    assert sum(one.votes for one in VoteBlock.objects.all()) <= sum(
        3 + number % 4 for number in range(80)
    )


def test_folding_sums_changes_nothing_that_waits(town: Municipality) -> None:
    site = rated_site(municipality=town)
    for week in range(4):
        voted(site, 2, dt.date(2025, 8, 4) + dt.timedelta(days=7 * week))
    before = waiting_votes(sites=[site], today=MONDAY)
    release_votes(now=at(MONDAY))
    fold_tallies(now=at(MONDAY))
    assert before == waiting_votes(sites=[site], today=MONDAY) == {site.pk: 8}


# --- Whose votes ---------------------------------------------------------------------------------


def test_a_line_is_shown_with_its_vehicles(town: Municipality) -> None:
    line, buses = LineFactory.create(municipality=town), VehicleFactory.create_batch(2)
    Site.objects.filter(kind="vehicle").update(municipality=town)
    for bus in buses:
        voted(bus, 6, line=line)
    release_votes(now=at(MONDAY))
    assert blocks() == [("place", line.pk, 12)]
    assert VoteShare.objects.filter(line=line).count() == 2


def test_a_centre_is_shown_with_its_counters(town: Municipality) -> None:
    centre = rated_site(municipality=town)
    for _number in range(2):
        voted(CounterFactory.create(municipality=town, parent=centre), 4)
    voted(SiteFactory.create(municipality=town, parent=centre, is_staff_sensitive=True), 1)
    voted(centre, 1)
    release_votes(now=at(MONDAY))
    assert blocks() == [("place", centre.pk, 10)]


def test_what_may_not_stand_alone_is_released_with_its_like(town: Municipality) -> None:
    bus = rated_site(municipality=town, kind="vehicle", geometry=None)
    voted(bus, 40)
    release_votes(now=at(MONDAY))
    assert blocks() == []
    alone = rated_site(municipality=town, is_staff_sensitive=True)
    voted(alone, 3, MONDAY)
    release_votes(now=at(dt.date(2027, 1, 4)))
    assert blocks() == [("category", None, 43)]
    (block,) = VoteBlock.objects.all()
    assert (block.places, block.category) == (2, bus.periods.get().category)


def test_a_place_that_closed_keeps_its_votes(town: Municipality) -> None:
    site = rated_site(municipality=town, closed_on=A_DAY)
    voted(site, 11)
    assert release_votes(now=at(MONDAY)) == 1


@pytest.mark.parametrize(
    ("zones", "categories", "groups", "level"),
    [
        ((0, 0), ("a", "a"), ("", ""), "zone"),
        ((0, 1), ("a", "a"), ("", ""), "category"),
        ((0, 1), ("a", "b"), ("g", "g"), "group"),
        ((0, 1), ("a", "b"), ("", ""), "town"),
    ],
)
def test_small_places_are_counted_with_their_nearest_like(
    town: Municipality,
    zones: tuple[int, int],
    categories: tuple[str, str],
    groups: tuple[str, str],
    level: str,
) -> None:
    ground = [
        zone_with_shape(town, code=code, geometry=square(column, 0))
        for column, code in enumerate(("west", "east"))
    ]
    ZoneKind.objects.update(is_partition=True)
    for zone, code, group in zip(zones, categories, groups, strict=True):
        kind = SiteCategoryFactory.create(municipality=town, code=code, compare_group=group)
        for _ in range(2):
            site = rated_site(municipality=town, category=kind)
            SiteZone.objects.create(site=site, kind=ground[zone].kind, zone=ground[zone])
            voted(site, 4)
    release_votes(now=at(MONDAY))
    (block,) = VoteBlock.objects.all()
    assert (block.level, block.votes, block.places) == (level, 16, 4)
    assert (block.zone is not None) is (level == "zone")
    assert (block.category is not None) is (level in {"zone", "category"})
    assert block.compare_group == (groups[0] if level == "group" else "")


def test_the_kind_of_a_place_is_that_of_the_time(town: Municipality) -> None:
    site = SiteFactory.create(municipality=town)
    halt, stop = (SiteCategoryFactory.create(municipality=town, code=code) for code in "ab")
    change = dt.date(2026, 8, 1)
    SitePeriodFactory.create(site=site, category=halt, valid_until=change)
    SitePeriodFactory.create(site=site, category=stop, valid_from=change)
    for day in (dt.date(2026, 7, 8), A_DAY):
        voted(site, 20, day)
    release_votes(now=at(MONDAY))
    kinds = VoteBlock.objects.oldest_first().values_list("category__code", flat=True)
    assert list(kinds) == ["a", "b"]


def test_towns_are_counted_apart(town: Municipality) -> None:
    other = MunicipalityFactory.create()
    for place in (town, other):
        for _number in range(3):
            voted(rated_site(municipality=place), 4)
    assert release_votes(now=at(MONDAY), municipality=town) == 1
    assert VoteBlock.objects.get().municipality == town
    assert VoteBlock.objects.in_municipality(other).count() == 0


# --- Corrections ---------------------------------------------------------------------------------


def test_votes_set_aside_after_their_release_are_made_up(town: Municipality) -> None:
    site = rated_site(municipality=town)
    tally = voted(site, 20)
    release_votes(now=at(MONDAY))
    tally.counted, tally.set_aside = votes(s8=12), votes(s8=8)
    tally.save()
    later = MONDAY + dt.timedelta(days=1)
    RatingTallyFactory.create(site=site, day=later, counted=votes(s3=40))
    week = dt.timedelta(days=7)
    assert release_votes(now=at(MONDAY + week)) == 0
    assert waiting_votes(sites=[site], today=MONDAY + week) == {site.pk: 32}
    RatingTallyFactory.create(site=site, day=later + week, counted=votes(s8=8))
    assert release_votes(now=at(MONDAY + 2 * week)) == 1
    block = VoteBlock.objects.oldest_first().last()
    assert block is not None
    assert (block.counted, block.set_aside) == (votes(s3=40), 8)


# --- Reasons -------------------------------------------------------------------------------------


def test_reasons_come_with_votes_after_their_month_three_at_least(town: Municipality) -> None:
    site = rated_site(municipality=town)
    dirty, dark = ReasonTagFactory.create_batch(2, category=site.periods.get().category)
    for month, reason, given in ((8, dirty, 2), (9, dirty, 4), (8, dark, 3), (7, dark, 1)):
        ReasonTally.objects.create(
            site=site, month=dt.date(2026, month, 1), reason=reason, given=given
        )
    voted(site, 12)
    release_votes(now=at(MONDAY))
    # September had three days to go.
    first = VoteBlock.objects.get()
    assert reasons_of([first]) == [(dark, 4)]
    voted(site, 20, dt.date(2026, 10, 7))
    release_votes(now=at(dt.date(2026, 10, 12)))
    assert reasons_of(VoteBlock.objects.all()) == [(dirty, 6), (dark, 4)]
    assert ReasonShare.objects.count() == 2


def test_reasons_of_a_place_without_released_votes_stay_where_they_are(town: Municipality) -> None:
    site = rated_site(municipality=town)
    dirty = ReasonTagFactory.create(category=site.periods.get().category)
    ReasonTally.objects.create(site=site, month=dt.date(2026, 8, 1), reason=dirty, given=50)
    voted(site, 9)
    release_votes(now=at(MONDAY))
    assert not ReasonShare.objects.exists()


# --- Comments ------------------------------------------------------------------------------------


def test_which_months_of_a_place_may_be_spoken_of(town: Municipality) -> None:
    big, small, smaller = (rated_site(municipality=town) for _number in range(3))
    voted(big, 20, dt.date(2026, 7, 14))
    voted(small, 4)
    voted(smaller, 4)
    voted(rated_site(municipality=town, category=small.periods.get().category), 3)
    release_votes(now=at(MONDAY))
    found = released_months()
    # Twenty votes in the middle of July are no whole July.
    assert found[big.pk].alone == dt.date(2026, 6, 1)
    assert found[small.pk].alone == dt.date.min
    assert found[small.pk].together == found[smaller.pk].together == dt.date(2026, 9, 1)


# --- What waits, and how much is asked -----------------------------------------------------------


def test_what_waits_is_told_as_of_monday_and_only_of_places_shown_alone(
    town: Municipality,
) -> None:
    centre = rated_site(municipality=town)
    counter = CounterFactory.create(municipality=town, parent=centre)
    voted(counter, 3)
    voted(centre, 1)
    voted(centre, 5, MONDAY)
    today = MONDAY + dt.timedelta(days=2)
    assert waiting_votes(sites=[centre, counter], today=today) == {centre.pk: 4}


def test_many_places_take_no_more_questions_than_few(
    town: Municipality, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(30):
        voted(rated_site(municipality=town), 25)
    with django_assert_max_num_queries(20):
        assert release_votes(now=at(MONDAY), municipality=town) == 30
    places = Site.objects.in_municipality(town).select_related("municipality")
    with django_assert_max_num_queries(8):
        assert len(waiting_votes(sites=places, today=MONDAY)) == 30
