"""Importing sites: all or nothing, the same file twice is nothing, every doubt has its line."""

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
import shapely
from django.core.management import CommandError, call_command

from departments.models import Department
from sign_registry.importing.site_rows import SiteRow
from sign_registry.models import Site, SiteCategory, SitePeriod, VehicleAssignment
from sign_registry.services.site_imports import ImportReport, SiteImport, import_sites
from tests.factories.sites import SiteCategoryFactory, SiteFactory
from tests.factories.zones import CELL, SOUTH, WEST, PlaceFactory, square, zone_with_shape
from zones.importing.rows import Source
from zones.models import Municipality, SettingChange

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
TODAY = NOW.date()


def at(column: float, row: float) -> shapely.Point:
    return shapely.Point(WEST + column * CELL, SOUTH + row * CELL)


def row(code: str = "a", line: int = 2, **fields: object) -> SiteRow:
    given = {
        "kind": "point",
        "names": {"ro": f"Loc {code}"},
        "geometry": at(0.5, 0.5),
        "category": "playground",
    }
    return SiteRow(line, code, **{**given, **fields})  # type: ignore[arg-type]


@pytest.fixture
def town() -> Municipality:
    return SiteCategoryFactory.create().municipality


def run(town: Municipality, *rows: SiteRow, **settings: object) -> ImportReport:
    chosen = SiteImport(source=Source("Test", "CC0-1.0"), origin="test", **settings)  # type: ignore[arg-type]
    return import_sites(municipality=town, rows=rows, settings=chosen, actor=None, now=NOW)


def test_a_new_site_has_its_category_and_its_zone(town: Municipality) -> None:
    zone = zone_with_shape(town, code="z", geometry=square(0, 0))
    report = run(town, row())
    site = Site.objects.get()
    assert (report.added, report.unplaced) == (["a"], 0)
    assert site.periods.get().category.code == "playground"
    assert site.site_zones.get().zone == zone


def test_the_same_file_twice_changes_nothing(town: Municipality) -> None:
    run(town, row())
    report = run(town, row())
    assert (report.added, report.changed, report.unchanged) == ([], [], 1)
    assert SettingChange.objects.filter(subject="site_import").count() == 1


def test_a_moved_site_is_changed_with_history(town: Municipality) -> None:
    run(town, row())
    report = run(town, row(geometry=at(1.5, 1.5)))
    assert report.changed == ["a"]
    assert SettingChange.objects.get(subject="site").before is not None


def test_another_category_holds_from_today_on(town: Municipality) -> None:
    run(town, row(), since=dt.date(2026, 1, 1))
    SiteCategoryFactory.create(municipality=town, code="park")
    run(town, row(category="park"))
    days = list(SitePeriod.objects.order_by("valid_from").values_list("valid_from", "valid_until"))
    assert days == [(dt.date(2026, 1, 1), TODAY), (TODAY, None)]


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        (row("b", 3, category="lake"), "lake"),
        (row("b", 3, category=""), "no category"),
        (row("b", 3, owner="nobody"), "nobody"),
        (row("b", 3, geometry=shapely.Point(0, 0)), "outside"),
        (row("b", 3, address_key="x"), "no address"),
        (row("b", 3, kind="counter", geometry=None, centre="hall"), "hall"),
        (row("b", 3, kind="vehicle", geometry=None, serves="a"), "no line"),
    ],
)
def test_one_bad_row_stops_the_whole_import(town: Municipality, bad: SiteRow, word: str) -> None:
    report = run(town, row(), bad)
    assert [(fault.line, word in fault.message) for fault in report.faults] == [(3, True)]
    assert not Site.objects.exists()


def test_an_unknown_owner_may_be_only_a_remark(town: Municipality) -> None:
    report = run(town, row(owner="nobody"), needs_owner=False)
    assert report.is_storable
    assert "nobody" in report.remarks[0].message
    assert SitePeriod.objects.get().owner is None


def test_a_dry_run_says_all_and_stores_nothing(town: Municipality) -> None:
    report = run(town, row(), dry_run=True)
    assert report.added == ["a"]
    assert not Site.objects.exists()


def test_the_same_name_near_by_is_remarked_on_and_far_away_is_not(town: Municipality) -> None:
    named = {"names": {"ro": "Parc"}}
    report = run(
        town,
        row("a", 2, **named),
        row("b", 3, geometry=at(0.503, 0.5), **named),
        row("c", 4, geometry=at(2, 2), **named),
    )
    assert [remark.line for remark in report.remarks] == [3]
    again = run(town, row("d", 2, geometry=at(2.001, 2), **named))
    assert "“c”" in again.remarks[0].message


def test_counters_stand_in_their_centre_and_buses_serve_their_line(town: Municipality) -> None:
    line = shapely.LineString([at(0, 0), at(1, 1)])
    run(
        town,
        row("desk", 2, kind="counter", geometry=None, centre="hall", is_staff_sensitive=True),
        row("hall", 3),
        row("bus", 4, kind="vehicle", geometry=None, serves="l1"),
        row("l1", 5, kind="line", geometry=line),
    )
    assert Site.objects.get(code="desk").parent == Site.objects.get(code="hall")
    assert VehicleAssignment.objects.get().line.code == "l1"


def test_a_site_that_the_file_no_longer_has_is_closed_where_asked(town: Municipality) -> None:
    run(town, row("a"), row("b", 3))
    other = SiteFactory.create(municipality=town)
    report = run(town, row("a"), closes_missing=True)
    other.refresh_from_db()
    assert report.closed == ["b"]
    assert other.closed_on is None


def test_an_import_asks_a_fixed_number_of_questions(
    town: Municipality, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        run(town, *[row(f"s{number}", number, geometry=at(1, 1)) for number in range(300)])


# --- The command ---------------------------------------------------------------------------------


def test_the_command_imports_a_table_by_a_map_of_columns(
    town: Municipality, tmp_path: Path
) -> None:
    Department.objects.create(municipality=town, code="green", names={"ro": "Verde"})
    path, out = tmp_path / "sites.csv", StringIO()
    path.write_text("cod,nume,x,y,owner\np1,Parc,26.31,46.91,green\n", encoding="utf-8")
    columns = ["cod=code", "nume=name", "x=longitude", "y=latitude"]
    options = {"map": columns, "category": "playground", "stdout": out}
    call_command("import_sites", town.slug, str(path), **options)
    assert "1 new" in out.getvalue()
    assert Site.objects.get().periods.get().owner is not None


def test_the_command_names_each_bad_row_and_ends_with_two(
    town: Municipality, tmp_path: Path
) -> None:
    path, errors = tmp_path / "sites.csv", StringIO()
    path.write_text("code,name,category\na,Parc,playground\nb,Parc,lake\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("import_sites", town.slug, str(path), stderr=errors)
    assert refused.value.returncode == 2
    assert "2" in errors.getvalue()
    assert not Site.objects.exists()


def test_places_of_the_town_become_sites_by_their_kind(town: Municipality) -> None:
    SiteCategoryFactory.create(municipality=town, code="school")
    PlaceFactory.create(municipality=town, kind="school", source_key="s1")
    PlaceFactory.create(municipality=town, kind="bank")
    call_command("import_sites", town.slug, from_places=True, stdout=StringIO())
    site = Site.objects.get()
    assert (site.code, site.dataset) == ("place-s1", town.places.get(kind="school").dataset)
    assert SiteCategory.objects.filter(periods__site=site).get().code == "school"
