"""What a person is told about the own vote, for each reason."""

import pytest
from django.utils import translation

from consultations.eligibility import Why
from consultations.models import Process
from consultations.present.verdicts import Told, told_to
from residents.models import Residence
from tests.factories.consultations import DAY, PhaseFactory, ProcessFactory, RuleFactory
from tests.factories.departments import NOON
from tests.factories.notifications import TargetAreaFactory
from tests.factories.residents import ResidenceFactory, ResidentFactory
from tests.factories.zones import square

pytestmark = pytest.mark.django_db


def told(process: Process, residence: Residence) -> Told:
    with translation.override("en"):
        return told_to(residence.resident.user, process, NOON)


def a_vote(**rule: object) -> Process:
    process = ProcessFactory.create(reference_on=NOON.date())
    PhaseFactory.create(process=process, kind="vote")
    RuleFactory.create(process=process, **rule)
    return process


def a_home(process: Process, **fields: object) -> Residence:
    home: Residence = ResidenceFactory.create(
        resident=ResidentFactory.create(municipality=process.municipality),
        valid_from=NOON.date() - DAY,
        **fields,
    )
    return home


def test_an_address_of_the_register_is_named_where_nothing_was_written() -> None:
    process = a_vote()
    home = a_home(process, written="")
    found = told(process, home)
    assert found.counts
    assert home.address is not None
    assert home.address.address_number in found.sentence
    assert ", :" not in found.sentence
    assert process.municipality.name in found.sentence


def test_who_lives_outside_is_told_the_way_out() -> None:
    process = a_vote(whose="area")
    process.area = TargetAreaFactory.create(
        municipality=process.municipality, geometry=square(40, 40)
    )
    process.save()
    found = told(process, a_home(process, written="Strada Mare 1"))
    assert (found.why, found.page) == (Why.OUTSIDE, "me/")
    assert "Strada Mare 1" in found.sentence


def test_who_is_not_confirmed_is_told_how() -> None:
    process = a_vote(assurance=Residence.Assurance.DESK)
    found = told(process, a_home(process))
    assert found.why is Why.NOT_SURE_ENOUGH
    assert found.contest


def test_who_is_too_young_is_told() -> None:
    process = a_vote(least_age=80)
    found = told(process, a_home(process))
    assert found.why is Why.TOO_YOUNG
    assert not found.counts
