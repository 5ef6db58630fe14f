"""Who answers at a point: the whole ruling beside one bare ST_Covers over the same shapes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import shapely

from bench.harness import Contender, Row, compare, fact, faster, write_results
from bench.placing_town import store_municipality
from bench.reach import ragged
from bench.scratch import scratch_database

COMMAND = "make bench ARGS=competence"
RULES, POINTS, CORNERS = 100, 1_000, 500
ACCURACY_M = 15.0
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
MIDDLE = (26.37, 46.93)
_SEED = 61_123
_SPREAD_DEGREES = 0.03

_COVERS = """
    SELECT zone_id FROM zones_zoneshape
    WHERE ST_Covers(geometry, ST_SetSRID(ST_MakePoint(%s, %s), 4326))
      AND valid_from <= %s AND (valid_until IS NULL OR valid_until > %s)
"""


def main(smoke: bool = False) -> list[Row]:
    """Measure, publish and give the rows."""
    count = 100 if smoke else POINTS
    with scratch_database():
        town, category, zones = _stored()
        timed = _compared(town, category, _points(count))
        answers = timed.measured
        if answers["one by one"].answer != answers["together"].answer:
            raise AssertionError("asked one by one and together the rules do not say the same")
        firsts = [
            min((zones[one] for one in found), default=None) for found in timed.answer("bare")
        ]
        if firsts != timed.answer("together"):
            raise AssertionError("the rules and the bare statement do not find the same zones")
    rows = [
        faster(
            "competence.together_vs_st_covers",
            timed,
            "together",
            "bare",
            goal=None,
            command=COMMAND,
        ),
        faster(
            "competence.one_by_one_vs_st_covers",
            timed,
            "one by one",
            "bare",
            goal=None,
            command=COMMAND,
        ),
        fact(
            "competence.one",
            timed.median("one by one") / count,
            "s",
            goal="<= 0.05",
            command=COMMAND,
        ),
        fact("competence.one_with_disc", timed.median("discs") / count, "s", command=COMMAND),
    ]
    write_results("competence", rows, {"competence": timed})
    return rows


def _stored() -> tuple[Any, Any, dict[int, int]]:
    """A town of ragged zones with a rule for each; gives the place of each zone in the order."""
    from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

    from departments.models import Department
    from incidents.models import Category, CompetenceRule, RuleSet
    from zones.models import Dataset, Municipality, Zone, ZoneEdition, ZoneKind, ZoneShape

    number, _dataset = store_municipality()
    town = Municipality.objects.get(pk=number)
    kind = ZoneKind.objects.create(municipality=town, code="part", names={"en": "Part"})
    edition = ZoneEdition.objects.create(
        municipality=town,
        kind=kind,
        dataset=Dataset.objects.get(),
        valid_from=NOW.date(),
        loaded_at=NOW,
    )
    names = {"en": "Bench"}
    group = Category.objects.create(municipality=town, code="group", names=names, shapes=[])
    category = Category.objects.create(
        municipality=town, code="lamp", names=names, parent=group, shapes=["point"]
    )
    rule_set = RuleSet.objects.create(municipality=town, number=1, state="in_force", made_at=NOW)
    random = np.random.default_rng(_SEED)
    order = {}
    for place in range(RULES):
        middle = tuple(np.array(MIDDLE) + random.normal(0, _SPREAD_DEGREES / 2, 2))
        drawn = ragged(random, middle, CORNERS, 2.5)
        shape = MultiPolygon(GEOSGeometry(memoryview(shapely.to_wkb(drawn)), srid=4326), srid=4326)
        zone = Zone.objects.create(kind=kind, code=f"z{place}", names=names)
        ZoneShape.objects.create(
            zone=zone, edition=edition, geometry=shape, area_m2=1.0, valid_from=NOW.date()
        )
        office = Department.objects.create(municipality=town, code=f"o{place}", names=names)
        CompetenceRule.objects.create(
            rule_set=rule_set, position=place, code=f"r{place}", zone=zone, department=office
        )
        order[zone.pk] = place
    return town, category, order


def _points(count: int) -> Any:
    random = np.random.default_rng(_SEED + 1)
    return np.array(MIDDLE) + random.uniform(-_SPREAD_DEGREES, _SPREAD_DEGREES, (count, 2))


def _compared(town: Any, category: Any, points: Any) -> Any:
    from django.contrib.gis.geos import Point
    from django.db import connection

    from incidents.competence import Question, judge, rule_for, rules_in_force

    places = [Point(x, y, srid=4326) for x, y in points.tolist()]

    def position(ruling: Any) -> int | None:
        return int(ruling.rule.code[1:]) if ruling.rule else None

    def one(place: Any, accuracy: float | None) -> Any:
        return rule_for(
            municipality=town,
            category=category,
            geometry=place,
            accuracy_m=accuracy,
            site=None,
            at=NOW,
        )

    def together(asked: Any) -> list[int | None]:
        book = rules_in_force(town, NOW.date())
        questions = [Question(category, place, None, None, NOW) for place in asked]
        return [position(ruling) for ruling in judge(book, questions)]

    def bare(asked: Any) -> list[list[int]]:
        found = []
        with connection.cursor() as cursor:
            for place in asked:
                cursor.execute(_COVERS, [place.x, place.y, NOW.date(), NOW.date()])
                found.append([row[0] for row in cursor.fetchall()])
        return found

    def given() -> Any:
        return places

    return compare(
        [
            Contender("bare", given, bare),
            Contender("together", given, together),
            Contender(
                "one by one", given, lambda asked: [position(one(spot, None)) for spot in asked]
            ),
            Contender("discs", given, lambda asked: [one(spot, ACCURACY_M) for spot in asked]),
        ]
    )
