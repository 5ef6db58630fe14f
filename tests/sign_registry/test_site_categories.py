"""Categories of places: read from a table, kept with history, refused as a whole when wrong."""

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from departments.csv_rows import FaultyFile
from sign_registry.importing.category_rows import BANDS, LANGUAGES, read_categories
from sign_registry.models import ReasonTag, SiteCategory
from sign_registry.services.site_categories import CategoriesLoaded, load_categories
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality, SettingChange

DEFAULTS = Path(settings.BASE_DIR) / "fixtures" / "site_categories.csv"
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
HEADER = "code,reason,band,aspect,name_en,question_en\n"
PARK = "park,,,quality,Park,How is it?\n"
DIRTY = "park,dirty,low,,Dirty,\n"


def load(town: Municipality, text: str, *, dry_run: bool = False) -> CategoriesLoaded:
    return load_categories(
        municipality=town, raw=text.encode(), actor=None, now=NOW, dry_run=dry_run
    )


def test_the_categories_we_ship_have_every_text_in_three_languages() -> None:
    rows, faults = read_categories(DEFAULTS.read_bytes())
    assert not faults
    assert {row.aspect for row in rows} == {"service", "quality", "communication"}
    for row in rows:
        assert set(row.names) == set(row.questions) == set(LANGUAGES)
        assert {reason.band for reason in row.reasons} == set(BANDS)
        assert all(set(reason.names) == set(LANGUAGES) for reason in row.reasons)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("park,,,beauty,Park,How is it?\n", "beauty"),
        ("park,,,quality,,How is it?\n", "no name"),
        ("park,,,quality,Park,\n", "no question"),
        ("Парк,,,quality,Park,How is it?\n", "short name"),
        (PARK + "park,dirty,worst,,Dirty,\n", "worst"),
        ("garden,dirty,low,,Dirty,\n", "garden"),
        (PARK + PARK, "same as line 2"),
    ],
)
def test_each_fault_of_a_table_is_named(row: str, word: str) -> None:
    rows, faults = read_categories((HEADER + row).encode())
    assert word in str(faults[0])
    assert not rows or word == "garden"


@pytest.mark.django_db
def test_a_category_is_stored_with_its_reasons_and_a_second_load_changes_nothing() -> None:
    town = MunicipalityFactory.create()
    first = load(town, HEADER + PARK + DIRTY)
    again = load(town, HEADER + PARK + DIRTY)
    assert (first.added, again.unchanged) == (["park"], ["park"])
    assert ReasonTag.objects.in_municipality(town).get().band == "low"
    assert SettingChange.objects.filter(subject="site_category").count() == 1


@pytest.mark.django_db
def test_a_reason_that_is_left_out_is_no_longer_offered() -> None:
    town = MunicipalityFactory.create()
    load(town, HEADER + PARK + DIRTY)
    changed = load(town, HEADER + PARK)
    assert changed.changed == ["park"]
    assert not ReasonTag.objects.get().is_active


@pytest.mark.django_db
def test_a_file_with_a_fault_changes_nothing() -> None:
    town = MunicipalityFactory.create()
    with pytest.raises(FaultyFile) as refused:
        load(town, HEADER + PARK + "lake,,,beauty,Lake,How?\n")
    assert [fault.line for fault in refused.value.faults] == [3]
    assert not SiteCategory.objects.exists()


@pytest.mark.django_db
def test_a_dry_run_says_what_would_change_and_stores_nothing() -> None:
    town = MunicipalityFactory.create()
    assert load(town, HEADER + PARK, dry_run=True).added == ["park"]
    assert not SiteCategory.objects.exists()


@pytest.mark.django_db
def test_the_command_loads_and_refuses_with_code_two(tmp_path: Path) -> None:
    town, out = MunicipalityFactory.create(), StringIO()
    call_command("load_categories", town.slug, str(DEFAULTS), stdout=out)
    assert "new" in out.getvalue()
    broken = tmp_path / "broken.csv"
    broken.write_text("code\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("load_categories", town.slug, str(broken))
    assert refused.value.returncode == 2
