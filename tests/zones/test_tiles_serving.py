"""How tiles and TileJSON answer: caching, compression, emptiness, and one town's rows only."""

import datetime as dt
import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories.zones import (
    DatasetFactory,
    MunicipalityFactory,
    PlaceFactory,
    StreetFactory,
    square,
    zone_with_shape,
)
from zones.models import Municipality
from zones.tiles import grid
from zones.tiles.baking import bake_next, request_bake
from zones.tiles.layers import LAYERS
from zones.tiles.shelf import shelf

pytestmark = pytest.mark.django_db

CENTRE = (26.305, 46.905, 26.305, 46.905)


@pytest.fixture(autouse=True)
def empty_shelf() -> Iterator[None]:
    """Each test begins with a process that has kept nothing."""
    shelf.clear()
    yield
    shelf.clear()


@pytest.fixture
def town() -> Municipality:
    town = MunicipalityFactory.create(slug="podeni")
    zone_with_shape(town, code="marker-podeni", geometry=square(0, 0, 2, 4))
    return town


def tile_path(town: Municipality, layer: str = "zones", zoom: int = 12, query: str = "") -> str:
    x, _right, y, _bottom = grid.tiles_of(CENTRE, zoom)
    return f"/{town.slug}/tiles/{layer}/{zoom}/{x}/{y}.mvt{query}"


def bake(town: Municipality) -> None:
    request_bake(municipality=town, now=timezone.now())
    while bake_next(now=timezone.now()):
        pass
    shelf.clear()


def test_a_tile_that_nobody_baked_is_drawn_at_once(client: Client, town: Municipality) -> None:
    answer = client.get(tile_path(town))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert b"MARKER-PODENI" in answer.content


def test_baked_and_drawn_are_the_same_bytes(client: Client, town: Municipality) -> None:
    drawn = client.get(tile_path(town))
    bake(town)
    baked = client.get(tile_path(town))
    assert (baked.content, baked["ETag"]) == (drawn.content, drawn["ETag"])


