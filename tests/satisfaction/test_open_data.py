"""Open data of ratings: files that never change, what is left out, dictionary and catalogue."""

import csv
import datetime as dt
import gzip
import hashlib
import io
import json
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from satisfaction.models import GroupFigure, OpenFile, SiteFigure, Snapshot
from satisfaction.present.dictionary import dictionary
from satisfaction.services.open_files import columns, contents_of, freeze_open_files, rows_of
from tests.factories.satisfaction import GroupFigureFactory, SiteFigureFactory, SnapshotFactory
from tests.factories.sites import VehicleFactory
from tests.factories.zones import MunicipalityFactory

pytestmark = pytest.mark.django_db

PUBLIC = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _after_the_right_of_reply() -> Any:
    with time_machine.travel(PUBLIC, tick=False):
        yield


@pytest.fixture
def figures() -> Snapshot:
    """Figures of one place and of the whole town in October."""
    snapshot: Snapshot = SnapshotFactory.create(is_synthetic=True)
    SiteFigureFactory.create(snapshot=snapshot)
    GroupFigureFactory.create(snapshot=snapshot)
    return snapshot


@pytest.fixture
def october(figures: Snapshot) -> Snapshot:
    """The same with their files."""
    freeze_open_files()
    return figures


def path_of(snapshot: Snapshot, rest: str = "") -> str:
    return f"/{snapshot.municipality.slug}/open/ratings/{rest}"


def get(client: Client, snapshot: Snapshot, rest: str = "", **headers: str) -> HttpResponse:
    answer: HttpResponse = client.get(  # type: ignore[assignment]
        path_of(snapshot, rest), headers={"accept-language": "en"} | headers
    )
    return answer


