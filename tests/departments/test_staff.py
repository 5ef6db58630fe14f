"""Roles in time: giving, changing, ending, deputies, and the administrator who always stays."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from departments.access import Right, membership_for
from departments.acts import Act
from departments.models import Membership
from departments.services import (
    RoleFacts,
    appoint_deputy,
    change_role,
    end_role,
    give_role,
)
from tests.departments.test_offices import code_of
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY, DepartmentFactory, act_of, changes, member
from tests.factories.zones import MunicipalityFactory, ZoneFactory, ZoneKindFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
# The last minute of 4 May and the first of 5 May on the wall in Bucharest (UTC+3 in summer).
LAST_MINUTE = dt.datetime(2026, 5, 4, 20, 59, tzinfo=dt.UTC)
FIRST_MINUTE = dt.datetime(2026, 5, 4, 21, 0, tzinfo=dt.UTC)


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create()


def test_a_role_is_given_with_its_reach_and_one_entry(town: Municipality) -> None:
    act, office = act_of(town), DepartmentFactory.create(municipality=town)
    area = ZoneFactory.create(kind=ZoneKindFactory.create(municipality=town))
    facts = RoleFacts("crew", office, [area], TODAY, TODAY + 30 * DAY)
    given = give_role(municipality=town, user=UserFactory.create(), facts=facts, act=act)
    assert list(given.areas.all()) == [area]
    (change,) = changes(town)
    assert change.after is not None
    assert office.code in change.after["department"]
    assert area.code in change.after["areas"][0]


@pytest.mark.parametrize(
    ("field", "code"),
    [("department", "elsewhere"), ("areas", "elsewhere"), ("role", "whole_town")],
)
def test_a_reach_that_is_none_is_refused(town: Municipality, field: str, code: str) -> None:
    facts = {
        "department": RoleFacts("crew", DepartmentFactory.create()),
        "areas": RoleFacts("crew", areas=[ZoneFactory.create()]),
        "role": RoleFacts("administrator", DepartmentFactory.create(municipality=town)),
    }[field]
    with pytest.raises(ValidationError) as refused:
        give_role(municipality=town, user=UserFactory.create(), facts=facts, act=act_of(town))
    assert code_of(refused) == {field: code}


def test_one_role_is_not_held_twice_at_a_time(town: Municipality) -> None:
    held = member(town, "crew", valid_from=TODAY, valid_until=TODAY + 10 * DAY)
    act = act_of(town)
    with pytest.raises(ValidationError) as refused:
        give_role(municipality=town, user=held.user, facts=RoleFacts("crew"), act=act)
    assert code_of(refused) == "held_already"
    later = RoleFacts("crew", valid_from=TODAY + 10 * DAY)
    assert give_role(municipality=town, user=held.user, facts=later, act=act).pk


def test_a_role_ends_at_midnight_of_the_town(town: Municipality) -> None:
    crew = member(town, "crew")
    end_role(membership=crew, on=TODAY + DAY, act=act_of(town))
    assert membership_for(crew.user, town, Right.CREW, LAST_MINUTE) == crew
    assert membership_for(crew.user, town, Right.CREW, FIRST_MINUTE) is None


def test_a_role_that_has_not_begun_never_begins(town: Municipality) -> None:
    coming = member(town, "crew", valid_from=TODAY + 5 * DAY)
    ended = end_role(membership=coming, on=TODAY, act=act_of(town))
    assert ended.valid_from == ended.valid_until
    assert not Membership.objects.in_force(TODAY + 5 * DAY).filter(pk=coming.pk).exists()


def test_a_role_does_not_end_twice_or_in_the_past(town: Municipality) -> None:
    act = act_of(town)
    over = member(town, "crew", valid_until=TODAY)
    for membership, day, code in (
        (over, TODAY, "ended"),
        (member(town), TODAY - DAY, "in_the_past"),
    ):
        with pytest.raises(ValidationError) as refused:
            end_role(membership=membership, on=day, act=act)
        assert code_of(refused) == code


def test_the_last_administrator_stays(town: Municipality) -> None:
    last = member(town, "administrator")
    member(town, "administrator", valid_until=TODAY + 30 * DAY)
    member(town, "administrator", user=UserFactory.create(is_active=False))
    act = Act(last.user, NOON)
    attempts: list[Callable[[], Membership]] = [
        lambda: end_role(membership=last, on=TODAY + DAY, act=act),
        lambda: change_role(membership=last, facts=RoleFacts("press"), act=act),
        lambda: change_role(
            membership=last, facts=RoleFacts("administrator", valid_until=TODAY + DAY), act=act
        ),
    ]
    for attempt in attempts:
        with pytest.raises(ValidationError) as refused:
            attempt()
        assert code_of(refused) == "last_administrator"
    assert changes(town) == []
    assert Membership.objects.lasting_administrators().get() == last


def test_one_of_two_administrators_may_go(town: Municipality) -> None:
    going = member(town, "administrator")
    end_role(membership=going, on=TODAY, act=act_of(town))
    assert len(changes(town)) == 1


def test_a_deputy_has_the_rights_for_the_period_and_no_longer(town: Municipality) -> None:
    lead, deputy = member(town, "crew_lead"), UserFactory.create()
    first, until = TODAY + DAY, TODAY + 3 * DAY
    appoint_deputy(
        membership=lead, user=deputy, valid_from=first, valid_until=until, act=act_of(town)
    )

    def runs_signs(moment: dt.datetime) -> bool:
        return membership_for(deputy, town, Right.RUN_SIGNS, moment) is not None

    assert not runs_signs(LAST_MINUTE)
    assert runs_signs(FIRST_MINUTE)
    assert runs_signs(LAST_MINUTE + 2 * DAY)
    assert not runs_signs(FIRST_MINUTE + 2 * DAY)


def test_deputies_follow_the_role_they_stand_in_for(town: Municipality) -> None:
    act, lead = act_of(town), member(town, "crew_lead")
    period = {"valid_from": TODAY, "valid_until": TODAY + 30 * DAY}
    deputy = appoint_deputy(membership=lead, user=UserFactory.create(), act=act, **period)
    change_role(membership=lead, facts=RoleFacts("press"), act=act)
    deputy.refresh_from_db()
    assert deputy.role == "press"
    end_role(membership=lead, on=TODAY, act=act)
    deputy.refresh_from_db()
    assert deputy.valid_until == TODAY
    assert len(changes(town)) == 5  # named; changed, and with the deputy; ended, and the deputy


def test_a_deputy_is_neither_oneself_nor_a_deputys_nor_for_ever(town: Municipality) -> None:
    act, lead = act_of(town), member(town, "crew_lead", valid_until=TODAY + 5 * DAY)
    stands_in = member(town, "crew_lead", deputy_for=lead, valid_until=TODAY + DAY)
    cases = [
        (stands_in, UserFactory.create(), TODAY + DAY, "is_deputy"),
        (lead, lead.user, TODAY + DAY, "same_person"),
        (lead, UserFactory.create(), TODAY + 6 * DAY, {"valid_until": "outlives"}),
        (lead, UserFactory.create(), TODAY, {"valid_until": "in_the_past"}),
    ]
    for membership, user, until, code in cases:
        with pytest.raises(ValidationError) as refused:
            appoint_deputy(
                membership=membership, user=user, valid_from=TODAY, valid_until=until, act=act
            )
        assert code_of(refused) == code