def test_who_takes_gzip_gets_the_stored_bytes(client: Client, town: Municipality) -> None:
    plain = client.get(tile_path(town))
    packed = client.get(tile_path(town), headers={"Accept-Encoding": "br, gzip;q=0.8"})
    refused = client.get(tile_path(town), headers={"Accept-Encoding": "gzip;q=0"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content == refused.content
    assert "Accept-Encoding" in packed["Vary"]
    assert not refused.has_header("Content-Encoding")


def test_a_known_tile_is_not_sent_again(client: Client, town: Municipality) -> None:
    first = client.get(tile_path(town))
    again = client.get(tile_path(town), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_only_the_version_served_may_be_kept_for_ever(client: Client, town: Municipality) -> None:
    bake(town)
    assert "immutable" in client.get(tile_path(town, query="?v=1"))["Cache-Control"]
    for query in ("", "?v=2", "?v=x"):
        assert "immutable" not in client.get(tile_path(town, query=query))["Cache-Control"]


def test_the_old_version_is_served_until_the_new_one_is_finished(
    client: Client, town: Municipality
) -> None:
    bake(town)
    zone_with_shape(town, code="marker-new", geometry=square(2, 0, 2, 4))
    Municipality.objects.filter(pk=town.pk).update(register_version=2)
    town.refresh_from_db()
    request_bake(municipality=town, now=timezone.now())
    shelf.clear()
    assert b"MARKER-NEW" not in client.get(tile_path(town)).content
    bake(town)
    assert b"MARKER-NEW" in client.get(tile_path(town)).content


def test_where_nothing_is_the_answer_has_no_content(client: Client, town: Municipality) -> None:
    assert client.get("/podeni/tiles/zones/12/0/0.mvt").status_code == 204
    bake(town)
    assert client.get(tile_path(town, "places")).status_code == 204


@pytest.mark.parametrize(
    "path",
    [
        "zones/7/70/45.mvt",
        "zones/17/9/9.mvt",
        "zones/12/4096/9.mvt",
        "zones/12/9/4096.mvt",
        "zones/12/99999999999999999999999/9.mvt",
        "secrets/12/9/9.mvt",
        "secrets.json",
    ],
)
def test_what_does_not_exist_is_not_found(client: Client, town: Municipality, path: str) -> None:
    assert client.get(f"/podeni/tiles/{path}").status_code == 404


def test_an_unknown_town_has_no_tiles(client: Client) -> None:
    assert client.get("/nowhere/tiles/zones.json").status_code == 404


def test_tilejson_says_all_that_a_map_needs(client: Client, town: Municipality) -> None:
    DatasetFactory.create(
        municipality=town, source="Survey", licence="ODbL-1.0", attribution="© A <b>& B"
    )
    found: dict[str, Any] = client.get("/podeni/tiles/zones.json").json()
    assert found["tiles"] == ["http://testserver/podeni/tiles/zones/{z}/{x}/{y}.mvt?v=1"]
    assert (found["minzoom"], found["maxzoom"]) == (8, 16)
    assert found["bounds"] == pytest.approx([26.3, 46.9, 26.34, 46.94])
    assert [layer["id"] for layer in found["vector_layers"]] == ["zones", "zone_labels"]
    assert "© A &lt;b&gt;&amp; B (ODbL-1.0)" in found["attribution"]


def test_tilejson_of_an_empty_town_has_no_bounds(client: Client) -> None:
    MunicipalityFactory.create(slug="empty", outline=None)
    found = client.get("/empty/tiles/zones.json")
    assert "bounds" not in found.json()
    assert (
        client.get("/empty/tiles/zones.json", headers={"If-None-Match": found["ETag"]}).status_code
        == 304
    )


def test_a_kept_tile_asks_the_database_nothing(client: Client, town: Municipality) -> None:
    bake(town)
    with CaptureQueriesContext(
        connection,
    ) as first:
        client.get(tile_path(town))
    with CaptureQueriesContext(connection) as second:
        client.get(tile_path(town))
    assert (len(first), len(second)) == (2, 0)


def test_each_layer_holds_its_rows_with_their_names(client: Client, town: Municipality) -> None:
    zone_with_shape(town, code="marker-built", geometry=square(0, 0, 1, 1), kind="built")
    zone_with_shape(town, code="marker-strip", geometry=square(0, 0, 1, 1), kind="street")
    StreetFactory.create(
        municipality=town,
        names={"ro": "Strada Lungă", "en": "Long Street", "bg": "Дълга"},
        axis="SRID=4326;MULTILINESTRING((26.301 46.901, 26.33 46.93))",
    )
    PlaceFactory.create(municipality=town, names={"ro": "Școala"})
    drawn = {layer: client.get(tile_path(town, layer)).content for layer in LAYERS}
    assert b"MARKER-BUILT" in drawn["outline"]
    assert b"MARKER-BUILT" not in drawn["zones"]
    assert b"MARKER-STRIP" not in drawn["zones"] + drawn["streets"]
    assert b"MARKER-STRIP" in client.get(tile_path(town, "streets", 15)).content
    assert "Strada Lungă".encode() in drawn["streets"]
    # The town's languages are Romanian and English.
    assert b"Long Street" in drawn["streets"]
    assert "Дълга".encode() not in drawn["streets"]
    assert "Școala".encode() in drawn["places"]


def test_no_tile_of_a_town_shows_a_row_of_another(client: Client, town: Municipality) -> None:
    other = MunicipalityFactory.create(slug="vecini", names={"ro": "CANARY"})
    zone_with_shape(other, code="canary", geometry=square(0, 0, 2, 4))
    StreetFactory.create(
        municipality=other,
        names={"ro": "CANARY"},
        axis="SRID=4326;MULTILINESTRING((26.301 46.901, 26.33 46.93))",
    )
    PlaceFactory.create(municipality=other, names={"ro": "CANARY"})
    DatasetFactory.create(municipality=other, source="CANARY")
    for baked in (False, True):
        if baked:
            bake(other)
            bake(town)
        for layer in LAYERS:
            assert b"CANARY" not in client.get(f"/podeni/tiles/{layer}.json").content
            for zoom in (8, 12, 16):
                assert b"CANARY" not in client.get(tile_path(town, layer, zoom)).content
                assert b"CANARY" in client.get(tile_path(other, layer, zoom)).content


def test_a_shape_out_of_force_is_not_drawn(client: Client, town: Municipality) -> None:
    zone_with_shape(town, code="marker-old", geometry=square(2, 0), valid_until=dt.date(2026, 1, 2))
    assert b"MARKER-OLD" not in client.get(tile_path(town)).content
