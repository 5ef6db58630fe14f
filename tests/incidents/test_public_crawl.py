"""Every address that everybody may open is asked about hidden reports, in every way it takes.

The addresses are cut into parts that the workers of the suite share.
"""

import gzip
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import time_machine
from django.contrib.gis.geos import Point
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from incidents.models import Attachment, Category, Incident
from tests.factories.departments import NOON
from tests.incidents.leak_town import SEEN, Town, town_with_secrets
from tests.permissions.matrix import entries
from tests.routes import Route, every_route
from tests.whole_town import EDITION, PUBLISHED
from tests.whole_town_files import freeze_open_geodata
from zones.models import Street, Zone
from zones.tiles.layers import LAYERS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
#: Addresses that everybody may open without a secret link; the table of rights names them.
PUBLIC = {route for route, entry in entries().items() if entry.get == "public"}
#: What must be able to show a public report, so that silence proves something.
TELLING = {
    "<slug:slug>/reports/",
    "<slug:slug>/reports/<slug:reference>/",
    "<slug:slug>/nearby/",
    "<slug:slug>/open311/v2/requests.<slug:suffix>",
    "<slug:slug>/open311/v2/requests/<slug:reference>.<slug:suffix>",
}


#: Every so many-th address from an own start on, so that dear and cheap ones are mixed.
PARTS = range(4)


@pytest.fixture(autouse=True)
def own_media(settings: Settings, tmp_path: Path) -> None:
    """Pictures lie in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path


def routes(part: int) -> list[Route]:
    """Public addresses below a town; one part of them."""
    below = [one for one in every_route() if one.path in PUBLIC and "slug" in one.parameters]
    return below[part :: len(PARTS)]


def filled(route: Route, town: Town) -> Iterator[str]:
    """The address for every row that could be meant: public and hidden ones, every format."""
    rows = Incident.objects.all()
    pictures = Attachment.objects.filter(role="photo")
    ids = {one.pk for kept in (rows, pictures, Zone.objects, Street.objects) for one in kept.all()}
    values = {
        "slug": [town.municipality.slug],
        "pk": [str(one) for one in sorted(ids)],
        "reference": [one.reference for one in rows],
        "code": ["office", *Category.objects.values_list("code", flat=True)],
        "suffix": ["xml", "json"],
        "layer": list(LAYERS),
        "z": ["0"],
        "x": ["0"],
        "y": ["0"],
        "language": ["en"],
        "file_format": ["csv"],
        "topic": ["report"],
        "walk": ["report"],
        "collection": list(PUBLISHED),
        "month": [EDITION],
        "feature": [str(one) for one in sorted(ids)],
        # There are no consultations here.
        **{name: ["1"] for name in ("contribution", "project", "question", "proof", "phase")},
    }
    for one in product(*(values[name] for name in route.parameters)):
        yield route.filled(list(one))


def questions(town: Town) -> list[str]:
    """Formats, words, and the ground of each hidden report, less exactly than the canaries."""
    spots = [one.geometry for one in (town.public, town.rough, *town.hidden.values())]
    near = [f"{one.x:.3f} {one.y:.3f}".split() for one in spots if isinstance(one, Point)]
    category = town.hidden["unreleased"].category
    assert category is not None
    since = "start_date=2026-05-01"
    return [
        "?format=csv",
        "?format=geojson",
        "?q=canary-wor",
        f"?{since}",
        f"?{since}&bbox=0,0,90,80",
        "?service_request_id=2026-000001,2026-000002,2026-000003,2026-000004",
        *(f"?lon={x}&lat={y}&category={category.code}&radius=2000" for x, y in near),
        *(f"?longitude={x}&latitude={y}" for x, y in near),
    ]


def body_of(client: Client, path: str) -> tuple[str, bool]:
    """What an address answers, unpacked, and whether more can be asked there.

    What is not found has no formats; what misses a parameter may answer one that names it.
    """
    cache.clear()  # more questions than one network may ask in a minute
    response: HttpResponse = client.get(path)  # type: ignore[assignment]
    raw = b"".join(response) if response.streaming else response.content
    if response.get("Content-Encoding") == "gzip":
        raw = gzip.decompress(raw)
    is_found = response.status_code == 200
    return raw.decode(errors="replace") if is_found else "", response.status_code in (200, 400)


def told(client: Client, town: Town, words: list[str], part: int) -> set[tuple[str, str, str]]:
    """Route, address and word of each place where a word stands that was not asked for."""
    found = set()
    for route in routes(part):
        formats = questions(town)[: 2 if {"pk", "feature"} & set(route.parameters) else None]
        for path in filled(route, town):
            said, goes_on = body_of(client, path)
            answers = [(path, said)]
            for question in formats if goes_on else ():
                answers.append((path + question, body_of(client, path + question)[0]))
            found |= {
                (route.path, address, word)
                for address, text in answers
                for word in words
                if word in text and word not in address
            }
    return found


@pytest.mark.parametrize("part", PARTS)
def test_no_public_address_tells_of_a_hidden_report(client: Client, part: int) -> None:
    town = town_with_secrets()
    seen = {SEEN, town.public.reference}
    words = [*town.secrets, *seen]
    freeze_open_geodata(town.municipality)
    with time_machine.travel(NOON, tick=False):
        found = told(client, town, words, part)
    assert {one for one in found if one[2] not in seen} == set()
    asked = {one.path for one in routes(part)}
    assert (TELLING & asked) - {one[0] for one in found} == set()
