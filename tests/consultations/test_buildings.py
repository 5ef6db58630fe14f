"""Addresses with unusually many voters, and the weeks in which people registered."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from consultations.models import Roll, RollEntry, RollLook
from consultations.services.buildings import odd_buildings, weeks_of, without_address
from consultations.services.rolls import make_roll
from residents.models import Residence
from tests.consultations.test_vote_pages import ask, staff, town_of
from tests.consultations.votes import DAY, Vote, a_vote, add_voter
from tests.factories.departments import NOON
from tests.factories.zones import AddressFactory
from zones.models import Address

pytestmark = pytest.mark.django_db


def crowd(vote: Vote, number: int, *, unit: str = "", days: int = 7, **parts: Any) -> Address:
    """So many who live at one address, each registered some days before the other."""
    address = AddressFactory.create(municipality=vote.process.municipality, **parts)
    for place in range(number):
        add_voter(
            vote.process,
            address=address,
            location=address.location,
            unit=unit,
            resident__registered_at=NOON - 60 * DAY - place * days * DAY,
        )
    return address


def made(vote: Vote) -> Any:
    """The roll with those who came later."""
    vote.phase.starts_at = NOON + DAY
    vote.phase.save()
    return make_roll(phase=vote.phase, now=NOON, anew=True)


@pytest.mark.parametrize(
    ("number", "facts", "signs"),
    [
        (12, {}, None),
        (13, {}, ["people"]),
        (13, {"block": "A3"}, None),
        (9, {"unit": "4", "block": "A3"}, ["in_flat"]),
        (8, {"unit": "4"}, None),
        (7, {"days": 0}, ["in_week"]),
        (6, {"days": 0}, None),
        (14, {"days": 0, "unit": "4"}, ["people", "in_flat", "in_week"]),
    ],
)
def test_what_is_unusual(number: int, facts: dict[str, Any], signs: list[str] | None) -> None:
    vote = a_vote()
    address = crowd(vote, number, **facts)
    found = odd_buildings(made(vote))
    assert [(one.address, one.people, one.signs) for one in found] == (
        [(address, number, signs)] if signs else []
    )


def test_only_who_may_vote_is_counted_and_the_fullest_is_first() -> None:
    vote = a_vote()
    first, second = crowd(vote, 14), crowd(vote, 16)
    roll = made(vote)
    assert [one.address for one in odd_buildings(roll)] == [second, first]
    out = RollEntry.objects.filter(resident__residences__address=second)[:4]
    RollEntry.objects.filter(pk__in=[one.pk for one in out]).update(why="outside")
    assert [one.address for one in odd_buildings(roll)] == [first]


def test_questions_do_not_grow_with_the_town(django_assert_num_queries: Any) -> None:
    vote = a_vote()
    for _one in range(3):
        crowd(vote, 13)
    made(vote)
    roll = Roll.objects.select_related("phase__process__municipality").get()
    with django_assert_num_queries(5):
        odd_buildings(roll)


def test_weeks_begin_on_monday_of_the_town_and_pins_stand_apart() -> None:
    vote = a_vote(voters=0)
    sunday = dt.datetime(2026, 1, 4, 22, 30, tzinfo=dt.UTC)
    add_voter(vote.process, resident__registered_at=sunday, resident__origin="desk")
    pin = add_voter(vote.process, resident__registered_at=sunday - 2 * DAY)
    Residence.objects.filter(pk=pin.pk).update(address=None, written="By the well")
    roll = made(vote)
    told = {(one.monday, one.origin, one.people) for one in weeks_of(roll)}
    assert (dt.date(2026, 1, 5), "desk", 1) in told
    assert (dt.date(2025, 12, 29), "web", 1) in told
    assert without_address(roll) == 1


class TestThePage:
    def path(self, vote: Vote) -> str:
        return f"{town_of(vote)}/plan/consultations/{vote.process.pk}/roll/buildings/"

    def test_list_map_table_and_the_look(self, client: Client) -> None:
        vote = a_vote()
        crowd(vote, 13)
        made(vote)
        staff(client, vote, "observer")
        shown = ask(client, "get", self.path(vote))
        assert [row["people"] for row in shown.context["rows"]] == [13]
        assert len(shown.context["places"]) == 1
        assert shown["Cache-Control"].startswith("max-age=0")
        table = ask(client, "get", f"{self.path(vote)}?format=csv")
        body = b"".join(table.streaming_content) if table.streaming else table.content
        assert b",13,people," in body
        looks = RollLook.objects.order_by("pk").values_list("asked", flat=True)
        assert list(looks) == ["buildings", "buildings table"]

    def test_nothing_unusual_and_no_roll(self, client: Client) -> None:
        vote = a_vote()
        staff(client, vote, "observer")
        assert ask(client, "get", self.path(vote)).context["rows"] == []
        other = a_vote()
        wrong = f"{town_of(vote)}/plan/consultations/{other.process.pk}/roll/buildings/"
        assert ask(client, "get", wrong).status_code == 404

    def test_a_clerk_has_no_business_here(self, client: Client) -> None:
        vote = a_vote()
        staff(client, vote, "clerk")
        assert ask(client, "get", self.path(vote)).status_code == 403
        assert not RollLook.objects.exists()
