"""Open geodata shows the rows of the pages, and no more of them than pages do."""

import json
from typing import Any

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from consultations.models import Process
from departments.models import Works
from geo.crs import project
from incidents.models import Category, Incident
from notifications.models import Announcement
from portal.geodata.registry import collections_of
from sign_registry.models import Site
from tests.whole_town import PUBLISHED, Town

# A town with a row of everything takes a while to build.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EPSG = "http://www.opengis.net/def/crs/EPSG/0"


def features(client: Client, code: str, question: str = "?limit=1000") -> list[dict[str, Any]]:
    answer = client.get(f"/ours/ogc/collections/{code}/items{question}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = json.loads(answer.content)["features"]
    return found


def ids(client: Client, code: str, question: str = "?limit=1000") -> set[int]:
    return {one["id"] for one in features(client, code, question)}


def test_every_collection_is_known_to_the_crawl_for_foreign_rows(town: Town) -> None:
    codes = {one.code for one in collections_of(town.row, timezone.now())}
    assert codes == set(PUBLISHED)


def test_a_collection_holds_its_own_row_and_no_foreign_one(
    client: Client, town: Town, neighbour: Town
) -> None:
    for code, row in PUBLISHED.items():
        own, foreign = int(town.numbers[row]), int(neighbour.numbers[row])
        items = f"/ours/ogc/collections/{code}/items"
        found = ids(client, code)
        if code != "news":  # the town's only notice is for everybody and has no place
            assert own in found, code
            assert client.get(f"{items}/{own}").status_code == 200
        assert foreign not in found, code
        assert client.get(f"{items}/{foreign}").status_code == 404
        assert b"Canaryx" not in client.get(f"{items}?limit=1000").content


def test_lists_and_open_geodata_count_alike(client: Client, town: Town) -> None:
    listed = {
        "reports": len(list(csv_rows(client, "/ours/reports/?format=csv"))),
        "consultations": len(list(csv_rows(client, "/ours/consultations/?format=csv"))),
        "zones-neighbourhood": len(list(csv_rows(client, "/ours/zones/?format=csv"))),
    }
    assert {code: len(features(client, code)) for code in listed} == listed
    assert min(listed.values()) > 0


def csv_rows(client: Client, path: str) -> list[str]:
    body = b"".join(client.get(path)).decode()
    return body.strip().splitlines()[1:]


def test_what_is_taken_back_is_gone_at_once(client: Client, town: Town) -> None:
    number = {code: int(town.numbers[row]) for code, row in PUBLISHED.items()}
    Incident.objects.filter(pk=number["reports"]).update(is_released=False)
    Process.objects.filter(pk=number["consultations"]).update(state="draft")
    Works.objects.filter(pk=number["works"]).update(is_public=False)
    Site.objects.filter(pk=number["sites"]).update(is_staff_sensitive=True)
    for code in ("reports", "consultations", "works", "sites", "project-parts"):
        assert number[code] not in ids(client, code)
        answer = client.get(f"/ours/ogc/collections/{code}/items/{number[code]}")
        assert answer.status_code == 404


def test_a_notice_is_shown_once_it_is_public_and_has_a_place(client: Client, town: Town) -> None:
    news = Announcement.objects.filter(pk=town.numbers["announcement"])
    place = Works.objects.get(pk=town.numbers["works"]).geometry
    news.update(geometry=place)
    assert ids(client, "news") == {int(town.numbers["announcement"])}
    news.update(state=Announcement.State.DRAFT)
    assert ids(client, "news") == set()


def test_a_rough_place_is_never_found_by_its_true_one(client: Client, town: Town) -> None:
    report = Incident.objects.get(pk=town.numbers["incident"])
    assert report.category is not None
    before = report.geometry
    assert isinstance(before, Point)
    true_x, true_y = before.x + 0.0003, before.y  # off the rough grid
    Incident.objects.filter(pk=report.pk).update(geometry=Point(true_x, true_y, srid=4326))
    Category.objects.filter(pk=report.category.pk).update(visibility=Category.Visibility.PLACE)
    (shown,) = (one for one in features(client, "reports") if one["id"] == report.pk)
    x, y = shown["geometry"]["coordinates"]
    assert (x, y) == (round(x, 3), round(y, 3))
    assert abs(x - true_x) > 0.0001
    near = 0.00005
    true = f"?bbox={true_x - near},{true_y - near},{true_x + near},{true_y + near}"
    rough = f"?bbox={x - near},{y - near},{x + near},{y + near}"
    assert report.pk not in ids(client, "reports", true)
    assert report.pk in ids(client, "reports", rough)


def test_coordinates_are_in_the_order_their_system_says(client: Client, town: Town) -> None:
    (plain,) = features(client, "addresses")
    point = shapely.Point(plain["geometry"]["coordinates"])
    for srid in (4326, 3844, 3857):
        question = f"?crs={EPSG}/{srid}"
        (moved,) = features(client, "addresses", question)
        answer = client.get(f"/ours/ogc/collections/addresses/items{question}")
        assert answer["Content-Crs"] == f"<{EPSG}/{srid}>"
        (there,) = project(np.array([point], dtype=object), srid)
        wanted = (there.x, there.y) if srid == 3857 else (there.y, there.x)
        assert moved["geometry"]["coordinates"] == pytest.approx(wanted, abs=0.001)


def test_a_box_in_metres_keeps_what_lies_in_it(client: Client, town: Town) -> None:
    for srid in (3844, 3857):
        _asks_by_metres(client, srid)


def _asks_by_metres(client: Client, srid: int) -> None:
    (one,) = features(client, "addresses", f"?crs={EPSG}/{srid}")
    first, second = one["geometry"]["coordinates"]
    for off, count in ((0.0, 1), (1.5, 0)):
        low, high = (first - 1 + off, second - 1), (first + 1 + off, second + 1)
        box = ",".join(str(number) for number in (*low, *high))
        question = f"?bbox={box}&bbox-crs={EPSG}/{srid}"
        assert len(features(client, "addresses", question)) == count
    everywhere = f"?bbox=-1e12,-1e12,1e12,1e12&bbox-crs={EPSG}/{srid}"
    assert len(features(client, "addresses", everywhere)) == 1
    nowhere = f"?bbox=1e11,1e11,1e12,1e12&bbox-crs={EPSG}/{srid}"
    assert features(client, "addresses", nowhere) == []
