"""Gaps and overlaps of the whole town are found, and past reports are tried under a draft."""

import datetime as dt
import random

import pytest
from django.contrib.gis.geos import Point

from incidents.competence import Question, judge, rules_of
from incidents.competence_check import gaps_in, overlaps_in, replay
from incidents.models import Category, RuleSet
from incidents.services.rules import RuleFacts, begin_draft, save_rule
from tests.factories.departments import NOON, TODAY, DepartmentFactory, act_of
from tests.factories.incidents import CategoryFactory, RuleFactory, RuleSetFactory, reported
from tests.factories.zones import MunicipalityFactory, spot, square, zone_with_shape
from zones.models import Zone

pytestmark = pytest.mark.django_db
CELL_M2 = 846_600  # of the test grid, within a thousandth


@pytest.fixture
def lamp() -> Category:
    """A kind of fault in a town without rules."""
    category: Category = CategoryFactory.create(municipality=MunicipalityFactory.create())
    return category


@pytest.fixture
def rules(lamp: Category) -> RuleSet:
    """An empty version in force."""
    rule_set: RuleSet = RuleSetFactory.create(municipality=lamp.municipality)
    return rule_set


def zone(rules: RuleSet, code: str, *at: float) -> Zone:
    """A zone of the town."""
    return zone_with_shape(rules.municipality, code=code, geometry=square(*at))


def test_without_a_rule_the_whole_town_is_a_gap(rules: RuleSet, lamp: Category) -> None:
    (gap,) = gaps_in(rules_of(rules, TODAY))
    assert list(gap.categories) == [lamp]
    assert gap.is_always
    assert gap.area_m2 == pytest.approx(16 * CELL_M2, rel=0.01)


def test_a_rule_for_everywhere_leaves_no_gap(rules: RuleSet) -> None:
    RuleFactory.create(rule_set=rules)
    assert gaps_in(rules_of(rules, TODAY)) == []


def test_a_gap_has_its_area_and_a_point_in_it(rules: RuleSet) -> None:
    RuleFactory.create(rule_set=rules, zone=zone(rules, "most", 0, 0, 3, 4))
    (gap,) = gaps_in(rules_of(rules, TODAY))
    (piece,) = gap.pieces
    assert piece.area_m2 == pytest.approx(4 * CELL_M2, rel=0.01)
    assert square(3, 0, 1, 4).covers(Point(piece.longitude, piece.latitude))


def test_a_group_answers_for_its_categories_and_a_broken_rule_for_nobody(
    rules: RuleSet, lamp: Category
) -> None:
    rule = RuleFactory.create(rule_set=rules, category=lamp.parent)
    assert gaps_in(rules_of(rules, TODAY)) == []
    rule.department.is_active = False
    rule.department.save()
    assert len(gaps_in(rules_of(rules, TODAY))) == 1


def test_hours_that_together_are_the_day_leave_no_gap(rules: RuleSet) -> None:
    day, night = (dt.time(6), dt.time(22)), (dt.time(22), dt.time(6))
    first = RuleFactory.create(rule_set=rules, from_time=day[0], until_time=day[1])
    (gap,) = gaps_in(rules_of(rules, TODAY))
    assert not gap.is_always
    RuleFactory.create(rule_set=rules, from_time=night[0], until_time=night[1])
    assert gaps_in(rules_of(rules, TODAY)) == []
    first.weekdays = [1, 2, 3, 4, 5]
    first.save()
    assert len(gaps_in(rules_of(rules, TODAY))) == 1


def test_ground_of_two_departments_is_told(rules: RuleSet) -> None:
    one = RuleFactory.create(rule_set=rules, zone=zone(rules, "one", 0, 0, 2, 4))
    two = RuleFactory.create(rule_set=rules, zone=zone(rules, "two", 1, 0, 3, 4))
    RuleFactory.create(rule_set=rules, zone=zone(rules, "same", 0, 0), department=one.department)
    (overlap,) = overlaps_in(rules_of(rules, TODAY))
    assert (overlap.first.pk, overlap.later.pk) == (one.pk, two.pk)
    assert overlap.piece.area_m2 == pytest.approx(4 * CELL_M2, rel=0.01)


def test_every_place_has_one_answer_or_lies_in_a_gap(rules: RuleSet, lamp: Category) -> None:
    RuleFactory.create(rule_set=rules, zone=zone(rules, "one", 0, 0, 2.5, 3))
    RuleFactory.create(rule_set=rules, zone=zone(rules, "two", 2.5, 0, 1, 4))
    RuleFactory.create(rule_set=rules, geometry=spot(3.7, 3.7), within_metres=200)
    book = rules_of(rules, TODAY)
    missing = sum(gap.area_m2 for gap in gaps_in(book))
    dice = random.Random(6)
    spots = [spot(dice.uniform(0, 4), dice.uniform(0, 4)) for _ in range(1_000)]
    rulings = judge(book, [Question(lamp, place, None, None, NOON) for place in spots])
    silent = sum(1 for ruling in rulings if ruling.rule is None)
    assert silent / 1_000 == pytest.approx(missing / (16 * CELL_M2), abs=0.04)


def test_past_reports_are_tried_under_a_draft(rules: RuleSet, lamp: Category) -> None:
    town = rules.municipality
    old = RuleFactory.create(rule_set=rules).department
    reported(town, category=lamp, geometry=spot(0.5, 0.5))
    reported(town, category=lamp, geometry=spot(0.6, 0.5))
    reported(town, category=lamp, geometry=spot(3.5, 0.5))
    draft = begin_draft(municipality=town, act=act_of(town))
    new = DepartmentFactory.create(municipality=town)
    draft.rules.all().delete()
    west = zone(rules, "west", 0, 0, 2, 4)
    save_rule(draft=draft, facts=RuleFacts("west", new, zone=west))
    tried, differences = replay(draft, TODAY)
    assert tried == 3
    found = {(one.before, one.after, one.count) for one in differences}
    assert found == {(old.pk, new.pk, 2), (old.pk, 0, 1)}
