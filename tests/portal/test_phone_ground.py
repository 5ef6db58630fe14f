"""“Where am I?” on a phone says what the server says, or that it cannot be sure."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.competence import Matched, Question, judge, rules_in_force
from incidents.models import Category
from portal.demo_report_rules import load_demo_rules
from portal.demo_town import DemoTown, load_demo_town
from portal.phone_ground import ground
from tests.factories.departments import NOON
from tests.factories.incidents import CategoryFactory, RuleFactory, RuleSetFactory
from tests.factories.zones import MunicipalityFactory, spot, square, zone_with_shape
from tests.incidents.test_competence_towns import FOLDER, LATER
from zones.days import civil_day
from zones.locating import locate
from zones.models import Municipality

pytestmark = pytest.mark.django_db

FRONTEND = Path(__file__).parents[2] / "frontend"
SCRIPT = """
import { buildSync } from 'esbuild';
const entryPoints = ['src/phone/ground.ts'];
const made = buildSync({ entryPoints, bundle: true, format: 'esm', write: false });
const { zonesAt, departmentAt, isInTown } =
  await import('data:text/javascript,' + encodeURIComponent(made.outputFiles[0].text));
let text = '';
for await (const piece of process.stdin) text += piece;
const { ground, asked } = JSON.parse(text);
console.log(JSON.stringify(asked.map(([point, code]) => ({
  town: isInTown(ground, point),
  zones: zonesAt(ground, point)
    .map(({ kind, zones, sure }) => [kind.code, zones.map(({ id }) => id), sure]),
  likely: departmentAt(ground, point, code),
}))));
"""


def on_phone(told: dict[str, Any], asked: Sequence[tuple[Sequence[float], str]]) -> list[Any]:
    """What the phone's own program says, in node."""
    node = shutil.which("node")
    assert node is not None, "node is needed"
    done = subprocess.run(
        [node, "--input-type=module", "-e", SCRIPT],
        input=json.dumps({"ground": told, "asked": asked}),
        cwd=FRONTEND,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found: list[Any] = json.loads(done.stdout)
    return found


def random_points(town: Municipality, count: int) -> list[tuple[float, float]]:
    """In and around a town, half of them in its middle where zones are dense."""
    lot = Random(8)
    assert town.outline is not None
    west, south, east, north = town.outline.extent
    points = []
    for number in range(count):
        share = 0.5 if number % 2 else 0.12
        across, down = lot.uniform(-share, share), lot.uniform(-share, share)
        x = (west + east) / 2 + across * (east - west) * 1.1
        points.append((x, (south + north) / 2 + down * (north - south) * 1.1))
    return points


def compare(town: Municipality, points: list[tuple[float, float]], codes: list[str]) -> float:
    """Hold each answer of the phone against the server's; the share of sure zones comes back."""
    on, lot = civil_day(NOON, town.timezone), Random(9)
    asked = [(point, lot.choice(codes)) for point in points]
    offered = Category.objects.in_municipality(town).offered()
    kinds = {row.code: row for row in offered}
    book = rules_in_force(town, on)
    places = [Point(*point, srid=4326) for point in points]
    rulings = judge(
        book,
        [
            Question(kinds[code], place, None, None, NOON)
            for place, (_p, code) in zip(places, asked, strict=True)
        ],
    )
    names: dict[int | None, Any] = {
        rule.department_id: rule.department.names for rule in book.rules
    }
    sure = decided = 0
    for said, place, ruling in zip(on_phone(ground(town, on), asked), places, rulings, strict=True):
        located = locate(municipality=town, point=place, on=on)
        if said["town"] != "edge":
            assert (said["town"] == "in") == located.inside, place
        true = {
            zone.kind_code: zone.zone_id for zone in located.zones if zone.kind_code != "street"
        }
        for kind, zones, is_sure in said["zones"]:
            known = true.pop(kind, None)
            assert (
                (known == zones[0] and len(zones) == 1) if is_sure else known in [*zones, None]
            ), place
            sure += is_sure
        assert true == {}, place  # no zone that the phone did not name
        if said["likely"]["complete"]:
            assert names[ruling.department_id] in said["likely"]["departments"], place
        if said["likely"]["sure"]:
            decided += 1
            assert ruling.matched != Matched.BEYOND
            assert said["likely"]["departments"] == [names[ruling.department_id]], place
    assert decided
    return sure / len(points)


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["piatra-neamt", "stara-zagora"])
def test_the_phone_agrees_with_the_server_in_a_whole_town(slug: str) -> None:
    town = loaded(slug)
    codes = list(Category.objects.in_municipality(town).offered().values_list("code", flat=True))

    share = compare(town, random_points(town, 400), codes)

    print(f"\n{slug}: {share:.0%} of 400 points surely in a zone")  # noqa: T201 - the figure is what it is for


def loaded(slug: str) -> Municipality:
    """A demonstration town with its zones, offices and rules, without people and reports."""
    whole = DemoTown.read(FOLDER / slug)
    facts = {name: value for name, value in whole.facts.items() if name not in LATER}
    load_demo_town(town=replace(whole, facts={**facts, "signs": []}), now=NOON, say=lambda _: None)
    town = Municipality.objects.get(slug=slug)
    reports = whole.facts["reports"]
    load_demo_rules(folder=whole.folder, facts=reports, municipality=town, since=NOON)
    return town


@pytest.fixture
def town() -> Municipality:
    """Two neighbourhoods side by side, a rule for each and one for a street's strip."""
    made: Municipality = MunicipalityFactory.create(slug="roman", modules=["reports"])
    kind = CategoryFactory.create(municipality=made, code="lamp")
    rules = RuleSetFactory.create(municipality=made)
    west = zone_with_shape(made, code="west", geometry=square(0, 0))
    zone_with_shape(made, code="east", geometry=square(1, 0))
    RuleFactory.create(rule_set=rules, category=kind, zone=west)
    RuleFactory.create(rule_set=rules, geometry=square(1, 0), category=kind)
    RuleFactory.create(rule_set=rules)
    return made


def test_what_depends_on_more_than_the_zone_is_not_guessed(town: Municipality) -> None:
    told = ground(town, civil_day(NOON, town.timezone))
    middle, other = spot(0.5, 0.5).coords, spot(1.5, 0.5).coords
    first, second = on_phone(told, [(middle, "lamp"), (other, "lamp")])

    assert first["likely"]["sure"]
    assert not second["likely"]["sure"]
    assert len(second["likely"]["departments"]) == 2


def test_at_an_edge_both_sides_are_named(town: Municipality) -> None:
    told = ground(town, civil_day(NOON, town.timezone))
    (said,) = on_phone(told, [(spot(1.0, 0.5).coords, "lamp")])

    ((_kind, zones, sure),) = said["zones"]
    assert (len(zones), sure) == (2, False)
    assert not said["likely"]["sure"]


def test_the_file_is_sent_again_only_when_it_changed(
    client: Client, town: Municipality, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    cache.clear()
    with django_assert_max_num_queries(8):
        answer = client.get("/roman/phone/ground.json")
    again = client.get("/roman/phone/ground.json", headers={"If-None-Match": answer["ETag"]})

    assert answer["Cache-Control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert [zone["kind"] for zone in answer.json()["zones"]]


def test_a_town_without_reports_tells_areas_and_no_rules(client: Client) -> None:
    MunicipalityFactory.create(slug="quiet", modules=[])
    cache.clear()

    told = client.get("/quiet/phone/ground.json").json()

    assert (told["rules"], told["categories"], told["zones"]) == ([], [], [])
