"""Where somebody lives over time: one home at a time, history kept, surer only by post or desk."""

import datetime as dt
from contextlib import suppress
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from residents.models import AddressQuestion, Residence, Resident
from residents.placing import place_residents
from residents.services.memberships import place_residence
from residents.services.registering import AddressChoice
from residents.services.residences import (
    change_unit,
    confirm_by_desk,
    leave,
    move,
    raise_assurance,
)
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY
from tests.factories.zones import spot
from tests.residents.homes import at, clerk_of, door, lively_town, resident_at
from zones.importing.rows import Source
from zones.models import Address, Municipality
from zones.services.registers import load_addresses

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LATER = NOON + 30 * DAY


@pytest.fixture
def town() -> Municipality:
    return lively_town()


def zones_of(residence: Residence) -> set[str]:
    return set(residence.zones.open().values_list("zone__code", flat=True))


def test_who_moves_lives_elsewhere_from_that_day_and_keeps_the_history(
    town: Municipality,
) -> None:
    former = resident_at(door(town, 0.5), town, assurance=Residence.Assurance.DESK)
    place_residence(residence=former, now=NOON)
    home = move(resident=former.resident, choice=at(door(town, 2.5)), now=LATER)
    former.refresh_from_db()
    assert former.valid_until == home.valid_from == LATER.date()
    assert home.assurance == Residence.Assurance.DECLARED
    assert (zones_of(former), zones_of(home)) == (set(), {"east"})
    assert set(former.zones.values_list("zone__code", flat=True)) == {"west"}


def test_a_second_move_on_the_same_day_takes_the_place_of_the_first(town: Municipality) -> None:
    resident = resident_at(door(town, 0.5), town).resident
    move(resident=resident, choice=at(door(town, 2.5)), now=LATER)
    move(resident=resident, choice=at(door(town, 1.5)), now=LATER + dt.timedelta(hours=1))
    days = [(home.valid_from, home.valid_until) for home in resident.residences.order_by("pk")]
    assert days == [(TODAY, LATER.date()), (LATER.date(), None)]


def test_the_day_of_a_move_is_the_towns_own(town: Municipality) -> None:
    resident = resident_at(door(town, 0.5), town).resident
    shortly_before_midnight_utc = dt.datetime(2026, 6, 1, 22, 30, tzinfo=dt.UTC)
    home = move(resident=resident, choice=at(door(town, 2.5)), now=shortly_before_midnight_utc)
    assert home.valid_from == dt.date(2026, 6, 2)


def test_nobody_moves_to_where_they_live(town: Municipality) -> None:
    home = resident_at(door(town), town)
    with pytest.raises(ValidationError) as refused:
        move(resident=home.resident, choice=at(home.address), now=LATER)  # type: ignore[arg-type]
    assert refused.value.code == "same_address"


def test_nobody_moves_before_the_registration_is_finished(town: Municipality) -> None:
    resident = resident_at(door(town), town).resident
    resident.finished_at = None
    resident.save()
    with pytest.raises(ValidationError) as refused:
        move(resident=resident, choice=at(door(town, 2.5)), now=LATER)
    assert refused.value.code == "unfinished"


def test_who_moves_to_an_unknown_address_is_looked_up_and_the_former_question_ends(
    town: Municipality,
) -> None:
    former = resident_at(None, town)
    asked = AddressQuestion.objects.create(residence=former, asked_at=NOON)
    choice = AddressChoice(location=spot(2.5, 2.5), written="The new house")
    home = move(resident=former.resident, choice=choice, now=LATER)
    asked.refresh_from_db()
    assert asked.state == "ended"
    assert home.question.state == "open"
    assert zones_of(home) == {"east"}


def test_who_leaves_the_town_lives_nowhere_and_can_come_back(town: Municipality) -> None:
    home = resident_at(door(town, 0.5), town)
    place_residence(residence=home, now=NOON)
    leave(resident=home.resident, now=LATER)
    assert not home.resident.residences.in_force(LATER.date()).exists()
    assert zones_of(home) == set()
    with pytest.raises(ValidationError, match="no address"):
        leave(resident=home.resident, now=LATER)
    back = move(resident=home.resident, choice=at(door(town, 2.5)), now=LATER + DAY)
    assert back.valid_from == (LATER + DAY).date()


def test_another_flat_changes_nothing_else(town: Municipality) -> None:
    home = resident_at(door(town), town, assurance=Residence.Assurance.POST)
    changed = change_unit(residence=home, unit=" ap. 4 ")
    assert (changed.unit, changed.assurance) == ("ap. 4", Residence.Assurance.POST)


def test_a_clerk_confirms_a_home_and_is_named(town: Municipality) -> None:
    clerk = clerk_of(town)
    home = confirm_by_desk(residence=resident_at(door(town), town), actor=clerk, now=LATER)
    assert (home.assurance, home.assured_by, home.assured_at) == (3, clerk, LATER)


