"""Entrances of the address register become places with registration signs, once each."""

import datetime as dt
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from sign_registry.models import Sign, Site
from sign_registry.services.site_entrances import EntranceImport, EntranceReport, import_entrances
from sign_registry.services.sites import close_site
from tests.factories.accounts import MembershipFactory
from tests.factories.sites import SiteCategoryFactory, SiteFactory
from tests.factories.zones import (
    AddressFactory,
    DatasetFactory,
    MunicipalityFactory,
    StreetFactory,
    spot,
)
from zones.models import Address, Municipality

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def a_town(slug: str) -> Municipality:
    town = MunicipalityFactory.create(slug=slug, languages=["ro", "en"])
    SiteCategoryFactory.create(municipality=town, code="entrance")
    return town


@pytest.fixture
def town() -> Municipality:
    return a_town("piatra")


def entrance(town: Municipality, letter: str = "A", **fields: object) -> Address:
    given = {
        "municipality": town,
        "street": None,
        "thoroughfare": "Strada Florilor",
        "address_number": "5",
        "block": "12",
        "entrance": letter,
        "location": spot(0.5, 0.5),
    }
    return AddressFactory.create(**{**given, **fields})


def run(town: Municipality, **fields: object) -> EntranceReport:
    settings = EntranceImport(**fields)  # type: ignore[arg-type]
    return import_entrances(municipality=town, settings=settings, actor=None, now=NOW)


def test_an_entrance_becomes_a_place_with_a_planned_sign(town: Municipality) -> None:
    address = entrance(town)
    AddressFactory.create(municipality=town, block="12")
    AddressFactory.create(municipality=town, entrance="A")
    report = run(town)
    site = Site.objects.get()
    assert (report.added, report.planned) == ([site.code], 1)
    assert site.code == "entrance-strada-florilor-5-bl12-enta"
    assert (site.address, site.kind, site.dataset) == (address, "point", address.dataset)
    assert site.names == {
        "ro": "Bl. 12, sc. A, Strada Florilor 5",
        "en": "Bl. 12, ent. A, Strada Florilor 5",
    }
    assert site.periods.get().category.code == "entrance"
    sign = Sign.objects.get()
    assert (sign.site, sign.purpose, sign.state) == (site, "registration", "planned")


def test_the_street_of_the_register_gives_the_name_and_the_code(town: Municipality) -> None:
    street = StreetFactory.create(
        municipality=town, code="S7", names={"ro": "Strada Nouă", "en": "New Street"}
    )
    entrance(town, street=street)
    run(town)
    site = Site.objects.get()
    assert site.code == "entrance-s7-5-bl12-enta"
    assert site.names["en"] == "Bl. 12, ent. A, New Street 5"


def test_done_again_it_finds_the_same_places(town: Municipality) -> None:
    for letter in "ABC":
        entrance(town, letter)
    run(town)
    # The register came anew from another source, with keys of its own.
    for address in Address.objects.all():
        Address.objects.filter(pk=address.pk).update(source_key=f"new-{address.source_key}")
    again = run(town)
    assert (again.added, again.changed, again.unchanged, again.planned) == ([], [], 3, 0)
    assert (Site.objects.count(), Sign.objects.count()) == (3, 3)


def test_an_entrance_that_has_two_addresses_is_one_place(town: Municipality) -> None:
    entrance(town, source_key="1")
    entrance(town, source_key="2")
    report = run(town)
    assert len(report.added) == 1
    assert "“2” names the same entrance as “1”" in report.repeated[0].message


def test_an_entrance_that_left_the_register_stays_open_and_is_told(town: Municipality) -> None:
    gone = entrance(town, "A")
    entrance(town, "B")
    run(town)
    gone.delete()
    report = run(town)
    assert report.left_over == ["entrance-strada-florilor-5-bl12-enta"]
    assert not Site.objects.exclude(closed_on=None).exists()


