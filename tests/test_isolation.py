"""Crawls every address of one town, as each role, and looks for a word only another town knows.

The addresses are cut into parts that the workers of the suite share.
"""

import gzip
from collections.abc import Iterator
from itertools import product

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from sign_registry.models import PrintBatch
from tests.factories.zones import spot
from tests.permissions.matrix import entries
from tests.routes import Route, every_route
from tests.whole_town import PUBLISHED, SECOND, Town, path_of, town_with
from tests.whole_town_files import freeze_open_geodata
from zones.tiles.layers import LAYERS

# Every address with every row of two towns: a minute for each part on a busy machine.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(1200)]

# Colours, arms, the script of the crew's pages and what only takes a form: they show no row.
SILENT = {
    "<slug:slug>/brand.css",
    "<slug:slug>/arms.png",
    "<slug:slug>/sw.js",
    "<slug:slug>/app.webmanifest",
    "<slug:slug>/phone/icon-192.png",
    "<slug:slug>/phone/icon-512.png",
    "<slug:slug>/phone/maskable-512.png",
    "<slug:slug>/report/sync/",
    "<slug:slug>/ogc/",
    "<slug:slug>/ogc/conformance",
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
    "<slug:slug>/consultations/<int:pk>/minutes.pdf",
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
    # Consultations: the thanks after a vote are shown to who has just voted.
    "<slug:slug>/consultations/<int:pk>/vote/done/",
    # Own words are taken back by their author alone; of a file handed in only its state is told.
    "<slug:slug>/consultations/<int:pk>/said/<int:contribution>/take-back/",
    "<slug:slug>/town/setup/files/<int:pk>/state.json",
    # Only a practice copy has letters to read; of the making of one only its steps are told.
    "<slug:slug>/practice/mail/",
    "<slug:slug>/practice/mail/<int:pk>/",
    "<slug:slug>/town/practice/state.json",
}
# What only takes a form answers no GET, so it is not crawled.
FORMS = {route for route, entry in entries().items() if entry.get == "-"}
LONGITUDE, LATITUDE = spot(0.5, 0.5).coords
#: Every so many-th address from an own start on, so that dear and cheap ones are mixed.
PARTS = range(6)


@pytest.fixture(scope="module")
def towns(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Town, Town]]:
    """Two towns, built once and undone at the end; each test undoes what it did itself.

    Their files lie in a folder of their own.
    """
    folder = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder), transaction.atomic():
        yield town_with_files("Ours", "ours"), town_with_files("Canaryx", "theirs")
        transaction.set_rollback(True)


def town_with_files(canary: str, slug: str) -> Town:
    """A town whose printed sheets and frozen open geodata name the canary as well."""
    town = town_with(canary, slug)
    batch = PrintBatch.objects.get(pk=town.numbers["batch"])
    batch.file.save("signs.pdf", ContentFile(f"{canary} sheets".encode()))
    freeze_open_geodata(town.row)
    return town


def filled(route: Route, town: Town, foreign: Town) -> Iterator[str]:
    """A route with each value that could matter: every row of both towns, every layer."""
    if "feature" in route.parameters:
        for collection, row in PUBLISHED.items():
            for number in (town.numbers[row], foreign.numbers[row]):
                yield path_of(route, town, {"collection": collection, "feature": number})
        return
    choices = {"pk": rows_for(route, town, foreign), "layer": list(LAYERS)}
    choices["collection"] = list(PUBLISHED)
    for name, row in SECOND.items():
        choices[name] = [town.numbers[row], foreign.numbers[row]]
    names = [name for name in route.parameters if name in choices]
    found = (
        dict(zip(names, one, strict=True)) for one in product(*(choices[name] for name in names))
    )
    yield from dict.fromkeys(path_of(route, town, given) for given in found)


def rows_for(route: Route, town: Town, foreign: Town) -> list[str]:
    """Every row of both towns whose number such an address takes, each number once."""
    rows = sorted({*town.numbers.values(), *foreign.numbers.values()})
    if "<int:pk>" in route.path:
        return [one for one in rows if one.isdecimal()]
    return [one for one in rows if not one.isdecimal()] if "<uuid:pk>" in route.path else rows


def questions(route: Route, foreign: Town) -> list[str]:
    """What can be asked of a page: formats, words, the foreign town's numbers, the ground."""
    formats = ["?format=csv", "?format=geojson"]
    if {"pk", "layer", "collection"} & set(route.parameters):
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


def routes_of_towns(part: int) -> list[Route]:
    """Addresses below a town that show something; one part of them."""
    below = [route for route in every_route() if "slug" in route.parameters]
    return [route for route in below if route.path not in FORMS][part :: len(PARTS)]


def shows(canary: str, client: Client, path: str) -> tuple[bool, bool]:
    """Whether an answer holds the canary, and whether more can be asked there.

    A page that is not found, or leads elsewhere, has no formats and answers no questions; what
    misses a parameter may answer one that names it.
    """
    answer = client.get(path)
    body = b"".join(answer) if answer.streaming else answer.content
    if answer.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return canary.encode() in body, answer.status_code in (200, 400)


def pages_that_show(
    canary: str, client: Client, routes: list[Route], town: Town, foreign: Town
) -> set[str]:
    """Routes of a town whose answer to any question holds the canary; each is found once."""
    return {route.path for route in routes if _is_shown(canary, client, route, town, foreign)}


def _is_shown(canary: str, client: Client, route: Route, town: Town, foreign: Town) -> bool:
    cache.clear()  # two crawls in a minute are more than the API answers to one address
    for path in filled(route, town, foreign):
        is_shown, goes_on = shows(canary, client, path)
        asked = questions(route, foreign) if goes_on else []
        if is_shown or any(shows(canary, client, path + one)[0] for one in asked):
            return True
    return False


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("role", ["stranger", "administrator"])
def test_no_address_of_a_town_shows_anything_of_another(
    client: Client, towns: tuple[Town, Town], role: str, part: int
) -> None:
    ours, theirs = towns
    if role == "administrator":
        client.force_login(ours.administrator)
    assert pages_that_show("Canaryx", client, routes_of_towns(part), ours, theirs) == set()


@pytest.mark.parametrize("part", PARTS)
def test_the_crawl_sees_what_is_there(client: Client, towns: tuple[Town, Town], part: int) -> None:
    _ours, theirs = towns
    client.force_login(theirs.administrator)
    routes = routes_of_towns(part)
    every = {route.path for route in routes}
    assert every - pages_that_show("Canaryx", client, routes, theirs, theirs) == SILENT & every


def test_only_addresses_that_exist_are_said_to_be_silent() -> None:
    assert {route.path for route in every_route()} >= SILENT
