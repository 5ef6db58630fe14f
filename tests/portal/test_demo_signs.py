"""Signs of a demonstration: every state of a sign's life is there, made by real moves."""

import datetime as dt

import pytest

from portal.demo_signs import DemoSigns, load_demo_signs
from sign_registry.models import Sign, SignCode
from sign_registry.workflow import FAR_M, ON_PAPER, State
from tests.factories.accounts import MembershipFactory
from tests.factories.sites import SiteFactory, VehicleFactory
from tests.factories.zones import MunicipalityFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
WANTED = DemoSigns("rating", "https://megdan.example")


def test_demonstration_shows_every_state_and_is_loaded_once() -> None:
    town = MunicipalityFactory.create()
    MembershipFactory.create(municipality=town)
    SiteFactory.create_batch(44, municipality=town)
    VehicleFactory.create(municipality=town)
    said: list[str] = []
    for _ in range(2):
        load_demo_signs(wanted=WANTED, municipality=town, now=NOW, say=said.append)
    states = set(Sign.objects.values_list("state", flat=True))
    assert states == set(State) - {State.REPLACED, State.RETIRED, State.LOST_IN_STORE}
    assert said[0].endswith(": 45 signs, 38 of them hung")
    assert said[1].endswith(": 0 signs, 0 of them hung")
    on_paper = Sign.objects.exclude(state__in=[State.PLANNED, State.APPROVED])
    assert SignCode.objects.living().count() == on_paper.count()
    assert Sign.objects.in_state(*ON_PAPER).filter(format="sticker").count() == 1
    far = Sign.objects.filter(events__distance_m__gt=FAR_M)
    assert not far.exists()


def test_the_crew_finds_work_on_the_first_day() -> None:
    town = MunicipalityFactory.create()
    MembershipFactory.create(municipality=town)
    walker = MembershipFactory.create(municipality=town, role="crew")
    SiteFactory.create_batch(22, municipality=town)
    for _ in range(2):
        load_demo_signs(wanted=WANTED, municipality=town, now=NOW, say=print)
    planned = town.rounds.get()
    assert planned.member == walker
    assert planned.stops.filter(sign__state=State.PRINTED, done_on=None).exists()
