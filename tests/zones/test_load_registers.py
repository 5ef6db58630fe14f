"""`load_streets`, `load_places` and `load_postal_ranges` from the shell."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.factories.zones import AddressFactory, MunicipalityFactory, spot
from zones.models import Address, Municipality, Place, PostalRange, Street, ZoneShape

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create()


def run(command: str, town: Municipality, path: Path, *options: str) -> str:
    out = StringIO()
    call_command(command, town.slug, str(path), *options, stdout=out, stderr=out)
    return out.getvalue()


def lines(path: Path, **axes: list[list[float]]) -> Path:
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": coordinates},
            "properties": {"code": code, "name": f"Strada {code}", "type": "Stradă"},
        }
        for code, coordinates in axes.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_streets_get_areas_that_follow_their_axes(town: Municipality, tmp_path: Path) -> None:
    path = lines(tmp_path / "s.geojson", A=[[26.31, 46.91], [26.32, 46.91]])
    said = run("load_streets", town, path)
    assert "streets: 1 new" in said
    assert "street areas: 1 new" in said
    street = Street.objects.get()
    assert (street.type_code, street.zone is not None) == ("street", True)
    first = ZoneShape.objects.get()
    assert first.area_m2 == pytest.approx(763 * 80 + 40 * 40 * 3.1416, rel=0.05)
    assert "street areas: 0 new, 0 changed, 0 closed, 1 unchanged" in run(
        "load_streets", town, path
    )
    moved = lines(tmp_path / "s.geojson", A=[[26.31, 46.92], [26.32, 46.92]])
    assert "1 changed, 0 closed" in run("load_streets", town, moved)


def test_addresses_find_the_street_that_comes_after_them(
    town: Municipality, tmp_path: Path
) -> None:
    for column in (1.0, 1.2):
        AddressFactory.create(municipality=town, thoroughfare="str. B", location=spot(column, 1))
    path = tmp_path / "streets.csv"
    path.write_text("code,name,type,variants,locality\nb,Strada B,Stradă,Beta|Bb,\n,x,,,\n")
    said = run("load_streets", town, path)
    assert "Line 3 was left out: The street has no name or no code." in said
    street = Street.objects.get()
    assert street.variants == ["Beta", "Bb"]
    assert Address.objects.filter(street=street).count() == 2
    assert street.zone is not None, "two located addresses stand for an axis nobody measured"


def test_a_street_that_goes_leaves_its_addresses_their_text(
    town: Municipality, tmp_path: Path
) -> None:
    axis = [[26.31, 46.91], [26.32, 46.91]]
    run("load_streets", town, lines(tmp_path / "s.geojson", A=axis, B=axis))
    AddressFactory.create(municipality=town, thoroughfare="Strada B")
    run("load_streets", town, lines(tmp_path / "s.geojson", A=axis, B=axis))
    said = run("load_streets", town, lines(tmp_path / "s.geojson", A=axis), "--remove-missing")
    assert "1 removed" in said
    address = Address.objects.get()
    assert (address.street, address.thoroughfare) == (None, "Strada B")


def test_places_and_postal_ranges(town: Municipality, tmp_path: Path) -> None:
    places = tmp_path / "places.csv"
    places.write_text("code,name,kind,longitude,latitude\n1,Școala 1,school,26.31,46.91\n2,x,,,\n")
    assert "1 new, 0 changed, 0 removed, 0 unchanged, 1 left out" in run(
        "load_places", town, places
    )
    assert Place.objects.get().kind == "school"
    run("load_streets", town, lines(tmp_path / "s.geojson", A=[[26.31, 46.91], [26.32, 46.91]]))
    postal = tmp_path / "postal.csv"
    postal.write_text("street,numbers,postal_code\nStrada A,nr. 1-T,610001\n")
    assert "postal ranges: 1 new" in run("load_postal_ranges", town, postal)
    assert PostalRange.objects.get().number_to is None


@pytest.mark.parametrize("command", ["load_streets", "load_places", "load_postal_ranges"])
def test_a_file_without_usable_rows_is_refused(
    town: Municipality, tmp_path: Path, command: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("code,name,street,numbers,postal_code\n,,,,\n")
    with pytest.raises(CommandError) as refused:
        run(command, town, path)
    assert refused.value.returncode == 2
