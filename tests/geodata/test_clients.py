"""Programs that other people wrote read every collection over a real socket, whole and in place.

GDAL as it is in the wheels and, where it is installed, as in Debian's package; and OWSLib.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import LineString, MultiLineString
from django.core.cache import cache
from django.utils import timezone
from owslib.ogcapi.features import Features
from pytest_django.live_server_helper import LiveServer

from geo.crs import project
from notifications.models import Announcement
from portal.geodata.registry import collections_of
from tests.factories.zones import AddressFactory, spot
from tests.whole_town import Town, town_with
from zones.models import Street
from zones.published import Collection

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
METRIC, LATITUDE_FIRST = "EPSG:3844", "EPSG:4326"
A_CENTIMETRE_M, A_CENTIMETRE_DEGREES = 0.01, 1e-7
MANY = 230  # three pages of what GDAL of Debian asks for


@pytest.fixture
def town() -> Town:
    """One row of everything, a street with an axis, news with a place, and many addresses."""
    cache.clear()
    found = town_with("Ours", "ours")
    Street.objects.filter(pk=found.numbers["street"]).update(
        axis=MultiLineString(LineString(spot(0, 0).coords, spot(1, 1).coords), srid=4326)
    )
    Announcement.objects.filter(pk=found.numbers["announcement"]).update(geometry=spot(0.5, 0.5))
    street = Street.objects.get(pk=found.numbers["street"])
    for number in range(MANY):
        AddressFactory.create(
            municipality=found.row,
            street=street,
            dataset=street.dataset,
            address_number=str(number),
            location=spot(number / MANY, number / MANY / 2),
        )
    return found


def wanted_of(collection: Collection) -> dict[int, Any]:
    """Shapes of the public rows by number, straight from the database."""
    found = collection.features(list(collection.in_order()))
    return {
        one.number: None if one.geometry is None else shapely.from_wkb(bytes(one.geometry.wkb))
        for one in found
    }


#: In a process of its own: within the program GDAL opens no address.
READS = """
import json, sys
import pyogrio
source, questions = sys.argv[1], json.loads(sys.argv[2])
answers = []
for question in questions:
    if "bbox" in question:
        question["bbox"] = tuple(question["bbox"])
    _meta, _fids, shapes, _fields = pyogrio.raw.read(source, **question)
    answers.append([None if one is None else one.hex() for one in shapes])
json.dump(answers, sys.stdout)
"""


def read_by_gdal(root: str, questions: list[dict[str, Any]]) -> list[list[Any]]:
    """Shapes that GDAL of the wheels reads for each question, in its order."""
    command = [sys.executable, "-c", READS, f"OAPIF:{root}", json.dumps(questions)]
    done = subprocess.run(command, check=False, timeout=240, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [
        [None if one is None else shapely.from_wkb(one) for one in shapes]
        for shapes in json.loads(done.stdout)
    ]


def test_gdal_reads_every_collection_whole_and_to_the_centimetre(
    live_server: LiveServer, town: Town
) -> None:
    asked = [
        (collection, system)
        for collection in collections_of(town.row, timezone.now())
        for system in (None, LATITUDE_FIRST, METRIC)
    ]
    questions = [
        {"layer": one.code, **({"CRS": system} if system else {})} for one, system in asked
    ]
    answers = read_by_gdal(f"{live_server.url}/ours/ogc", questions)
    for (collection, system), found in zip(asked, answers, strict=True):
        wanted = wanted_of(collection)
        assert wanted, collection.code
        assert len(found) == len(wanted), (collection.code, system)
        _same_places(list(wanted.values()), found, system)


def _same_places(wanted: list[Any], found: list[Any], system: str | None) -> None:
    shapes = np.array(wanted, dtype=object)
    near = A_CENTIMETRE_DEGREES
    if system == METRIC:
        shapes, near = project(shapes, 3844), A_CENTIMETRE_M
    for one, other in zip(shapes, found, strict=True):
        if one is None:
            assert other is None
        else:
            assert shapely.hausdorff_distance(one, other) < near


def test_gdal_asks_by_box_and_gets_what_lies_in_it(live_server: LiveServer, town: Town) -> None:
    west, south, east, north = *spot(0.25, 0).coords, *spot(0.75, 1).coords
    (addresses,) = (
        one for one in collections_of(town.row, timezone.now()) if one.code == "addresses"
    )
    box = shapely.box(west, south, east, north)
    inside = [one for one in wanted_of(addresses).values() if shapely.intersects(box, one)]
    question = {"layer": "addresses", "bbox": (west, south, east, north)}
    (shapes,) = read_by_gdal(f"{live_server.url}/ours/ogc", [question])
    assert 0 < len(shapes) == len(inside) < MANY


@pytest.mark.skipif(not shutil.which("ogr2ogr"), reason="Debian's gdal-bin is not installed")
def test_the_gdal_of_debian_reads_every_collection_whole(
    live_server: LiveServer, town: Town, tmp_path: Path
) -> None:
    for collection in collections_of(town.row, timezone.now()):
        file = tmp_path / f"{collection.code}.geojson"
        source = f"OAPIF:{live_server.url}/ours/ogc"
        subprocess.run(
            ["ogr2ogr", "-f", "GeoJSON", file, source, collection.code], check=True, timeout=120
        )
        found = json.loads(file.read_text("utf-8"))["features"]
        assert len(found) == len(wanted_of(collection)), collection.code


def test_owslib_reads_the_documents_and_the_rows(live_server: LiveServer, town: Town) -> None:
    service = Features(f"{live_server.url}/ours/ogc/")
    assert any(one.endswith("/conf/core") for one in service.conformance()["conformsTo"])
    codes = {one.code for one in collections_of(town.row, timezone.now())}
    assert {one["id"] for one in service.collections()["collections"]} == codes
    assert service.api()["openapi"].startswith("3.0")
    page = service.collection_items("addresses", limit=1000)
    assert page["numberMatched"] == page["numberReturned"] == MANY + 1
    assert "number" in service.collection_queryables("addresses")["properties"]
    one = service.collection_item("addresses", str(page["features"][0]["id"]))
    assert one["properties"] == page["features"][0]["properties"]
