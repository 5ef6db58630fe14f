"""Pages of sites: public list and page without counters, the office's list, form, zones, import."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sign_registry.models import Site, SiteCategory, SiteZone
from tests.factories.accounts import MembershipFactory
from tests.factories.signs import SignFactory, sign_in
from tests.factories.sites import (
    CounterFactory,
    SiteCategoryFactory,
    rated_site,
)
from tests.factories.zones import square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db

QUESTIONS = 10


@pytest.fixture
def town() -> Municipality:
    return SiteCategoryFactory.create().municipality


@pytest.fixture
def office(client: Client, town: Municipality) -> Client:
    client.force_login(MembershipFactory.create(municipality=town).user)
    return client


def page(client: Client, town: Municipality, path: str) -> Any:
    return client.get(f"/{town.slug}/{path}", headers={"accept-language": "en"})


def test_the_list_shows_open_places_and_never_counters(client: Client, town: Municipality) -> None:
    rated_site(municipality=town, names={"en": "Green park"})
    rated_site(municipality=town, names={"en": "Old park"}, closed_on=dt.date(2026, 1, 2))
    CounterFactory.create(municipality=town, names={"en": "Desk of one person"})
    text = page(client, town, "sites/").content.decode()
    assert "Green park" in text
    assert "Old park" not in text
    assert "Desk of one person" not in text


@pytest.mark.parametrize("question", ["q=green", "category=park", "kind=point"])
def test_the_list_can_be_narrowed(client: Client, town: Municipality, question: str) -> None:
    park = SiteCategoryFactory.create(municipality=town, code="park")
    rated_site(municipality=town, names={"en": "Green park"}, category=park)
    rated_site(municipality=town, names={"en": "Swing"}, kind="area", geometry=square(0, 0))
    text = page(client, town, f"sites/?{question}").content.decode()
    assert "Green park" in text
    assert "Swing" not in text


def test_the_list_can_be_narrowed_to_a_zone_of_the_town_only(
    client: Client, town: Municipality
) -> None:
    site = rated_site(municipality=town)
    zone = zone_with_shape(town, code="z", geometry=square(0, 0))
    SiteZone.objects.create(site=site, kind=zone.kind, zone=zone)
    foreign = zone_with_shape(
        SiteCategoryFactory.create().municipality, code="z", geometry=square(0, 0)
    )
    assert site.name in page(client, town, f"sites/?zone={zone.pk}").content.decode()
    assert page(client, town, f"sites/?zone={foreign.pk}").status_code == 404


@pytest.mark.parametrize("format_", ["csv", "geojson"])
def test_the_list_can_be_had_as_a_file(client: Client, town: Municipality, format_: str) -> None:
    site = rated_site(municipality=town)
    counter = CounterFactory.create(municipality=town)
    body = b"".join(page(client, town, f"sites/?format={format_}")).decode()
    assert site.code in body
    assert counter.code not in body


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_many(
    client: Client, town: Municipality, django_assert_num_queries: Any
) -> None:
    rated_site(municipality=town)
    page(client, town, "sites/")
    with django_assert_num_queries(QUESTIONS):
        page(client, town, "sites/")
    for _number in range(30):
        rated_site(municipality=town)
    with django_assert_num_queries(QUESTIONS):
        page(client, town, "sites/")


def test_the_office_lists_counters_too(office: Client, town: Municipality) -> None:
    counter = CounterFactory.create(municipality=town)
    assert counter.name in page(office, town, "town/sites/").content.decode()


def test_the_office_pages_are_not_for_strangers(client: Client, town: Municipality) -> None:
    for path in ("town/sites/", "town/sites/add/", "town/sites/import/", "town/site-categories/"):
        assert page(client, town, path).status_code == 302


def form(category: SiteCategory, **changes: str) -> dict[str, str]:
    given = {
        "names_ro": "Parc nou",
        "code": "new",
        "kind": "point",
        "category": str(category.pk),
        "since": "2026-03-01",
        "longitude": "26.305",
        "latitude": "46.905",
    }
    return {**given, **changes}


def test_a_place_is_added_without_a_map(office: Client, town: Municipality) -> None:
    category = SiteCategory.objects.get(municipality=town)
    answer = office.post(f"/{town.slug}/town/sites/add/", form(category))
    site = Site.objects.get(code="new")
    assert answer.status_code == 302
    assert site.periods.get().category == category


def test_a_place_outside_is_refused_on_the_form(office: Client, town: Municipality) -> None:
    category = SiteCategory.objects.get(municipality=town)
    answer = office.post(
        f"/{town.slug}/town/sites/add/", form(category, longitude="2", latitude="2")
    )
    assert answer.status_code == 200
    assert not Site.objects.exists()


def test_closing_and_deciding_a_zone_are_one_button_each(
    office: Client, town: Municipality
) -> None:
    site = rated_site(municipality=town)
    zone = zone_with_shape(town, code="z", geometry=square(2, 2))
    path = f"/{town.slug}/town/sites/{site.pk}/"
    office.post(f"{path}zone/", {"zone": zone.pk, "reason": "The gate is there"})
    assert site.site_zones.get().zone == zone
    office.post(f"{path}zone/", {"withdraw": site.site_zones.get().pk})
    assert not site.site_zones.exists()
    office.post(f"{path}closing/", {"on": "2026-03-01"})
    site.refresh_from_db()
    assert site.closed_on == dt.date(2026, 3, 1)
    assert page(office, town, f"town/sites/{site.pk}/").status_code == 200


def test_an_import_is_tried_and_then_confirmed(office: Client, town: Municipality) -> None:
    text = "code,name,category,longitude,latitude\na,Parc,playground,26.305,46.905\n"
    path = f"/{town.slug}/town/sites/import/"
    tried = office.post(path, {"file": SimpleUploadedFile("sites.csv", text.encode())})
    assert (tried.status_code, Site.objects.count()) == (200, 0)
    stored = office.post(path, {"text": text, "name": "sites.csv"}, follow=True)
    assert Site.objects.get().code == "a"
    assert f"/{town.slug}/signs/plan/" in stored.content.decode()


def test_the_office_is_led_to_the_signs_of_places_without_one(
    office: Client, town: Municipality
) -> None:
    SignFactory.create(site=rated_site(municipality=town))
    assert page(office, town, "town/sites/").context["without_sign"] == 0
    sign_in("retired", site=rated_site(municipality=town))
    rated_site(municipality=town)
    rated_site(municipality=town, closed_on=dt.date(2026, 1, 2))
    assert page(office, town, "town/sites/").context["without_sign"] == 2


def test_an_import_with_a_fault_names_its_line(office: Client, town: Municipality) -> None:
    file = SimpleUploadedFile("sites.csv", b"code,name,category\na,Parc,lake\n")
    answer = office.post(f"/{town.slug}/town/sites/import/", {"file": file})
    assert answer.status_code == 422
    assert "2" in answer.content.decode()


def test_a_category_is_changed_on_its_page_and_exported_as_it_is_loaded(
    office: Client, town: Municipality
) -> None:
    category = SiteCategory.objects.get(municipality=town)
    path = f"/{town.slug}/town/site-categories/"
    given = {"names_ro": "Joacă", "questions_ro": "Cum este?", "aspect": "quality"}
    office.post(f"{path}{category.pk}/", {**given, "is_active": "on"})
    category.refresh_from_db()
    exported = b"".join(office.get(f"{path}?format=csv"))
    assert category.names == {"ro": "Joacă"}
    tried = office.post(f"{path}load/", {"file": SimpleUploadedFile("c.csv", exported)})
    assert tried.status_code == 200
    assert "already" in tried.content.decode() or tried.context["loaded"].is_nothing
