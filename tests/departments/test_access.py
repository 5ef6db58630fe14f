"""Rights by department, area and time."""

import pytest

from departments.access import (
    ROLES_WITH,
    Right,
    areas_with,
    departments_with,
    may,
    may_administer,
    may_for_department,
    may_in_areas,
    membership_for,
)
from departments.models import Department, Membership
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY, DepartmentFactory, member
from tests.factories.zones import MunicipalityFactory, ZoneFactory, ZoneKindFactory
from zones.models import Municipality, Zone

pytestmark = pytest.mark.django_db
WORKS = Right.EDIT_WORKS


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create()


@pytest.fixture
def offices(town: Municipality) -> tuple[Department, Department, Department]:
    """An office, one below it, and one beside them."""
    above = DepartmentFactory.create(municipality=town)
    below = DepartmentFactory.create(municipality=town, parent=above)
    return above, below, DepartmentFactory.create(municipality=town)


def zone(town: Municipality) -> Zone:
    return ZoneFactory.create(kind=ZoneKindFactory.create(municipality=town))


def test_a_department_includes_all_below_it_and_no_other(
    town: Municipality, offices: tuple[Department, Department, Department]
) -> None:
    above, below, _beside = offices
    head = member(town, "head", department=above).user
    assert departments_with(head, town, WORKS, TODAY) == {above.pk, below.pk}
    granted = [may_for_department(head, town, WORKS, one, TODAY) for one in (*offices, None)]
    assert granted == [True, True, False, False]
    lower = member(town, "head", department=below).user
    assert not may_for_department(lower, town, WORKS, above, TODAY)


def test_the_whole_town_hall_includes_every_office(
    town: Municipality, offices: tuple[Department, Department, Department]
) -> None:
    planner = member(town, "planner").user
    assert departments_with(planner, town, WORKS, TODAY) is None
    assert may_for_department(planner, town, WORKS, offices[2], TODAY)
    assert may_for_department(planner, town, WORKS, None, TODAY)


def test_areas_narrow_and_none_is_the_whole_town(town: Municipality) -> None:
    here, narrowed = zone(town), member(town, "crew")
    narrowed.areas.add(here)
    nobody = UserFactory.create()
    assert areas_with(narrowed.user, town, Right.CREW, TODAY) == {here.pk}
    assert areas_with(nobody, town, Right.CREW, TODAY) == set()
    member(town, "crew_lead", user=narrowed.user)
    assert areas_with(narrowed.user, town, Right.CREW, TODAY) is None


def test_an_office_of_one_role_and_an_area_of_another_do_not_add_up(
    town: Municipality, offices: tuple[Department, Department, Department]
) -> None:
    above, below, beside = offices
    here, there = zone(town), zone(town)
    first = member(town, "head", department=above)
    first.areas.add(here)
    second = member(town, "head", department=beside, user=first.user)
    second.areas.add(there)

    def granted(department: Department | None, place: Zone) -> bool:
        return may_in_areas(
            first.user, town, WORKS, department=department, zones={place.pk}, today=TODAY
        )

    assert granted(below, here)
    assert granted(beside, there)
    assert not granted(above, there)
    assert not granted(beside, here)
    assert not granted(None, here)


def test_the_widest_hat_is_worn_and_a_narrow_one_is_none_for_the_whole_town(
    town: Municipality, offices: tuple[Department, Department, Department]
) -> None:
    narrow = member(town, "head", department=offices[0])
    assert membership_for(narrow.user, town, WORKS, NOON) == narrow
    assert membership_for(narrow.user, town, WORKS, NOON, is_whole_town=True) is None
    wide = member(town, "planner", user=narrow.user)
    assert membership_for(narrow.user, town, WORKS, NOON) == wide
    by_area = member(town, "administrator")
    by_area.areas.add(zone(town))
    assert not may_administer(by_area.user, town)


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("role", Membership.Role)
def test_a_role_carries_the_rights_of_the_table(
    town: Municipality, right: Right, role: Membership.Role
) -> None:
    person = member(town, role).user
    assert may(person, town, right) == (role in ROLES_WITH[right])
    assert not may(person, MunicipalityFactory.create(), right)


def test_a_right_is_asked_in_few_queries(
    town: Municipality,
    offices: tuple[Department, Department, Department],
    django_assert_num_queries: object,
) -> None:
    head = member(town, "head", department=offices[0]).user
    with django_assert_num_queries(2):  # type: ignore[operator]
        departments_with(head, town, WORKS, TODAY)
