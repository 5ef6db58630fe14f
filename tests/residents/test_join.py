"""Registration by pages: from a sign or the web, by a code, with each outcome of an address."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from outbox.models import OutboxMessage
from residents.models import AddressQuestion, Residence, Resident
from sign_registry.models import Sign
from tests.factories.accounts import UserFactory
from tests.factories.residents import ResidenceFactory, ResidentFactory
from tests.factories.signs import sign_in
from tests.factories.sites import SiteFactory
from tests.factories.zones import (
    AddressFactory,
    MunicipalityFactory,
    StreetFactory,
    ZoneFactory,
    ZoneKindFactory,
    ZoneShapeFactory,
    spot,
    square,
)
from zones.models import Address, Municipality
from zones.placing import place_addresses

pytestmark = pytest.mark.django_db
JOIN, CODE, HOME, DONE = (
    "/ours/join/",
    "/ours/join/code/",
    "/ours/join/address/",
    "/ours/join/done/",
)


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="ours", modules=["notices"])


@pytest.fixture
def street_homes(town: Municipality) -> list[Address]:
    """Two numbers of a street inside a neighbourhood."""
    kind = ZoneKindFactory.create(municipality=town)
    zone = ZoneFactory.create(kind=kind, names={"ro": "Centru"})
    ZoneShapeFactory.create(zone=zone, geometry=square(0, 0, 2, 2))
    street = StreetFactory.create(municipality=town, names={"ro": "Strada Morii"})
    homes = [
        AddressFactory.create(
            municipality=town, street=street, address_number=number, location=spot(0.5, 0.5)
        )
        for number in ("4", "6")
    ]
    place_addresses(municipality=town, now=timezone.now())
    return homes


def code_sent() -> str:
    """The code of the newest letter."""
    body = OutboxMessage.objects.of_kind("sign_in").order_by("-pk")[0].body
    found = re.search(r"\d{4}-\d{4}", body)
    assert found, body
    return found.group()


def signed_in(client: Client, email: str = "ion@home.example") -> User:
    """Go through the first two screens."""
    assert client.post(JOIN, {"email": email})["Location"] == CODE
    assert client.post(CODE, {"code": code_sent()})["Location"] == HOME
    return User.objects.get(email=email)


def test_four_screens_from_the_street_to_the_neighbourhood(
    client: Client, street_homes: list[Address]
) -> None:
    user = signed_in(client)
    answer = client.post(HOME, {"written": "Strada Morii 4", "birth_year": "1980", "unit": "7"})
    assert answer["Location"] == DONE
    resident = Resident.objects.get(user=user)
    home = resident.residences.get()
    assert (home.address, home.unit) == (street_homes[0], "7")
    assert (resident.birth_year, resident.origin) == (1980, "web")
    assert resident.finished_at is not None
    page = client.get(DONE).content.decode()
    assert "Strada Morii 4" in page
    assert "Centru" in page


def test_the_account_speaks_the_language_of_the_page(client: Client, town: Municipality) -> None:
    client.get(JOIN, headers={"accept-language": "bg"})
    client.post(JOIN, {"email": "ion@home.example"}, headers={"accept-language": "bg"})
    client.post(CODE, {"code": code_sent()}, headers={"accept-language": "bg"})
    assert User.objects.get().language == "bg"


def test_a_sign_fills_the_staircase_in_and_leaves_no_trace(
    client: Client, street_homes: list[Address]
) -> None:
    site = SiteFactory.create(
        municipality=street_homes[0].municipality, address=street_homes[1], geometry=spot(0.5, 0.5)
    )
    sign = sign_in(Sign.State.INSTALLED, site=site, purpose=Sign.Purpose.REGISTRATION)
    token = sign.codes.get().token
    assert client.get(JOIN, {"sign": token})["Location"] == JOIN
    user = signed_in(client)
    page = client.get(HOME).content.decode()
    assert "Strada Morii 6" in page
    assert token not in page
    assert client.post(HOME, {"home": "yes", "birth_year": "1980"})["Location"] == DONE
    resident = Resident.objects.get(user=user)
    home = resident.residences.get()
    assert (resident.origin, home.address) == ("sign", street_homes[1])
    assert home.assurance == Residence.Assurance.DECLARED
    kept = [str(vars(row)) for row in (resident, home)] + [str(dict(client.session))]
    assert not any(token in text or f"sign_{sign.pk}" in text for text in kept)


@pytest.mark.parametrize("purpose", [Sign.Purpose.RATING, Sign.Purpose.REPORT])
def test_other_signs_fill_nothing_in(
    client: Client, street_homes: list[Address], purpose: Sign.Purpose
) -> None:
    site = SiteFactory.create(municipality=street_homes[0].municipality, address=street_homes[1])
    sign = sign_in(Sign.State.INSTALLED, site=site, purpose=purpose)
    client.get(JOIN, {"sign": sign.codes.get().token})
    signed_in(client)
    assert "Strada Morii 6" not in client.get(HOME).content.decode()


def test_a_doubtful_address_is_shown_for_choosing(
    client: Client, street_homes: list[Address]
) -> None:
    AddressFactory.create(
        municipality=street_homes[0].municipality,
        street=street_homes[0].street,
        address_number="10",
        block="B2",
        entrance="A",
    )
    second = AddressFactory.create(
        municipality=street_homes[0].municipality,
        street=street_homes[0].street,
        address_number="10",
        block="B2",
        entrance="B",
    )
    signed_in(client)
    written = "Strada Morii 10"
    page = client.post(HOME, {"written": written, "birth_year": "1980"})
    assert page.status_code == 200
    assert not Residence.objects.exists()
    assert page.context["choices"]
    answer = client.post(
        HOME, {"written": written, "asked": written, "home": second.pk, "birth_year": "1980"}
    )
    assert answer["Location"] == DONE
    assert Residence.objects.get().address == second


def test_an_entrance_that_was_typed_is_not_asked_for(
    client: Client, street_homes: list[Address]
) -> None:
    street = street_homes[0].street
    entrances = [
        AddressFactory.create(
            municipality=street_homes[0].municipality,
            street=street,
            address_number="10",
            block="B2",
            entrance=entrance,
            position_quality=Address.Quality.INTERPOLATED,
        )
        for entrance in ("A", "B")
    ]
    signed_in(client)
    typed = {"written": "Strada Morii 10, bl. B2, sc. B", "birth_year": "1980"}
    assert client.post(HOME, typed)["Location"] == DONE
    assert Residence.objects.get().address == entrances[1]


def test_a_block_without_its_entrance_asks_for_it(
    client: Client, street_homes: list[Address]
) -> None:
    for entrance in ("A", "B"):
        AddressFactory.create(
            municipality=street_homes[0].municipality,
            street=street_homes[0].street,
            address_number="10",
            block="B2",
            entrance=entrance,
            position_quality=Address.Quality.INTERPOLATED,
        )
    signed_in(client)
    page = client.post(HOME, {"written": "Strada Morii 10, bl. B2", "birth_year": "1980"})
    labels = [one["label"] for one in page.context["choices"]]
    assert [label[-1] for label in labels] == ["A", "B"]
    assert not Residence.objects.exists()


def test_a_choice_made_for_another_text_does_not_count(
    client: Client, street_homes: list[Address]
) -> None:
    signed_in(client)
    answer = client.post(
        HOME,
        {
            "written": "Strada Morii 4",
            "asked": "Strada Morii 6",
            "home": street_homes[1].pk,
            "birth_year": "1980",
        },
    )
    assert answer["Location"] == DONE
    assert Residence.objects.get().address == street_homes[0]


def test_an_unknown_address_goes_to_the_desk_with_its_pin(
    client: Client, street_homes: list[Address]
) -> None:
    signed_in(client)
    written = "Ulița Inexistentă 99"
    page = client.post(HOME, {"written": written, "birth_year": "1980"})
    assert page.context["is_unknown"]
    assert not Residence.objects.exists()
    pin = spot(1.25, 1.25)
    typed = {"written": written, "asked": written, "unknown": "1", "birth_year": "1980"}
    client.post(HOME, {**typed, "longitude": str(pin.x), "latitude": str(pin.y)})
    home = Residence.objects.get()
    assert (home.address, home.written) == (None, written)
    assert home.location.distance(pin) < 1e-9
    assert AddressQuestion.objects.waiting().count() == 1
    assert "The town hall does not know this address yet" in client.get(DONE).content.decode()


def test_without_a_map_the_nearest_known_place_stands_in(
    client: Client, street_homes: list[Address]
) -> None:
    signed_in(client)
    written = "Strada Morii 999"
    page = client.post(HOME, {"written": written, "birth_year": "1980"})
    assert page.context["is_asked"]
    typed = {"written": written, "asked": written, "home": "unknown", "birth_year": "1980"}
    answer = client.post(HOME, {**typed, "unknown": "1"})
    if page.context["near"] is None:
        assert answer.status_code == 400
    else:
        assert AddressQuestion.objects.waiting().count() == 1


def test_no_pin_and_nothing_near_is_said(client: Client, town: Municipality) -> None:
    signed_in(client)
    typed = {"written": "Nowhere 1", "asked": "Nowhere 1", "unknown": "1", "birth_year": "1980"}
    answer = client.post(HOME, typed)
    assert answer.status_code == 400
    assert "put the pin" in answer.content.decode()
    assert not Resident.objects.finished().exists()


@pytest.mark.parametrize("point", [("999", "1"), ("x", "y"), ("1.0", "1.0")])
def test_a_pin_of_nowhere_is_refused(
    client: Client, town: Municipality, point: tuple[str, str]
) -> None:
    signed_in(client)
    typed = {"written": "Nowhere 1", "asked": "Nowhere 1", "unknown": "1", "birth_year": "1980"}
    answer = client.post(HOME, {**typed, "longitude": point[0], "latitude": point[1]})
    assert answer.status_code == 400
    assert not Residence.objects.exists()


def test_who_is_too_young_is_not_registered(client: Client, street_homes: list[Address]) -> None:
    signed_in(client)
    year = str(dt.datetime.now(dt.UTC).year - 15)
    answer = client.post(HOME, {"written": "Strada Morii 4", "birth_year": year})
    assert answer.status_code == 400
    assert "from the age of 16" in answer.content.decode()
    assert not Residence.objects.exists()
    assert Resident.objects.get().birth_year is None


def test_on_the_edge_one_word_is_asked(client: Client, street_homes: list[Address]) -> None:
    signed_in(client)
    year = str(dt.datetime.now(dt.UTC).year - 16)
    typed = {"written": "Strada Morii 4", "birth_year": year}
    first = client.post(HOME, typed)
    assert "I am already 16 years old" in first.content.decode()
    assert client.post(HOME, {**typed, "says_old_enough": "on"})["Location"] == DONE


def test_a_form_survives_another_app_for_half_an_hour(
    client: Client, street_homes: list[Address]
) -> None:
    with time_machine.travel(dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC), tick=False) as clock:
        client.post(JOIN, {"email": "ion@home.example"})
        clock.shift(dt.timedelta(minutes=29))
        assert client.get(CODE).status_code == 200
        client.post(CODE, {"code": code_sent()})
        kept = client.post(HOME, {"keep": "1", "written": "Strada Mo", "unit": "12"})
        assert kept.status_code == 204
        clock.shift(dt.timedelta(minutes=29))
        page = client.get(HOME).content.decode()
        assert 'value="Strada Mo"' in page
        assert 'value="12"' in page
        clock.shift(dt.timedelta(minutes=31))
        assert 'value="Strada Mo"' not in client.get(HOME).content.decode()


def test_after_half_an_hour_nothing_is_kept_and_it_says_so(
    client: Client, town: Municipality
) -> None:
    with time_machine.travel(dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC), tick=False) as clock:
        client.post(JOIN, {"email": "ion@home.example"})
        clock.shift(dt.timedelta(minutes=31))
        answer = client.post(CODE, {"code": code_sent()}, follow=True)
    assert answer.redirect_chain[-1][0] == JOIN
    assert "More than half an hour went by" in answer.content.decode()
    assert "ion@home.example" not in str(dict(client.session))
    assert not User.objects.exists()


def test_who_is_signed_in_begins_at_the_address(
    client: Client, street_homes: list[Address]
) -> None:
    staff = UserFactory.create()
    client.force_login(staff)
    assert client.get(JOIN)["Location"] == HOME
    client.post(HOME, {"written": "Strada Morii 4", "birth_year": "1980"})
    assert Resident.objects.finished().get().user == staff


def test_who_is_registered_is_shown_the_end(client: Client, town: Municipality) -> None:
    resident = ResidentFactory.create(municipality=town)
    ResidenceFactory.create(resident=resident)
    client.force_login(resident.user)
    for path in (JOIN, HOME):
        assert client.get(path)["Location"] == DONE
    assert client.post(HOME, {"written": "Elsewhere 1", "birth_year": "1980"})["Location"] == DONE
    assert Residence.objects.count() == 1


def test_a_town_without_notices_has_no_registration(client: Client) -> None:
    MunicipalityFactory.create(slug="shut", modules=["ratings"])
    for step in ("", "code/", "address/", "done/", "help/"):
        assert client.get(f"/shut/join/{step}").status_code == 404


def test_a_telephone_is_asked_for_only_where_a_gateway_is(
    client: Client, town: Municipality, settings: Settings
) -> None:
    settings.MEGDAN_SMS_URL = ""
    assert 'name="phone"' not in client.get(JOIN).content.decode()
    assert client.post(JOIN, {"phone": "0712345678"}).status_code == 400
    settings.MEGDAN_SMS_URL = "https://sms.example/"
    assert 'name="phone"' in client.get(JOIN).content.decode()


def test_a_telephone_alone_is_enough(
    client: Client, street_homes: list[Address], settings: Settings
) -> None:
    settings.MEGDAN_SMS_URL = "https://sms.example/"
    assert client.post(JOIN, {"phone": "0712 345 678"})["Location"] == CODE
    message = OutboxMessage.objects.get()
    assert (message.channel, message.recipient) == ("sms", "+40712345678")
    assert message.is_secret
    client.post(CODE, {"code": code_sent()})
    user = User.objects.get()
    assert (user.email, user.phone) == ("", "+40712345678")
    client.post(HOME, {"written": "Strada Morii 4", "birth_year": "1980"})
    assert client.get(DONE).status_code == 200


@pytest.mark.parametrize("typed", ["12", "0233 218 991", "+40 99", "letters"])
def test_what_is_no_mobile_number_is_refused(
    client: Client, town: Municipality, settings: Settings, typed: str
) -> None:
    settings.MEGDAN_SMS_URL = "https://sms.example/"
    assert client.post(JOIN, {"phone": typed}).status_code == 400
    assert not OutboxMessage.objects.exists()


def test_the_pages_ask_the_database_a_fixed_number_of_times(
    client: Client,
    street_homes: list[Address],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(4):
        client.get(JOIN)
    signed_in(client)
    with django_assert_max_num_queries(9):
        client.get(HOME)
    client.post(HOME, {"written": "Strada Morii 4", "birth_year": "1980"})
    with django_assert_max_num_queries(12):
        client.get(DONE)
