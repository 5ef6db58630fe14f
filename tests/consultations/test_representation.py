"""Who takes part while it runs: large groups, rounded, once a day, never a choice."""

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from consultations.models import RollEntry
from consultations.present.representation import rows_of
from consultations.services.representation import Reached, Representation, representation, rounded
from departments.models import Membership
from tests.consultations.votes import Vote, a_vote, cast_all
from tests.factories.accounts import MembershipFactory
from tests.factories.departments import NOON, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def vote() -> Vote:
    """Of sixty people in one zone thirteen voted."""
    cache.clear()
    vote = a_vote(voters=60)
    some = Vote(vote.process, vote.phase, vote.users[:13], vote.codes)
    cast_all(some, [{vote.codes[0]: 1}] * 13)
    return vote


def test_numbers_are_rounded_and_small_ones_are_not_told() -> None:
    assert [rounded(number) for number in (0, 9, 10, 12, 13, 58)] == [None, None, 10, 10, 15, 60]


def test_a_large_group_is_told_in_round_numbers(vote: Vote) -> None:
    (group,) = representation(vote.process, NOON).groups
    assert (group.residents, group.voted, group.answered) == (60, 15, None)


def test_the_figures_stay_as_they_are_for_the_day(vote: Vote) -> None:
    before = representation(vote.process, NOON)
    RollEntry.objects.filter(roll__phase=vote.phase, channel="").update(channel="online")
    assert representation(vote.process, NOON) == before


def test_a_group_of_few_residents_is_not_told() -> None:
    cache.clear()
    assert representation(a_vote(voters=12).process, NOON).groups == []


def test_zones_where_most_are_missing_come_first() -> None:
    groups = [
        Reached((1,), 200, 60, None, None),
        Reached((2,), 100, None, None, None),
        Reached((3,), 300, 30, None, None),
    ]
    rows = rows_of(Representation(groups, TODAY, has_vote=True), {}, ["en"])
    assert [(row.reached.zones, row.missing) for row in rows] == [((3,), 20), ((2,), 10), ((1,), 0)]


def test_planners_read_it_and_nobody_else(vote: Vote) -> None:
    town = vote.process.municipality
    address = f"/{town.slug}/plan/consultations/{vote.process.pk}/reach/"
    planner, resident = Client(), Client()
    role = Membership.Role.PLANNER
    planner.force_login(MembershipFactory.create(municipality=town, role=role).user)
    resident.force_login(vote.users[0])
    with time_machine.travel(NOON, tick=False):
        assert planner.get(address).status_code == 200
        assert b"online" not in planner.get(f"{address}?format=csv").getvalue()
        assert resident.get(address).status_code in (302, 403)
        assert Client().get(address).status_code == 302
