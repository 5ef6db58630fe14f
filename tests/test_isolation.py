"""Crawls every address of one town, as each role, and looks for a word only another town knows."""

import gzip
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from pytest_django import Settings

from sign_registry.models import PrintBatch
from tests.factories.zones import spot
from tests.permissions.matrix import entries
from tests.routes import Route, every_route
from tests.whole_town import Town, path_of, town_with
from zones.tiles.layers import LAYERS

# Every address with every row of two towns: minutes, on a busy machine more than five.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(1200)]

# Colours, arms, the script of the crew's pages and what only takes a form: they show no row.
SILENT = {
    "<slug:slug>/brand.css",
    "<slug:slug>/arms.png",
    "<slug:slug>/sw.js",
    "<slug:slug>/correction/",
    "api/<slug:slug>/v1/areas/evaluate/",
    "<slug:slug>/crew/rounds/<int:pk>/move/",
    "<slug:slug>/crew/sync/",
    "<slug:slug>/signs/approve/",
    "<slug:slug>/desk/residents/<int:pk>/card/",
    "<slug:slug>/desk/residents/<int:pk>/card/withdraw/",
    "<slug:slug>/desk/residents/<int:pk>/confirm/",
    "<slug:slug>/desk/residents/<int:pk>/letter/",
    "<slug:slug>/following/<int:pk>/stop/",
    "<slug:slug>/inbox/<int:pk>/",
    "<slug:slug>/inbox/<int:pk>/remove/",
    "<slug:slug>/inbox/read/",
    "<slug:slug>/muted/<int:pk>/undo/",
    "<slug:slug>/push-worker.js",
    "<slug:slug>/push/",
    "<slug:slug>/push/<int:pk>/end/",
    "<slug:slug>/unsubscribe/<str:token>/",
    "<slug:slug>/join/",
    "<slug:slug>/join/address/",
    "<slug:slug>/join/code/",
    "<slug:slug>/me/flat/",
    "<slug:slug>/me/letter/",
    "<slug:slug>/plan/zones/<int:pk>/hand-in/",
    "<slug:slug>/plan/zones/<int:pk>/settle/",
    "<slug:slug>/plan/zones/<int:pk>/step/",
    "<slug:slug>/plan/zones/begin/",
    "<slug:slug>/town/corrections/<int:pk>/",
    "<slug:slug>/town/departments/<int:pk>/closing/",
    "<slug:slug>/town/outbox/<int:pk>/",
    "<slug:slug>/town/outbox/again/",
    "<slug:slug>/town/staff/<int:pk>/letter/",
    "<slug:slug>/town/staff/<int:pk>/withdraw/",
    "<slug:slug>/town/sites/<int:pk>/closing/",
    "<slug:slug>/town/sites/<int:pk>/zone/",
    "<slug:slug>/town/ratings/<uuid:pk>/",
    "<slug:slug>/mine/<int:pk>/print/",
    "<slug:slug>/mine/alerts/<int:pk>/close/",
    "<slug:slug>/notices/<int:pk>/step/",
    # What was sent cannot be changed; what is over is in no calendar.
    "<slug:slug>/notices/<int:pk>/change/",
    "<slug:slug>/news.ics",
    "<slug:slug>/notices/<int:pk>/files/",
    "<slug:slug>/notices/files/<int:pk>/",
    "<slug:slug>/notices/paper/<int:pk>.pdf",
    "<slug:slug>/news/files/<int:pk>/",
    # Compressed PDFs, a picture without words, columns and addresses only.
    "<slug:slug>/mine/<int:pk>/notice.pdf",
    "<slug:slug>/press/digest/<str:monday>.pdf",
    "<slug:slug>/press/surface.png",
    "<slug:slug>/press/year/<int:year>.pdf",
    "<slug:slug>/open/ratings/catalog.jsonld",
    "<slug:slug>/open/ratings/dictionary.<str:language>.csv",
    # Reports: pictures and PDFs, numbers only, pages behind a secret that nobody was given, and
    # answers to programs about the last ninety days.
    "<slug:slug>/desk/<int:pk>/answer/<int:answer>/letter/",
    "<slug:slug>/desk/<int:pk>/photos/<int:photo>/",
    "<slug:slug>/desk/letters/<int:pk>/pictures/<uuid:picture>/",
    "<slug:slug>/desk/outages/<int:pk>/absorb/",
    "<slug:slug>/desk/outages/<int:pk>/answer/",
    "<slug:slug>/desk/outages/<int:pk>/notice/",
    "<slug:slug>/desk/register/numbers.csv",
    "<slug:slug>/desk/release/pictures/<int:pk>/",
    "<slug:slug>/desk/to-send/<int:pk>/letter/<int:answer>/",
    "<slug:slug>/ledger/roots.json",
    "<slug:slug>/open311/discovery.<slug:suffix>",
    "<slug:slug>/open311/test/v2/requests.<slug:suffix>",
    "<slug:slug>/open311/test/v2/services/<slug:code>.<slug:suffix>",
    "<slug:slug>/open311/test/v2/tokens/<slug:token>.<slug:suffix>",
    "<slug:slug>/open311/v2/discovery.<slug:suffix>",
    "<slug:slug>/open311/v2/requests.<slug:suffix>",
    "<slug:slug>/open311/v2/services/<slug:code>.<slug:suffix>",
    "<slug:slug>/open311/v2/tokens/<slug:token>.<slug:suffix>",
    "<slug:slug>/partner/<str:token>/",
    "<slug:slug>/partner/<str:token>/photo/<int:pk>/",
    "<slug:slug>/partner/sheet/<str:token>/",
    "<slug:slug>/report/categories/",
    "<slug:slug>/reports/pictures/<int:pk>/",
    "<slug:slug>/track/<str:token>/",
    "<slug:slug>/track/<str:token>/erase/",
    "<slug:slug>/track/<str:token>/ledger.json",
    "<slug:slug>/track/<str:token>/letter/<int:answer>/",
    "<slug:slug>/track/<str:token>/photo/<int:pk>/",
    "<slug:slug>/track/<str:token>/receipt/",
    "<slug:slug>/track/confirm/<str:signed>/",
    "<slug:slug>/track/follow/<str:signed>/",
}
# What only takes a form answers no GET, so it is not crawled.
FORMS = {route for route, entry in entries().items() if entry.get == "-"}
LONGITUDE, LATITUDE = spot(0.5, 0.5).coords


