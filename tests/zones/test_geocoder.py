"""Address search over stored rows: text to point and back, labels, and the geopy class."""

from collections.abc import Iterator

import pytest
from django.contrib.gis.geos import LineString, MultiLineString, Point
from django.utils import translation
from geopy.exc import GeocoderUnavailable
from geopy.geocoders import Nominatim, Photon
from geopy.location import Location
from pytest_django import DjangoAssertNumQueries, Settings

from tests.factories.zones import (
    AddressFactory,
    MunicipalityFactory,
    PlaceFactory,
    StreetFactory,
    ZoneShapeFactory,
    spot,
    square,
)
from zones.geocoder import (
    OutsideGeocoderError,
    RegisterGeocoder,
    geocode_text,
    reverse_point,
    suggest,
)
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def romanian_reader() -> Iterator[None]:
    with translation.override("ro"):
        yield


@pytest.fixture
def town() -> Municipality:
    """A main street west to east with houses 2, 4 and 10, a block, a quarter and a village."""
    town = MunicipalityFactory.create(names={"ro": "Piatra-Neamț", "en": "Piatra-Neamt"})
    axis = MultiLineString(LineString(spot(0, 1), spot(1, 1), srid=4326), srid=4326)
    street = StreetFactory.create(
        municipality=town,
        names={"ro": "Strada Mihai Viteazul", "en": "Mihai Viteazul Street"},
        axis=axis,
    )
    for number, column in (("2", 0.1), ("4", 0.2), ("10", 0.5)):
        AddressFactory.create(
            municipality=town,
            street=street,
            thoroughfare="Mihai Viteazul",
            address_number=number,
            location=spot(column, 1.01),
            postal_code="610001",
        )
    AddressFactory.create(
        municipality=town,
        address_number="",
        block="A3",
        entrance="2",
        quarter="Mărăței",
        location=spot(2, 2),
    )
    StreetFactory.create(
        municipality=town, names={"ro": "Strada Morii"}, locality="Ciritei", axis=axis
    )
    return town


def test_an_address_is_found_by_its_name_and_number(town: Municipality) -> None:
    [answer] = geocode_text(town, "str mihai viteazu nr. 4, Piatra Neamt")
    assert answer.precision == "address"
    assert answer.label == "Strada Mihai Viteazul 4"
    assert answer.postal_code == "610001"
    assert (answer.longitude, answer.latitude) == pytest.approx(spot(0.2, 1.01).coords)
    assert answer.score > 0.8


def test_a_number_between_two_is_interpolated_and_says_so(town: Municipality) -> None:
    [answer] = geocode_text(town, "Mihai Viteazul 7bis")
    [even] = geocode_text(town, "Mihai Viteazul 6")
    assert answer.precision == "street"
    assert even.precision == "interpolated"
    assert even.label == "Strada Mihai Viteazul 6"
    assert even.address_id is None
    assert even.longitude == pytest.approx(spot(0.3, 1).x)


def test_a_street_without_number_ends_in_its_settlement(town: Municipality) -> None:
    [answer] = geocode_text(town, "strada Morii")
    assert (answer.precision, answer.label) == ("street", "Strada Morii, Ciritei")


def test_what_is_not_there_is_not_guessed(town: Municipality) -> None:
    assert geocode_text(town, "Strada Inexistentă 5") == []
    assert geocode_text(town, "") == []


def test_labels_follow_the_language_of_the_reader(town: Municipality) -> None:
    with translation.override("en"):
        [answer] = geocode_text(town, "Mihai Viteazul 2")
    assert answer.label == "Mihai Viteazul Street 2"


def test_a_block_a_quarter_and_the_town(town: Municipality) -> None:
    door = geocode_text(town, "cart. Mărăței bl. A3 sc. 2")[0]
    quarter = geocode_text(town, "cartier Maratei")[0]
    whole = geocode_text(town, "Piatra Neamț")[0]
    assert (door.precision, quarter.precision, whole.precision) == (
        "address",
        "quarter",
        "settlement",
    )
    assert "A3" in door.label


def test_zones_and_places_are_found_by_name(town: Municipality) -> None:
    shape = ZoneShapeFactory.create(
        zone__kind__municipality=town,
        zone__names={"ro": "Dărmănești"},
        geometry=square(3, 3),
        edition__municipality=town,
    )
    PlaceFactory.create(municipality=town, names={"ro": "Școala Petru Rareș"}, location=spot(1, 2))
    quarter = geocode_text(town, "Darmanesti")[0]
    assert shape.geometry.covers(Point(quarter.longitude, quarter.latitude, srid=4326))
    assert [each.kind for each in suggest(town, "scoala pet")] == ["place"]


def test_streets_of_another_town_stay_there(town: Municipality) -> None:
    other = MunicipalityFactory.create()
    assert geocode_text(other, "Mihai Viteazul 2") == []
    assert suggest(other, "mihai") == []
    assert reverse_point(other, spot(0.1, 1.01)) is None


def test_suggestions_while_typing(town: Municipality) -> None:
    street = suggest(town, "mihai vi")[0]
    numbers = [each.label for each in suggest(town, "mihai viteazul 1")]
    assert (street.kind, street.label) == ("street", "Strada Mihai Viteazul")
    assert numbers == ["Strada Mihai Viteazul 10"]
    assert suggest(town, "  ") == []


