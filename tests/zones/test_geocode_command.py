"""`manage.py geocode`: one address, a CSV column, and every way to call it wrongly."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories.zones import (
    AddressFactory,
    MunicipalityFactory,
    StreetFactory,
    ZoneShapeFactory,
    spot,
)
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    town = MunicipalityFactory.create(slug="piatra")
    street = StreetFactory.create(municipality=town, names={"ro": "Strada Teilor"})
    AddressFactory.create(
        municipality=town, street=street, address_number="5", location=spot(0.5, 0.5)
    )
    ZoneShapeFactory.create(
        zone__kind__municipality=town,
        zone__names={"ro": "Centru", "en": "Centru"},
        edition__municipality=town,
    )
    return town


def run(*arguments: str) -> list[dict[str, object]]:
    out = StringIO()
    call_command("geocode", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_address_as_json_with_its_zones(town: Municipality) -> None:
    [answer] = run("piatra", "str. Teilor nr 5")
    assert answer["label"] == "Strada Teilor 5"
    assert answer["precision"] == "address"
    assert answer["zones"] == {"neighbourhood": "Centru"}
    assert (answer["lon"], answer["lat"]) == pytest.approx((26.305, 46.905))


def test_a_column_of_a_csv_file_row_by_row(town: Municipality, tmp_path: Path) -> None:
    table, out = tmp_path / "in.csv", tmp_path / "out.jsonl"
    table.write_text("id,adresa\n1,Teilor 5\n2,Nicăieri 9\n", encoding="utf-8-sig")
    assert run("piatra", "--csv", str(table), "--text-column", "adresa", "--out", str(out)) == []
    found, missing = (json.loads(line) for line in out.read_text("utf-8").splitlines())
    assert (found["text"], found["precision"]) == ("Teilor 5", "address")
    assert (missing["text"], missing["label"]) == ("Nicăieri 9", None)


def test_an_address_that_is_not_there_is_said_so(town: Municipality) -> None:
    with pytest.raises(CommandError, match="knows no such address") as refusal:
        run("piatra", "Strada Inexistentă 5")
    assert refusal.value.returncode == 1


def test_wrong_calls_say_what_is_wrong(town: Municipality, tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text("id,adresa\n1,Teilor 5\n")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x80")
    nowhere = tmp_path / "no" / "such"
    wrong = {
        ("nowhere", "Teilor 5"): "no municipality “nowhere”. Known are: piatra",
        ("piatra",): "either one address",
        ("piatra", "x", "--csv", str(table)): "either one address",
        ("piatra", "--csv", str(table)): "--text-column",
        ("piatra", "--csv", str(table), "--text-column", "x"): "no column “x”.*id, adresa",
        ("piatra", "--csv", str(tmp_path / "no"), "--text-column", "x"): "cannot be read",
        ("piatra", "--csv", str(binary), "--text-column", "x"): "not UTF-8",
        (
            "piatra", "--csv", str(table), "--text-column", "adresa", "--out", str(nowhere),
        ): "cannot be written",
    }  # fmt: skip
    for arguments, sentence in wrong.items():
        with pytest.raises(CommandError, match=sentence) as refusal:
            run(*arguments)
        assert refusal.value.returncode == 2
