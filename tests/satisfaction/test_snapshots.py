"""Figures are frozen once for each period, can be made again, and no later vote moves them."""

import datetime as dt

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from satisfaction.models import GroupFigure, SiteFigure, Snapshot, VoteBlock
from satisfaction.services.figures import _change
from satisfaction.services.releasing import release_votes
from satisfaction.services.snapshots import (
    Period,
    digest_of,
    make_snapshots,
    months_later,
    periods_between,
    recomputed_digest,
    stored_digest,
)
from sign_registry.models import RatingTally, Site, SiteZone
from tests.factories.ratings import RatingTallyFactory, votes
from tests.factories.satisfaction import VoteBlockFactory
from tests.factories.signs import SignFactory
from tests.factories.sites import rated_site
from tests.satisfaction.towns import FIRST_WEEK, SeededTown, give, seeded_town

pytestmark = pytest.mark.django_db
# Thirty weeks of votes end with Sunday the 26th of July.
AFTER = dt.datetime(2026, 8, 3, 2, tzinfo=dt.UTC)
Span = Snapshot.Span


def published(town: SeededTown, now: dt.datetime = AFTER) -> list[Snapshot]:
    release_votes(now=now, municipality=town.row)
    make_snapshots(now=now, municipality=town.row)
    return list(Snapshot.objects.in_municipality(town.row).newest_first())


def snapshot_of(town: SeededTown, span: str, until: dt.date) -> Snapshot:
    return Snapshot.objects.in_municipality(town.row).get(span=span, until=until)


# --- Which periods -------------------------------------------------------------------------------


def spans(first: dt.date, today: dt.date) -> list[tuple[str, str]]:
    return [(one.span, f"{one.until:%Y-%m}") for one in periods_between(first, today)]


def test_every_period_that_is_over_has_its_figures() -> None:
    assert spans(dt.date(2025, 11, 1), dt.date(2026, 1, 5)) == [
        ("month", "2025-12"),
        ("rolling", "2025-12"),
        ("month", "2026-01"),
        ("quarter", "2026-01"),
        ("year", "2026-01"),
        ("rolling", "2026-01"),
    ]


@pytest.mark.parametrize(
    ("month", "today", "is_over"),
    [
        # The last week of January ends on Sunday, the first of February.
        (dt.date(2026, 1, 1), dt.date(2026, 2, 1), False),
        (dt.date(2026, 1, 1), dt.date(2026, 2, 2), True),
        # That of September ends on the 27th, three days before the month does.
        (dt.date(2026, 9, 1), dt.date(2026, 9, 28), False),
        (dt.date(2026, 9, 1), dt.date(2026, 10, 1), True),
    ],
)
def test_a_month_is_over_when_its_days_and_its_weeks_are(
    month: dt.date, today: dt.date, is_over: bool
) -> None:
    assert bool(spans(month, today)) is is_over


def test_the_period_before_has_the_same_length() -> None:
    quarter = Period(Span.QUARTER, dt.date(2026, 1, 1), dt.date(2026, 4, 1))
    assert quarter.before() == Period(Span.QUARTER, dt.date(2025, 10, 1), dt.date(2026, 1, 1))
    assert months_later(dt.date(2026, 1, 1), -13) == dt.date(2024, 12, 1)


def test_a_second_time_makes_nothing_and_a_month_later_only_what_is_new() -> None:
    town = seeded_town()
    assert len(published(town)) == 7 * 2 + 2
    assert make_snapshots(now=AFTER) == 0
    assert make_snapshots(now=AFTER + dt.timedelta(days=35), municipality=town.row) == 2


def test_a_town_without_released_votes_has_no_figures() -> None:
    rated_site()
    assert make_snapshots(now=AFTER) == 0


def test_owners_may_reply_before_figures_are_public() -> None:
    published(town := seeded_town())
    newest = snapshot_of(town, Span.MONTH, dt.date(2026, 8, 1))
    old = snapshot_of(town, Span.MONTH, dt.date(2026, 3, 1))
    assert newest.public_from == dt.date(2026, 8, 10)
    assert old.public_from == dt.date(2026, 3, 8)


# --- What is in them -----------------------------------------------------------------------------


