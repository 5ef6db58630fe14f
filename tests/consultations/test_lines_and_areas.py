"""Lines and areas in ideas and surveys: drawn or named, within their limits, shown and exported."""

import json
from typing import Any

import pytest
import time_machine
from django.contrib.gis.geos import GEOSGeometry, LineString
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from consultations.models import Contribution, Process, Question, ResponseValue
from consultations.services.moderating import decide
from tests.consultations.surveys import ask, resident, running
from tests.consultations.test_speaking import process_with_area, refusal, resident_at, said
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY
from tests.factories.zones import AddressFactory, StreetFactory, spot, square, zone_with_shape
from zones.models import Street
from zones.stretches import stretch_of

pytestmark = pytest.mark.django_db

ACROSS = LineString(spot(0.2, 0.2).coords, spot(0.8, 0.8).coords, srid=4326)


def street_of(process: Process, name: str = "Strada Mare", until: float = 3) -> Street:
    """A street along a row of the grid, with a house at every fifth of a cell."""
    town = process.municipality
    axis = f"MULTILINESTRING (({_at(0.1, 0.5)}, {_at(until, 0.5)}))"
    street: Street = StreetFactory.create(municipality=town, names={"ro": name}, axis=axis)
    for number in (2, 4, 6):
        AddressFactory.create(
            municipality=town,
            street=street,
            address_number=str(number),
            location=spot(number / 10, 0.52),
        )
    return street


def _at(column: float, row: float) -> str:
    place = spot(column, row)
    return f"{place.x} {place.y}"


def send(client: Client, process: Process, **fields: Any) -> Any:
    """The form of an idea as a browser sends it."""
    path = reverse("consultations:say", args=[process.municipality.slug, process.pk])
    return client.post(path, {"kind": "idea", "text": "A way for bicycles", **fields})


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def test_a_stretch_of_a_street_by_its_numbers() -> None:
    process = process_with_area()
    street = street_of(process)

    stretch = stretch_of(street, first=6, last=4)
    west, _south, east, _north = stretch.extent

    assert stretch.geom_type == "LineString"
    assert spot(0.3, 0).x < west < spot(0.4, 0).x
    assert spot(0.6, 0).x < east < spot(0.7, 0).x
    assert street.axis is not None
    assert stretch_of(street).equals(street.axis)


def test_a_street_without_a_line_runs_through_its_houses() -> None:
    street = street_of(process_with_area())
    street.axis = None

    west, _south, east, _north = stretch_of(street, first=2, last=6).extent

    assert west == pytest.approx(spot(0.2, 0).x, abs=1e-4)
    assert east == pytest.approx(spot(0.6, 0).x, abs=1e-4)


def test_a_street_without_line_and_houses_is_to_be_drawn() -> None:
    with pytest.raises(ValidationError) as refused:
        stretch_of(StreetFactory.create())

    assert refused.value.code == "no_axis"


@pytest.mark.parametrize("numbers", [{"first": 90}, {"last": 1}])
def test_numbers_that_a_street_lacks_are_refused_with_those_it_has(numbers: dict[str, int]) -> None:
    street = street_of(process_with_area())

    with pytest.raises(ValidationError, match="from 2 to 6") as refused:
        stretch_of(street, **numbers)

    assert refused.value.code == "no_numbers"


def test_an_idea_along_a_street_is_cut_to_the_area_and_said_in_words(client: Client) -> None:
    process = process_with_area()
    street_of(process)
    client.force_login(resident_at(process, 0.5, 0.5))

    answer = send(client, process, extent="line", street="strada mare")

    assert answer.status_code == 302, answer.context["form"].errors
    one = Contribution.objects.get()
    assert one.geometry is not None
    assert one.geometry.geom_type == "LineString"
    assert square(0, 0).covers(one.geometry)
    assert one.place_words["ro"] == "Strada Mare"


@pytest.mark.parametrize("extent", ["area", "", "line"])
def test_an_idea_for_neighbourhoods_counts_whatever_extent_was_left_chosen(
    client: Client, extent: str
) -> None:
    process = process_with_area()
    zone = zone_with_shape(process.municipality, code="north", geometry=square(0.2, 0.2))
    client.force_login(UserFactory.create())

    answer = send(client, process, extent=extent, zones=[zone.pk])

    assert answer.status_code == 302, answer.context["form"].errors
    one = Contribution.objects.get()
    assert one.geometry is not None
    assert one.geometry.geom_type == "Polygon"
    assert square(0, 0).covers(one.geometry)
    assert one.place_words["ro"] == zone.names["ro"]


