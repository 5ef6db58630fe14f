"""The town's home page: the place asked about, three doors, and what is near as list and map."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.around import Around
from portal.nearby import find_events, find_news, find_ratings
from satisfaction.models import SiteFigure
from tests.factories.consultations import PhaseFactory, ProcessFactory
from tests.factories.notifications import AnnouncementFactory
from tests.factories.residents import ResidenceFactory
from tests.factories.satisfaction import SiteFigureFactory, SnapshotFactory
from tests.factories.sites import SiteCategoryFactory, SiteFactory
from tests.factories.zones import MunicipalityFactory, spot, square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ENGLISH = {"accept-language": "en"}
MODULES = ["ratings", "notices", "consultations", "reports"]


@pytest.fixture
def town() -> Municipality:
    town = MunicipalityFactory.create(slug="roman", modules=MODULES)
    zone_with_shape(town, code="west", geometry=square(0, 0, 4, 4))
    return town


def rated(town: Municipality, where: Any, **given: Any) -> SiteFigure:
    snapshot = given.pop("snapshot", None) or SnapshotFactory.create(municipality=town)
    category = SiteCategoryFactory.create(municipality=town)
    site = SiteFactory.create(municipality=town, geometry=where, **given.pop("site", {}))
    figure: SiteFigure = SiteFigureFactory.create(
        snapshot=snapshot, site=site, category=category, **given
    )
    return figure


def around(town: Municipality, **given: Any) -> Around:
    return Around(town, **{"geometry": spot(2, 2), "radius_m": 300, "now": NOW, **given})


def home(client: Client, query: str = "") -> str:
    return client.get(f"/roman/{query}", headers=ENGLISH).content.decode()


def pins(page: str) -> list[list[float]]:
    listed = json.loads(re.findall(r'id="map-places"[^>]*>(.*?)</script>', page)[0])
    return [one["place"] for one in listed]


def test_each_door_stands_only_where_its_module_is_on(client: Client, town: Municipality) -> None:
    doors = {"reports": "/roman/report/", "ratings": "/roman/sites/"}
    doors["consultations"] = "/roman/consultations/"
    for module, path in doors.items():
        Municipality.objects.update(modules=[one for one in MODULES if one != module])
        doors_shown = home(client).partition('class="doors')[2].partition("</ul>")[0]
        assert [path in doors_shown for path in doors.values()] == [one != module for one in doors]


def test_a_visitor_without_a_place_reads_what_concerns_everybody_first(
    client: Client, town: Municipality
) -> None:
    week = dt.timedelta(days=7)
    AnnouncementFactory.create(
        municipality=town, titles={"en": "A pipe"}, geometry=spot(2, 2), published_at=NOW
    )
    AnnouncementFactory.create(
        municipality=town, titles={"en": "New hours"}, published_at=NOW - week
    )
    process = ProcessFactory.create(municipality=town, area=None, names={"en": "Our park"})
    PhaseFactory.create(process=process, starts_at=NOW - week, ends_at=NOW + week)

    page = home(client)

    assert page.index("New hours") < page.index("A pipe")
    assert "Our park" in page
    assert "a part of the town" in page
    assert pins(page) == [[spot(2, 2).x, spot(2, 2).y]]


def test_the_place_of_the_address_is_answered_nearest_first(
    client: Client, town: Municipality
) -> None:
    for title, where in (("Far", spot(2.3, 2)), ("Close", spot(2.05, 2)), ("Away", spot(9, 9))):
        AnnouncementFactory.create(
            municipality=town, titles={"en": title}, geometry=where, published_at=NOW
        )

    page = home(client, f"?lon={spot(2, 2).x}&lat={spot(2, 2).y}")

    assert page.index("Close") < page.index("Far")
    assert "Away" not in page
    assert "Near you · WEST" in page
    assert len(pins(page)) == 2


def test_a_neighbourhood_can_be_chosen_without_a_script(client: Client, town: Municipality) -> None:
    AnnouncementFactory.create(
        municipality=town, titles={"en": "A pipe"}, geometry=spot(2, 2), published_at=NOW
    )
    (query,) = re.findall(r'href="(\?zone=\d+)"', home(client))

    page = home(client, query)

    assert "Near you · WEST" in page
    assert "A pipe" in page
    assert f'data-place="{query[1:]}"' in page


@pytest.mark.parametrize("query", ["?zone=99999", "?zone=x", "?lon=1&lat=bad", "?address=0"])
def test_an_unknown_place_is_said_and_the_town_is_shown(
    client: Client, town: Municipality, query: str
) -> None:
    page = home(client, query)

    assert 'role="alert"' in page
    assert "data-place-unknown" in page
    assert "Now in the town" in page


def test_a_place_of_another_town_is_unknown(client: Client, town: Municipality) -> None:
    other = zone_with_shape(MunicipalityFactory.create(), code="secret", geometry=square(0, 0))

    assert "SECRET" not in home(client, f"?zone={other.pk}")


def test_what_is_asked_leaves_nothing_on_the_server(client: Client, town: Municipality) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"/roman/?lon={spot(2, 2).x}&lat={spot(2, 2).y}")

    assert set(answer.cookies) <= {"csrftoken"}
    written = ("INSERT", "UPDATE", "DELETE")
    assert not [one for one in asked.captured_queries if one["sql"].lstrip().startswith(written)]


def test_the_page_asks_no_more_when_more_is_near(
    client: Client, town: Municipality, django_assert_max_num_queries: Any
) -> None:
    user = ResidenceFactory.create(resident__municipality=town).resident.user
    client.force_login(user)
    snapshot = SnapshotFactory.create(municipality=town)
    for _number in range(12):
        AnnouncementFactory.create(municipality=town, geometry=spot(2, 2), published_at=NOW)
        rated(town, spot(2, 2), snapshot=snapshot)

    with django_assert_max_num_queries(27):
        page = home(client, f"?lon={spot(2, 2).x}&lat={spot(2, 2).y}")

    assert "7 more near you" in page
    assert "12 rated places around" in page


def test_an_event_is_news_that_says_when(town: Municipality) -> None:
    news = {"municipality": town, "geometry": spot(2, 2), "published_at": NOW, "topic": "events"}
    fair = AnnouncementFactory.create(**news, starts_at=NOW, ends_at=NOW + dt.timedelta(days=1))
    AnnouncementFactory.create(**news)

    assert [row.title for row in find_events(around(town))] == [fair.title]
    assert len(find_news(around(town))) == 1


def test_a_rated_place_is_near_with_its_interval(town: Municipality) -> None:
    rated(town, spot(2.05, 2))

    (row,) = find_ratings(around(town))

    assert row.note == "7.1 of 10 (6.4 to 7.8)"
    assert row.distance_m is not None
    assert 0 < row.distance_m < 300


def test_figures_that_are_not_public_are_near_nobody(town: Municipality) -> None:
    later = SnapshotFactory.create(municipality=town, public_from=dt.date(2990, 1, 1))
    rated(town, spot(2, 2), snapshot=later)
    assert find_ratings(around(town)) == []

    now = SnapshotFactory.create(
        municipality=town, first_day=dt.date(2026, 9, 1), until=dt.date(2026, 10, 1)
    )
    rated(town, spot(2, 2), snapshot=now, site={"is_staff_sensitive": True})
    rated(town, spot(2, 2), snapshot=now, state="collecting", score=None)
    rated(town, spot(2, 2), snapshot=now, site={"closed_on": dt.date(2026, 1, 1)})
    rated(town, spot(9, 9), snapshot=now)
    rated(MunicipalityFactory.create(modules=MODULES), spot(2, 2))
    assert find_ratings(around(town)) == []