@pytest.fixture(autouse=True)
def own_media(settings: Settings, tmp_path: Path) -> None:
    """Files of the towns lie in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path


def town_with_files(canary: str, slug: str) -> Town:
    """A town whose printed sheets name the canary as well."""
    town = town_with(canary, slug)
    batch = PrintBatch.objects.get(pk=town.numbers["batch"])
    batch.file.save("signs.pdf", ContentFile(f"{canary} sheets".encode()))
    return town


def filled(route: Route, town: Town, foreign: Town) -> Iterator[str]:
    """A route with each value that could matter: every row of both towns, every layer."""
    rows = sorted({*town.numbers.values(), *foreign.numbers.values()})
    choices = {"pk": rows, "layer": list(LAYERS)}
    names = [name for name in route.parameters if name in choices]
    found = (
        dict(zip(names, one, strict=True)) for one in product(*(choices[name] for name in names))
    )
    yield from dict.fromkeys(path_of(route, town, given) for given in found)


def questions(route: Route, foreign: Town) -> list[str]:
    """What can be asked of a page: formats, words, the foreign town's numbers, the ground."""
    formats = ["", "?format=csv", "?format=geojson"]
    if {"pk", "layer"} & set(route.parameters):
        return formats
    number = foreign.numbers
    return [
        *formats,
        "?q=canar",  # not the whole word, which a page rightly repeats
        "?q=Strada+Lunga+7",
        f"?longitude={LONGITUDE}&latitude={LATITUDE}",
        f"?lon={LONGITUDE}&lat={LATITUDE}",
        f"?lon={LONGITUDE}&lat={LATITUDE}&fragment=1",
        f"?address={number['address']}",
        f"?street={number['street']}",
        f"?zone={number['zone']}",
    ]


def routes_of_towns() -> list[Route]:
    """Addresses below a town that show something."""
    below = [route for route in every_route() if "slug" in route.parameters]
    return [route for route in below if route.path not in FORMS]


def pages_that_show(canary: str, client: Client, town: Town, foreign: Town) -> set[str]:
    """Routes of a town whose answer to any question holds the canary."""
    found = set()
    for route in routes_of_towns():
        cache.clear()  # two crawls in a minute are more than the API answers to one address
        for path, question in product(filled(route, town, foreign), questions(route, foreign)):
            answer = client.get(path + question)
            body = b"".join(answer) if answer.streaming else answer.content
            if answer.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            if canary.encode() in body:
                found.add(route.path)
    return found


@pytest.mark.parametrize("role", ["stranger", "administrator"])
def test_no_address_of_a_town_shows_anything_of_another(client: Client, role: str) -> None:
    ours, theirs = town_with_files("Ours", "ours"), town_with_files("Canaryx", "theirs")
    if role == "administrator":
        client.force_login(ours.administrator)
    assert pages_that_show("Canaryx", client, ours, theirs) == set()


def test_the_crawl_sees_what_is_there(client: Client) -> None:
    town = town_with_files("Canaryx", "theirs")
    client.force_login(town.administrator)
    every = {route.path for route in routes_of_towns()}
    assert every - pages_that_show("Canaryx", client, town, town) == SILENT - FORMS
