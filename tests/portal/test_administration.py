"""Pages of a town's administrators: who comes in, and what they can change."""

import io

import pytest
from django.test import Client
from PIL import Image

from accounts.models import User
from tests.factories.accounts import MembershipFactory
from tests.factories.zones import (
    AddressFactory,
    MunicipalityFactory,
    StreetFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.models import Correction, Municipality, SettingChange

pytestmark = pytest.mark.django_db
PAGES = ["", "corrections/", "corrections/?format=csv", "quality/"]
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="piatra", names={"ro": "Piatra"})


@pytest.fixture
def administrator(client: Client, town: Municipality) -> User:
    user = MembershipFactory.create(municipality=town).user
    client.force_login(user)
    return user


def remark(town: Municipality) -> Correction:
    return Correction.objects.create(
        municipality=town,
        location=spot(1, 1),
        said="A",
        text="It is B.",
        created_at="2026-05-04T09:00Z",
    )


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_asked_to_sign_in(client: Client, town: Municipality, page: str) -> None:
    answer = client.get(f"/piatra/town/{page}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/?next=/piatra/town/")


@pytest.mark.parametrize("page", PAGES)
def test_another_towns_administrator_is_refused(
    client: Client, town: Municipality, page: str
) -> None:
    client.force_login(MembershipFactory.create().user)
    assert client.get(f"/piatra/town/{page}").status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_an_administrator_opens_the_page(client: Client, administrator: User, page: str) -> None:
    assert client.get(f"/piatra/town/{page}").status_code == 200


#: What the form sends about residents and notices.
RULES = {"least_age": "14", "second_person_above": "300", "notice_delay_minutes": "15"}


def test_settings_are_stored_and_seen(
    client: Client, administrator: User, town: Municipality
) -> None:
    arms = io.BytesIO()
    Image.new("RGB", (40, 40), "green").save(arms, "PNG")
    arms.seek(0)
    arms.name = "arms.png"
    sent = {"names_ro": "Piatra Nouă", "accent": "#225533", "modules": ["ratings"], "arms": arms,
            "sign_origin": "https://Megdan.example/", **RULES}  # fmt: skip
    assert client.post("/piatra/town/", sent).status_code == 302
    town.refresh_from_db()
    assert (town.name, town.modules) == ("Piatra Nouă", ["ratings"])
    assert town.sign_origin == "https://megdan.example"
    assert client.get("/piatra/arms.png")["Content-Type"] == "image/png"
    assert "#" in client.get("/piatra/brand.css").content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"names_ro": ""}, "names_ro"),
        ({"accent": "blue"}, "accent"),
        ({"modules": ["weather"]}, "modules"),
        ({"mail_sender": "nobody"}, "mail_sender"),
        ({"sign_origin": "https://megdan.example/signs"}, "sign_origin"),
        ({"sign_origin": "http://megdan.example"}, "sign_origin"),
        ({"arms": io.BytesIO(b"<svg/>")}, "arms"),
        ({"least_age": "19"}, "least_age"),
        ({"least_age": ""}, "least_age"),
        ({"second_person_above": "-1"}, "second_person_above"),
        ({"notice_delay_minutes": "1441"}, "notice_delay_minutes"),
        ({"privacy_contact": "nobody"}, "privacy_contact"),
    ],
)
def test_a_wrong_setting_is_refused_at_its_field(
    client: Client,
    administrator: User,
    town: Municipality,
    change: dict[str, object],
    field: str,
) -> None:
    sent = {"names_ro": "Piatra Nouă", "accent": "#225533", **RULES, **change}
    answer = client.post("/piatra/town/", sent)
    assert answer.context["form"].errors.keys() == {field}
    town.refresh_from_db()
    assert town.names == {"ro": "Piatra"}


def test_rules_for_residents_are_stored_with_their_history(
    client: Client, administrator: User, town: Municipality
) -> None:
    sent = {
        "names_ro": "Piatra",
        "accent": town.accent,
        "modules": ["notices"],
        "privacy_contact": "dpo@town.example",
        "desk_texts_ro": "Ghișeul 3, luni–vineri 8–16",
        **RULES,
    }
    assert client.post("/piatra/town/", sent).status_code == 302
    town.refresh_from_db()
    assert (town.least_age, town.second_person_above, town.notice_delay_minutes) == (14, 300, 15)
    assert (town.app_needs_registration, town.privacy_contact) == (False, "dpo@town.example")
    assert town.desk_texts == {"ro": "Ghișeul 3, luni–vineri 8–16"}
    change = SettingChange.objects.get(subject="town")
    assert change.before is not None
    assert change.after is not None
    assert (change.before["least_age"], change.after["least_age"]) == (16, 14)
    assert change.changed_by == administrator
    history = client.get("/piatra/town/history/", headers=ENGLISH).content.decode()
    assert "Least age to register" in history


def test_a_remark_is_settled_with_a_note(
    client: Client, administrator: User, town: Municipality
) -> None:
    filed = remark(town)
    path = f"/piatra/town/corrections/{filed.pk}/"
    client.post(path, {"state": "accepted", "note": "Thank you."})
    filed.refresh_from_db()
    assert (filed.state, filed.note, filed.handled_by) == ("accepted", "Thank you.", administrator)


def test_a_remark_is_not_settled_without_saying_how(
    client: Client, administrator: User, town: Municipality
) -> None:
    filed = remark(town)
    client.post(f"/piatra/town/corrections/{filed.pk}/", {"state": "eaten"})
    filed.refresh_from_db()
    assert filed.state == "open"


def test_a_remark_of_another_town_cannot_be_settled(client: Client, administrator: User) -> None:
    filed = remark(MunicipalityFactory.create())
    answer = client.post(f"/piatra/town/corrections/{filed.pk}/", {"state": "accepted"})
    assert answer.status_code == 404


def test_a_remark_is_never_shown_to_the_public(client: Client, town: Municipality) -> None:
    remark(town)
    for page in ("", "here/?lon=26.31&lat=46.91", "zones/", "data/"):
        assert b"It is B." not in client.get(f"/piatra/{page}").content


def test_the_quality_page_names_addresses_outside_the_street_they_name(
    client: Client, administrator: User, town: Municipality
) -> None:
    zone = zone_with_shape(town, code="long", geometry=square(0, 0), kind="street")
    street = StreetFactory.create(municipality=town, zone=zone, names={"ro": "Strada Lungă"})
    AddressFactory.create(municipality=town, street=street, address_number="7", location=spot(3, 3))
    (report,) = client.get("/piatra/town/quality/").context["reports"]
    (finding,) = report["findings"]
    assert finding["count"] == 1
    assert "Strada Lungă 7" in finding["examples"][0]["text"]


def test_times_are_those_of_the_town(
    client: Client, administrator: User, town: Municipality
) -> None:
    remark(town)
    for language in ("ro", "bg"):
        page = client.get("/piatra/town/corrections/", headers={"accept-language": language})
        assert "12:00" in page.content.decode()
