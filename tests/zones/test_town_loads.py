"""Files handed in for a register: each way through its states, and what is refused."""

import datetime as dt
import gzip
import json
import struct
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from shapely import box
from shapely.geometry import MultiPolygon, mapping

from accounts.models import User
from geo.guarded import Bounds
from portal.loading import placed_share, progress_of, work_on_next
from tests.factories.accounts import UserFactory
from tests.factories.zones import CELL, SOUTH, WEST, MunicipalityFactory
from zones.importing import handed_in
from zones.importing.handed_in import HandedIn, read_handed_in_extract, read_handed_in_records
from zones.models import Address, Municipality, Street, TownLoad, Zone, ZoneShape
from zones.services import town_loads
from zones.services.load_contents import guess
from zones.services.municipalities import set_outline
from zones.services.town_loads import MOST_OPEN, choose, claim, confirm, drop, hand_in

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)
EXTRACT = Path(__file__).parents[1] / "data" / "osm" / "monaco.osm.pbf"
TABLE = f"STRADA;NR;X;Y\nStrada Lungă;7;{WEST + CELL / 2};{SOUTH + CELL / 2}\nStrada Lungă;;x;y\n"


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="empty", outline=None)


@pytest.fixture
def person() -> User:
    user: User = UserFactory.create()
    return user


def given(town: Municipality, person: User, kind: str, raw: bytes, name: str) -> TownLoad:
    file = HandedIn(raw, name)
    return hand_in(municipality=town, kind=kind, file=file, language="en", actor=person, now=NOW)


def worked(load: TownLoad) -> TownLoad:
    assert work_on_next()
    load.refresh_from_db()
    return load


def zones_file(*cells: tuple[int, int]) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"COD": f"n{column}", "NUME": f"Zona {column}"},
            "geometry": mapping(
                box(WEST + column * CELL, SOUTH, WEST + (column + width) * CELL, SOUTH + CELL)
            ),
        }
        for column, width in cells
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_zones_are_stored_only_after_a_report_and_a_yes(town: Municipality, person: User) -> None:
    load = worked(given(town, person, "zones", zones_file((0, 1), (1, 1)), "zone.geojson"))
    assert load.state == "read"
    assert load.found["guess"] == {"code": "COD", "name": "NUME"}
    choose(load=load, choices={"map": load.found["guess"], "is_partition": True}, now=NOW)
    load = worked(load)
    assert (load.state, load.report["zones"][0]["added"]) == ("tried", 2)
    assert not Zone.objects.exists()
    confirm(load=load, now=NOW)
    load = worked(load)
    assert (load.state, bytes(load.content)) == ("stored", b"")
    assert ZoneShape.objects.in_municipality(town).count() == 2


def test_overlapping_zones_are_refused_with_sentences(town: Municipality, person: User) -> None:
    load = worked(given(town, person, "zones", zones_file((0, 2), (1, 1)), "zone.geojson"))
    choose(load=load, choices={"map": load.found["guess"], "is_partition": True}, now=NOW)
    load = worked(load)
    assert load.state == "refused"
    assert "overlaps zone" in " ".join(load.problems)
    assert not Zone.objects.exists()


def test_a_table_of_addresses_says_its_share_and_its_bad_rows(
    town: Municipality, person: User
) -> None:
    zones = worked(given(town, person, "zones", zones_file((0, 1)), "zone.geojson"))
    choose(load=zones, choices={"map": zones.found["guess"]}, now=NOW)
    confirm(load=worked(zones), now=NOW)
    worked(zones)
    load = worked(given(town, person, "addresses", TABLE.encode(), "adrese.csv"))
    assert load.found["guess"] == {
        "thoroughfare": "STRADA", "number": "NR", "longitude": "X", "latitude": "Y",
    }  # fmt: skip
    choose(load=load, choices={"map": load.found["guess"]}, now=NOW)
    load = worked(load)
    assert (load.report["placed"], load.report["total"], load.report["percent"]) == (1, 1, 100.0)
    assert load.report["refused"] == [
        {"line": 3, "reason": "There is no point on Earth for the address."}
    ]
    assert not Address.objects.exists()
    confirm(load=load, now=NOW)
    worked(load)
    assert placed_share(town).percent == 100.0


