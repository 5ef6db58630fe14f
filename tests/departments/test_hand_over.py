"""A leaver's hand-over: all roles end, a successor gets them, in one go or not at all."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from departments.acts import Act
from departments.models import Membership
from departments.services import hand_over
from tests.departments.test_offices import code_of
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY, DepartmentFactory, act_of, changes, member
from tests.factories.zones import MunicipalityFactory, ZoneFactory, ZoneKindFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create()


def held(user: User) -> list[tuple[str, object, object]]:
    """What a person holds today, as (role, office, until)."""
    rows = Membership.objects.filter(user=user).in_force(TODAY).order_by("role")
    return [(row.role, row.department, row.valid_until) for row in rows]


def test_everything_passes_with_its_reach_and_deputies(town: Municipality) -> None:
    act, office = act_of(town), DepartmentFactory.create(municipality=town)
    area = ZoneFactory.create(kind=ZoneKindFactory.create(municipality=town))
    head = member(town, "head", department=office, valid_until=TODAY + 90 * DAY)
    head.areas.add(area)
    member(town, "crew", user=head.user)
    deputy = member(town, "head", department=office, deputy_for=head, valid_until=TODAY + DAY)
    successor = UserFactory.create()
    hand_over(municipality=town, leaver=head.user, successor=successor, act=act)
    assert held(head.user) == []
    assert held(successor) == [("crew", None, None), ("head", office, TODAY + 90 * DAY)]
    new = Membership.objects.get(user=successor, role="head")
    deputy.refresh_from_db()
    assert list(new.areas.all()) == [area]
    assert (deputy.deputy_for, deputy.valid_until) == (new, TODAY + DAY)
    assert len(changes(town)) == 5  # two ended, two given, one deputy


def test_what_the_successor_has_already_is_not_given_twice(town: Municipality) -> None:
    act, leaver, successor = act_of(town), member(town, "crew"), member(town, "crew")
    (passed,) = hand_over(municipality=town, leaver=leaver.user, successor=successor.user, act=act)
    assert passed.held_before
    assert held(successor.user) == [("crew", None, None)]


def test_a_deputys_role_just_ends(town: Municipality) -> None:
    lead = member(town, "crew_lead")
    deputy = member(town, "crew_lead", deputy_for=lead, valid_until=TODAY + DAY)
    successor = UserFactory.create()
    hand_over(municipality=town, leaver=deputy.user, successor=successor, act=act_of(town))
    assert held(successor) == []


def test_other_towns_are_left_alone(town: Municipality) -> None:
    leaver, elsewhere = member(town, "crew"), MunicipalityFactory.create()
    member(elsewhere, "crew", user=leaver.user)
    hand_over(municipality=town, leaver=leaver.user, successor=None, act=act_of(town))
    assert held(leaver.user) == [("crew", None, None)]


@pytest.mark.parametrize("successor", ["nobody", "same", "locked"])
def test_a_hand_over_that_cannot_be_changes_nothing(town: Municipality, successor: str) -> None:
    leaver = member(town, "administrator").user
    given = {"nobody": None, "same": leaver, "locked": UserFactory.create(is_active=False)}
    codes = {"nobody": "last_administrator", "same": "same_person", "locked": "locked"}
    with pytest.raises(ValidationError) as refused:
        hand_over(
            municipality=town, leaver=leaver, successor=given[successor], act=Act(leaver, NOON)
        )
    assert code_of(refused) == codes[successor]
    assert held(leaver) == [("administrator", None, None)]
    assert changes(town) == []


def test_who_holds_nothing_has_nothing_to_hand_over(town: Municipality) -> None:
    leaver = member(town, "crew", valid_until=TODAY).user
    with pytest.raises(ValidationError) as refused:
        hand_over(municipality=town, leaver=leaver, successor=None, act=act_of(town))
    assert code_of(refused) == "nothing_held"
