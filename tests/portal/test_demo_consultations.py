"""The invented consultations of a demonstration, as its files tell them."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from shapely import LineString

from consultations.ballots import BallotForm
from consultations.blueprints import BLUEPRINTS
from consultations.models import OfficialAnswer, Question
from consultations.phases import PhaseKind
from portal.demo_consultation_project import line_of
from tests.factories.zones import AddressFactory, StreetFactory, spot

FOLDERS = sorted((settings.BASE_DIR / "fixtures/geojson").glob("*/consultations_SYNTHETIC.json"))


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.parent.name)
def test_what_the_files_name_is_known(path: Path) -> None:
    facts = json.loads(path.read_text(encoding="utf-8"))
    town = json.loads(path.with_name("town.json").read_text(encoding="utf-8"))
    project = facts["project"]
    assert project["blueprint"] in BLUEPRINTS
    assert {one["kind"] for one in project["questions"]} <= set(Question.Kind.values)
    outcomes = {one["answer"]["outcome"] for one in project["said"] if "answer" in one}
    assert outcomes <= set(OfficialAnswer.Outcome.values)
    for one in (project, *facts["budgets"]):
        assert {kind for kind, _first, _last in one["phases"]} <= set(PhaseKind.values)
        assert set(town["languages"]) <= set(one["names"])
    for budget in facts["budgets"]:
        BallotForm.of(budget["vote"])


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.parent.name)
def test_every_text_of_the_town_says_that_it_is_an_example(path: Path) -> None:
    facts = json.loads(path.read_text(encoding="utf-8"))
    words = ("exemplu", "example", "пример")
    for one in (facts["project"], *facts["budgets"]):
        assert all(any(word in name for word in words) for name in one["names"].values())


@pytest.mark.django_db
def test_a_street_without_a_line_is_drawn_through_its_addresses() -> None:
    street = StreetFactory.create(axis=None)
    for number in range(40):
        AddressFactory.create(
            municipality=street.municipality,
            street=street,
            location=spot(number / 10, 0.1 * (number % 2)),
        )
    line = line_of(street)
    assert isinstance(line, LineString)
    assert len(line.coords) <= 13
    assert [x for x, _y in line.coords] == sorted(x for x, _y in line.coords)
