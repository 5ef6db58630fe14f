"""Tables of categories and rules are loaded as a whole, and what is exported loads back."""

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from departments.csv_rows import FaultyFile
from incidents.loading import (
    CATEGORY_COLUMNS,
    RULE_COLUMNS,
    category_cells,
    load_report_categories,
    load_rules,
    rule_cells,
)
from incidents.models import Category, CompetenceRule
from incidents.services.rules import draft_of, rules_now
from tests.factories.departments import DepartmentFactory, act_of
from tests.factories.incidents import CategoryFactory
from tests.factories.zones import MunicipalityFactory, StreetFactory, square, zone_with_shape
from zones.management.towns import InputError
from zones.models import Municipality

pytestmark = pytest.mark.django_db
RULES = """code,category,zone,street,within_metres,geometry,weekdays,from,until,department,note
night,lamp,neighbourhood:centre,,,,"5,6",22:00,06:00,works,Night shift
main,,,main-street,12,,1-5,,,works,
park,lamp,,,0,"{""type"":""Polygon"",""coordinates"":[[[26.30,46.90],[26.31,46.90],[26.31,46.91],[26.30,46.90]]]}",,,,works,
rest,,,,,,,,,works,
"""


@pytest.fixture
def town() -> Municipality:
    """A town with all that the file names."""
    town: Municipality = MunicipalityFactory.create()
    CategoryFactory.create(municipality=town, code="lamp")
    DepartmentFactory.create(municipality=town, code="works")
    StreetFactory.create(municipality=town, code="main-street")
    zone_with_shape(town, code="centre", geometry=square(0, 0))
    return town


def load(town: Municipality, text: str, **given: Any) -> Any:
    """Rules of a text."""
    return load_rules(municipality=town, raw=text.encode(), act=act_of(town), **given)


def written(columns: Any, rows: Any) -> str:
    """A table as the pages export it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.name for column in columns])
    writer.writerows(rows)
    return out.getvalue()


def test_rules_come_into_the_draft_in_the_order_of_the_file(town: Municipality) -> None:
    loaded = load(town, RULES)
    assert loaded.added == ["night", "main", "park", "rest"]
    assert rules_now(town) is None
    draft = draft_of(town)
    assert draft is not None
    night, main, park, rest = draft.rules.order_by("position")
    assert (night.weekdays, night.from_time) == ([5, 6], dt.time(22))
    assert [str(row.code) for row in (night.zone, main.street) if row] == ["centre", "main-street"]
    assert main.weekdays == [1, 2, 3, 4, 5]
    assert main.within_metres == 12
    assert park.geometry is not None
    assert park.geometry.geom_type == "Polygon"
    assert rest.category is None


def test_with_a_note_they_decide_at_once_and_load_back_unchanged(town: Municipality) -> None:
    load(town, RULES, note="first rules")
    now = rules_now(town)
    assert now is not None
    rows = CompetenceRule.objects.filter(rule_set=now).select_related("zone__kind")
    again = load(town, written(RULE_COLUMNS, map(rule_cells, rows)))
    assert (again.is_nothing, again.unchanged) == (True, 4)


def test_a_trial_and_a_faulty_file_store_nothing(town: Municipality) -> None:
    load(town, RULES, is_trial=True)
    assert draft_of(town) is None
    faulty = RULES + "bad,unknown,,,,,,,,works,\nhour,,,,,,,25:00,,works,\n"
    with pytest.raises(FaultyFile) as refused:
        load(town, faulty)
    assert [fault.line for fault in refused.value.faults] == [6, 7]
    assert draft_of(town) is None


def test_the_command_says_what_it_did(town: Municipality, tmp_path: Path) -> None:
    path = tmp_path / "rules.csv"
    path.write_text(RULES, encoding="utf-8")
    out = io.StringIO()
    call_command("load_rules", town.slug, str(path), publish="first rules", stdout=out)
    assert "4 new, 0 changed, 0 unchanged" in out.getvalue()
    assert rules_now(town) is not None
    path.write_text("code\nx\n", encoding="utf-8")
    with pytest.raises(InputError):
        call_command("load_rules", town.slug, str(path), stderr=io.StringIO())


def test_the_categories_of_the_demonstration_load_twice_alike() -> None:
    town = MunicipalityFactory.create()
    raw = (settings.BASE_DIR / "fixtures" / "reports" / "categories-ro.csv").read_bytes()
    first = load_report_categories(municipality=town, raw=raw, act=act_of(town))
    assert len(first.added) == Category.objects.in_municipality(town).count() > 30
    rows = Category.objects.in_municipality(town).order_by("position").select_related("parent")
    table = written(CATEGORY_COLUMNS, map(category_cells, rows)).encode()
    again = load_report_categories(municipality=town, raw=table, act=act_of(town))
    assert again.is_nothing


def test_a_faulty_category_refuses_the_file(town: Municipality) -> None:
    raw = b"code,parent,name_en,questions,shapes\nnew,nowhere,New,,point\nq,lamp,Q,{,point\n"
    with pytest.raises(FaultyFile) as refused:
        load_report_categories(municipality=town, raw=raw, act=act_of(town))
    assert [fault.line for fault in refused.value.faults] == [2, 3]


def test_the_command_for_categories(town: Municipality, tmp_path: Path) -> None:
    path = tmp_path / "categories.csv"
    path.write_text("code,parent,name_en,shapes\nroads,,Roads,\nhole,roads,Hole,point;line\n")
    out = io.StringIO()
    call_command("load_report_categories", town.slug, str(path), stdout=out)
    assert "2 new" in out.getvalue()
    assert Category.objects.get(code="hole").shapes == ["point", "line"]
