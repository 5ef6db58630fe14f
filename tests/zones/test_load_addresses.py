"""`load_addresses` takes tables by a map of their columns and names every row it leaves out."""

from io import StringIO
from pathlib import Path

import geopandas
import pytest
from django.core.management import CommandError, call_command
from shapely.geometry import Point

from tests.factories.zones import MunicipalityFactory, StreetFactory
from zones.models import Address, Municipality
from zones.services.street_names import StreetNames

pytestmark = pytest.mark.django_db

MAP = ["street=thoroughfare", "no=number", "lon=longitude", "lat=latitude"]
TABLE = """street,no,lon,lat
"Str. Ștefan cel Mare",12A,26.31,46.91
Strada Stefan cel Mare,14,26.32,46.91
Strada Neștiută,3,26.33,46.91
Strada Ștefan cel Mare,16,200,46.91
,,26.31,46.91
"Str. Ștefan cel Mare",12A,26.31,46.91
"""


@pytest.fixture
def town() -> Municipality:
    town = MunicipalityFactory.create()
    StreetFactory.create(municipality=town, names={"ro": "Strada Ştefan cel Mare"})
    return town


def load(town: Municipality, path: Path, *options: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(
        "load_addresses", town.slug, str(path), "--map", *MAP, *options, stdout=out, stderr=err
    )
    return out.getvalue(), err.getvalue()


def test_rows_are_linked_by_the_street_they_name(town: Municipality, tmp_path: Path) -> None:
    path = tmp_path / "addresses.csv"
    path.write_text(TABLE, encoding="utf-8")
    out, err = load(town, path, "--licence", "OGL", "--quality", "interpolated")
    assert "addresses: 3 new, 0 changed, 0 removed, 0 unchanged, 3 left out" in out
    assert "Line 5 was left out: There is no point on Earth" in err
    assert "Line 6 was left out: No street, block, quarter or settlement" in err
    assert "Line 7 was left out: The key" in err
    assert "outside the municipality" not in err
    linked = Address.objects.filter(street__isnull=False)
    assert set(linked.values_list("address_number", flat=True)) == {"12A", "14"}
    assert set(Address.objects.values_list("position_quality", "dataset__licence")) == {
        ("interpolated", "OGL")
    }


def test_loading_again_writes_only_what_differs(town: Municipality, tmp_path: Path) -> None:
    path = tmp_path / "addresses.csv"
    path.write_text(TABLE, encoding="utf-8")
    load(town, path)
    town.refresh_from_db()
    version = town.register_version
    assert "0 new, 0 changed, 0 removed, 3 unchanged" in load(town, path)[0]
    town.refresh_from_db()
    assert town.register_version == version
    path.write_text(TABLE.replace("26.32", "26.325"), encoding="utf-8")
    assert "0 new, 1 changed, 0 removed, 2 unchanged" in load(town, path)[0]
    path.write_text("\n".join(TABLE.splitlines()[:2]), encoding="utf-8")
    assert "0 new, 0 changed, 2 removed, 1 unchanged" in load(town, path, "--remove-missing")[0]


def test_points_of_a_geopackage_in_the_national_grid(town: Municipality, tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {"street": ["Strada Ștefan cel Mare"], "no": [7], "lon": [None], "lat": [None]},
        geometry=[Point(26.31, 46.91)],
        crs=4326,
    ).to_crs(3844)
    frame.to_file(tmp_path / "a.gpkg")
    load(town, tmp_path / "a.gpkg")
    stored = Address.objects.get()
    assert (stored.address_number, stored.street is not None) == ("7", True)
    assert stored.location.x == pytest.approx(26.31, abs=1e-6)


def test_a_map_of_an_unknown_part_is_refused(town: Municipality, tmp_path: Path) -> None:
    path = tmp_path / "addresses.csv"
    path.write_text(TABLE, encoding="utf-8")
    with pytest.raises(CommandError, match="no map of a column") as refused:
        call_command("load_addresses", town.slug, str(path), "--map", "street=road")
    assert refused.value.returncode == 2


def test_a_text_that_fits_two_streets_is_linked_to_none() -> None:
    town = MunicipalityFactory.create()
    for type_code, name in (("street", "Strada Gării"), ("alley", "Aleea Gării")):
        StreetFactory.create(municipality=town, type_code=type_code, names={"ro": name})
    names = StreetNames.of(town)
    assert names.find("Gării") is None
    assert names.find("Aleea Gării") is not None
    assert names.find("Aleea Gării") != names.find("str. Garii")


def test_a_street_of_another_settlement_is_not_taken() -> None:
    town = MunicipalityFactory.create(languages=["bg"], country="BG")
    StreetFactory.create(municipality=town, names={"bg": "ул. Роза"}, locality="Горно Ботево")
    names = StreetNames.of(town)
    assert names.find("ул. „Роза“", "Горно Ботево") is not None
    assert names.find("ул. „Роза“", "Стара Загора") is None
    assert names.find("ul. Roza") is not None


def test_addresses_beyond_the_outline_are_told(town: Municipality, tmp_path: Path) -> None:
    path = tmp_path / "addresses.csv"
    path.write_text("street,no,lon,lat\nStrada Departe,1,27.5,46.91\n", encoding="utf-8")
    assert "1 addresses lie outside the municipality, for example in line 2" in load(town, path)[1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("street,no\nStrada Ștefan,1\n".encode("cp1250", "replace") + b"\xff", "UTF-8"),
        (b"street,no,lon,lat\nA\x00B,1,26.3,46.9\n", "UTF-8"),
        (b"street;no\nStrada A;1\n", "no column “lon”"),
        (b"street,no,lon,lat\n" + b"x" * 200_000 + b",1,26.3,46.9\n", "not a row of a table"),
        (b"street,no,lon,lat\n", "no address that could be taken"),
    ],
)
def test_a_damaged_table_is_a_clear_sentence(
    town: Municipality, tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "addresses.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence) as refused:
        load(town, path)
    assert refused.value.returncode == 2
    assert not Address.objects.exists()


def test_rows_too_long_for_the_register_are_listed(town: Municipality, tmp_path: Path) -> None:
    path = tmp_path / "addresses.csv"
    long = "x" * 201
    path.write_text(f"street,no,lon,lat\n{long},1,26.3,46.9\nStrada A,1,26.3,46.9\n")
    out, err = load(town, path)
    assert "1 new" in out
    assert "Line 2 was left out: The column for “thoroughfare” is too long." in err