def test_figures_hold_exactly_the_votes_of_their_blocks() -> None:
    town = seeded_town()
    for snapshot in published(town):
        blocks = VoteBlock.objects.for_months(snapshot.first_day, snapshot.until)
        alone: dict[int, list[int]] = {}
        for block in blocks.exclude(site=None):
            before = alone.get(block.site_id or 0, [0] * 10)
            alone[block.site_id or 0] = np.add(before, block.counted).tolist()
        figures = SiteFigure.objects.of_snapshot(snapshot)
        assert {one.site_id: one.histogram for one in figures} == alone
        assert all(one.votes == sum(one.histogram) >= 10 for one in figures)
        whole = GroupFigure.objects.of_snapshot(snapshot).get(kind="town")
        assert snapshot.votes == whole.votes == sum(one.votes for one in blocks)
        assert snapshot.places == len(alone)


def rises(*numbers: float | None) -> bool:
    """Whether all numbers are there and none is below the one before it."""
    known = [number for number in numbers if number is not None]
    return len(known) == len(numbers) and known == sorted(known)


def test_every_number_of_a_figure_is_filled() -> None:
    published(town := seeded_town(places=40, mean=3))
    snapshot = snapshot_of(town, Span.QUARTER, dt.date(2026, 7, 1))
    figures = list(SiteFigure.objects.of_snapshot(snapshot))
    assert len(figures) > 20
    for one in figures:
        low, high = one.low or 0, one.high or 0
        assert rises(1, one.low, one.score, one.high, 10)
        assert rises(0, one.happy_low, one.happy, one.happy_high, 1)
        assert rises(0, one.unhappy_low, one.unhappy, one.unhappy_high, 1)
        assert rises(1, one.rank_low, one.rank_high, one.ranked, len(figures))
        assert one.state == ("wide" if (high - low) / 2 > 1 else "shown")
        assert one.cluster_q is not None
        assert (one.change is None) == (one.change_state == "" and one.change_q is None)
    assert any(one.change is not None for one in figures)
    kinds = list(GroupFigure.objects.of_snapshot(snapshot).values_list("kind", flat=True))
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "town": 1, "category": 3, "zone": 4, "small": kinds.count("small"),
    }  # fmt: skip
    assert set(snapshot.parameters["means"]) == {"kind-0", "kind-1", "kind-2"}
    assert 300 <= snapshot.parameters["surface_width"] <= 800


def test_votes_of_twelve_months_weigh_by_their_age() -> None:
    published(town := seeded_town())
    until = dt.date(2026, 7, 1)
    rolling = GroupFigure.objects.of_snapshot(snapshot_of(town, Span.ROLLING, until))
    whole = rolling.get(kind="town")
    assert whole.effective < whole.votes
    quarter = GroupFigure.objects.of_snapshot(snapshot_of(town, Span.QUARTER, until))
    assert quarter.get(kind="town").effective == quarter.get(kind="town").votes


def test_small_places_have_a_figure_together_and_none_alone() -> None:
    town = seeded_town(places=20, mean=0.05, weeks=14)
    snapshots = published(town, dt.datetime(2026, 4, 6, 2, tzinfo=dt.UTC))
    quarter = next(one for one in snapshots if one.span == Span.QUARTER)
    small = GroupFigure.objects.of_snapshot(quarter).of_kind("small")
    assert small
    assert all(one.votes >= 10 and one.places >= 2 for one in small)
    assert sum(one.votes for one in small) <= quarter.votes


@pytest.mark.parametrize(("apart", "zones"), [(0, 1), (1, 0)])
def test_a_pool_counts_in_a_zone_only_if_all_its_places_lie_there(apart: int, zones: int) -> None:
    town = seeded_town(places=3, kinds=1, weeks=0)
    for number, site in enumerate(town.sites):
        where = town.zones[apart if number == 0 else 0]
        SiteZone.objects.filter(site=site).update(zone=where)
        RatingTallyFactory.create(site=site, day=dt.date(2026, 2, 4), counted=votes(s8=4))
    published(town, dt.datetime(2026, 4, 6, 2, tzinfo=dt.UTC))
    found = GroupFigure.objects.filter(snapshot__span="quarter")
    assert found.of_kind("zone").count() == zones
    assert found.get(kind="small").votes == 12