def test_a_clerk_does_not_confirm_the_own_home(town: Municipality) -> None:
    clerk = clerk_of(town)
    with pytest.raises(ValidationError) as refused:
        confirm_by_desk(residence=resident_at(door(town), town, user=clerk), actor=clerk, now=NOON)
    assert refused.value.code == "own_home"


def test_a_former_home_is_not_confirmed(town: Municipality) -> None:
    former = resident_at(door(town), town)
    move(resident=former.resident, choice=at(door(town, 2.5)), now=LATER)
    with pytest.raises(ValidationError) as refused:
        raise_assurance(residence=former, to=Residence.Assurance.POST, now=LATER)
    assert refused.value.code == "ended"


def test_confirming_by_post_does_not_undo_the_desk(town: Municipality) -> None:
    home = resident_at(door(town), town, assurance=Residence.Assurance.DESK)
    raise_assurance(residence=home, to=Residence.Assurance.POST, now=LATER)
    home.refresh_from_db()
    assert home.assurance == Residence.Assurance.DESK


_steps = st.lists(
    st.tuples(
        st.sampled_from(["move", "pin", "leave", "desk", "post"]),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=10,
)


@settings(max_examples=20, deadline=None)
@given(steps=_steps)
def test_a_life_of_moves_never_overlaps_and_is_sure_only_by_proof(
    steps: list[tuple[str, int, int]],
) -> None:
    town = lively_town(slug=f"t{UserFactory.create().pk}")
    doors = [door(town, 0.5 + column) for column in range(4)]
    life = Life(town, doors, resident_at(doors[0], town).resident)
    for what, days, which in steps:
        life.go_on(what, days, which)
        homes = list(life.resident.residences.order_by("valid_from"))
        for earlier, later in pairwise(homes):
            assert earlier.valid_until is not None
            assert earlier.valid_until <= later.valid_from
        assert life.home is None or life.home.assurance == life.proven


class Life:
    """Somebody who moves about, and how sure the town may be by the proofs there were."""

    def __init__(self, town: Municipality, doors: list[Address], resident: Resident) -> None:
        self.doors, self.resident, self.clerk = doors, resident, clerk_of(town)
        self.now, self.proven = NOON, int(Residence.Assurance.DECLARED)

    @property
    def home(self) -> Residence | None:
        return self.resident.residences.in_force(self.now.date()).first()

    def go_on(self, what: str, days: int, which: int) -> None:
        """One step; what the rules refuse changes nothing."""
        self.now += days * DAY
        with suppress(ValidationError):
            getattr(self, what)(which)

    def move(self, which: int) -> None:
        move(resident=self.resident, choice=at(self.doors[which]), now=self.now)
        self.proven = Residence.Assurance.DECLARED

    def pin(self, which: int) -> None:
        choice = AddressChoice(location=spot(which + 0.3, 1), written="There")
        move(resident=self.resident, choice=choice, now=self.now)
        self.proven = Residence.Assurance.DECLARED

    def leave(self, which: int) -> None:
        leave(resident=self.resident, now=self.now)

    def desk(self, which: int) -> None:
        if self.home:
            confirm_by_desk(residence=self.home, actor=self.clerk, now=self.now)
            self.proven = Residence.Assurance.DESK

    def post(self, which: int) -> None:
        if self.home:
            raise_assurance(residence=self.home, to=Residence.Assurance.POST, now=self.now)
            self.proven = max(self.proven, Residence.Assurance.POST)


def test_placing_anew_never_makes_a_home_surer(town: Municipality) -> None:
    home = resident_at(door(town), town)
    place_residents(municipality=town, now=LATER)
    home.refresh_from_db()
    assert (home.assurance, home.assured_at) == (Residence.Assurance.DECLARED, None)


def test_a_home_outlives_its_address_in_the_register(town: Municipality) -> None:
    address = door(town)
    home = resident_at(address, town, written="Strada Mare 7", assurance=2)
    place_residents(municipality=town, now=NOON)
    source = Source(
        source=address.dataset.source,
        licence=address.dataset.licence,
        dated_on=address.dataset.dated_on,
    )
    load_addresses(municipality=town, rows=[], source=source, close_missing=True)
    placed = place_residents(municipality=town, now=LATER)
    home.refresh_from_db()
    assert (home.address, home.written, home.assurance) == (None, "Strada Mare 7", 2)
    assert (home.question.state, home.question.is_vanished) == ("open", True)
    assert (zones_of(home), placed.told) == ({"west"}, 0)
    place_residents(municipality=town, now=LATER + DAY)
    assert AddressQuestion.objects.get().asked_at == LATER
