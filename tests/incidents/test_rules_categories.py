"""Kinds of faults are set with their questions, and roles are narrowed to some of them."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Category, Scope
from incidents.services.categories import CategoryFacts, narrow_role, save_report_category
from tests.factories.departments import act_of, changes, member
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db
CHOICE = {
    "code": "size",
    "datatype": "singlevaluelist",
    "is_required": False,
    "names": {"en": "How big?"},
    "values": [{"key": "hand", "names": {"en": "like a hand"}}],
}


@pytest.fixture
def town() -> Municipality:
    """A town without categories."""
    found: Municipality = MunicipalityFactory.create()
    return found


def save(town: Municipality, category: Category | None = None, **given: Any) -> Category:
    """A category, a group unless told."""
    facts = CategoryFacts(
        given.pop("code", "lamp"), given.pop("names", {"ro": "Lampă", "en": "Lamp"}), **given
    )
    return save_report_category(municipality=town, facts=facts, act=act_of(town), category=category)


def test_a_category_in_a_group_is_told_to_the_history(town: Municipality) -> None:
    group = save(town, code="lighting")
    lamp = save(town, parent=group, shapes=["point"], questions=[CHOICE])
    assert list(Category.objects.in_municipality(town).offered()) == [lamp]
    save(town, lamp, parent=group, shapes=["point"], questions=[CHOICE], target_hours=8)
    last = changes(town)[-1]
    assert (last.subject, last.after) == ("report_category", {"target_hours": 8})


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"shapes": ["circle"]}, "shapes"),
        ({"regime": "martian"}, "regime"),
        ({"is_hazard": True}, "danger_texts"),
        ({"words": {"en": ["x" * 41]}}, "words"),
        ({"names": {}}, "names"),
        ({"questions": [{**CHOICE, "values": []}]}, "questions"),
        ({"questions": [{**CHOICE, "datatype": "photo"}]}, "questions"),
        ({"questions": [CHOICE, CHOICE]}, "questions"),
        ({"questions": [{**CHOICE, "names": {}}]}, "questions"),
        ({"questions": [{"code": "a b", "datatype": "string"}]}, "questions"),
        ({"questions": ["size"]}, "questions"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    town: Municipality, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        save(town, **given)
    assert field in refused.value.message_dict


def test_there_are_two_levels_in_one_town(town: Municipality) -> None:
    group = save(town, code="lighting")
    lamp = save(town, parent=group, shapes=["point"])
    elsewhere = CategoryFactory.create().parent
    for parent in (lamp, elsewhere):
        with pytest.raises(ValidationError) as refused:
            save(town, code="bulb", parent=parent, shapes=["point"])
        assert "parent" in refused.value.message_dict
    with pytest.raises(ValidationError):
        save(town, group, code="lighting", parent=save(town, code="else"), shapes=["point"])


def test_a_category_with_reports_stays_no_group(town: Municipality) -> None:
    lamp = save(town, parent=save(town, code="lighting"), shapes=["point"])
    reported(town, category=lamp)
    with pytest.raises(ValidationError) as refused:
        save(town, lamp)
    assert "parent" in refused.value.message_dict


def test_a_role_is_narrowed_and_widened_again(town: Municipality) -> None:
    role = member(town)
    lamp = CategoryFactory.create(municipality=town)
    narrow_role(membership=role, categories=[lamp], act=act_of(town))
    assert Scope.objects.get(membership=role).category == lamp
    narrow_role(membership=role, categories=[], act=act_of(town))
    assert not Scope.objects.exists()
    assert changes(town)[-1].before == {"categories": [lamp.code]}
    with pytest.raises(ValidationError) as refused:
        narrow_role(membership=role, categories=[CategoryFactory.create()], act=act_of(town))
    assert refused.value.code == "elsewhere"
