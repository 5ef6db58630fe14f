"""Who answers at a border, along a street, at a place, at night, and where rules cannot know."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry, LineString, MultiLineString
from pytest_django import DjangoAssertNumQueries

from incidents.competence import Matched, Ruling, Why, rule_for
from incidents.models import Category, RuleSet
from tests.factories.departments import NOON, DepartmentFactory
from tests.factories.incidents import CategoryFactory, RuleFactory, RuleSetFactory
from tests.factories.sites import SiteCategoryFactory, SiteFactory, SitePeriodFactory
from tests.factories.zones import (
    MunicipalityFactory,
    StreetFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.models import ZoneShape

pytestmark = pytest.mark.django_db
MIDNIGHT_IN_TOWN = dt.datetime(2026, 5, 8, 21, 30, tzinfo=dt.UTC)  # Saturday 00:30 in Bucharest


@pytest.fixture
def lamp() -> Category:
    """A kind of fault in a town."""
    category: Category = CategoryFactory.create(municipality=MunicipalityFactory.create())
    return category


@pytest.fixture
def rules(lamp: Category) -> RuleSet:
    """Its rules, none yet."""
    rule_set: RuleSet = RuleSetFactory.create(municipality=lamp.municipality)
    return rule_set


def ask(category: Category, place: GEOSGeometry | None, **given: Any) -> Ruling:
    """A question about a place of the town."""
    return rule_for(
        municipality=category.municipality,
        category=category,
        geometry=place,
        accuracy_m=given.get("accuracy_m"),
        site=given.get("site"),
        at=given.get("at", NOON),
    )


def winner(ruling: Ruling) -> str | None:
    """Code of the rule that won."""
    return ruling.rule.code if ruling.rule else None


def test_a_border_belongs_to_the_first_of_both_and_never_to_nobody(
    rules: RuleSet, lamp: Category
) -> None:
    for number in (1, 0):
        zone = zone_with_shape(
            rules.municipality, code=f"z{number}", geometry=square(2 * number, 0, 2, 4)
        )
        RuleFactory.create(rule_set=rules, code=f"r{number}", zone=zone, position=1 - number)
    for row in (0, 0.1, 1, 3.999, 4):
        ruling = ask(lamp, spot(2, row))
        assert winner(ruling) == "r1"
        assert ruling.runner_up is not None
        assert ruling.distance_m == pytest.approx(0, abs=0.01)


def test_the_shape_of_the_day_counts(rules: RuleSet, lamp: Category) -> None:
    zone = zone_with_shape(rules.municipality, code="z", geometry=square(0, 0))
    RuleFactory.create(rule_set=rules, code="r", zone=zone)
    ZoneShape.objects.update(valid_until=dt.date(2026, 5, 5))
    assert winner(ask(lamp, spot(0.5, 0.5))) == "r"
    later = ask(lamp, spot(0.5, 0.5), at=NOON + dt.timedelta(days=1))
    assert winner(later) is None
    assert [one.why for one in later.errors] == [Why.ZONE]


def test_metres_around_a_street_and_its_strip_of_land(rules: RuleSet, lamp: Category) -> None:
    town = rules.municipality
    axis = MultiLineString(LineString(spot(1.8, 1), spot(2.2, 1)), srid=4326)
    strip = zone_with_shape(town, code="strip", kind="street", geometry=square(0, 2, 4, 0.5))
    road = StreetFactory.create(municipality=town, axis=axis)
    lane = StreetFactory.create(municipality=town, zone=strip)
    RuleFactory.create(rule_set=rules, code="road", street=road, within_metres=12, position=0)
    RuleFactory.create(rule_set=rules, code="lane", street=lane, position=1)
    ten_metres = 10 / 1_112
    ruling = ask(lamp, spot(2, 1 + ten_metres))
    assert (winner(ruling), ruling.matched) == ("road", Matched.STREET)
    assert ruling.distance_m == pytest.approx(10, abs=0.05)
    assert winner(ask(lamp, spot(2, 1 + 1.3 * ten_metres))) is None
    assert winner(ask(lamp, spot(2, 2.2))) == "lane"


def test_a_street_without_a_line_breaks_its_rule(rules: RuleSet, lamp: Category) -> None:
    street = StreetFactory.create(municipality=rules.municipality)
    RuleFactory.create(rule_set=rules, code="r", street=street, within_metres=5)
    assert [one.why for one in ask(lamp, spot(1, 1)).errors] == [Why.STREET]


def test_a_place_and_its_kind(rules: RuleSet, lamp: Category) -> None:
    town = rules.municipality
    parks = SiteCategoryFactory.create(municipality=town)
    park = SiteFactory.create(municipality=town)
    SitePeriodFactory.create(site=park, category=parks)
    other = SiteFactory.create(municipality=town)
    RuleFactory.create(rule_set=rules, code="park", site=park, position=0)
    RuleFactory.create(rule_set=rules, code="kind", site_category=parks, position=1)
    assert winner(ask(lamp, spot(1, 1), site=park)) == "park"
    rules.rules.get(code="park").delete()
    ruling = ask(lamp, spot(1, 1), site=park)
    assert (winner(ruling), ruling.matched) == ("kind", Matched.SITE)
    assert winner(ask(lamp, spot(1, 1), site=other)) is None
    assert winner(ask(lamp, spot(1, 1))) is None


def test_the_clock_on_the_wall_of_the_town_counts(rules: RuleSet, lamp: Category) -> None:
    RuleFactory.create(
        rule_set=rules,
        code="friday-night",
        weekdays=[5],
        from_time=dt.time(22),
        until_time=dt.time(6),
    )
    assert winner(ask(lamp, spot(1, 1), at=MIDNIGHT_IN_TOWN)) == "friday-night"
    assert winner(ask(lamp, spot(1, 1), at=MIDNIGHT_IN_TOWN - dt.timedelta(hours=3))) is None


def test_a_line_across_two_competences_is_in_doubt(rules: RuleSet, lamp: Category) -> None:
    for number in (0, 1):
        zone = zone_with_shape(
            rules.municipality, code=f"z{number}", geometry=square(2 * number, 0, 2, 4)
        )
        RuleFactory.create(rule_set=rules, code=f"r{number}", zone=zone, position=number)
    across = LineString(spot(1.5, 1), spot(2.5, 1), srid=4326)
    touching = LineString(spot(1.5, 1), spot(2, 1), srid=4326)
    area = square(1.9, 1, 0.2, 1)
    assert [one.code for one in ask(lamp, across).doubt] == ["r0", "r1"]
    assert [one.code for one in ask(lamp, area).doubt] == ["r0", "r1"]
    assert ask(lamp, touching).doubt == ()


def test_an_enclave_is_asked_about_and_the_ground_below_it_is_not_counted_twice(
    rules: RuleSet, lamp: Category
) -> None:
    town = rules.municipality
    RuleFactory.create(
        rule_set=rules, code="well", geometry=spot(1, 1), within_metres=5, position=0
    )
    RuleFactory.create(
        rule_set=rules, code="around", geometry=spot(1, 1), within_metres=60, position=1
    )
    department = DepartmentFactory.create(municipality=town)
    RuleFactory.create(rule_set=rules, code="rest", department=department, position=2)
    asked = ask(lamp, spot(1, 1), accuracy_m=20.0)
    assert [one.code for one in asked.doubt] == ["well", "around"]
    assert ask(lamp, spot(1, 1), accuracy_m=4.0).doubt == ()


def test_without_a_place_nobody_guesses(rules: RuleSet, lamp: Category) -> None:
    zone = zone_with_shape(rules.municipality, code="z", geometry=square(0, 0))
    first = RuleFactory.create(rule_set=rules, code="zone", zone=zone, position=0)
    rest = RuleFactory.create(rule_set=rules, code="rest", position=1)
    assert winner(ask(lamp, None)) is None
    first.department = rest.department
    first.save()
    assert winner(ask(lamp, None)) == "rest"


def test_rules_of_another_town_are_not_asked(rules: RuleSet, lamp: Category) -> None:
    RuleFactory.create(code="stranger")
    assert winner(ask(lamp, spot(1, 1))) is None


def test_drafts_and_past_versions_are_not_asked(rules: RuleSet, lamp: Category) -> None:
    for state in ("draft", "past"):
        version = RuleSetFactory.create(municipality=rules.municipality, state=state)
        RuleFactory.create(rule_set=version, code=state)
    assert winner(ask(lamp, spot(1, 1))) is None


def test_two_queries_answer_however_many_rules_there_are(
    rules: RuleSet, lamp: Category, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(40):
        zone = zone_with_shape(
            rules.municipality, code=f"z{number}", geometry=square(number / 10, 0, 0.1, 4)
        )
        RuleFactory.create(rule_set=rules, code=f"r{number}", zone=zone, position=number)
    with django_assert_num_queries(2):
        ruling = ask(lamp, spot(2.05, 1), accuracy_m=30.0)
    assert winner(ruling) == "r20"
    site = SiteFactory.create(municipality=rules.municipality)
    with django_assert_num_queries(2):
        ask(lamp, spot(2.05, 1), site=site)
