"""Old sums grow coarser and stay exact: day parts, after 35 days weeks, after 400 days months."""

import datetime as dt
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sign_registry.models import RatingTally
from sign_registry.services.ratings import fold_tallies
from tests.factories.ratings import RatingTallyFactory, votes
from tests.factories.sites import SiteFactory

pytestmark = pytest.mark.django_db

# A Sunday.
TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
Rows = list[tuple[int, int, int, int]]


def rows() -> list[tuple[str, dt.date, int | None]]:
    found = RatingTally.objects.order_by("day", "day_part")
    return list(found.values_list("grain", "day", "day_part"))


@pytest.mark.parametrize(
    ("age", "grain"),
    # The week of Sunday 18 October has a day that is 35 days old; the week before it has none.
    [(34, "part"), (35, "part"), (41, "part"), (42, "week")],
)
def test_a_week_is_folded_when_all_its_days_are_older_than_35_days(age: int, grain: str) -> None:
    RatingTallyFactory.create(day=TODAY - dt.timedelta(days=age))
    fold_tallies(now=NOW)
    assert RatingTally.objects.get().grain == grain


def test_a_week_begins_on_monday() -> None:
    site = SiteFactory.create()
    for day in (dt.date(2026, 9, 7), dt.date(2026, 9, 13)):
        RatingTallyFactory.create(site=site, day=day, counted=votes(s3=2), set_aside=votes(s1=5))
    fold_tallies(now=NOW)
    tally = RatingTally.objects.get()
    assert (tally.grain, tally.day, tally.day_part) == ("week", dt.date(2026, 9, 7), None)
    assert (tally.counted, tally.set_aside) == (votes(s3=4), votes(s1=10))


@pytest.mark.parametrize(
    ("monday", "month"),
    # The week of 29 September 2025 has its Thursday on 2 October.
    [(dt.date(2025, 9, 29), dt.date(2025, 10, 1)), (dt.date(2025, 9, 22), dt.date(2025, 9, 1))],
)
def test_a_week_belongs_to_the_month_of_its_thursday(monday: dt.date, month: dt.date) -> None:
    RatingTallyFactory.create(grain="week", day=monday, day_part=None)
    fold_tallies(now=NOW)
    assert rows() == [("month", month, None)]


def test_a_late_row_joins_the_week_that_is_there() -> None:
    site = SiteFactory.create()
    for _ in range(2):
        RatingTallyFactory.create(site=site, day=dt.date(2026, 9, 8))
        fold_tallies(now=NOW)
    assert RatingTally.objects.get().counted == votes(s8=2)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 900), st.integers(0, 3), st.integers(1, 10)),
        max_size=25,
        unique_by=lambda row: row[:3],
    )
)
def test_no_vote_is_lost_or_moved_to_another_site_or_score(given_rows: Rows) -> None:
    RatingTally.objects.all().delete()
    sites = SiteFactory.create_batch(3)
    for site, age, part, score in given_rows:
        counters = votes(**{f"s{score}": age % 5 + 1})
        day = TODAY - dt.timedelta(days=age)
        RatingTallyFactory.create(site=sites[site], day=day, day_part=part, counted=counters)
    before = _sums()
    for _ in range(2):
        fold_tallies(now=NOW)
    assert _sums() == before
    for tally in RatingTally.objects.exclude(grain="month"):
        oldest = 35 if tally.grain == "part" else 400
        assert TODAY - tally.day < dt.timedelta(days=oldest + 7)


def _sums() -> Counter[object]:
    sums: Counter[object] = Counter()
    for tally in RatingTally.objects.all():
        for score, count in enumerate(tally.counted):
            sums[tally.site_id, score] += count
    return +sums
