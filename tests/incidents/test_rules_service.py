"""A draft is edited and published, the history keeps what changed, and nonsense is refused."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import CompetenceRule, RuleSet
from incidents.services.rules import (
    RuleFacts,
    begin_draft,
    discard_draft,
    move_rule,
    publish_rules,
    remove_rule,
    rules_now,
    save_rule,
)
from tests.factories.departments import DepartmentFactory, act_of, changes
from tests.factories.incidents import CategoryFactory, RuleFactory, RuleSetFactory
from tests.factories.zones import MunicipalityFactory, StreetFactory, spot, square
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    """A town with one rule in force."""
    rule_set = RuleSetFactory.create()
    RuleFactory.create(rule_set=rule_set, code="first", position=0)
    town: Municipality = rule_set.municipality
    return town


def draft_in(town: Municipality) -> RuleSet:
    """Its draft."""
    return begin_draft(municipality=town, act=act_of(town))


def codes(rule_set: RuleSet) -> list[str]:
    """Its rules in order."""
    return list(rule_set.rules.order_by("position").values_list("code", flat=True))


def facts(town: Municipality, **given: Any) -> RuleFacts:
    """A rule for everything everywhere, unless told."""
    department = given.pop("department", None) or DepartmentFactory.create(municipality=town)
    return RuleFacts(given.pop("code", "second"), department, **given)


def test_a_draft_begins_with_the_rules_in_force_and_is_one(town: Municipality) -> None:
    draft = draft_in(town)
    assert codes(draft) == ["first"]
    assert draft_in(town) == draft
    now = rules_now(town)
    assert now is not None
    assert now.rules.get().pk != draft.rules.get().pk


def test_publishing_puts_the_draft_in_place_of_what_was(town: Municipality) -> None:
    before = rules_now(town)
    draft = draft_in(town)
    save_rule(draft=draft, facts=facts(town))
    published = publish_rules(draft=draft, note="one more", act=act_of(town))
    assert rules_now(town) == published
    assert before is not None
    before.refresh_from_db()
    assert (before.state, before.replaced_at) == ("past", published.in_force_at)
    told = [(one.subject, one.subject_key) for one in changes(town)]
    assert told == [("competence_rule", "second"), ("competence", "")]


def test_rules_are_moved_and_removed(town: Municipality) -> None:
    draft = draft_in(town)
    second = save_rule(draft=draft, facts=facts(town))
    third = save_rule(draft=draft, facts=facts(town, code="third"))
    move_rule(rule=third, steps=-2)
    assert codes(draft) == ["third", "first", "second"]
    move_rule(rule=second, steps=5)
    assert codes(draft) == ["third", "first", "second"]
    remove_rule(rule=CompetenceRule.objects.get(pk=third.pk))
    assert codes(draft) == ["first", "second"]


def test_rules_in_force_are_never_edited(town: Municipality) -> None:
    now = rules_now(town)
    assert now is not None
    rule = now.rules.get()
    for attempt in (
        lambda: save_rule(draft=now, facts=facts(town), rule=rule),
        lambda: move_rule(rule=rule, steps=1),
        lambda: remove_rule(rule=rule),
        lambda: discard_draft(draft=now),
        lambda: publish_rules(draft=now, note="x", act=act_of(town)),
    ):
        with pytest.raises(ValidationError) as refused:
            attempt()
        assert refused.value.code == "no_draft"


def test_a_draft_can_be_given_up(town: Municipality) -> None:
    discard_draft(draft=draft_in(town))
    assert RuleSet.objects.in_municipality(town).count() == 1


def test_nothing_is_published_without_rules_or_a_note(town: Municipality) -> None:
    draft = draft_in(town)
    with pytest.raises(ValidationError) as refused:
        publish_rules(draft=draft, note=" ", act=act_of(town))
    assert "note" in refused.value.message_dict
    draft.rules.all().delete()
    with pytest.raises(ValidationError) as refused:
        publish_rules(draft=draft, note="nothing", act=act_of(town))
    assert refused.value.code == "no_rules"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"geometry": spot(1, 1)}, "within_metres"),
        ({"geometry": square(0, 0), "within_metres": 5_000}, "within_metres"),
        ({"within_metres": 10}, "within_metres"),
        ({"weekdays": [0, 8]}, "weekdays"),
        ({"from_time": dt.time(8)}, "until_time"),
        ({"code": "first"}, "__all__"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    town: Municipality, given: dict[str, Any], field: str
) -> None:
    draft = draft_in(town)
    with pytest.raises(ValidationError) as refused:
        save_rule(draft=draft, facts=facts(town, **given))
    assert field in refused.value.message_dict
    assert codes(draft) == ["first"]


def test_a_street_and_a_drawn_shape_are_not_both(town: Municipality) -> None:
    street = StreetFactory.create(municipality=town)
    with pytest.raises(ValidationError) as refused:
        save_rule(draft=draft_in(town), facts=facts(town, street=street, geometry=square(0, 0)))
    assert "geometry" in refused.value.message_dict


def test_what_is_of_another_town_or_closed_is_refused(town: Municipality) -> None:
    other = MunicipalityFactory.create()
    closed = DepartmentFactory.create(municipality=town, is_active=False)
    for given in (
        {"department": DepartmentFactory.create(municipality=other)},
        {"department": closed},
        {"category": CategoryFactory.create(municipality=other)},
        {"street": StreetFactory.create(municipality=other)},
    ):
        with pytest.raises(ValidationError) as refused:
            save_rule(draft=draft_in(town), facts=facts(town, **given))
        assert list(refused.value.message_dict) == list(given)
