"""The opener's answers that the hostile corpus does not ask for: contents, facts, agreement."""

import tempfile
from contextlib import suppress
from pathlib import Path

import geopandas
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeometryRefused
from geo.intake import Limits
from geo.intake.files import open_vector_file
from tests.data.hostile.make import HERE

SHAPES = [shapely.box(25.6, 42.4, 25.65, 42.45), shapely.box(25.65, 42.4, 25.7, 42.45)]


@pytest.fixture
def town() -> geopandas.GeoDataFrame:
    names = ["Зора", "Три чучура – север"]
    return geopandas.GeoDataFrame({"name": names, "code": [1, 2]}, geometry=SHAPES, crs=4326)


def refusal(path: Path, **options: object) -> GeometryRefused:
    with pytest.raises(GeometryRefused) as caught:
        open_vector_file(path, **options)  # type: ignore[arg-type] # one helper, many options
    return caught.value


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "shp"])
@pytest.mark.parametrize("epsg", [4326, 7801, 32635])
def test_each_kind_and_system_gives_the_same_town(
    town: geopandas.GeoDataFrame, tmp_path: Path, suffix: str, epsg: int
) -> None:
    path = tmp_path / f"quarters.{suffix}"
    town.to_crs(epsg).to_file(path, encoding="utf-8" if suffix == "shp" else None)
    opened = open_vector_file(path)
    assert opened.faults == ()
    assert opened.facts[1:] == (f"EPSG:{epsg}", "quarters", "utf-8")
    assert opened.frame["name"].tolist() == town["name"].tolist()
    assert opened.frame.crs.to_epsg() == 4326
    assert shapely.equals_exact(
        shapely.normalize(opened.frame.geometry.values), shapely.normalize(SHAPES), 1e-7
    ).all()


def test_the_extension_is_not_believed(town: geopandas.GeoDataFrame, tmp_path: Path) -> None:
    town.to_file(tmp_path / "town.gpkg")
    renamed = (tmp_path / "town.gpkg").rename(tmp_path / "town.geojson")
    assert open_vector_file(renamed).facts.driver == "GPKG"


def test_letters_can_be_said_by_the_caller(town: geopandas.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "town.shp"
    town.to_file(path, encoding="cp1251")
    path.with_suffix(".cpg").unlink()
    assert refusal(path).code == "file_encoding_unknown"
    assert open_vector_file(path, letters="cp1251").frame["name"][0] == "Зора"


def test_rows_without_a_shape_keep_their_place(
    town: geopandas.GeoDataFrame, tmp_path: Path
) -> None:
    town.loc[0, "geometry"] = None
    town.to_file(tmp_path / "town.gpkg")
    opened = open_vector_file(tmp_path / "town.gpkg")
    assert [(fault.row, fault.refusal.code) for fault in opened.faults] == [(0, "geometry_missing")]
    assert opened.frame.geometry.isna().tolist() == [True, False]


def test_a_package_open_elsewhere_is_not_read_half(
    town: geopandas.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "town.gpkg"
    town.to_file(path)
    content = bytearray(path.read_bytes())
    content[18:20] = b"\x02\x02"
    path.write_bytes(content)
    path.with_name("town.gpkg-wal").write_bytes(b"newest rows")
    assert refusal(path).code == "file_in_use"


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "shp"])
@pytest.mark.parametrize(
    ("limits", "code"),
    [(Limits(features=1), "too_many_features"), (Limits(size_bytes=100), "too_large")],
)
def test_the_limits_hold_for_every_kind(
    town: geopandas.GeoDataFrame, tmp_path: Path, suffix: str, limits: Limits, code: str
) -> None:
    path = tmp_path / f"town.{suffix}"
    town.to_file(path, encoding="utf-8" if suffix == "shp" else None)
    assert refusal(path, limits=limits).code == code


@pytest.mark.parametrize(
    "name", ["/vsicurl/http://127.0.0.1:9/x.geojson", "/vsimem/x", "WFS:http://127.0.0.1:9/"]
)
def test_an_address_is_no_file(name: str) -> None:
    assert refusal(Path(name)).code == "file_missing"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refusal(tmp_path).code == "file_missing"


@settings(max_examples=60)
@given(
    st.sampled_from(["plain.gpkg", "plain.zip", "file_crs_7801.geojson"]),
    st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_file_with_altered_bytes_is_opened_or_refused(
    name: str, changes: list[tuple[int, int]]
) -> None:
    content = bytearray((HERE / "pieces" / name).read_bytes())
    for position, value in changes:
        content[position % len(content)] = value
    with tempfile.TemporaryDirectory() as folder, suppress(GeometryRefused):
        path = Path(folder) / name
        path.write_bytes(content)
        frame = open_vector_file(path).frame
        assert frame.crs.to_epsg() == 4326
