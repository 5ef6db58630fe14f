"""`load_zones` reads the usual formats, explains what is wrong and writes nothing then."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import geopandas
import pytest
from django.core.management import CommandError, call_command
from shapely.geometry import Polygon, box, mapping

from tests.factories.zones import CELL, SOUTH, WEST, MunicipalityFactory
from zones.models import Dataset, Municipality, ZoneEdition, ZoneKind, ZoneShape

pytestmark = pytest.mark.django_db


def cell(column: float, row: float) -> Polygon:
    west, south = WEST + column * CELL, SOUTH + row * CELL
    return box(west, south, west + CELL, south + CELL)


def geojson(path: Path, *zones: tuple[str, dict[str, Any]]) -> Path:
    features = [
        {"type": "Feature", "geometry": geometry, "properties": {"code": code, "name": code}}
        for code, geometry in zones
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def bow_tie() -> dict[str, Any]:
    west, south, east, north = cell(0, 0).bounds
    ring = [[west, south], [east, north], [east, south], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def unclosed() -> dict[str, Any]:
    shape: dict[str, Any] = json.loads(json.dumps(mapping(cell(2, 0))))
    shape["coordinates"][0].pop()
    return shape


def load(town: Municipality, path: Path, *options: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(
        "load_zones", town.slug, "neighbourhood", str(path), *options, stdout=out, stderr=err
    )
    return out.getvalue(), err.getvalue()


def refused(town: Municipality, path: Path, *options: str) -> tuple[CommandError, str]:
    err = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("load_zones", town.slug, "neighbourhood", str(path), *options, stderr=err)
    assert caught.value.returncode == 2
    return caught.value, err.getvalue()


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create()


@pytest.mark.parametrize("name", ["zones.geojson", "zones.gpkg", "zones.shp"])
def test_all_formats_and_systems_give_the_same_zone(
    town: Municipality, tmp_path: Path, name: str
) -> None:
    frame = geopandas.GeoDataFrame(
        {"code": ["q1"], "name": ["Mărăței"]}, geometry=[cell(1, 1)], crs=4326
    )
    if not name.endswith("geojson"):
        frame = frame.to_crs(3844)
    frame.to_file(tmp_path / name, encoding="UTF-8")
    out, _ = load(town, tmp_path / name, "--licence", "CC0-1.0", "--valid-from", "2026-03-01")
    assert "1 opened" in out
    stored = ZoneShape.objects.select_related("zone", "edition__dataset").get()
    assert stored.zone.names == {"ro": "Mărăței"}
    assert stored.edition.dataset.licence == "CC0-1.0"
    west, south, _, _ = stored.geometry.extent
    assert (west, south) == pytest.approx((WEST + CELL, SOUTH + CELL), abs=1e-6)


def test_invalid_shapes_are_refused_with_the_place_of_the_fault(
    town: Municipality, tmp_path: Path
) -> None:
    path = geojson(tmp_path / "z.geojson", ("a", bow_tie()), ("b", mapping(cell(1, 0))))
    error, said = refused(town, path)
    assert "Nothing was loaded" in str(error)
    assert "Row 1, zone a: The border crosses or touches itself near 26.305000, 46.905000" in said
    assert not ZoneShape.objects.exists()
    assert not ZoneKind.objects.exists()


def test_unclosed_rings_are_refused_with_the_place_where_they_start(
    town: Municipality, tmp_path: Path
) -> None:
    _, said = refused(town, geojson(tmp_path / "z.geojson", ("a", unclosed())))
    assert "does not end where it began" in said


def test_repair_is_explicit_and_lists_what_it_changed(town: Municipality, tmp_path: Path) -> None:
    path = geojson(tmp_path / "z.geojson", ("a", bow_tie()), ("c", unclosed()))
    out, said = load(town, path, "--repair")
    assert "2 opened" in out
    assert "Row 1, zone a: Its shape was repaired." in said
    assert "Row 2, zone c: Its border was closed." in said
    assert all(shape.geometry.valid for shape in ZoneShape.objects.all())
    stored = ZoneEdition.objects.get().report["findings"]
    assert {finding["code"] for finding in stored} >= {"self_intersection", "repaired", "closed"}


def test_overlaps_refuse_a_partition_and_not_another_kind(
    town: Municipality, tmp_path: Path
) -> None:
    path = geojson(tmp_path / "z.geojson", ("a", mapping(cell(0, 0))), ("b", mapping(cell(0.5, 0))))
    _, said = refused(town, path, "--partition")
    assert "overlaps zone b by 42" in said.replace(" ", " ")
    out, _ = load(town, path)
    assert "2 opened" in out


def test_duplicate_codes_are_refused_repair_or_not(town: Municipality, tmp_path: Path) -> None:
    path = geojson(tmp_path / "z.geojson", ("a", mapping(cell(0, 0))), ("a", mapping(cell(2, 0))))
    _, said = refused(town, path, "--repair")
    assert said.count("Another zone has the same code") == 2


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(
    town: Municipality, tmp_path: Path
) -> None:
    path = geojson(tmp_path / "z.geojson", ("a", mapping(cell(0, 0))))
    out, _ = load(town, path, "--dry-run")
    assert "Would be done: 1 opened" in out
    assert not ZoneEdition.objects.exists()
    assert not Dataset.objects.exists()
    assert Municipality.objects.get().register_version == 1


def test_a_second_load_says_that_nothing_is_new(town: Municipality, tmp_path: Path) -> None:
    path = geojson(tmp_path / "z.geojson", ("a", mapping(cell(0, 0))))
    load(town, path)
    out, _ = load(town, path)
    assert "Nothing is new: 1 zones unchanged." in out


def test_several_languages_come_from_several_columns(town: Municipality, tmp_path: Path) -> None:
    path = geojson(tmp_path / "z.geojson", ("a", mapping(cell(0, 0))))
    load(town, path, "--name-field", "ro=name", "--name-field", "en=code")
    assert ZoneShape.objects.get().zone.names == {"ro": "a", "en": "a"}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--name-field", "titlu"), "The file has no column “titlu”. It has: code, name."),
        (("--code-field", "nr"), "The file has no column “nr”."),
    ],
)
def test_a_wrong_column_is_named_with_the_right_ones(
    town: Municipality, tmp_path: Path, options: tuple[str, str], sentence: str
) -> None:
    error, _ = refused(town, geojson(tmp_path / "z.geojson", ("a", mapping(cell(0, 0)))), *options)
    assert sentence in str(error)


def test_a_code_too_long_for_the_register_is_refused(town: Municipality, tmp_path: Path) -> None:
    _, said = refused(town, geojson(tmp_path / "z.geojson", ("a" * 81, mapping(cell(0, 0)))))
    assert "Its code is longer than 80" in said


def test_a_missing_file_and_a_missing_town_are_clear_sentences(
    town: Municipality, tmp_path: Path
) -> None:
    (tmp_path / "zones.csv").write_text("code,name\na,b\n")
    error, _ = refused(town, tmp_path / "zones.csv")
    assert "zones.csv is not a GeoJSON, a GeoPackage or a Shapefile" in str(error)
    error, _ = refused(town, tmp_path / "none.geojson")
    assert "none.geojson" in str(error)
    with pytest.raises(CommandError, match=f"Known are: {town.slug}"):
        call_command("load_zones", "nowhere", "neighbourhood", str(tmp_path / "x.geojson"))
