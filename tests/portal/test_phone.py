"""The town as an app: its worker, manifest and pictures, and opening a sign by its code."""

import json
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from portal.phone_icons import icon_png
from tests.factories.signs import SignCodeFactory
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db
MODULES = ["reports", "ratings", "notices", "consultations"]


@pytest.fixture
def town() -> Municipality:
    """A town with everything switched on."""
    made: Municipality = MunicipalityFactory.create(
        slug="roman",
        names={"ro": "Roman", "en": "Roman town", "bg": "Роман"},
        modules=MODULES,
        sign_origin="https://signs.example",
    )
    return made


def told(client: Client) -> dict[str, object]:
    """What the worker is told."""
    first = client.get("/roman/sw.js").text.splitlines()[0]
    found: dict[str, object] = json.loads(first.removeprefix("self.megdan = ").removesuffix(";"))
    return found


def test_the_worker_is_asked_for_anew_and_named_by_what_it_keeps(
    client: Client, town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client.get("/roman/sw.js")
    before = told(client)
    monkeypatch.setattr("portal.views.phone.VERSION", "9")

    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert told(client)["version"] != before["version"]


def test_the_worker_is_told_nothing_of_ratings_and_votes(
    client: Client, town: Municipality
) -> None:
    text = client.get("/roman/sw.js").text

    assert "/S/" not in text
    assert "rating" not in text
    assert "consultations" not in text


def test_the_worker_keeps_the_form_only_where_reports_are_taken(client: Client) -> None:
    MunicipalityFactory.create(slug="roman", modules=[])

    assert told(client)["shell"] == ["/roman/phone/"]
    assert client.get("/roman/scan/").status_code == 404


@pytest.mark.parametrize(
    ("language", "name"), [("ro", "Roman"), ("bg", "Роман"), ("en", "Roman town"), ("xx", "Roman")]
)
def test_the_manifest_speaks_the_language_of_its_page(
    client: Client, town: Municipality, language: str, name: str
) -> None:
    manifest = client.get(f"/roman/app.webmanifest?language={language}").json()

    assert manifest["name"] == name
    assert manifest["scope"] == manifest["start_url"] == "/roman/"
    assert [one["url"] for one in manifest["shortcuts"]] == [
        "/roman/report/",
        "/roman/scan/",
        "/roman/nearby/",
    ]
    assert {one["purpose"] for one in manifest["icons"]} == {"any", "maskable"}


@pytest.mark.parametrize("is_maskable", [True, False])
def test_the_picture_is_the_mark_or_the_arms(town: Municipality, is_maskable: bool) -> None:
    plain = icon_png(town, size=192, is_maskable=is_maskable)
    arms = BytesIO()
    Image.new("RGB", (40, 80), "#ff0000").save(arms, "PNG")
    town.arms = arms.getvalue()
    drawn = icon_png(town, size=192, is_maskable=is_maskable)

    with Image.open(BytesIO(plain)) as mark, Image.open(BytesIO(drawn)) as own:
        assert mark.size == own.size == (192, 192)
        assert own.convert("RGB").getpixel((96, 96)) == (255, 0, 0)
        assert own.convert("RGB").getpixel((2, 2)) != (255, 0, 0)
        assert (mark.convert("RGBA").getpixel((0, 0))[3] == 255) == is_maskable  # type: ignore[index]


def test_pictures_are_sent_once(client: Client, town: Municipality) -> None:
    for path in ("icon-192", "icon-512", "maskable-512"):
        answer = client.get(f"/roman/phone/{path}.png")
        again = client.get(f"/roman/phone/{path}.png", headers={"If-None-Match": answer["ETag"]})
        assert (answer.status_code, again.status_code) == (200, 304)


def test_a_typed_code_leads_to_the_sign_also_without_a_script(
    client: Client, town: Municipality
) -> None:
    code = SignCodeFactory.create(sign__municipality=town)

    good = client.get("/roman/scan/", {"code": code.token.lower()})
    bad = client.get("/roman/scan/", {"code": '"><script>'}, headers={"Accept-Language": "en"})

    assert f"HTTPS://SIGNS.EXAMPLE/S/{code.token}" in good.text
    assert bad.status_code == 400
    assert "No sign has this code" in bad.text
    assert '<script>"' not in bad.text


def test_the_page_of_the_phone_costs_no_more_than_any(
    client: Client, town: Municipality, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(4):
        page = client.get("/roman/phone/").text

    assert "csrfmiddlewaretoken" in page  # the language menu's
    assert "app.webmanifest?language=" in page