@pytest.mark.slow
def test_an_extract_brings_border_and_streets_inside_it(town: Municipality, person: User) -> None:
    load = worked(given(town, person, "osm", EXTRACT.read_bytes(), "monaco.osm.pbf"))
    assert load.found["levels"] == ["10"]
    choices = {"outline": "level:10", "levels": {"10": "neighbourhood"}}
    choose(load=load, choices=choices, now=NOW)
    load = worked(load)
    assert (load.state, load.problems) == ("tried", [])
    assert load.report["percent"] > 90
    town.refresh_from_db()
    assert town.outline is None
    confirm(load=load, now=NOW)
    worked(load)
    town.refresh_from_db()
    assert town.outline is not None
    # Streets that lie outside the border alone are left out: 240 stand in the file.
    assert 0 < Street.objects.in_municipality(town).count() < 240


def test_what_is_not_taken(
    town: Municipality, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(town_loads, "MOST_BYTES", 10)
    with pytest.raises(ValidationError, match="larger than"):
        given(town, person, "osm", b"x" * 11, "a.osm.pbf")
    with pytest.raises(ValidationError, match="is empty"):
        given(town, person, "osm", b"", "a.osm.pbf")
    for _ in range(MOST_OPEN):
        given(town, person, "osm", b"x", "a.osm.pbf")
    with pytest.raises(ValidationError, match="wait already"):
        given(town, person, "osm", b"x", "a.osm.pbf")


def test_nothing_is_stored_that_was_not_tried(town: Municipality, person: User) -> None:
    load = given(town, person, "zones", zones_file((0, 1)), "zone.geojson")
    with pytest.raises(ValidationError, match="is being read"):
        confirm(load=load, now=NOW)
    with pytest.raises(ValidationError, match="is being read"):
        choose(load=load, choices={}, now=NOW)
    load = drop(load=load, now=NOW)
    assert bytes(load.content) == b""
    with pytest.raises(ValidationError, match="was left out"):
        confirm(load=load, now=NOW)
    assert claim(now=NOW) is None


def test_a_file_that_stops_the_worker_is_given_up(town: Municipality, person: User) -> None:
    load = given(town, person, "zones", zones_file((0, 1)), "zone.geojson")
    TownLoad.objects.filter(pk=load.pk).update(attempts=town_loads.MOST_ATTEMPTS)
    load = worked(load)
    assert load.state == "refused"
    assert progress_of(load) == 0


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"no extract", "town.osm.pbf"),
        (b"PK\x03\x04 no zip", "town.zip"),
        (b"\x00\x01\x02", "town.csv"),
        (gzip.compress(b"a,b\n" + b"0" * 1000, mtime=0)[:20], "town.csv.gz"),
        (b"<kml><!DOCTYPE x></kml>", "town.kml"),
    ],
    ids=["extract", "zip", "table", "gzip", "markup"],
)
def test_a_damaged_file_is_a_sentence(raw: bytes, name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read(HandedIn(raw, name))
    assert " ".join(refused.value.messages).endswith(".")


def read(file: HandedIn) -> object:
    if file.name.endswith(".pbf"):
        return read_handed_in_extract(file, ["en"], None)
    return read_handed_in_records(file)


def bomb(megabytes: int) -> bytes:
    """An extract whose block unpacks to far more than it says."""
    packed = zlib.compress(bytes(megabytes * 1_000_000), 9)
    blob = b"\x10" + varint(megabytes * 1_000_000) + b"\x1a" + varint(len(packed)) + packed
    head = b"\x0a\x09OSMHeader" + b"\x18" + varint(len(blob))
    return struct.pack(">I", len(head)) + head + blob


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def test_bombs_stop_at_the_bounds_of_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = Bounds(
        cpu_seconds=20, wall_seconds=60, memory_bytes=1_500_000_000, file_bytes=30_000_000
    )
    monkeypatch.setattr(handed_in, "BOUNDS", bounds)
    with pytest.raises(ValidationError):
        read_handed_in_extract(HandedIn(bomb(200), "bomb.osm.pbf"), ["en"], None)
    table = gzip.compress(b"a,b\n" + b"0,1\n" * 60_000_000, 1)
    with pytest.raises(ValidationError):
        read_handed_in_records(HandedIn(table, "bomb.csv.gz"))


def test_columns_are_guessed_by_their_names() -> None:
    columns = ["Улица", "Номер", "lon", "lat", "note"]
    parts = ["thoroughfare", "number", "longitude", "latitude", "block"]
    assert guess(columns, parts) == {
        "thoroughfare": "Улица", "number": "Номер", "longitude": "lon", "latitude": "lat",
    }  # fmt: skip


def test_the_grid_follows_the_border_of_an_empty_town(town: Municipality, person: User) -> None:
    Municipality.objects.filter(pk=town.pk).update(country="MC", metric_srid=32635)
    border = MultiPolygon([box(7.40, 43.72, 7.44, 43.76)])
    set_outline(municipality=town, outline=border, actor=person, now=NOW)
    assert town.metric_srid == 32632
