"""The verbs of registration: what they store, what they refuse, and what a second call does."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from residents.models import AddressQuestion, Residence, Resident
from residents.services.registering import (
    AddressChoice,
    declare_address,
    finish,
    register,
    state_age,
)
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY
from tests.factories.residents import ResidentFactory
from tests.factories.zones import AddressFactory, MunicipalityFactory, spot
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="ours", modules=["notices"])


@pytest.fixture
def newcomer(town: Municipality) -> Resident:
    return ResidentFactory.create(municipality=town, birth_year=None, finished_at=None)


def code_of(refused: pytest.ExceptionInfo[ValidationError]) -> set[str]:
    """Every code in a refusal."""
    errors = refused.value
    if hasattr(errors, "error_dict"):
        return {one.code or "" for found in errors.error_dict.values() for one in found}
    return {one.code or "" for one in errors.error_list}


def test_whoever_begins_twice_goes_on(town: Municipality) -> None:
    user: User = UserFactory.create()
    first = register(municipality=town, user=user, origin="web", now=NOON)
    again = register(municipality=town, user=user, origin="sign", now=NOON)
    assert again == first
    assert (again.origin, again.finished_at) == ("web", None)


def test_a_town_without_notices_registers_nobody() -> None:
    town = MunicipalityFactory.create(modules=["ratings"])
    with pytest.raises(ValidationError) as refused:
        register(municipality=town, user=UserFactory.create(), origin="web", now=NOON)
    assert code_of(refused) == {"closed"}


def test_a_locked_account_does_not_register(town: Municipality) -> None:
    locked = UserFactory.create(is_active=False)
    with pytest.raises(ValidationError) as refused:
        register(municipality=town, user=locked, origin="web", now=NOON)
    assert code_of(refused) == {"locked"}


def test_a_known_address_is_declared_at_its_point(newcomer: Resident) -> None:
    address = AddressFactory.create(municipality=newcomer.municipality, location=spot(1.5, 1.5))
    home = declare_address(
        resident=newcomer, choice=AddressChoice(address=address, unit="12"), now=NOON
    )
    assert (home.address, home.unit, home.valid_from) == (address, "12", TODAY)
    assert home.location.equals(spot(1.5, 1.5))
    assert home.assurance == Residence.Assurance.DECLARED
    assert not AddressQuestion.objects.exists()


def test_an_unknown_address_waits_at_the_desk(newcomer: Resident) -> None:
    choice = AddressChoice(location=spot(1, 1), written=" Ulița Nouă 3 ")
    home = declare_address(resident=newcomer, choice=choice, now=NOON)
    assert (home.address, home.written) == (None, "Ulița Nouă 3")
    [question] = AddressQuestion.objects.in_municipality(newcomer.municipality).waiting()
    assert question.residence == home


def test_a_second_answer_takes_the_place_of_the_first(newcomer: Resident) -> None:
    choice = AddressChoice(location=spot(1, 1), written="Ulița Nouă 3")
    declare_address(resident=newcomer, choice=choice, now=NOON)
    address = AddressFactory.create(municipality=newcomer.municipality)
    second = declare_address(resident=newcomer, choice=AddressChoice(address=address), now=NOON)
    assert [*newcomer.residences.all()] == [second]
    assert not AddressQuestion.objects.exists()


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        (AddressChoice(), "no_place"),
        (AddressChoice(location=spot(9, 9), written="Far away"), "outside"),
        (AddressChoice(location=spot(1, 1), written="  "), "no_words"),
    ],
)
def test_what_is_no_home_is_refused(newcomer: Resident, choice: AddressChoice, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        declare_address(resident=newcomer, choice=choice, now=NOON)
    assert code_of(refused) == {code}
    assert not newcomer.residences.exists()


def test_an_address_of_another_town_is_refused(newcomer: Resident) -> None:
    elsewhere = AddressFactory.create()
    with pytest.raises(ValidationError) as refused:
        declare_address(resident=newcomer, choice=AddressChoice(address=elsewhere), now=NOON)
    assert code_of(refused) == {"other_town"}


def test_whoever_has_finished_moves_house_instead(town: Municipality) -> None:
    resident = ResidentFactory.create(municipality=town)
    address = AddressFactory.create(municipality=town)
    with pytest.raises(ValidationError) as refused:
        declare_address(resident=resident, choice=AddressChoice(address=address), now=NOON)
    assert code_of(refused) == {"finished"}


@pytest.mark.parametrize(
    ("birth_year", "says", "codes"),
    [
        (1980, False, set()),
        (2010, True, set()),
        (2010, False, {"edge"}),
        (2011, True, {"too_young"}),
        (2030, True, {"impossible"}),
        (12, True, {"impossible"}),
    ],
)
def test_the_age_rule(newcomer: Resident, birth_year: int, says: bool, codes: set[str]) -> None:
    found: set[str] = set()
    try:
        state_age(resident=newcomer, birth_year=birth_year, says_old_enough=says, now=NOON)
    except ValidationError as refused:
        found = {one.code or "" for errors in refused.error_dict.values() for one in errors}
    assert found == codes
    newcomer.refresh_from_db()
    assert (newcomer.birth_year is None) == bool(codes)


def test_the_end_takes_age_and_address(newcomer: Resident) -> None:
    with pytest.raises(ValidationError) as refused:
        finish(resident=newcomer, now=NOON)
    assert code_of(refused) == {"no_age"}
    state_age(resident=newcomer, birth_year=1980, says_old_enough=False, now=NOON)
    with pytest.raises(ValidationError) as refused:
        finish(resident=newcomer, now=NOON)
    assert code_of(refused) == {"no_address"}
    address = AddressFactory.create(municipality=newcomer.municipality)
    declare_address(resident=newcomer, choice=AddressChoice(address=address), now=NOON)
    assert finish(resident=newcomer, now=NOON).finished_at == NOON
    assert finish(resident=newcomer, now=NOON).finished_at == NOON
