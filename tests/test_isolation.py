"""Crawls every address of one town, as each role, and looks for a word only another town knows."""

import gzip
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.zones import (
    LOADED_AT,
    AddressFactory,
    DatasetFactory,
    MunicipalityFactory,
    PlaceFactory,
    StreetFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.models import Correction, Municipality
from zones.tiles.layers import LAYERS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Colours, arms and what only takes a form: they show no row.
SILENT = {
    "<slug:slug>/brand.css",
    "<slug:slug>/arms.png",
    "<slug:slug>/correction/",
    "<slug:slug>/town/corrections/<int:pk>/",
}
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
ZOOM = 14
LONGITUDE, LATITUDE = spot(0.5, 0.5).coords


@dataclass(frozen=True, slots=True)
class Town:
    """A town on the test grid; each of its texts holds the canary."""

    row: Municipality
    administrator: User
    numbers: dict[str, int]


def town_with(canary: str, slug: str) -> Town:
    """Found a town where every kind of row names the canary; all towns lie on the same ground."""
    names = {"en": f"{canary} name", "ro": f"{canary} name"}
    row = MunicipalityFactory.create(slug=slug)
    given = {"municipality": row}
    dataset = DatasetFactory.create(
        source=f"{canary} source", attribution=f"{canary} attribution", **given
    )
    zone = zone_with_shape(row, code=f"{canary}-zone", geometry=square(0, 0))
    for named in (zone, zone.kind):
        named.names = names
        named.save()
    long_street = {"names": {"ro": "Strada Lungă"}, "locality": canary, "variants": [canary]}
    street = StreetFactory.create(zone=zone, dataset=dataset, **long_street, **given)
    address = AddressFactory.create(
        street=street,
        thoroughfare="Strada Lungă",
        address_number="7",
        locality=canary,
        dataset=dataset,
        **given,
    )
    place = PlaceFactory.create(names=names, dataset=dataset, **given)
    remark = Correction.objects.create(
        municipality=row,
        location=spot(0.5, 0.5),
        said=f"{canary} said",
        text=f"{canary} text",
        created_at=LOADED_AT,
    )
    person = UserFactory.create(full_name=f"{canary} person")
    rows = {"zone": zone, "street": street, "address": address, "place": place, "remark": remark}
    numbers = {name: found.pk for name, found in rows.items()}
    return Town(row, MembershipFactory.create(user=person, **given).user, numbers)


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address of the program, as written in its lists."""
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from routes(one, route)


def tile_of(longitude: float, latitude: float, zoom: int) -> tuple[int, int]:
    """Column and row of the web Mercator tile that holds a point (OpenStreetMap's formula)."""
    across = (longitude + 180) / 360
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return int(across * 2**zoom), int(down * 2**zoom)


def filled(route: str, town: Town, foreign: Town) -> Iterator[str]:
    """A route with each value that could matter; one parameter nobody thought of fails here."""
    column, row = tile_of(LONGITUDE, LATITUDE, ZOOM)
    numbers = sorted({*town.numbers.values(), *foreign.numbers.values()})
    values: dict[str, list[str]] = {
        "slug": [town.row.slug],
        "pk": [str(number) for number in numbers],
        "layer": list(LAYERS),
        "z": [str(ZOOM)],
        "x": [str(column)],
        "y": [str(row)],
    }
    names = PARAMETER.findall(route)
    for chosen in product(*(values[name] for name in names)):
        path = route
        for value in chosen:
            path = PARAMETER.sub(value, path, count=1)
        yield f"/{path}"


def questions(route: str, foreign: Town) -> list[str]:
    """What can be asked of a page: formats, words, the foreign town's numbers, the ground."""
    formats = ["", "?format=csv", "?format=geojson"]
    if "pk" in route or "layer" in route:
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


def pages_that_show(canary: str, client: Client, town: Town, foreign: Town) -> set[str]:
    """Routes of a town whose answer to any question holds the canary."""
    found = set()
    for route in routes(get_resolver()):
        if "slug" not in route:
            continue
        for path, question in product(filled(route, town, foreign), questions(route, foreign)):
            answer = client.get(path + question)
            body = b"".join(answer) if answer.streaming else answer.content
            if answer.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            if canary.encode() in body:
                found.add(route)
    return found


@pytest.mark.parametrize("role", ["stranger", "administrator"])
def test_no_address_of_a_town_shows_anything_of_another(client: Client, role: str) -> None:
    ours, theirs = town_with("Ours", "ours"), town_with("Canaryx", "theirs")
    if role == "administrator":
        client.force_login(ours.administrator)
    assert pages_that_show("Canaryx", client, ours, theirs) == set()


def test_the_crawl_sees_what_is_there(client: Client) -> None:
    town = town_with("Canaryx", "theirs")
    client.force_login(town.administrator)
    every = {route for route in routes(get_resolver()) if "slug" in route}
    assert every - pages_that_show("Canaryx", client, town, town) == SILENT
