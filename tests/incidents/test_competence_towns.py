"""Every place of both demonstration towns has one answer for each kind of fault."""

import datetime as dt
import os
from dataclasses import replace

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.contrib.gis.geos import Point
from shapely.geometry.base import BaseGeometry

from incidents.competence import Question, Rulebook, judge, rules_of
from incidents.competence_check import gaps_in
from incidents.models import Category, CompetenceRule
from incidents.services.rules import rules_now
from portal.demo_report_rules import load_demo_rules
from portal.demo_town import DemoTown, load_demo_town
from tests.incidents.competence_oracle import PlainRule, ask
from zones.models import Municipality, ZoneShape

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
PLACES = 300 if os.environ.get("MEGDAN_DRILL") == "1" else 50
FOLDER = settings.BASE_DIR / "fixtures" / "geojson"
LATER = ("residents", "ratings", "reports", "consultations", "has_entrance_sites")


@pytest.mark.slow
@pytest.mark.drill
@pytest.mark.django_db
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("slug", ["piatra-neamt", "stara-zagora"])
def test_each_place_has_one_answer_as_by_brute_force(slug: str) -> None:
    town = _loaded(slug)
    rule_set = rules_now(town)
    assert rule_set is not None
    book = rules_of(rule_set, NOW.date())
    assert book.broken == {}
    assert gaps_in(book) == []
    plain = [_plain(rule, book) for rule in book.rules]
    kinds = list(Category.objects.in_municipality(town).offered().select_related("parent"))
    assert len(kinds) > 30
    for number, kind in enumerate(kinds):
        places = _places(town, seed=number)
        at = NOW + dt.timedelta(hours=7 * number)
        questions = [Question(kind, Point(x, y, srid=4326), None, None, at) for x, y in places]
        for place, ruling in zip(places, judge(book, questions), strict=True):
            assert kind.parent is not None
            said = ask(plain, shapely.Point(place), 0.0, (kind.code, kind.parent.code), at)
            assert ruling.rule is not None
            assert said.is_unsure or ruling.rule.code == said.winner


def _loaded(slug: str) -> Municipality:
    """Zones, streets and offices of a town with its rules, without signs, people and reports."""
    town = DemoTown.read(FOLDER / slug)
    facts = {name: value for name, value in town.facts.items() if name not in LATER}
    bare = replace(town, facts={**facts, "signs": []})
    load_demo_town(town=bare, now=NOW, say=lambda _line: None)
    found = Municipality.objects.get(slug=slug)
    load_demo_rules(folder=town.folder, facts=town.facts["reports"], municipality=found, since=NOW)
    return found


def _places(town: Municipality, seed: int) -> list[tuple[float, float]]:
    """Places inside the outline."""
    assert town.outline is not None
    outline = shapely.from_wkb(bytes(town.outline.wkb))
    shapely.prepare(outline)
    dice = np.random.default_rng(seed)
    west, south, east, north = outline.bounds
    found: list[tuple[float, float]] = []
    while len(found) < PLACES:
        spots = np.column_stack(
            [dice.uniform(west, east, PLACES), dice.uniform(south, north, PLACES)]
        )
        inside = spots[shapely.contains_xy(outline, spots[:, 0], spots[:, 1])]
        found += [(x, y) for x, y in inside.tolist()]
    return found[:PLACES]


def _plain(rule: CompetenceRule, book: Rulebook) -> PlainRule:
    """The rule as the oracle sees it, read from its rows; no rule of the demo is about a site."""
    assert rule.site_id is None
    assert rule.site_category_id is None
    areas: list[BaseGeometry] = []
    near: list[tuple[BaseGeometry, int]] = []
    zones = [rule.zone_id]
    if rule.street and rule.within_metres:
        assert rule.street.axis is not None
        near.append((shapely.from_wkb(bytes(rule.street.axis.wkb)), rule.within_metres))
    elif rule.street:
        zones.append(rule.street.zone_id)
    for shape in ZoneShape.objects.in_force(book.on).filter(zone__in=[pk for pk in zones if pk]):
        areas.append(shapely.from_wkb(bytes(shape.geometry.wkb)))
    category = rule.category.code if rule.category else ""
    hours = None
    if rule.from_time and rule.until_time:
        hours = (rule.from_time, rule.until_time)
    weekdays = tuple(rule.weekdays)
    return PlainRule(
        rule.code, rule.department_id, category, tuple(areas), tuple(near), weekdays, hours
    )