def test_places_that_wait_are_counted() -> None:
    town = seeded_town(places=3, weeks=0)
    for number, site in enumerate(town.sites):
        SignFactory.create(municipality=town.row, site=site, number=number + 1, purpose="rating")
    RatingTallyFactory.create(site=town.sites[0], day=dt.date(2026, 1, 7), counted=votes(s8=20))
    (snapshot, *_) = published(town, dt.datetime(2026, 2, 2, 2, tzinfo=dt.UTC))
    assert (snapshot.places, snapshot.places_waiting) == (1, 2)


def test_a_place_that_may_no_longer_stand_alone_has_no_figure() -> None:
    block = VoteBlockFactory.create()
    Site.objects.update(is_staff_sensitive=True)
    make_snapshots(now=dt.datetime(2026, 11, 2, 3, tzinfo=dt.UTC))
    assert not SiteFigure.objects.exists()
    whole = GroupFigure.objects.get(kind="town", snapshot__span="month")
    assert whole.votes == block.votes


# --- Changes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "is_found", "said"),
    [
        (0.6, 1.4, True, "up"),
        (-1.4, -0.6, True, "down"),
        (0.6, 1.4, False, ""),
        (-0.2, 1.4, False, ""),
        (-0.2, 0.1, False, "same"),
        (0.1, 0.4, True, "up"),
    ],
)
def test_a_change_is_told_only_if_it_is_sure(
    low: float, high: float, is_found: bool, said: str
) -> None:
    assert _change(low, high, is_found=is_found) == said


def test_a_fall_is_told_and_quiet_places_are_not() -> None:
    town = seeded_town(places=12, weeks=0)
    for week in range(9):
        good, bad = votes(s7=6, s8=8, s9=6), votes(s2=6, s3=8, s4=6)
        for number, site in enumerate(town.sites):
            day = FIRST_WEEK + dt.timedelta(days=7 * week)
            fell = number == 5 and week >= 5
            RatingTallyFactory.create(site=site, day=day, counted=bad if fell else good)
    published(town, dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC))
    figures = SiteFigure.objects.of_snapshot(snapshot_of(town, Span.MONTH, dt.date(2026, 3, 1)))
    told = {one.site_id: one.change_state for one in figures}
    assert {site for site, said in told.items() if said == "down"} == {town.sites[5].pk}
    assert set(told.values()) == {"down", "same"}


# --- Frozen --------------------------------------------------------------------------------------


def test_made_again_they_are_the_same_to_the_last_digit() -> None:
    snapshots = published(seeded_town())
    for snapshot in snapshots:
        assert stored_digest(snapshot) == snapshot.digest
        assert recomputed_digest(snapshot) == snapshot.digest
    assert len({one.digest for one in snapshots}) == len(snapshots)


def test_a_digit_that_was_changed_is_noticed() -> None:
    (snapshot, *_) = published(seeded_town(weeks=6))
    figure = SiteFigure.objects.of_snapshot(snapshot)[0]
    figure.low = (figure.low or 0) + 0.0001
    rest = [one for one in SiteFigure.objects.of_snapshot(snapshot) if one.pk != figure.pk]
    groups = list(GroupFigure.objects.of_snapshot(snapshot))
    assert digest_of(snapshot, [figure, *rest], groups) != snapshot.digest


def test_later_votes_change_nothing_that_was_published() -> None:
    town = seeded_town()
    before = {one.pk: one.digest for one in published(town)}
    late = np.full((1, len(town.sites), 10), 3)
    give(town.sites, late, FIRST_WEEK + dt.timedelta(days=2))
    later = published(town, AFTER + dt.timedelta(days=35))
    for snapshot in later:
        assert stored_digest(snapshot) == snapshot.digest
        assert before.get(snapshot.pk, snapshot.digest) == snapshot.digest
    assert len(later) > len(before)


def test_sums_that_changed_after_their_release_change_no_figure() -> None:
    town = seeded_town()
    digests = {one.pk: one.digest for one in published(town)}
    RatingTally.objects.update(counted=votes(s1=50))
    assert make_snapshots(now=AFTER) == 0
    assert {one.pk: stored_digest(one) for one in Snapshot.objects.all()} == digests


# --- How much is asked ---------------------------------------------------------------------------


def test_more_places_take_no_more_questions(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    town = seeded_town(places=60, weeks=5)
    now = dt.datetime(2026, 2, 2, 2, tzinfo=dt.UTC)
    release_votes(now=now, municipality=town.row)
    with django_assert_max_num_queries(35):
        assert make_snapshots(now=now, municipality=town.row) == 2
