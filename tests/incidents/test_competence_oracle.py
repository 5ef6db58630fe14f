"""Random places under random rules get the same answer as from brute-force shapely."""

import datetime as dt
import os
import random
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiLineString, MultiPolygon
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from incidents.competence import Question, judge, rules_of
from incidents.models import Category, CompetenceRule, RuleSet
from tests.factories.departments import NOON, TODAY, DepartmentFactory
from tests.factories.incidents import CategoryFactory, RuleFactory, RuleSetFactory
from tests.factories.zones import (
    CELL,
    SOUTH,
    WEST,
    MunicipalityFactory,
    StreetFactory,
    zone_with_shape,
)
from tests.incidents.competence_oracle import PlainRule, ask
from zones.models import Municipality

pytestmark = pytest.mark.django_db
PLACES = 10_000 if os.environ.get("MEGDAN_DRILL") == "1" else 1_000
SETS = 10
HOURS = (None, None, (dt.time(8), dt.time(16)), (dt.time(20), dt.time(6)))


class RandomRules:
    """A rule set of the database and the same for the oracle."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.town = MunicipalityFactory.create()
        self.lamp = CategoryFactory.create(municipality=self.town, code="lamp")
        self.hole = CategoryFactory.create(municipality=self.town, code="hole")
        self.rule_set = RuleSetFactory.create(municipality=self.town)
        self.offices = [DepartmentFactory.create(municipality=self.town) for _ in range(4)]
        self.plain = [self._rule(number) for number in range(dice.randint(4, 9))]

    def _rule(self, number: int) -> PlainRule:
        code, dice = f"r{number}", self.dice
        office = dice.choice(self.offices)
        category: Category | None = dice.choice([None, self.lamp, self.lamp.parent])
        weekdays = dice.choice([(), (), (1, 2, 3), (5, 6)])
        hours = dice.choice(HOURS)
        fields: dict[str, Any] = {
            "category": category,
            "weekdays": list(weekdays),
            "from_time": hours[0] if hours else None,
            "until_time": hours[1] if hours else None,
        }
        areas: tuple[BaseGeometry, ...] = ()
        near: tuple[tuple[BaseGeometry, int], ...] = ()
        if dice.random() < 0.6:
            shape = _polygon(dice)
            areas += (shape,)
            fields["zone"] = zone_with_shape(
                self.town,
                code=f"z{number}",
                geometry=MultiPolygon(GEOSGeometry(shape.wkt, srid=4326), srid=4326),
            )
        if dice.random() < 0.5:
            line, metres = _line(dice), dice.choice([15, 60, 250])
            near += ((line, metres),)
            fields["within_metres"] = metres
            axis = GEOSGeometry(line.wkt, srid=4326)
            if dice.random() < 0.5:
                fields["geometry"] = axis
            else:
                fields["street"] = StreetFactory.create(
                    municipality=self.town, axis=MultiLineString(axis, srid=4326)
                )
        RuleFactory.create(
            rule_set=self.rule_set, position=number, code=code, department=office, **fields
        )
        return PlainRule(
            code, office.pk, category.code if category else "", areas, near, weekdays, hours
        )


def _polygon(dice: random.Random) -> BaseGeometry:
    corners = [(dice.uniform(0, 4), dice.uniform(0, 4)) for _ in range(dice.randint(3, 8))]
    return shapely.convex_hull(shapely.MultiPoint([_at(*corner) for corner in corners]))


def _line(dice: random.Random) -> LineString:
    return LineString([_at(dice.uniform(0, 4), dice.uniform(0, 4)) for _ in range(3)])


def _at(column: float, row: float) -> tuple[float, float]:
    return (WEST + column * CELL, SOUTH + row * CELL)


def _departments(rule_set: RuleSet) -> dict[str, int]:
    return dict(CompetenceRule.objects.filter(rule_set=rule_set).values_list("code", "department"))


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(SETS))
def test_random_places_are_answered_as_by_brute_force(seed: int) -> None:
    dice = random.Random(seed)
    world = RandomRules(dice)
    asked = [_question(world.town, [world.lamp, world.hole], dice) for _ in range(PLACES // SETS)]
    book = rules_of(world.rule_set, TODAY)
    unsure = 0
    for (question, place), ruling in zip(
        asked, judge(book, [question for question, _place in asked]), strict=True
    ):
        category = question.category
        assert category is not None
        assert category.parent is not None
        said = ask(
            world.plain,
            place,
            question.accuracy_m or 0.0,
            (category.code, category.parent.code),
            question.at,
        )
        if said.is_unsure:
            unsure += 1
            continue
        assert (ruling.rule.code if ruling.rule else None) == said.winner
        assert (ruling.runner_up.code if ruling.runner_up else None) == said.runner_up
        if len(said.around) > 1:
            assert said.around <= {choice.department_id for choice in ruling.doubt}
    assert unsure <= len(asked) // 50 + 1


def _question(
    town: Municipality, categories: list[Category], dice: random.Random
) -> tuple[Question, Point]:
    place = Point(_at(dice.uniform(0, 4), dice.uniform(0, 4)))
    question = Question(
        category=dice.choice(categories),
        geometry=GEOSGeometry(place.wkt, srid=4326),
        accuracy_m=dice.choice([None, 0.0, 8.0, 40.0]),
        site=None,
        at=NOON + dt.timedelta(minutes=dice.randrange(7 * 24 * 60)),
    )
    return question, place