def rows_in(answer: HttpResponse) -> list[dict[str, str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# -- the files ------------------------------------------------------------------------------------


def test_a_table_has_a_row_for_each_place_and_group_and_says_that_it_is_invented(
    client: Client, october: Snapshot
) -> None:
    place, town = rows_in(get(client, october, f"{october.code}.csv"))
    figure = october.site_figures.get()
    assert (place["kind"], place["code"], place["votes"]) == ("place", figure.site.code, "20")
    assert (place["score"], place["low"], place["high"]) == ("7.1", "6.4", "7.8")
    given = figure.histogram
    assert [int(place[f"s{score}"]) for score in range(1, 11)] == given
    assert sum(int(place[f"s{score}"]) for score in range(1, 11)) == int(place["votes"])
    assert {place["period"], town["period"]} == {october.code}
    assert {place["is_invented"], town["is_invented"]} == {"true"}
    assert (town["kind"], town["place_id"]) == ("town", "")


def test_geojson_has_the_places_as_points_and_the_numbers_of_what_is_missing(
    client: Client, figures: Snapshot
) -> None:
    vehicle = VehicleFactory.create(municipality=figures.municipality)
    SiteFigureFactory.create(snapshot=figures, site=vehicle)
    freeze_open_files()
    shapes = json.loads(get(client, figures, f"{figures.code}.geojson").content)
    assert (shapes["places_waiting"], shapes["votes_set_aside"]) == (2, 4)
    assert shapes["is_invented"] is True
    by_place = {one["id"]: one["geometry"] for one in shapes["features"]}
    assert by_place.pop(vehicle.pk) is None
    assert [one["type"] for one in by_place.values()] == ["Point"]
    assert "longitude" not in shapes["features"][0]["properties"]


def test_a_file_never_changes_whatever_happens_to_the_town_later(
    client: Client, october: Snapshot
) -> None:
    before = {
        written: get(client, october, f"{october.code}.{written}").content
        for written in ("csv", "geojson")
    }
    site = october.site_figures.get().site
    site.names = {"en": "Renamed", "ro": "Altfel"}
    site.save()
    SnapshotFactory.create(
        municipality=october.municipality,
        first_day=dt.date(2026, 9, 1),
        until=dt.date(2026, 10, 1),
    )
    assert freeze_open_files() == 2
    assert freeze_open_files() == 0
    for written, content in before.items():
        answer = get(client, october, f"{october.code}.{written}")
        assert answer.content == content
        assert answer["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'


def test_the_same_figures_make_the_same_bytes(october: Snapshot) -> None:
    made = contents_of(october)
    assert contents_of(october) == made
    for file in october.files.all():
        content = gzip.decompress(bytes(file.packed))
        assert content == made[OpenFile.Format(file.format)]
        assert file.size == len(content)
        assert file.sha256 == hashlib.sha256(content).hexdigest()


def test_a_file_may_be_kept_by_everybody_for_ever(client: Client, october: Snapshot) -> None:
    answer = get(client, october, f"{october.code}.csv")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Cookie" not in answer.get("Vary", "")
    again = get(client, october, f"{october.code}.csv", **{"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_before_the_right_of_reply_is_over_nobody_gets_a_file(
    client: Client, october: Snapshot
) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 8, 12, tzinfo=dt.UTC), tick=False):
        assert get(client, october, f"{october.code}.csv").status_code == 404
        assert october.code not in get(client, october).content.decode()
        assert get(client, october, "catalog.jsonld").content.decode().count("Distribution") == 0


@pytest.mark.parametrize(
    "name", ["month-2026-09-v1.csv", "month-2026-10-v1.xlsx", "month-2026-13-v1.csv", "x.csv"]
)
def test_a_file_that_is_not_there_is_not_found(
    client: Client, october: Snapshot, name: str
) -> None:
    assert get(client, october, name).status_code == 404


def test_another_town_has_other_files(client: Client, october: Snapshot) -> None:
    other = MunicipalityFactory.create()
    assert client.get(f"/{other.slug}/open/ratings/{october.code}.csv").status_code == 404


def test_what_has_too_few_votes_is_in_no_row(october: Snapshot) -> None:
    GroupFigureFactory.create(
        snapshot=october,
        kind=GroupFigure.Kind.SMALL,
        category=october.site_figures.get().category,
        state=SiteFigure.State.COLLECTING,
        score=None, low=None, high=None,
    )  # fmt: skip
    assert {row["kind"] for row in rows_of(october)} == {"place", "town"}


def test_a_name_that_looks_like_a_formula_is_written_as_text(figures: Snapshot) -> None:
    site = figures.site_figures.get().site
    site.names = dict.fromkeys(figures.municipality.languages, "=1+1")
    site.save()
    assert b",'=1+1," in contents_of(figures)[OpenFile.Format.CSV]


# -- the page -------------------------------------------------------------------------------------


def test_the_page_says_what_is_missing_with_numbers_and_shows_the_checksums(
    client: Client, october: Snapshot
) -> None:
    page = " ".join(get(client, october).content.decode().split())
    assert "October 2026" in page
    assert ">2</td>" in page  # places that wait
    assert ">4</td>" in page  # votes set aside
    for file in october.files.all():
        assert file.sha256 in page
    assert "invented for the demonstration" in page
    assert "CC BY 4.0" in page
    assert path_of(october, f"{october.code}.geojson") in page


def test_the_list_is_paged_filtered_and_can_be_had_as_a_table(
    client: Client, october: Snapshot, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        first = dt.date(2023 + number // 12, number % 12 + 1, 1)
        SnapshotFactory.create(
            municipality=october.municipality,
            first_day=first,
            until=(first + dt.timedelta(days=31)).replace(day=1),
        )
    freeze_open_files()
    with django_assert_max_num_queries(12):
        page = get(client, october).content.decode()
    assert "?page=2" in page
    table = client.get(path_of(october, "?format=csv"))
    text = b"".join(table.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.count("\r\n") == 1 + 31 * 2
    assert "October 2026" not in get(client, october, "?span=year").content.decode()


def test_a_town_without_figures_says_when_the_first_come(client: Client) -> None:
    town = MunicipalityFactory.create()
    answer = client.get(f"/{town.slug}/open/ratings/", headers={"accept-language": "en"})
    assert "No figures published yet" in answer.content.decode()


# -- dictionary and catalogue ---------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ro", "bg"])
def test_the_dictionary_has_each_column_in_each_language(
    client: Client, october: Snapshot, language: str
) -> None:
    answer = client.get(path_of(october, f"dictionary.{language}.csv"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["column"] for row in rows] == columns(october.municipality.languages)
    assert all(row["meaning"] for row in rows)


def test_the_dictionary_says_it_in_the_language_asked_for() -> None:
    with translation.override("bg"):
        english = dictionary(["ro"], "en")
    assert english[0][2].startswith("Code of the period")


def test_a_dictionary_in_another_language_is_not_found(client: Client, october: Snapshot) -> None:
    assert get(client, october, "dictionary.de.csv").status_code == 404


def test_the_catalogue_has_what_data_portals_ask_for(client: Client, october: Snapshot) -> None:
    answer = get(client, october, "catalog.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    catalogue = json.loads(answer.content)
    wanted = {"dct:title", "dct:description", "dct:publisher", "dct:license", "dcat:dataset"}
    assert catalogue["@type"] == "dcat:Catalog"
    assert wanted <= set(catalogue)
    (dataset,) = catalogue["dcat:dataset"]
    wanted = {
        "dct:title", "dct:description", "dct:publisher", "dcat:contactPoint", "dct:spatial",
        "dct:temporal", "dct:accrualPeriodicity", "dcat:theme", "dcat:distribution",
    }  # fmt: skip
    assert wanted <= set(dataset)
    assert {one["@language"] for one in dataset["dct:title"]} == {"en", "ro", "bg"}
    assert dataset["dct:spatial"]["dcat:bbox"]["@value"].startswith("POLYGON((")
    assert dataset["dct:temporal"]["dcat:startDate"]["@value"] == "2026-10-01"
    assert dataset["dct:temporal"]["dcat:endDate"]["@value"] == "2026-10-31"
    by_address = {one["dcat:downloadURL"]["@id"]: one for one in dataset["dcat:distribution"]}
    assert len(by_address) == 2
    for address, one in by_address.items():
        content = client.get(address).content
        assert one["dcat:byteSize"]["@value"] == str(len(content))
        checksum = one["spdx:checksum"]
        assert checksum["spdx:checksumValue"]["@value"] == hashlib.sha256(content).hexdigest()
        assert checksum["spdx:algorithm"]["@id"].endswith("checksumAlgorithm_sha256")
        assert one["dct:license"]["@id"].startswith("https://creativecommons.org/licenses/by/4.0")


def test_every_name_of_the_catalogue_has_its_vocabulary(client: Client, october: Snapshot) -> None:
    catalogue = json.loads(get(client, october, "catalog.jsonld").content)
    known = set(catalogue.pop("@context"))
    used = set(_prefixes(catalogue))
    assert used <= known


def _prefixes(node: Any) -> Any:
    if isinstance(node, list):
        for one in node:
            yield from _prefixes(one)
    elif isinstance(node, dict):
        for name, value in node.items():
            if not name.startswith("@"):
                yield name.partition(":")[0]
            if name == "@type":
                yield str(value).partition(":")[0]
            yield from _prefixes(value)