def test_a_place_the_town_closed_gets_no_sign(town: Municipality) -> None:
    entrance(town)
    run(town)
    Sign.objects.update(state="retired")
    close_site(site=Site.objects.get(), on=NOW.date(), actor=None, now=NOW)
    assert run(town).planned == 0


def test_a_trial_stores_nothing(town: Municipality) -> None:
    entrance(town)
    report = run(town, dry_run=True)
    assert (len(report.added), report.planned) == (1, 1)
    assert not Site.objects.exists()
    assert not Sign.objects.exists()


@pytest.mark.parametrize(
    ("category", "has_entrance", "code"),
    [("lake", True, "no_category"), ("entrance", False, "no_entrances")],
)
def test_what_cannot_be_is_refused(
    town: Municipality, category: str, has_entrance: bool, code: str
) -> None:
    if has_entrance:
        entrance(town)
    with pytest.raises(ValidationError) as refused:
        run(town, category=category)
    assert refused.value.code == code
    assert not Site.objects.exists()


def test_an_entrance_outside_the_town_stops_all_of_it(town: Municipality) -> None:
    entrance(town, "A")
    entrance(town, "B", dataset=DatasetFactory.create(municipality=town), location=spot(900, 900))
    report = run(town)
    assert "outside" in report.faults[0].message
    assert not Site.objects.exists()
    assert not Sign.objects.exists()


def test_two_towns_do_not_see_each_other(town: Municipality) -> None:
    other = a_town("alba")
    entrance(other)
    entrance(town)
    SiteFactory.create(municipality=other, code="entrance-gone")
    report = run(town)
    assert report.left_over == []
    assert {site.municipality for site in Site.objects.filter(signs__isnull=False)} == {town}


def test_a_thousand_entrances_cost_as_many_questions_as_one(
    town: Municipality, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    dataset = DatasetFactory.create(municipality=town)
    Address.objects.bulk_create(
        Address(
            municipality=town,
            dataset=dataset,
            source_key=str(number),
            thoroughfare="Strada Florilor",
            block=str(number),
            entrance="A",
            location=spot(number % 40 / 20, number // 40 / 20),
        )
        for number in range(1000)
    )
    with django_assert_max_num_queries(45):
        report = run(town)
    assert (len(report.added), report.planned) == (1000, 1000)


# -- the command and the page ---------------------------------------------------------------------


def test_the_command_tries_and_stores(town: Municipality) -> None:
    entrance(town)
    for is_trial, kept in ((True, 0), (False, 1), (False, 1)):
        out = StringIO()
        call_command("import_sites", town.slug, from_entrances=True, dry_run=is_trial, stdout=out)
        assert Site.objects.count() == kept
    assert "0 new, 0 changed, 1 unchanged" in out.getvalue()
    assert "registration signs: 0 planned" in out.getvalue()


@pytest.mark.parametrize("options", [{}, {"from_places": True}])
def test_the_command_ends_with_two(town: Municipality, options: dict[str, bool]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("import_sites", town.slug, from_entrances=True, **options)
    assert refused.value.returncode == 2


@pytest.fixture
def office(town: Municipality, client: Client, settings: Settings) -> Client:
    settings.MEGDAN_STAFF_SECOND_FACTOR = False
    client.force_login(MembershipFactory.create(municipality=town, role="crew_lead").user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_the_page_tries_first_and_then_makes_them(office: Client, town: Municipality) -> None:
    entrance(town)
    address = f"/{town.slug}/town/sites/entrances/"
    assert address in office.get(f"/{town.slug}/town/sites/import/").content.decode()
    tried = office.post(address)
    assert tried.context["report"].planned == 1
    assert not Site.objects.exists()
    answer = office.post(address, {"store": "1"}, follow=True)
    assert "1 sign is planned." in answer.content.decode()
    assert Site.objects.get().municipality == town


def test_the_page_says_what_is_missing(office: Client, town: Municipality) -> None:
    answer = office.post(f"/{town.slug}/town/sites/entrances/")
    assert answer.status_code == 422
    assert "no address with a block and an entrance" in answer.content.decode()