def test_an_idea_that_was_drawn_is_kept_as_it_was_drawn(client: Client) -> None:
    process = process_with_area()
    client.force_login(UserFactory.create())

    answer = send(client, process, extent="line", shape=ACROSS.geojson)

    assert answer.status_code == 302, answer.context["form"].errors
    one = Contribution.objects.get()
    assert one.geometry is not None
    assert one.geometry.equals_exact(ACROSS, 1e-9)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"extent": "line", "shape": '{"type": "LineString", "coordinates": [[26, 1]]}'}, "shape"),
        ({"extent": "area", "shape": ACROSS.geojson.replace("LineString", "Curve")}, "shape"),
        ({"extent": "line", "street": "Strada Nicaieri"}, "street"),
        ({"extent": "line", "first": "3"}, "street"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(
    client: Client, fields: dict[str, str], field: str
) -> None:
    process = process_with_area()
    client.force_login(UserFactory.create())

    answer = send(client, process, **fields)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Contribution.objects.exists()


def test_a_shape_with_too_many_corners_is_refused(client: Client) -> None:
    process = process_with_area()
    client.force_login(UserFactory.create())
    corners = [[round(26.30 + n * 1e-6, 6), 46.9] for n in range(501)]

    answer = send(
        client,
        process,
        extent="line",
        shape=json.dumps({"type": "LineString", "coordinates": corners}),
    )

    assert answer.status_code == 422
    assert "shape" in answer.context["form"].errors


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (LineString(spot(0.5, 0.5).coords, spot(2, 0.5).coords, srid=4326), "outside"),
        (square(0.5, 0.5), "outside"),
        (GEOSGeometry("MULTIPOINT (26.3001 46.9001, 26.3002 46.9002)", srid=4326), "shape"),
    ],
)
def test_the_service_refuses_what_lies_partly_outside_or_is_no_place(
    place: GEOSGeometry, code: str
) -> None:
    process = process_with_area()

    assert refusal(process, UserFactory.create(), kind="idea", place=place) == [code]


def test_lines_are_shown_beside_their_words_and_exported(client: Client) -> None:
    process = process_with_area()
    zone_with_shape(process.municipality, code="north", geometry=square(0, 0))
    one = said(process, UserFactory.create(), kind="idea", place=ACROSS)
    decide(contribution=one, state="released", actor=UserFactory.create(), now=NOON)
    path = reverse("consultations:said", args=[process.municipality.slug, process.pk])

    page = client.get(path)
    features = json.loads(b"".join(client.get(path, {"format": "geojson"})))["features"]
    table = b"".join(client.get(path, {"format": "csv"})).decode()

    assert one.place_words
    assert one.place_words["ro"] in page.content.decode()
    assert [row["properties"]["role"] for row in page.context["shapes"]["features"]] == [
        "area",
        "said",
    ]
    assert [row["geometry"]["type"] for row in features] == ["LineString"]
    assert "wkt" not in features[0]["properties"]
    assert "LINESTRING" in table


def test_a_survey_takes_stretches_and_several_neighbourhoods(client: Client) -> None:
    phase = running()
    town = phase.process.municipality
    line, area = ask(phase, Question.Kind.LINE), ask(phase, Question.Kind.AREA)
    street = street_of(phase.process)
    first = zone_with_shape(town, code="a", geometry=square(0, 0), valid_from=TODAY)
    second = zone_with_shape(town, code="b", geometry=square(1, 0), valid_from=TODAY)
    client.force_login(resident(phase))

    answer = client.post(
        reverse("consultations:survey", args=[town.slug, phase.process.pk]),
        {
            f"answer_{line.code}_where": "Strada Mare",
            f"answer_{line.code}_from": "4",
            f"answer_{line.code}_to": "6",
            f"answer_{area.code}_where": [first.pk, second.pk],
        },
    )

    assert answer.status_code == 302, answer.context["form"].errors
    kept: dict[int, Any] = {row.question_id: row.geometry for row in ResponseValue.objects.all()}
    assert kept[line.pk].equals_exact(stretch_of(street, first=4, last=6), 1e-9)
    assert kept[area.pk].sym_difference(square(0, 0, width=2)).area < 1e-12
