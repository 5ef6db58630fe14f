"""Dossiers: everything public about one area, for everybody of zones, for planners of theirs."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from departments.models import Membership
from incidents.models import Incident
from portal.dossiers.area import Subject, chosen_months
from portal.dossiers.sections import news, people, ratings, reports, works
from tests.factories.accounts import MembershipFactory
from tests.factories.incidents import CategoryFactory
from tests.factories.incidents import reported as new_report
from tests.factories.notifications import AnnouncementFactory, TargetAreaFactory
from tests.factories.satisfaction import SiteFigureFactory, SnapshotFactory
from tests.factories.sites import SiteCategoryFactory, SiteFactory
from tests.factories.zones import MunicipalityFactory, spot, square, zone_with_shape
from tests.portal.test_nearby import works as works_at
from zones.models import Municipality, Zone

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ENGLISH = {"accept-language": "en"}
MODULES = ["ratings", "notices", "consultations", "reports"]


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="roman", modules=MODULES)


@pytest.fixture
def zone(town: Municipality) -> Zone:
    return zone_with_shape(town, code="west", geometry=square(0, 0, 4, 4))


def subject(town: Municipality, **given: Any) -> Subject:
    values = {
        "name": "West", "kind": "zone", "geometry": square(0, 0, 4, 4), "path": "/roman/zones/1/",
        "now": NOW, "today": NOW.date(), "language": "en",
    }  # fmt: skip
    return Subject(town, **{**values, **given})


def rated(town: Municipality, where: Any, **given: Any) -> None:
    snapshot = given.pop("snapshot", None) or SnapshotFactory.create(municipality=town)
    SiteFigureFactory.create(
        snapshot=snapshot,
        site=SiteFactory.create(municipality=town, geometry=where, names={"en": "Rated place"}),
        category=SiteCategoryFactory.create(municipality=town),
        **given,
    )


def reported(town: Municipality, where: Any, **given: Any) -> Incident:
    """A report that everybody may see; fields of it can be set."""
    category = given.pop("category", None)
    incident = new_report(town, category=category, geometry=where)
    values = {"is_released": True, "status": "working", "reported_at": NOW, **given}
    Incident.objects.filter(pk=incident.pk).update(**values)
    return incident


def test_everybody_reads_all_about_a_zone(client: Client, town: Municipality, zone: Zone) -> None:
    works_at(town, spot(1, 1))
    AnnouncementFactory.create(
        municipality=town, geometry=spot(2, 2), titles={"en": "A pipe"}, published_at=NOW
    )
    rated(town, spot(1, 2))

    page = client.get(f"/roman/zones/{zone.pk}/dossier/", headers=ENGLISH).content.decode()

    for words in ("New pipes", "A pipe", "Rated place", "6.4–7.8", "Signs with a code"):
        assert words in page


def test_the_paper_is_a_pdf_and_the_same_twice(
    client: Client, town: Municipality, zone: Zone
) -> None:
    path = f"/roman/zones/{zone.pk}/dossier.pdf"

    first, second = client.get(path), client.get(path)

    assert first["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF")
    assert first.content == second.content


def test_what_lies_outside_or_belongs_to_another_town_is_not_told(town: Municipality) -> None:
    works_at(town, spot(9, 9))
    other = MunicipalityFactory.create(modules=MODULES)
    works_at(other, spot(1, 1))
    rated(other, spot(1, 1))
    AnnouncementFactory.create(municipality=other, geometry=spot(1, 1), published_at=NOW)
    reported(other, spot(1, 1))

    found = subject(town)

    assert [part.table for part in (works(found), news(found), ratings(found), reports(found))] == [
        None
    ] * 4


def test_what_is_not_public_is_not_told(town: Municipality) -> None:
    works_at(town, spot(1, 1), is_public=False)
    AnnouncementFactory.create(municipality=town, geometry=spot(1, 1), state="draft")
    later = SnapshotFactory.create(municipality=town, public_from=dt.date(2990, 1, 1))
    rated(town, spot(1, 1), snapshot=later)
    reported(town, spot(1, 1), is_released=False)
    found = subject(town)

    assert [part.table for part in (works(found), news(found), ratings(found), reports(found))] == [
        None
    ] * 4


@pytest.mark.parametrize(("number", "days"), [(9, "too few"), (10, "0")])
def test_days_are_told_of_ten_reports(town: Municipality, number: int, days: str) -> None:
    category = CategoryFactory.create(municipality=town)
    for _number in range(number):
        reported(town, spot(1, 1), category=category, status="closed", closed_at=NOW)

    table = reports(subject(town)).table

    assert table is not None
    assert table.rows[0][1:] == ("0", str(number), days)


def test_older_reports_are_left_out_of_a_short_period(town: Municipality) -> None:
    reported(town, spot(1, 1), reported_at=NOW - dt.timedelta(days=200))

    assert reports(subject(town, months=3)).table is None
    assert reports(subject(town, months=12)).table is not None


def test_too_few_people_are_said_to_be_too_few(town: Municipality) -> None:
    assert "Too few to be told" in people(subject(town)).paragraphs[0]


@pytest.mark.parametrize(
    ("asked", "months"), [("3", 3), ("24", 24), ("7", 12), ("x", 12), ("", 12)]
)
def test_an_unknown_period_is_the_usual_one(asked: str, months: int) -> None:
    assert chosen_months(asked) == months


def test_a_zone_of_another_town_or_out_of_force_has_none(
    client: Client, town: Municipality, zone: Zone
) -> None:
    other = zone_with_shape(MunicipalityFactory.create(), code="far", geometry=square(0, 0))
    zone.shapes.update(valid_until=dt.date(2020, 1, 2), valid_from=dt.date(2020, 1, 1))

    for pk in (other.pk, zone.pk):
        assert client.get(f"/roman/zones/{pk}/dossier/").status_code == 404
        assert client.get(f"/roman/zones/{pk}/dossier.pdf").status_code == 404


def test_planners_alone_read_the_dossier_of_a_kept_area(client: Client, town: Municipality) -> None:
    area = TargetAreaFactory.create(municipality=town, name="Our drawing")
    path = f"/roman/plan/areas/{area.pk}/dossier/"
    assert client.get(path).status_code == 302
    planner = MembershipFactory.create(municipality=town, role=Membership.Role.PLANNER)
    client.force_login(planner.user)

    page = client.get(path, headers=ENGLISH).content.decode()

    assert "All about Our drawing" in page
    assert client.get(path.rstrip("/") + ".pdf").content.startswith(b"%PDF")


def test_a_longer_dossier_asks_no_more_questions(
    client: Client, town: Municipality, zone: Zone, django_assert_max_num_queries: Any
) -> None:
    snapshot = SnapshotFactory.create(municipality=town)
    for _number in range(8):
        works_at(town, spot(1, 1))
        rated(town, spot(1, 1), snapshot=snapshot)
        reported(town, spot(1, 1))
        AnnouncementFactory.create(municipality=town, geometry=spot(1, 1), published_at=NOW)

    with django_assert_max_num_queries(42):
        client.get(f"/roman/zones/{zone.pk}/dossier/")
