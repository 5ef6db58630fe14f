"""Files of open geodata: the rows of the pages and no others, frozen once, the same for ever."""

import csv
import datetime as dt
import hashlib
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from django.core.cache import cache
from django.core.management import call_command
from django.db import ProgrammingError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from consultations.models import Process
from departments.models import Works
from incidents.models import Incident
from portal.geodata import spool
from portal.geodata.editions import freeze_due, freeze_edition
from portal.geodata.files import EVERYTHING
from portal.geodata.live import AT_ONCE, _slot
from portal.geodata.registry import collections_of
from portal.tasks import publish_geodata
from tests.factories.zones import AddressFactory, MunicipalityFactory, spot
from tests.whole_town import PUBLISHED, Town
from zones.management.towns import InputError
from zones.models import GeodataFile, Street, ZoneKind

# A town with a row of everything takes a while to build.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NEW_YEAR_IN_BUCHAREST = dt.datetime(2026, 12, 31, 22, 30, tzinfo=dt.UTC)
LIVE_ONLY = {"reports", "news"}


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """Files of these tests lie in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def freeze(town: Town) -> list[GeodataFile]:
    assert freeze_edition(municipality=town.row, now=timezone.now()) > 0
    return list(GeodataFile.objects.in_municipality(town.row).order_by("pk"))


def public_rows(town: Town) -> dict[str, int]:
    return {one.code: one.rows.count() for one in collections_of(town.row, timezone.now())}


def fetched(client: Client, path: str) -> bytes:
    answer = client.get(path)
    assert answer.status_code == 200, path
    body: bytes = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return body


def now_path(code: str, written_as: str) -> str:
    return f"/ours/open/geodata/now/{code}.{written_as}"


def layers(path: Path) -> dict[str, int]:
    found = pyogrio.list_layers(path)
    return {name: pyogrio.read_info(path, layer=name)["features"] for name, _shape in found}


# -- an edition -----------------------------------------------------------------------------------


def test_an_edition_holds_the_public_rows_and_no_foreign_one(
    town: Town, neighbour: Town, media: Path
) -> None:
    public = {code: n for code, n in public_rows(town).items() if code not in LIVE_ONLY}
    files = freeze(town)
    (whole,) = (one for one in files if one.collection == EVERYTHING)
    assert layers(Path(whole.file.path)) == public
    assert whole.rows == sum(public.values())
    for one in files:
        content = Path(one.file.path).read_bytes()
        assert b"Canaryx" not in content
        assert (one.size, one.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        if one.collection != EVERYTHING:
            assert one.rows == public[one.collection] == _counted(one)
    assert {one.collection for one in files} == {*public, EVERYTHING}
    assert not list(media.rglob(".unfinished*"))


def _counted(file: GeodataFile) -> int:
    path = Path(file.file.path)
    if file.format == "gpkg":
        return layers(path)[file.collection]
    if file.format == "parquet":
        return int(pq.read_metadata(path).num_rows)
    return len(list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))))


def test_an_edition_is_written_once_a_month_and_never_changes(town: Town) -> None:
    first = {one.file.name: one.sha256 for one in freeze(town)}
    Street.objects.filter(pk=town.numbers["street"]).update(names={"ro": "Strada Altfel"})
    assert freeze_edition(municipality=town.row, now=timezone.now()) == 0
    files = GeodataFile.objects.in_municipality(town.row)
    assert {one.file.name: one.sha256 for one in files} == first
    for one in files:
        content = Path(one.file.path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == one.sha256
        assert not Path(one.file.path).stat().st_mode & 0o222
    later = timezone.now() + dt.timedelta(days=32)
    assert freeze_edition(municipality=town.row, now=later) == len(first)


def test_the_program_itself_may_change_no_row_of_an_edition(town: Town) -> None:
    (one, *_others) = freeze(town)
    for change in (lambda: GeodataFile.objects.update(sha256="0" * 64), one.delete):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            change()


def test_the_month_begins_with_the_day_of_the_town(town: Town) -> None:
    freeze_edition(municipality=town.row, now=NEW_YEAR_IN_BUCHAREST)
    months = GeodataFile.objects.values_list("month", flat=True).distinct()
    assert list(months) == [dt.date(2027, 1, 1)]


def test_a_slower_run_leaves_the_files_of_the_faster_one(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = freeze(town)
    kept = Path(files[0].file.path).read_bytes()
    # As if the other run had ended between our look and our writing.
    monkeypatch.setattr("zones.querysets.GeodataFileQuerySet.exists", lambda _self: False)
    assert freeze_edition(municipality=town.row, now=timezone.now()) == 0
    assert Path(files[0].file.path).read_bytes() == kept
    assert GeodataFile.objects.count() == len(files)


def test_the_worker_and_the_command_freeze_where_it_is_missing(town: Town) -> None:
    MunicipalityFactory.create(slug="empty")  # publishes nothing, so it has no edition
    publish_geodata()
    assert set(GeodataFile.objects.values_list("municipality__slug", flat=True)) == {"ours"}
    assert freeze_due(now=timezone.now()) == {}
    said = io.StringIO()
    call_command("publish_geodata", town="ours", stdout=said)
    assert "there already" in said.getvalue()
    with pytest.raises(InputError):
        call_command("publish_geodata", town="nowhere")


# -- files of now ---------------------------------------------------------------------------------


def test_files_of_now_hold_what_pages_show_and_nothing_that_was_taken_back(
    client: Client, town: Town, neighbour: Town, tmp_path: Path
) -> None:
    for code in PUBLISHED:
        assert len(_table(client, code)) == public_rows(town)[code], code
    hidden = {code: town.numbers[PUBLISHED[code]] for code in ("reports", "consultations", "works")}
    assert all(number in _ids(client, code) for code, number in hidden.items())
    Incident.objects.filter(pk=hidden["reports"]).update(is_released=False)
    Process.objects.filter(pk=hidden["consultations"]).update(state="draft")
    Works.objects.filter(pk=hidden["works"]).update(is_public=False)
    for code, number in hidden.items():
        cache.clear()  # more than the API answers to one address in a minute
        assert number not in _ids(client, code), code
    whole = tmp_path / "whole.gpkg"
    whole.write_bytes(fetched(client, now_path(EVERYTHING, "gpkg")))
    assert layers(whole) == public_rows(town)
    assert b"Canaryx" not in whole.read_bytes()


def _table(client: Client, code: str) -> list[dict[str, str]]:
    text = fetched(client, now_path(code, "csv")).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def _ids(client: Client, code: str) -> set[str]:
    return {row["id"] for row in _table(client, code)}


def test_all_forms_tell_the_same_of_many_rows(
    client: Client, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "LOT", 3)  # so that ten addresses are more than three lots
    street = Street.objects.get(pk=town.numbers["street"])
    for number in range(9):
        AddressFactory.create(
            municipality=town.row,
            street=street,
            dataset=street.dataset,
            address_number=f"={number}",
            location=spot(number / 10, 0.25),
        )
    table = _table(client, "addresses")
    package = tmp_path / "a.gpkg"
    package.write_bytes(fetched(client, now_path("addresses", "gpkg")))
    columns = pq.read_table(io.BytesIO(fetched(client, now_path("addresses", "parquet"))))
    frame = pyogrio.read_dataframe(package)
    numbers = [int(row["id"]) for row in table]
    assert len(set(numbers)) == len(numbers) == 10
    assert list(frame["id"]) == columns["id"].to_pylist() == numbers
    points = shapely.from_wkb(columns["geometry"].to_pylist())
    assert frame.crs == "EPSG:4326"
    for row, point, shape in zip(table, points, frame.geometry, strict=True):
        written = float(row["longitude"]), float(row["latitude"])
        assert written == pytest.approx((point.x, point.y), abs=1e-8)
        assert shapely.from_wkt(row["wkt"]).coords[0] == written
        assert point == shape
    head = json.loads(columns.schema.metadata[b"geo"])
    assert head["columns"]["geometry"] == {"encoding": "WKB", "geometry_types": ["Point"]}
    assert table[-1]["number"] == "'=8"  # no spreadsheet reckons with it


def test_a_row_without_a_place_is_there_without_one(client: Client, town: Town) -> None:
    Street.objects.filter(pk=town.numbers["street"]).update(axis=None)
    (row,) = _table(client, "streets")
    assert (row["longitude"], row["latitude"], row["wkt"]) == ("", "", "")
    columns = pq.read_table(io.BytesIO(fetched(client, now_path("streets", "parquet"))))
    assert columns["geometry"].to_pylist() == [None]
    assert fetched(client, now_path("streets", "gpkg"))


def test_what_is_not_there_is_said(client: Client, town: Town) -> None:
    for path in ("nothing.csv", "streets.shp", f"{EVERYTHING}.csv"):
        answer = client.get(f"/ours/open/geodata/now/{path}")
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
    assert client.get(f"{now_path('streets', 'csv')}?limit=3").status_code == 400
    for path in ("2026-13/streets.csv", "0000-01/streets.csv", "2020-01/streets.csv", "x/a.csv"):
        assert client.get(f"/ours/open/geodata/{path}").status_code == 404


def test_few_files_of_a_town_are_written_at_a_time(client: Client, town: Town) -> None:
    slots = [_slot(town.row) for _number in range(AT_ONCE)]
    for one in slots:
        one.__enter__()
    answer = client.get(now_path("streets", "csv"))
    assert answer.status_code == 429
    assert answer["Retry-After"]
    for one in slots:
        one.__exit__(None, None, None)
    assert _table(client, "streets")


# -- the page, frozen files, the catalogue --------------------------------------------------------


def test_the_page_lists_editions_with_size_licence_and_checksum(
    client: Client,
    town: Town,
    neighbour: Town,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    empty = client.get("/ours/open/geodata/", headers={"accept-language": "en"}).content.decode()
    assert "No edition yet" in empty
    files = freeze(town)
    freeze(neighbour)
    for month in range(1, 8):
        now = dt.datetime(2027, month, 15, tzinfo=dt.UTC)
        freeze_edition(municipality=town.row, now=now)
    # Town, kinds, the sources of each collection, months, files: not more by month or file.
    with django_assert_max_num_queries(20):
        page = client.get("/ours/open/geodata/?page=2", headers={"accept-language": "en"})
    text = page.content.decode()
    for one in files:
        assert one.sha256 in text
        assert f"{one.month:%Y-%m}/{one.collection}.{one.format}" in text
    assert "Canaryx" not in text
    table = b"".join(client.get("/ours/open/geodata/?format=csv"))
    assert table.decode().count("\r\n") == 1 + 8 * len(files)
    for path in ("/ours/data/", "/ours/ogc/?f=html"):
        assert b"/ours/open/geodata/" in client.get(path).content


def test_a_frozen_file_comes_with_its_checksum_and_is_kept(client: Client, town: Town) -> None:
    for one in freeze(town):
        path = f"/ours/open/geodata/{one.month:%Y-%m}/{one.collection}.{one.format}"
        answer = client.get(path)
        body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert hashlib.sha256(body).hexdigest() == one.sha256
        assert answer["ETag"] == f'"{one.sha256}"'
        assert "immutable" in answer["Cache-Control"]
        assert client.get(path, headers={"if-none-match": answer["ETag"]}).status_code == 304
        assert client.get(path.replace("ours", "theirs")).status_code == 404
    Path(one.file.path).unlink()
    assert client.get(path).status_code == 404


def test_the_catalogue_holds_ratings_and_every_collection(
    client: Client, town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    files = freeze(town)
    with django_assert_max_num_queries(20):
        answer = client.get("/ours/open/catalog.jsonld")
    found = json.loads(answer.content)
    known = {one["dct:identifier"]: one for one in found["dcat:dataset"]}
    geodata = {f"ours-geodata-{code}" for code in (*PUBLISHED, EVERYTHING)}
    assert geodata <= set(known)
    assert {code for code in known if code.startswith("ours-ratings-")}
    alone = json.loads(client.get("/ours/open/ratings/catalog.jsonld").content)
    rated = [one for one in found["dcat:dataset"] if "-ratings-" in one["dct:identifier"]]
    assert alone["dcat:dataset"] == rated  # one implementation, two doors
    ways = [way for one in known.values() for way in one["dcat:distribution"]]
    assert all(way["dct:license"] and way["dcat:accessURL"] for way in ways)
    sums = {
        way["spdx:checksum"]["spdx:checksumValue"]["@value"]
        for code in geodata
        for way in known[code]["dcat:distribution"]
        if "spdx:checksum" in way
    }
    assert sums == {one.sha256 for one in files}


def test_every_address_of_the_catalogue_answers(client: Client, town: Town) -> None:
    freeze(town)
    found = json.loads(client.get("/ours/open/catalog.jsonld").content)
    for one in found["dcat:dataset"]:
        for way in one["dcat:distribution"]:
            cache.clear()
            answer = client.get(way["@id"])
            assert answer.status_code == 200, way["@id"]
            assert b"".join(answer), way["@id"]


def test_kinds_of_zones_are_named_in_each_language(client: Client, town: Town) -> None:
    names = {"bg": "Квартали", "en": "Quarters", "ro": "Cartiere"}
    ZoneKind.objects.filter(code="neighbourhood", municipality=town.row).update(plurals=names)
    (frozen, *_forms) = (one for one in freeze(town) if one.collection == "zones-neighbourhood")
    assert frozen.titles == names
    catalogue = client.get("/ours/open/catalog.jsonld").content.decode()
    assert all(f'"@value": "{name}"' in catalogue for name in names.values())
