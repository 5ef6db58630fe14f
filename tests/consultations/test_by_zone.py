"""A vote by zone: groups of the roll, protected cells, weighted shares that say no more."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import time_machine
from django.test import Client

from consultations.models import Ballot, CountRun, Phase, Roll, RollEntry
from consultations.phases import PhaseKind
from consultations.present.by_zone import class_width, step_of
from consultations.services.by_zone import UNTOLD, neighbours, told_by_zone, vote_by_zone
from consultations.services.counting_votes import count_vote
from tests.consultations.counted_votes import closed_vote
from tests.factories.accounts import UserFactory
from tests.factories.consultations import DAY, PhaseFactory, ProcessFactory
from tests.factories.departments import NOON
from tests.factories.residents import ResidentFactory
from tests.factories.zones import square, zone_with_shape
from zones.models import Zone

pytestmark = pytest.mark.django_db

#: By place of a zone in a row of zones: lines of the roll, and ballots by what they choose.
Cast = Sequence[tuple[int, Sequence[tuple[int, Sequence[str]]]]]
TOWN: Cast = (
    (40, [(12, ["A"]), (9, ["A", "B"])]),
    (30, [(2, ["A"])]),
    (50, [(3, ["A"]), (20, ["B"])]),
    (20, [(7, ["A"]), (8, ["B"])]),
)


def counted(town: Cast, **settings: Any) -> CountRun:
    """A vote that was counted, of zones in a row from west to east; small ones name no zone."""
    process = ProcessFactory.create()
    zones = [
        zone_with_shape(process.municipality, code=f"z{place}", geometry=square(place, 0))
        for place in range(len(town))
    ]
    ballots = [
        (number, codes, zone if sum(n for n, _codes in cast) > 15 else None)
        for zone, (_lines, cast) in zip(zones, town, strict=True)
        for number, codes in cast
    ]
    phase = closed_vote({"A": 40, "B": 30}, ballots, process=process, **settings)
    roll = Roll.objects.create(
        phase=phase, made_at=NOON, digest=b"d" * 32, salt=b"s" * 32, closed_at=NOON
    )
    enter(roll, zones, town)
    return count_vote(phase=phase, actor=UserFactory.create(), now=NOON)


def enter(roll: Roll, zones: Sequence[Zone], town: Cast) -> None:
    """The lines of the roll, with a mark for each ballot."""
    for zone, (lines, cast) in zip(zones, town, strict=True):
        marks = sum(number for number, _codes in cast)
        people = ResidentFactory.create_batch(lines, municipality=roll.phase.process.municipality)
        RollEntry.objects.bulk_create(
            RollEntry(
                roll=roll,
                resident=person,
                why="counted",
                zone=zone,
                channel="online" if place < marks else "",
            )
            for place, person in enumerate(people)
        )


def open_result(phase: Phase) -> None:
    """From now on everybody may see it."""
    PhaseFactory.create(process=phase.process, kind=PhaseKind.RESULT, starts_at=NOON - DAY / 24)


def codes(found: Mapping[int, Zone], zones: Sequence[int]) -> list[str]:
    """Zones by their codes."""
    return sorted(found[zone].code for zone in zones)


def test_zones_that_touch_are_neighbours() -> None:
    town = ProcessFactory.create().municipality
    west, middle, east = (
        zone_with_shape(town, code=f"z{place}", geometry=square(place, 0)) for place in range(3)
    )
    near = neighbours([west.pk, middle.pk, east.pk])
    assert near == {west.pk: {middle.pk}, middle.pk: {west.pk, east.pk}, east.pk: {middle.pk}}


def test_a_zone_with_few_ballots_is_shown_with_its_smallest_neighbour() -> None:
    found = vote_by_zone(counted(TOWN))
    assert found is not None
    groups = {tuple(codes(found.zones, one.zones)): one.ballots for one in found.groups}
    assert groups == {("z0", "z1"): 23, ("z2",): 23, ("z3",): 15}


def test_nobody_learns_of_the_two_whose_ballots_name_no_zone() -> None:
    found = vote_by_zone(counted(TOWN))
    assert found is not None
    told = {tuple(codes(found.zones, one)): number for one, number in found.took_part.items()}
    assert told == {("z0", "z1"): 21, ("z2",): 23, ("z3",): None}


def test_cells_that_would_tell_a_small_number_are_left_out() -> None:
    found = vote_by_zone(counted(TOWN))
    assert found is not None
    by_code = {
        tuple(codes(found.zones, row)): found.table.cells[row, "A"] for row in found.table.rows
    }
    assert by_code[("z2",)] is None
    assert sum(count is None for count in by_code.values()) >= 2
    assert {one.project.code: one.votes for one in found.choices} == {"A": 33, "B": 37}


def test_the_weighted_share_is_reckoned_from_what_is_shown() -> None:
    found = vote_by_zone(
        counted(((60, [(30, ["A"]), (10, ["B"])]), (60, [(6, ["A"]), (6, ["B"])])))
    )
    assert found is not None
    assert found.table.left_out == 0
    first = found.choices[0]
    assert first.raw == pytest.approx(36 / 52)
    assert first.weighted == pytest.approx((30 / 40 + 6 / 12) / 2)


def test_money_of_zones_makes_the_file_tell_every_cell() -> None:
    count = counted(TOWN[2:], by_zone=True, rule="equal-shares")
    found = vote_by_zone(count)
    assert found is not None
    assert found.is_told_by_file
    assert found.table.left_out == 0


def test_before_the_close_there_is_nothing() -> None:
    count = counted(TOWN)
    Roll.objects.update(closed_at=None)
    assert vote_by_zone(CountRun.objects.get(pk=count.pk)) is None


def test_a_ballot_without_a_zone_stands_apart() -> None:
    town: Cast = ((40, [(20, ["A"])]), (30, [(10, ["B"])]))
    count = counted(town)
    Ballot.objects.bulk_create(
        Ballot(phase=count.phase, choices={"B": 1}, channel="online") for _number in range(6)
    )
    found = vote_by_zone(count)
    assert found is not None
    assert found.ballots[UNTOLD] == 10 + 6


def test_page_and_files_are_not_found_before_the_result_is_open() -> None:
    phase = counted(TOWN).phase
    town = phase.process.municipality
    for query in ("", "?format=csv", "?format=geojson"):
        address = f"/{town.slug}/consultations/{phase.process_id}/zones/{query}"
        with time_machine.travel(NOON, tick=False):
            assert Client().get(address).status_code == 404


@pytest.mark.parametrize("query", ["", "?project=A", "?format=csv", "?format=geojson&project=A"])
def test_page_and_files_once_the_result_is_open(query: str) -> None:
    phase = counted(TOWN).phase
    open_result(phase)
    address = f"/{phase.process.municipality.slug}/consultations/{phase.process_id}/zones/{query}"
    with time_machine.travel(NOON, tick=False):
        answer = Client().get(address)
    assert answer.status_code == 200
    body = answer.getvalue().decode()
    assert "Z0 + Z1" in body


def test_an_unknown_project_is_not_found() -> None:
    phase = counted(TOWN).phase
    open_result(phase)
    address = f"/{phase.process.municipality.slug}/consultations/{phase.process_id}/zones/"
    with time_machine.travel(NOON, tick=False):
        assert Client().get(address, {"project": "nope"}).status_code == 404


def test_five_classes_hold_every_share() -> None:
    width = class_width([3.0, 18.2])
    assert width == 4
    assert [step_of(value, width) for value in (0, 3.9, 4, 18.2, 20)] == [1, 1, 2, 5, 5]


def test_a_vote_is_listed_by_zone_once_everybody_may_read_it() -> None:
    phase = counted(TOWN).phase
    town = phase.process.municipality
    assert told_by_zone(town, NOON) == []

    open_result(phase)

    assert told_by_zone(town, NOON) == [phase.process]
    assert told_by_zone(ProcessFactory.create().municipality, NOON) == []
