"""Departments as a tree: adding, moving, closing, and what is refused."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from departments.models import Department
from departments.services import (
    DepartmentFacts,
    close_department,
    reopen_department,
    save_department,
)
from tests.factories.departments import (
    CalendarFactory,
    DepartmentFactory,
    act_of,
    changes,
    member,
)
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db
NAMES = {"ro": "Drumuri"}


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create()


def code_of(refused: pytest.ExceptionInfo[ValidationError]) -> Any:
    """The stable code of a refusal, with its field where it names one."""
    error = refused.value
    if hasattr(error, "error_dict"):
        return {field: errors[0].code for field, errors in error.error_dict.items()}
    return error.code


def test_a_department_is_added_and_changed_with_one_entry_each(town: Municipality) -> None:
    act = act_of(town)
    added = save_department(municipality=town, facts=DepartmentFacts("roads", NAMES), act=act)
    facts = DepartmentFacts("roads", NAMES, phone="123")
    save_department(municipality=town, facts=facts, act=act, department=added)
    save_department(municipality=town, facts=facts, act=act, department=added)
    first, second = changes(town)
    assert (first.before, first.subject, first.changed_by) == (None, "department", act.actor)
    assert (second.before, second.after) == ({"phone": ""}, {"phone": "123"})


def test_a_department_cannot_lie_below_itself(town: Municipality) -> None:
    above = DepartmentFactory.create(municipality=town)
    below = DepartmentFactory.create(municipality=town, parent=above)
    facts = DepartmentFacts(above.code, NAMES, parent=below)
    with pytest.raises(ValidationError) as refused:
        save_department(municipality=town, facts=facts, act=act_of(town), department=above)
    assert code_of(refused) == {"parent": "circle"}


@pytest.mark.parametrize("field", ["parent", "calendar"])
def test_nothing_of_another_town_is_taken(town: Municipality, field: str) -> None:
    facts = {
        "parent": DepartmentFacts("roads", NAMES, parent=DepartmentFactory.create()),
        "calendar": DepartmentFacts("roads", NAMES, calendar=CalendarFactory.create()),
    }[field]
    with pytest.raises(ValidationError) as refused:
        save_department(municipality=town, facts=facts, act=act_of(town))
    assert code_of(refused) == {field: "elsewhere"}
    assert not Department.objects.in_municipality(town).exists()


def test_a_code_is_given_once_a_town(town: Municipality) -> None:
    DepartmentFactory.create(municipality=town, code="roads")
    with pytest.raises(ValidationError):
        save_department(municipality=town, facts=DepartmentFacts("roads", NAMES), act=act_of(town))
    assert changes(town) == []


def test_an_empty_office_is_closed_and_opened_again(town: Municipality) -> None:
    act, office = act_of(town), DepartmentFactory.create(municipality=town)
    assert not close_department(department=office, act=act).is_active
    assert reopen_department(department=office, act=act).is_active
    assert [change.after for change in changes(town)] == [{"is_active": False}, {"is_active": True}]


def test_an_office_with_parts_or_people_stays_open(town: Municipality) -> None:
    act, office = act_of(town), DepartmentFactory.create(municipality=town)
    part = DepartmentFactory.create(municipality=town, parent=office)
    member(town, department=part)
    for department, code in ((office, "has_parts"), (part, "has_staff")):
        with pytest.raises(ValidationError) as refused:
            close_department(department=department, act=act)
        assert code_of(refused) == code


def test_a_part_is_not_opened_below_a_closed_office(town: Municipality) -> None:
    closed = DepartmentFactory.create(municipality=town, is_active=False)
    part = DepartmentFactory.create(municipality=town, parent=closed, is_active=False)
    with pytest.raises(ValidationError) as refused:
        reopen_department(department=part, act=act_of(town))
    assert code_of(refused) == "parent_closed"
