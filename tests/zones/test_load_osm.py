"""A town never seen before: found it, load its extract, place its addresses. No code."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from zones.models import Address, AddressPlacement, Dataset, Municipality, Place, Street, ZoneShape

pytestmark = pytest.mark.django_db

EXTRACT = Path(__file__).parent.parent / "data" / "osm" / "monaco.osm.pbf"


def found_monaco() -> None:
    call_command(
        "create_municipality", "--slug=monaco", "--name=Monaco", "--country=MC", "--languages=en",
        "--timezone=Europe/Monaco", "--metric-srid=32632", stdout=StringIO(),
    )  # fmt: skip


def load(*options: str) -> str:
    out = StringIO()
    call_command(
        "load_osm", "monaco", str(EXTRACT), "--level", "10=neighbourhood", *options,
        stdout=out, stderr=StringIO(),
    )  # fmt: skip
    return out.getvalue()


@pytest.mark.slow
def test_an_unknown_town_comes_from_its_extract_alone() -> None:
    found_monaco()
    said = load("--dated", "2021-05-01")
    assert "neighbourhood: 6 opened" in said
    assert "streets: 240 new" in said
    assert "addresses: 243 new, 0 changed, 0 removed, 0 unchanged, 14 left out" in said
    assert Street.objects.filter(zone__isnull=False).count() == 240
    assert Place.objects.filter(kind="bus_stop").count() == 102
    assert set(Dataset.objects.values_list("licence", flat=True)) == {"ODbL-1.0"}
    call_command("place", "monaco", stdout=StringIO())
    placed = AddressPlacement.objects.filter(kind__code="neighbourhood").count()
    assert placed > 200
    linked = Address.objects.filter(street__isnull=False).count()
    assert linked > 0.9 * Address.objects.count()

    version = Municipality.objects.get().register_version
    again = load("--dated", "2021-05-01")
    assert "neighbourhood: 0 opened, 0 changed, 0 closed, 6 unchanged" in again
    assert Municipality.objects.get().register_version == version
    assert ZoneShape.objects.filter(zone__kind__code="neighbourhood").count() == 6


def test_a_file_that_is_no_extract_is_a_clear_sentence(tmp_path: Path) -> None:
    found_monaco()
    fake = tmp_path / "town.osm.pbf"
    fake.write_bytes(b"no extract at all")
    with pytest.raises(CommandError, match="not a sound OpenStreetMap extract") as refused:
        call_command("load_osm", "monaco", str(fake))
    assert refused.value.returncode == 2
