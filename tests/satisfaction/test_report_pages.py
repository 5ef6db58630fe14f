"""Pages of report maps: who comes in, and a file that can do nothing but draw."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from departments.models import Membership
from satisfaction.models import GroupFigure, Snapshot
from satisfaction.reports.addresses import foreign_addresses
from satisfaction.reports.document import policy_of
from satisfaction.services.report_maps import ReportKind
from tests.factories.accounts import MembershipFactory
from tests.factories.satisfaction import GroupFigureFactory, SnapshotFactory, figure_of
from tests.factories.sites import rated_site
from tests.factories.zones import MunicipalityFactory, spot, square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db
Role = Membership.Role
NOW = dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)
each_kind = pytest.mark.parametrize("kind", list(ReportKind))


@pytest.fixture
def public_from() -> dt.date:
    """The day from which everybody may see the figures."""
    return dt.date(2026, 11, 9)


@pytest.fixture
def town(public_from: dt.date) -> Municipality:
    """A town with two places, a zone and figures of October."""
    row = MunicipalityFactory.create(slug="ours")
    snapshot = SnapshotFactory.create(municipality=row, public_from=public_from)
    for number in (1, 2):
        place = rated_site(municipality=row, code=f"p{number}", geometry=spot(number / 4, 0.5))
        figure_of(place, snapshot=snapshot)
    zone = zone_with_shape(row, code="north", geometry=square(0, 0))
    zone.names = {"en": "North <b>"}
    zone.save()
    GroupFigureFactory.create(snapshot=snapshot, kind=GroupFigure.Kind.ZONE, zone=zone)
    return row


def ask(client: Client, town: Municipality, path: str, role: str = Role.PRESS) -> Any:
    client.force_login(MembershipFactory.create(municipality=town, role=role).user)
    with time_machine.travel(NOW, tick=False):
        return client.get(f"/{town.slug}/press/{path}", headers={"accept-language": "en"})


@pytest.mark.parametrize(
    ("role", "status"), [(Role.PRESS, 200), (Role.ADMINISTRATOR, 200), (Role.OBSERVER, 403)]
)
def test_maps_are_for_those_who_publish(
    client: Client, town: Municipality, role: str, status: int
) -> None:
    for path in ("reports/", "reports/zones/", "reports/zones/file.html", "embed/"):
        assert ask(client, town, path, role).status_code == status, path


@each_kind
def test_the_file_is_a_world_of_its_own(
    client: Client, town: Municipality, kind: ReportKind
) -> None:
    answer = ask(client, town, f"reports/{kind}/file.html")
    page = answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert policy.startswith(f"sandbox allow-scripts; {policy_of(page)};")
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert "allow-same-origin" not in policy
    assert "X-Frame-Options" not in answer
    assert answer["Cache-Control"] == "private, no-store"
    assert foreign_addresses(page) == []
    assert "North <b>" not in page


@each_kind
def test_the_page_frames_the_file_and_offers_it(
    client: Client, town: Municipality, kind: ReportKind
) -> None:
    answer = ask(client, town, f"reports/{kind}/")
    page = answer.content.decode()
    assert 'sandbox="allow-scripts"' in page
    assert f'src="/ours/press/reports/{kind}/file.html?span=month&amp;from=2026-10"' in page
    assert "frame-src 'self'" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_a_download_has_a_name(client: Client, town: Municipality) -> None:
    answer = ask(client, town, "reports/votes/file.html?download=1")
    name = answer["Content-Disposition"]
    assert name == 'attachment; filename="ours-votes-month-2026-10-v1.html"'


def test_the_list_names_the_maps_and_the_chosen_period(client: Client, town: Municipality) -> None:
    SnapshotFactory.create(
        municipality=town, span=Snapshot.Span.QUARTER, first_day=dt.date(2026, 7, 1),
        until=dt.date(2026, 10, 1),
    )  # fmt: skip
    page = ask(client, town, "reports/?period=month:2026-10").content.decode()
    assert "The maps below show October 2026" in page
    assert page.count("report-sketch") == 4


def test_a_period_that_is_not_there_is_no_page(client: Client, town: Municipality) -> None:
    assert ask(client, town, "reports/?period=month:2025-01").status_code == 404
    assert ask(client, town, "reports/zones/file.html?from=nonsense").status_code == 404


def test_a_town_without_figures_is_told_so(client: Client) -> None:
    bare = MunicipalityFactory.create()
    assert "No figures yet" in ask(client, bare, "reports/").content.decode()
    assert ask(client, bare, "reports/zones/").url == f"/{bare.slug}/press/reports/"
    assert ask(client, bare, "reports/zones/file.html").status_code == 404


@pytest.mark.parametrize("public_from", [dt.date(2026, 12, 1)])
def test_figures_that_are_not_public_say_so_in_the_file(client: Client, town: Municipality) -> None:
    page = ask(client, town, "reports/zones/file.html").content.decode()
    assert "Not public before" in page


def test_many_places_cost_no_more_questions(
    client: Client, town: Municipality, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    snapshot = Snapshot.objects.get()
    for number in range(3, 20):
        place = rated_site(municipality=town, code=f"p{number}", geometry=spot(number / 30, 0.2))
        figure_of(place, snapshot=snapshot)
    client.force_login(MembershipFactory.create(municipality=town, role=Role.PRESS).user)
    with time_machine.travel(NOW, tick=False), django_assert_max_num_queries(12):
        assert client.get("/ours/press/reports/surface/file.html").status_code == 200
