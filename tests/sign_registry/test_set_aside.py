"""Bursts set aside in the sums: exact, in the open, reversible both ways."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from sign_registry import pulses
from sign_registry.models import RatingTally, SetAsideCase, Site
from sign_registry.services.ratings import fold_tallies
from sign_registry.services.set_aside import (
    judge_hour,
    judge_hours,
    restore_votes,
    set_votes_aside_again,
)
from tests.factories.accounts import MembershipFactory
from tests.factories.departments import WorksFactory
from tests.factories.ratings import RatingTallyFactory, votes
from tests.factories.sites import LineFactory, SiteFactory
from tests.sign_registry.lane_visitor import shape_of
from zones.models import SettingChange

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 22)
HOUR = dt.datetime(2026, 11, 22, 14)  # noqa: DTZ001 - the town's wall clock
NOW = dt.datetime(2026, 11, 22, 13, 10, tzinfo=dt.UTC)  # ten past three in the town
LIKED = votes(s1=1, s5=1, s7=2, s8=3, s9=2, s10=1)


def place_with_a_past() -> Site:
    """A hundred votes in four weeks, 7.2 on average."""
    site = SiteFactory.create()
    for days in range(3, 28, 3):
        day = DAY - dt.timedelta(days=days)
        RatingTallyFactory.create(site=site, day=day, counted=LIKED)
    RatingTallyFactory.create(site=site, day=DAY - dt.timedelta(days=1), counted=LIKED)
    return site


def attacked(site: Site, ones: int, **fields: object) -> RatingTally:
    counted = [old + new for old, new in zip(votes(s1=ones), votes(s8=2), strict=True)]
    return RatingTallyFactory.create(site=site, day=DAY, counted=counted, **fields)


def mean(site: Site) -> float:
    rows = RatingTally.objects.filter(site=site).values_list("counted", flat=True)
    sums = [sum(places) for places in zip(*rows, strict=True)]
    return float(sum(score * count for score, count in enumerate(sums, 1)) / sum(sums))


def test_a_burst_moves_its_votes_and_leaves_the_others() -> None:
    site = place_with_a_past()
    tally = attacked(site, 40)
    assert judge_hour(site=site, hour=HOUR, counts=pulses.Hour(votes(s1=40, s8=2), votes())) == 1
    tally.refresh_from_db()
    assert (tally.counted, tally.set_aside) == (votes(s8=2), votes(s1=40))
    case = SetAsideCase.objects.get()
    assert (case.rule, case.day, case.day_part, case.moved) == ("burst", DAY, 2, votes(s1=40))
    assert case.values["votes"] == 42
    assert "hour" not in case.values


def test_a_burst_in_a_bus_is_taken_from_each_line_it_served() -> None:
    site = place_with_a_past()
    first, second = attacked(site, 30), attacked(site, 20, line=LineFactory.create())
    assert judge_hour(site=site, hour=HOUR, counts=pulses.Hour(votes(s1=45), votes())) == 2
    for tally in (first, second):
        tally.refresh_from_db()
    assert first.set_aside[0] + second.set_aside[0] == 45


def test_the_crowd_of_an_event_is_welcome() -> None:
    site = place_with_a_past()
    attacked(site, 40)
    WorksFactory.create(
        municipality=site.municipality,
        kind="event",
        geometry=shape_of(site),
        starts_on=DAY,
        ends_on=DAY + dt.timedelta(days=1),
    )
    assert judge_hour(site=site, hour=HOUR, counts=pulses.Hour(votes(s1=40), votes())) == 0


def test_an_hour_is_judged_once_and_only_when_it_is_over(lane_memory: str) -> None:
    site = place_with_a_past()
    attacked(site, 40)
    for hour in ("2026112214", "2026112215"):
        pulses.memory().hset(pulses.hour_name(site.pk, hour), "1", 20)
    assert judge_hours(now=NOW - dt.timedelta(minutes=9)) == 0
    assert [judge_hours(now=NOW) for _ in range(2)] == [1, 0]
    assert [name for name, _, _ in pulses.hours(pulses.memory())] == [
        pulses.hour_name(site.pk, "2026112215")
    ]


def test_an_hour_of_a_site_that_is_gone_is_forgotten(lane_memory: str) -> None:
    pulses.memory().hset(pulses.hour_name(999_999, "2026112214"), "1", "20")
    assert judge_hours(now=NOW) == 0
    assert list(pulses.hours(pulses.memory())) == []


@pytest.mark.parametrize("addresses", [1, 50, 2500])
def test_five_thousand_ones_in_an_hour_hardly_move_the_score(addresses: int) -> None:
    """Eight votes of each connection pass the gate as counted; the rule looks at all of them."""
    site = place_with_a_past()
    before = mean(site)
    passed = min(5000, 8 * addresses)
    attacked(site, passed)
    counts = pulses.Hour(votes(s1=passed), votes(s1=5000 - passed))
    judge_hour(site=site, hour=HOUR, counts=counts)
    assert abs(mean(site) - before) < 0.3


def a_case(**fields: object) -> SetAsideCase:
    site = place_with_a_past()
    attacked(site, 40, **fields)
    judge_hour(site=site, hour=HOUR, counts=pulses.Hour(votes(s1=40), votes()))
    return SetAsideCase.objects.get()


def test_a_case_is_restored_and_set_aside_again_exactly() -> None:
    case = a_case()
    actor = MembershipFactory.create(municipality=case.site.municipality)
    today = RatingTally.objects.get(site=case.site, day=DAY)
    told: dict[str, Any] = {"actor": actor, "now": NOW, "reason": "A school class."}
    restore_votes(case=case, **told)
    today.refresh_from_db()
    assert (today.counted[0], today.set_aside) == (40, votes())
    again = set_votes_aside_again(case=case, **told)
    today.refresh_from_db()
    assert (today.counted, today.set_aside) == (votes(s8=2), votes(s1=40))
    assert (again.decided_by, again.decided_on, again.reason) == (actor, DAY, "A school class.")


def test_every_decision_about_a_case_stays_on_record() -> None:
    case = a_case()
    actor = MembershipFactory.create(municipality=case.site.municipality)
    restore_votes(case=case, actor=actor, now=NOW, reason="A school class.")
    set_votes_aside_again(case=case, actor=actor, now=NOW, reason="No, a bet.")
    told = SettingChange.objects.filter(subject="votes_set_aside", subject_key=str(case.pk))
    assert [one.after["reason"] for one in told.order_by("pk") if one.after] == [
        "A school class.",
        "No, a bet.",
    ]
    assert {one.changed_by for one in told} == {actor.user}
    assert not any("moved" in (one.after or {}) for one in told)


@pytest.mark.parametrize("days", [60, 500])
def test_a_case_is_restored_in_the_week_or_month_its_day_became(days: int) -> None:
    case = a_case()
    later = NOW + dt.timedelta(days=days)
    fold_tallies(now=later)
    fold_tallies(now=later)
    assert not RatingTally.objects.filter(day=DAY, grain="part").exists()
    total = sum(sum(row.counted) + sum(row.set_aside) for row in RatingTally.objects.all())
    actor = MembershipFactory.create(municipality=case.site.municipality)
    restore_votes(case=case, actor=actor, now=later, reason="A school class.")
    rows = RatingTally.objects.all()
    assert sum(sum(row.set_aside) for row in rows) == 0
    assert sum(sum(row.counted) for row in rows) == total


@pytest.mark.parametrize(
    ("reason", "twice", "code"),
    [(" ", False, "reason_missing"), ("Fair.", True, "already_decided")],
)
def test_a_restoring_is_refused(reason: str, twice: bool, code: str) -> None:
    case = a_case()
    actor = MembershipFactory.create(municipality=case.site.municipality)
    told: dict[str, Any] = {"case": case, "actor": actor, "now": NOW, "reason": reason}
    if twice:
        restore_votes(**told)
    with pytest.raises(ValidationError) as refused:
        restore_votes(**told)
    assert refused.value.code == code


def test_votes_that_are_not_there_are_not_moved() -> None:
    case = a_case()
    RatingTally.objects.filter(day=DAY).update(set_aside=votes(s1=39))
    actor = MembershipFactory.create(municipality=case.site.municipality)
    with pytest.raises(ValidationError, match="no longer there"):
        restore_votes(case=case, actor=actor, now=NOW, reason="Fair.")


def test_another_town_and_another_role_decide_nothing() -> None:
    case = a_case()
    town = case.site.municipality
    for actor in (
        MembershipFactory.create(),
        MembershipFactory.create(municipality=town, role="crew"),
        MembershipFactory.create(municipality=town, role="observer"),
    ):
        with pytest.raises(PermissionDenied):
            restore_votes(case=case, actor=actor, now=NOW, reason="Fair.")
