"""What lies near a place: the same on list, map and file, and geometry to geometry."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from departments.models import Works
from notifications.models import Notice
from portal.around import Around, NearRow
from portal.nearby import KINDS, near
from tests.factories.accounts import UserFactory
from tests.factories.consultations import PhaseFactory, ProcessFactory
from tests.factories.departments import DepartmentFactory
from tests.factories.notifications import (
    AnnouncementFactory,
    FollowedAreaFactory,
    TargetAreaFactory,
)
from tests.factories.residents import ResidenceFactory
from tests.factories.zones import MunicipalityFactory, spot, square
from zones.models import Municipality

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = NOW.date()


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="roman", modules=["ratings", "notices", "consultations"])


def works(town: Municipality, geometry: Any, **given: Any) -> Works:
    values = {
        "municipality": town,
        "owner": DepartmentFactory.create(municipality=town),
        "kind": "repair",
        "names": {"en": "New pipes", "ro": "Conducte noi"},
        "geometry": geometry,
        "starts_on": TODAY,
        "created_at": NOW,
    }
    return Works.objects.create(**{**values, **given})


def rows_near(town: Municipality, place: Any, **given: Any) -> list[NearRow]:
    return near(Around(town, place, **{"radius_m": 300, "now": NOW, **given}), KINDS)


def titles(town: Municipality, place: Any, **given: Any) -> list[str]:
    return [row.title for row in rows_near(town, place, **given)]


def line_past(home: Point, *, metres_away: float, long_m: float = 3000) -> LineString:
    """A line from west to east that passes a home in its middle."""
    half, away = long_m / 2 / 76_000, metres_away / 111_000
    return LineString(
        (home.x - half, home.y + away), (home.x + half, home.y + away), srid=home.srid
    )


def test_a_long_line_is_near_a_home_beside_its_middle(town: Municipality) -> None:
    home = spot(2, 2)
    works(town, line_past(home, metres_away=90))

    assert titles(town, home, radius_m=100) == ["New pipes"]
    assert titles(town, home, radius_m=80) == []


def test_nearest_first_and_the_whole_town_last(town: Municipality) -> None:
    home = spot(2, 2)
    works(town, line_past(home, metres_away=200), names={"en": "Far"})
    works(town, line_past(home, metres_away=20), names={"en": "Close"})
    AnnouncementFactory.create(municipality=town, titles={"en": "Everybody"}, published_at=NOW)

    assert titles(town, home) == ["Close", "Far", "Everybody"]


def test_news_is_near_by_its_drawing_and_by_its_area(town: Municipality) -> None:
    home = spot(0.5, 0.5)
    area = TargetAreaFactory.create(municipality=town, geometry=square(0, 0))
    far_area = TargetAreaFactory.create(municipality=town, geometry=square(3, 3))
    for title, given in (
        ("Aimed", {"target": area}),
        ("Aimed elsewhere", {"target": far_area}),
        ("Drawn", {"target": far_area, "geometry": spot(0.5, 0.5)}),
    ):
        AnnouncementFactory.create(
            municipality=town, titles={"en": title}, published_at=NOW, **given
        )

    assert sorted(titles(town, home)) == ["Aimed", "Drawn"]


def test_what_is_hidden_or_elsewhere_is_not_near(town: Municipality) -> None:
    home = spot(2, 2)
    works(town, home, is_public=False)
    works(MunicipalityFactory.create(), home)
    AnnouncementFactory.create(municipality=town, state="draft", published_at=None)
    AnnouncementFactory.create(municipality=town, state="withdrawn", published_at=NOW)
    AnnouncementFactory.create(published_at=NOW)

    assert titles(town, home) == []


def test_consultations_are_near_by_their_area(town: Municipality) -> None:
    here = TargetAreaFactory.create(municipality=town, geometry=square(0, 0))
    there = TargetAreaFactory.create(municipality=town, geometry=square(3, 3))
    for title, given in (
        ("Here", {"area": here}),
        ("There", {"area": there}),
        ("Everybody", {}),
        ("Being prepared", {"state": "draft", "published_at": None}),
        ("Elsewhere", {"municipality": MunicipalityFactory.create(modules=["consultations"])}),
    ):
        process = ProcessFactory.create(**{"municipality": town, "names": {"en": title}, **given})
        PhaseFactory.create(process=process, starts_at=NOW, ends_at=NOW + dt.timedelta(days=9))

    found = rows_near(town, spot(0.5, 0.5))

    assert [(row.title, row.is_here) for row in found] == [("Here", True), ("Everybody", False)]
    assert titles(town, spot(0.5, 0.5), when="coming") == []
    town.modules = []
    assert titles(town, spot(0.5, 0.5)) == []


def test_when_narrows_consultations_by_their_phases(town: Municipality) -> None:
    for title, days in (("Running", (-1, 9)), ("Coming", (3, 9)), ("Over", (-9, -3))):
        process = ProcessFactory.create(municipality=town, names={"en": title})
        starts_at, ends_at = (NOW + dt.timedelta(days=number) for number in days)
        PhaseFactory.create(process=process, starts_at=starts_at, ends_at=ends_at)

    found = {when: titles(town, spot(2, 2), when=when) for when in ("now", "coming", "lately")}

    assert found == {"now": ["Coming", "Running"], "coming": ["Coming"], "lately": ["Over"]}


def test_works_that_news_tell_of_are_listed_once(town: Municipality) -> None:
    home = spot(2, 2)
    row = works(town, home)
    told = {"works": row, "geometry": home, "published_at": NOW, "titles": {"en": "Read this"}}
    AnnouncementFactory.create(municipality=town, **told)

    assert titles(town, home) == ["Read this"]


def test_when_narrows(town: Municipality) -> None:
    home, week = spot(2, 2), dt.timedelta(days=7)
    works(town, home, names={"en": "Running"})
    works(town, home, names={"en": "Coming"}, starts_on=TODAY + week)
    works(town, home, names={"en": "Over"}, starts_on=TODAY - 2 * week, ends_on=TODAY - week)

    assert sorted(titles(town, home)) == ["Coming", "Running"]
    assert titles(town, home, when="coming") == ["Coming"]
    assert titles(town, home, when="lately") == ["Over"]


def test_list_map_and_file_show_the_same_rows(client: Client, town: Municipality) -> None:
    home = spot(2, 2)
    for number in range(3):
        works(town, line_past(home, metres_away=10 * number), names={"en": f"Works {number}"})
    path = f"/roman/nearby/?lon={home.x}&lat={home.y}"

    page = client.get(path, headers={"accept-language": "en"}).content.decode()
    table = b"".join(client.get(path + "&format=csv", headers={"accept-language": "en"}))
    points = json.loads(b"".join(client.get(path + "&format=geojson")))

    listed = re.findall(r"Works \d", page)
    on_map = json.loads(re.findall(r'id="map-places"[^>]*>(.*?)</script>', page)[0])
    assert listed == ["Works 0", "Works 1", "Works 2"] == re.findall(r"Works \d", table.decode())
    assert [one["number"] for one in on_map] == [1, 2, 3]
    assert [one["place"] for one in on_map] == [
        one["geometry"]["coordinates"] for one in points["features"]
    ]


def test_a_resident_sees_home_and_followed_areas(client: Client, town: Municipality) -> None:
    user = UserFactory.create()
    home = ResidenceFactory.create(resident__municipality=town, resident__user=user)
    FollowedAreaFactory.create(municipality=town, user=user, name="Grandmother")
    works(town, home.location)
    client.force_login(user)

    page = client.get("/roman/nearby/", headers={"accept-language": "en"}).content.decode()

    assert "New pipes" in page
    assert "Grandmother" in page


def test_nobody_follows_by_the_area_of_somebody_else(client: Client, town: Municipality) -> None:
    other = FollowedAreaFactory.create(municipality=town, name="Secret place")
    client.force_login(UserFactory.create())

    page = client.get(f"/roman/nearby/?followed={other.pk}").content.decode()

    assert "Secret place" not in page


@pytest.mark.parametrize("query", ["address=999999", "zone=x", "lon=1&lat=bad", "lon=400&lat=4"])
def test_an_unknown_place_is_said_and_not_guessed(
    client: Client, town: Municipality, query: str
) -> None:
    answer = client.get(f"/roman/nearby/?{query}")

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


def test_the_page_asks_the_same_number_of_questions_for_many_rows(
    client: Client, town: Municipality, django_assert_max_num_queries: Any
) -> None:
    user, home = UserFactory.create(), spot(2, 2)
    ResidenceFactory.create(resident__municipality=town, resident__user=user)
    for _number in range(30):
        works(town, home)
        AnnouncementFactory.create(municipality=town, geometry=home, published_at=NOW)
    client.force_login(user)

    with django_assert_max_num_queries(16):
        client.get(f"/roman/nearby/?lon={home.x}&lat={home.y}")


def test_works_have_a_page_for_residents(client: Client, town: Municipality) -> None:
    shown, hidden = works(town, spot(1, 1)), works(town, spot(1, 1), is_public=False)

    assert client.get(f"/roman/nearby/works/{shown.pk}/").status_code == 200
    assert client.get(f"/roman/nearby/works/{hidden.pk}/").status_code == 404


def test_the_home_page_of_a_resident_tells_what_is_near(
    client: Client, town: Municipality, django_assert_max_num_queries: Any
) -> None:
    user = UserFactory.create()
    home = ResidenceFactory.create(resident__municipality=town, resident__user=user)
    works(town, home.location)
    told = AnnouncementFactory.create(municipality=town, published_at=NOW)
    Notice.objects.create(announcement=told, user=user, way="page", told_at=NOW)
    client.force_login(user)

    with django_assert_max_num_queries(20):
        page = client.get("/roman/", headers={"accept-language": "en"}).content.decode()

    assert "Near you ·" in page
    assert "New pipes" in page
    assert "1 unread notice" in page


def test_the_home_page_of_a_visitor_tells_the_newest_news(
    client: Client, town: Municipality
) -> None:
    AnnouncementFactory.create(municipality=town, titles={"en": "Fair"}, published_at=NOW)
    AnnouncementFactory.create(titles={"en": "Fair elsewhere"}, published_at=NOW)

    page = client.get("/roman/", headers={"accept-language": "en"}).content.decode()

    assert "Fair" in page
    assert "elsewhere" not in page


def test_a_town_without_notices_says_nothing_of_them(client: Client, town: Municipality) -> None:
    Municipality.objects.update(modules=["ratings"])

    page = client.get("/roman/", headers={"accept-language": "en"}).content.decode()

    assert "/roman/nearby/" not in page


def test_the_place_asked_about_is_not_kept(client: Client, town: Municipality) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"/roman/nearby/?lon={spot(2, 2).x}&lat={spot(2, 2).y}")

    assert set(answer.cookies) <= {"csrftoken"}
    written = ("INSERT", "UPDATE", "DELETE")
    assert not [one for one in asked.captured_queries if one["sql"].lstrip().startswith(written)]