def test_near_breaks_ties_between_suggestions(town: Municipality) -> None:
    for code, column in (("far", 3.0), ("close", 0.0)):
        axis = LineString(spot(column, 0), spot(column, 0.1), srid=4326)
        StreetFactory.create(
            municipality=town,
            code=code,
            names={"ro": "Strada Teilor"},
            axis=MultiLineString(axis, srid=4326),
        )
    close = suggest(town, "teil", near=spot(0, 0))[0]
    assert close.longitude == pytest.approx(spot(0, 0).x)


def test_backward_the_nearest_address_wins_then_the_street(town: Municipality) -> None:
    at_door = reverse_point(town, spot(0.2, 1.012))
    at_street = reverse_point(town, spot(0.8, 1.01))
    assert at_door is not None
    assert at_street is not None
    assert (at_door.label, at_door.precision) == ("Strada Mihai Viteazul 4", "address")
    assert (at_street.precision, at_street.label) == ("street", "Strada Mihai Viteazul")
    assert at_door.distance_m == pytest.approx(2.2, abs=0.1)
    assert at_street.distance_m == pytest.approx(11.1, abs=0.2)
    assert reverse_point(town, spot(3.5, 3.5)) is None


def test_a_centroid_is_neither_an_address_nor_anybodys_neighbour(town: Municipality) -> None:
    AddressFactory.create(
        municipality=town,
        street=town.streets.get(locality=""),
        address_number="99",
        position_quality="centroid",
        location=spot(3, 3),
    )
    [answer] = geocode_text(town, "Mihai Viteazul 99")
    assert answer.precision == "street"
    assert reverse_point(town, spot(3, 3)) is None


def test_a_known_register_answers_without_queries(
    town: Municipality, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    geocode_text(town, "Mihai Viteazul 2")
    with django_assert_num_queries(0):
        geocode_text(town, "Mihai Viteazul 4")


def test_the_geopy_class_speaks_geopy(town: Municipality) -> None:
    geocoder = RegisterGeocoder(town)
    found = geocoder.geocode("Mihai Viteazul 4")
    back = geocoder.reverse((spot(0.2, 1.01).y, spot(0.2, 1.01).x))
    everything = geocoder.geocode("Mihai Viteazul 4", exactly_one=False)

    assert isinstance(found, Location)
    assert isinstance(back, Location)
    assert found.raw["precision"] == "address"
    assert back.address == found.address
    assert isinstance(everything, list)
    assert geocoder.geocode("Strada Inexistentă 5") is None


def test_the_geopy_class_does_not_choose_between_equals(town: Municipality) -> None:
    StreetFactory.create(municipality=town, names={"ro": "Aleea Mihai Viteazul"}, axis=None)
    AddressFactory.create(municipality=town, street=town.streets.last(), address_number="4")
    geocoder = RegisterGeocoder(town)
    both = geocoder.geocode("Mihai Viteazul 4", exactly_one=False)
    assert geocoder.geocode("Mihai Viteazul 4") is None
    assert isinstance(both, list)
    assert len(both) == 2


@pytest.mark.parametrize(
    ("kind", "service", "raw"),
    [
        (
            "nominatim",
            Nominatim,
            {"addresstype": "place", "address": {"house_number": "4", "postcode": "610001"}},
        ),
        ("photon", Photon, {"properties": {"type": "house", "housenumber": "4"}}),
    ],
)
def test_a_service_of_ones_own_is_asked_last(
    town: Municipality,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    service: type,
    raw: dict[str, object],
) -> None:
    settings.MEGDAN_GEOCODER_URL = "http://127.0.0.1:9/base"
    settings.MEGDAN_GEOCODER_KIND = kind
    inside, outside = spot(1, 1), Point(25.0, 45.0, srid=4326)
    places = [
        Location("Far", (outside.y, outside.x), raw),
        Location("X 4", inside.coords[::-1], raw),
    ]
    monkeypatch.setattr(service, "geocode", lambda *_args, **_options: places)
    [answer] = geocode_text(town, "Strada Inexistentă 4")
    assert (answer.label, answer.precision, answer.street_id) == ("X 4", "address", None)


def test_a_service_that_fails_is_not_a_missing_address(
    town: Municipality, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEGDAN_GEOCODER_URL = "http://127.0.0.1:9"

    def fail(*_args: object, **_options: object) -> None:
        raise GeocoderUnavailable("refused")

    monkeypatch.setattr(Nominatim, "geocode", fail)
    with pytest.raises(OutsideGeocoderError, match="refused"):
        geocode_text(town, "Strada Inexistentă 4")
    assert geocode_text(town, "Mihai Viteazul 4")


def test_a_village_known_twice_is_one_and_its_centre_answers(town: Municipality) -> None:
    PlaceFactory.create(
        municipality=town, names={"ro": "sat Ciritei"}, kind="village", location=spot(3, 1)
    )
    ZoneShapeFactory.create(
        zone__kind__municipality=town,
        zone__kind__code="settlement",
        zone__names={"ro": "Ciritei"},
        geometry=square(2, 0, 2, 4),
        edition__municipality=town,
    )
    [answer] = geocode_text(town, "Ciritei")
    assert not answer.ambiguous
    assert (answer.longitude, answer.latitude) == pytest.approx(spot(3, 1).coords)


def test_a_bare_name_of_a_street_and_a_quarter_shows_both(town: Municipality) -> None:
    StreetFactory.create(
        municipality=town,
        names={"ro": "Strada Mărăței"},
        axis=town.streets.get(locality="").axis,
    )
    both = geocode_text(town, "Mărăței")
    assert {answer.precision for answer in both} == {"street", "quarter"}
    assert all(answer.ambiguous for answer in both)
