"""What is told as soon as place and kind are chosen: interruptions, other owners, other towns."""

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from departments.models import Department, Works
from incidents.models import Category, Incident, OutageScope
from incidents.services import outages
from tests.factories.accounts import UserFactory
from tests.factories.departments import DepartmentFactory, WorksFactory
from tests.factories.incidents import CategoryFactory, RuleFactory, RuleSetFactory
from tests.factories.zones import MunicipalityFactory, spot, square
from zones.days import civil_day
from zones.models import Municipality

pytestmark = pytest.mark.django_db

PHONE = "0233 111 222"


@pytest.fixture
def client() -> Client:
    """A reader of English whom nobody counted yet."""
    cache.clear()
    return Client(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def town() -> Municipality:
    """A town that takes reports."""
    found: Municipality = MunicipalityFactory.create(slug="piatra", modules=["reports"])
    return found


@pytest.fixture
def pipe(town: Municipality) -> Category:
    """A burst pipe."""
    found: Category = CategoryFactory.create(municipality=town, code="pipe")
    return found


@pytest.fixture
def owner(town: Municipality) -> Department:
    """Water is not the town hall's: a company has it everywhere."""
    company: Department = DepartmentFactory.create(
        municipality=town, kind="outside", names={"en": "Water company"}, phone=PHONE
    )
    RuleFactory.create(rule_set=RuleSetFactory.create(municipality=town), department=company)
    return company


def marks(column: float, row: float) -> str:
    """A mark on the map."""
    point = spot(column, row)
    return f"{point.x:.6f},{point.y:.6f}"


def told(client: Client, **fields: str) -> str:
    """What is told of a place and a kind."""
    values = {"category": "pipe", "marks": marks(0.5, 0.5), "shape": "point", **fields}
    return client.post("/piatra/report/known/", values).content.decode()


def send(client: Client, **fields: str) -> Any:
    """The whole form."""
    values = {"category": "pipe", "marks": marks(0.5, 0.5), "words": "Water", **fields}
    return client.post("/piatra/report/", values)


def interruption(category: Category) -> OutageScope:
    """Water is off in the first cell, today."""
    now = dt.datetime.now(dt.UTC)
    town = category.municipality
    works = WorksFactory.create(
        municipality=town,
        kind=Works.Kind.OUTAGE,
        geometry=square(0, 0),
        names={"en": "Water is off"},
        texts={"en": "A pipe broke."},
        starts_on=civil_day(now, town.timezone),
        ends_on=None,
    )
    return outages.set_scope(
        works=works, categories=[category], actor=UserFactory.create(), now=now
    )


def test_an_interruption_is_told_before_anybody_types(client: Client, pipe: Category) -> None:
    interruption(pipe)
    CategoryFactory.create(municipality=pipe.municipality, code="tree")

    assert "A pipe broke." in told(client)
    assert "A pipe broke." not in told(client, marks=marks(2.5, 2.5))
    assert "A pipe broke." not in told(client, category="tree")
    assert "A pipe broke." not in told(client, category="")


def test_what_was_told_while_choosing_is_not_told_again(client: Client, pipe: Category) -> None:
    scope = interruption(pipe)
    page = told(client)
    mark = f"works-{scope.works_id}"

    assert f'data-mark="{mark}"' in page
    assert "A pipe broke." in send(client).content.decode()  # nobody was told: it comes first
    assert not Incident.objects.exists()
    assert send(client, told=mark).status_code == 302
    assert Incident.objects.get().works_id == scope.works_id


def test_who_owns_what_is_not_the_towns_is_told_with_telephone(
    client: Client, pipe: Category, owner: Department
) -> None:
    page = told(client)

    assert "not a matter of the town hall" in page
    assert "Water company" in page
    assert 'href="tel:0233111222"' in page
    check = send(client).content.decode()
    assert "Water company" in check
    assert PHONE in check
    assert client.post("/piatra/report/", {"decided": "new"}).status_code == 302
    assert Incident.objects.get().status == "outside"


def test_a_matter_of_the_town_hall_is_sent_at_once(
    client: Client, pipe: Category, town: Municipality
) -> None:
    RuleFactory.create(rule_set=RuleSetFactory.create(municipality=town))

    assert told(client).strip() == ""
    assert send(client).status_code == 302


class TestBeyondTheBorder:
    """A place outside the town is told whose it is, where the program knows it."""

    @pytest.fixture(autouse=True)
    def neighbour(self, pipe: Category) -> Municipality:
        """The next town to the east, which takes reports too."""
        found: Municipality = MunicipalityFactory.create(
            slug="roznov", names={"en": "Roznov"}, modules=["reports"], outline=square(4, 0, 8, 4)
        )
        office = DepartmentFactory.create(municipality=found, phone="0233 665 000")
        DepartmentFactory.create(municipality=found, parent=office, phone="1")
        DepartmentFactory.create(municipality=found, kind="outside", phone="2")
        return found

    @pytest.mark.parametrize("category", ["pipe", ""])
    def test_the_next_town_is_named_with_its_telephone_and_form(
        self, client: Client, category: str
    ) -> None:
        page = told(client, marks=marks(5, 1), category=category)

        assert "This place lies in Roznov" in page
        assert "tel:0233665000" in page
        assert "/roznov/report/?lon=26.35&amp;lat=" in page
        answer = send(client, marks=marks(5, 1))
        assert answer.status_code == 400
        assert "This place lies in Roznov" in answer.content.decode()
        assert "tel:0233665000" in answer.content.decode()
        assert not Incident.objects.exists()

    def test_its_form_begins_with_that_place(self, client: Client) -> None:
        CategoryFactory.create(municipality=Municipality.objects.get(slug="roznov"))
        point = spot(5, 1)

        page = client.get(f"/roznov/report/?lon={point.x}&lat={point.y}").content.decode()

        assert f'value="{point.x:.6f},{point.y:.6f}"' in page

    def test_a_town_without_reports_has_no_link(
        self, client: Client, neighbour: Municipality
    ) -> None:
        neighbour.modules = ["ratings"]
        neighbour.save()

        page = told(client, marks=marks(5, 1))

        assert "Roznov" in page
        assert "/roznov/" not in page

    def test_nobodys_land_is_only_outside(self, client: Client) -> None:
        assert "outside the municipality" in told(client, marks=marks(50, 1))


@pytest.mark.parametrize(
    "fields",
    [{"marks": ""}, {"marks": "<script>"}, {"marks": "nan,1"}, {"marks": "", "where": "Nowhere 7"}],
)
def test_half_a_place_is_answered_with_nothing(
    client: Client, pipe: Category, fields: dict[str, str]
) -> None:
    answer = client.post("/piatra/report/known/", {"category": "pipe", **fields})

    assert (answer.status_code, answer.content) == (204, b"")


def test_telling_is_cheap(
    client: Client,
    pipe: Category,
    owner: Department,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    interruption(pipe)
    with django_assert_max_num_queries(9):
        told(client)


def test_where_somebody_stands_is_in_no_address_line(client: Client, pipe: Category) -> None:
    assert client.get("/piatra/report/known/").status_code == 405
