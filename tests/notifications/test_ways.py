"""How somebody is told: never at night unless it is urgent, never twice."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from notifications.ways import (
    NIGHT,
    Plan,
    Reachable,
    Wishes,
    digest_is_due,
    is_quiet,
    quiet_end,
    ways_for,
)

TOWN = "Europe/Bucharest"
EVERYWHERE = Reachable(email=True, push=True, phone=True, letter=True)
NOON = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)
MIDNIGHT = dt.datetime(2026, 5, 4, 21, 30, tzinfo=dt.UTC)  # 00:30 in the town

times = st.times(min_value=dt.time(0), max_value=dt.time(23, 59)).map(
    lambda time: time.replace(second=0, microsecond=0)
)
# Two years hold four changes of clocks.
moments = st.datetimes(
    min_value=dt.datetime(2026, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=dt.datetime(2027, 12, 31),  # noqa: DTZ001 - as above
    timezones=st.just(dt.UTC),
)
near_changes = st.sampled_from([dt.datetime(2026, 3, 29, tzinfo=dt.UTC)]).flatmap(
    lambda day: st.integers(-180, 360).map(lambda minutes: day + dt.timedelta(minutes=minutes))
) | st.integers(-180, 360).map(
    lambda minutes: dt.datetime(2026, 10, 25, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)
wishes = st.builds(
    Wishes,
    by_email=st.booleans(),
    by_push=st.booleans(),
    by_sms=st.booleans(),
    by_letter=st.booleans(),
    is_daily=st.booleans(),
    digest_hour=st.integers(0, 23),
    quiet_from=times,
    quiet_until=times,
)
reachable = st.builds(Reachable, st.booleans(), st.booleans(), st.booleans(), st.booleans())
urgencies = st.sampled_from(["normal", "soon", "urgent"])


def plan(wished: Wishes, urgency: str, now: dt.datetime = NOON, at: Reachable = EVERYWHERE) -> Plan:
    return ways_for(wished, at, urgency=urgency, topic="works", now=now, timezone=TOWN)


@given(wishes, reachable, urgencies, moments | near_changes)
def test_never_in_quiet_hours_unless_urgent(
    wished: Wishes, at: Reachable, urgency: str, now: dt.datetime
) -> None:
    told = plan(wished, urgency, now, at)
    assume(urgency != "urgent" and set(told.ways) & {"email", "push"})

    local = told.not_before.astimezone(ZoneInfo(TOWN)).time()

    assert not is_quiet(local, wished.quiet_from, wished.quiet_until)
    assert now <= told.not_before <= now + dt.timedelta(hours=25)


@given(wishes, reachable, urgencies, moments)
def test_never_both_in_the_daily_letter_and_by_itself(
    wished: Wishes, at: Reachable, urgency: str, now: dt.datetime
) -> None:
    ways = plan(wished, urgency, now, at).ways

    assert len(ways) == len(set(ways)) >= 1
    assert not {"digest", "page", "letter"} & set(ways) or len(ways) == 1


@given(wishes, reachable, moments)
def test_urgent_is_at_once(wished: Wishes, at: Reachable, now: dt.datetime) -> None:
    told = plan(wished, "urgent", now, at)

    assert told.not_before == now
    assert "digest" not in told.ways


@given(wishes, reachable, urgencies)
def test_no_way_is_used_that_was_not_chosen(wished: Wishes, at: Reachable, urgency: str) -> None:
    ways = set(plan(wished, urgency, at=at).ways)

    assert not ways & {"email", "digest"} or (wished.by_email and at.email)
    assert "push" not in ways or (wished.by_push and at.push)
    assert "sms" not in ways or (wished.by_sms and at.phone and urgency == "urgent")
    assert "letter" not in ways or (wished.by_letter and at.letter)


def test_who_never_chose_gets_the_daily_letter() -> None:
    assert plan(Wishes(), "normal").ways == ("digest",)


def test_nothing_chosen_is_the_page_only() -> None:
    assert plan(Wishes(by_email=False), "urgent").ways == ("page",)


def test_a_muted_topic_is_not_told_at_all() -> None:
    assert plan(Wishes(muted_topics=frozenset({"works"})), "urgent").ways == ()


def test_without_own_quiet_hours_soon_waits_for_the_end_of_the_night() -> None:
    told = plan(Wishes(is_daily=False), "soon", MIDNIGHT)

    assert told.not_before.astimezone(ZoneInfo(TOWN)).time() == NIGHT[1]


def test_without_own_quiet_hours_normal_leaves_at_once() -> None:
    assert plan(Wishes(is_daily=False), "normal", MIDNIGHT).not_before == MIDNIGHT


@pytest.mark.parametrize(
    ("now", "end"),
    [
        # 29 March: 03:00 becomes 04:00, so 03:30 never comes.
        (dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC), dt.datetime(2026, 3, 29, 1, 30)),  # noqa: DTZ001 - in UTC
        # 25 October: 04:00 becomes 03:00, so 03:30 comes twice.
        (dt.datetime(2026, 10, 25, 0, 10, tzinfo=dt.UTC), dt.datetime(2026, 10, 25, 1, 30)),  # noqa: DTZ001 - in UTC
    ],
)
def test_when_clocks_change_quiet_hours_end_at_the_later_reading(
    now: dt.datetime, end: dt.datetime
) -> None:
    assert quiet_end(now, TOWN, dt.time(22), dt.time(3, 30)) == end.replace(tzinfo=dt.UTC)


def test_the_daily_letter_waits_for_its_hour_on_the_towns_clock() -> None:
    five = dt.datetime(2026, 5, 4, 14, tzinfo=dt.UTC)  # 17:00 in the town

    assert digest_is_due(Wishes(digest_hour=17), five, TOWN)
    assert not digest_is_due(Wishes(digest_hour=17), five - dt.timedelta(minutes=1), TOWN)


def test_a_late_daily_letter_does_not_wake_anybody() -> None:
    late = Wishes(digest_hour=17, quiet_from=dt.time(22), quiet_until=dt.time(7))

    assert not digest_is_due(late, dt.datetime(2026, 5, 4, 20, tzinfo=dt.UTC), TOWN)


def test_an_hour_asked_for_within_quiet_hours_is_kept() -> None:
    own = Wishes(digest_hour=6, quiet_from=dt.time(22), quiet_until=dt.time(7))

    assert digest_is_due(own, dt.datetime(2026, 5, 4, 3, 15, tzinfo=dt.UTC), TOWN)
