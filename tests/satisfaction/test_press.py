"""The press office's page: who comes in, what it says, what it never shows, and how it is asked."""

import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from departments.models import Membership
from satisfaction.models import GroupFigure, SiteFigure, Snapshot
from tests.factories.accounts import MembershipFactory
from tests.factories.satisfaction import (
    AlertFactory,
    GroupFigureFactory,
    SiteFigureFactory,
    SnapshotFactory,
    figure_of,
)
from tests.factories.sites import SiteCategoryFactory, rated_site
from tests.factories.zones import MunicipalityFactory, spot, square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db
Role = Membership.Role
PAGE = "press/?span=month"
MOST_QUESTIONS = 26


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create()


@pytest.fixture
def snapshot(town: Municipality) -> Snapshot:
    return SnapshotFactory.create(municipality=town)


@pytest.fixture
def press(client: Client, town: Municipality) -> Client:
    client.force_login(MembershipFactory.create(municipality=town, role=Role.PRESS).user)
    return client


def ask(client: Client, town: Municipality, path: str) -> Any:
    return client.get(f"/{town.slug}/{path}", headers={"accept-language": "en"})


def text_of(client: Client, town: Municipality, path: str = PAGE) -> str:
    answer = ask(client, town, path)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.PRESS, 200), (Role.OBSERVER, 200), (Role.ADMINISTRATOR, 200), (Role.CREW, 403)],
)
def test_those_who_may_see_ratings_come_in(
    client: Client, town: Municipality, snapshot: Snapshot, role: str, status: int
) -> None:
    client.force_login(MembershipFactory.create(municipality=town, role=role).user)
    for path in ("press/", "press/map.json", "press/alerts/"):
        assert ask(client, town, path).status_code == status


def test_a_town_without_figures_says_when_the_first_ones_come(
    press: Client, town: Municipality
) -> None:
    page = text_of(press, town, "press/")
    assert "No figures yet" in page
    assert "first Monday after ten votes" in page
    assert ask(press, town, "press/map.json").status_code == 404
    assert ask(press, town, "press/surface.png").status_code == 404


def test_the_page_begins_with_a_sentence_that_names_score_interval_votes_and_period(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    GroupFigureFactory.create(snapshot=snapshot, votes=120)
    page = text_of(press, town)
    for said in ("In October 2026", "7.1 out of 10", "between 6.4 and 7.8", "120 votes"):
        assert said in page


@pytest.mark.parametrize(
    "asked",
    [
        "span=week", "from=2026-13", "from=1999-01", "category=nothing", "zone=0", "zone=x",
        "zone=99999999999999999999", "layer=heat", "show=best", "sort=score", "page=99",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(
    press: Client, town: Municipality, snapshot: Snapshot, asked: str
) -> None:
    assert ask(press, town, f"press/?{asked}").status_code == 404


def test_a_place_with_too_few_votes_has_a_name_and_no_number(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    rated_site(municipality=town, names={"en": "Quiet corner"})
    assert "Quiet corner" not in text_of(press, town)
    assert "Quiet corner" in text_of(press, town, f"{PAGE}&show=waiting")
    (feature,) = ask(press, town, "press/map.json").json()["features"]
    assert set(feature["properties"]) == {"what", "id", "name", "state", "url"}
    assert feature["properties"]["state"] == "collecting"


def test_a_group_with_too_few_votes_has_a_name_and_no_number(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    zone = zone_with_shape(town, code="north", geometry=square(0, 0))
    GroupFigureFactory.create(
        snapshot=snapshot, kind=GroupFigure.Kind.ZONE, zone=zone, state="collecting",
        score=None, low=None, high=None, votes=7,
    )  # fmt: skip
    (feature,) = ask(press, town, "press/map.json").json()["features"]
    assert set(feature["properties"]) == {"what", "id", "name", "state", "url"}
    assert "7 votes" not in text_of(press, town)


def test_counters_and_vehicles_are_never_shown_alone(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    desk = rated_site(municipality=town, names={"en": "Desk of one"}, is_staff_sensitive=True)
    bus = rated_site(municipality=town, kind="vehicle", geometry=None, names={"en": "Bus 7"})
    assert "Desk of one" not in text_of(press, town, f"{PAGE}&show=waiting")
    for hidden in (desk, bus):
        assert ask(press, town, f"press/sites/{hidden.pk}/").status_code == 404


def test_places_are_listed_by_band_then_name_and_never_ranked(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    for name, band in (
        ("Beech", "below"),
        ("Birch", "within"),
        ("Ash", "within"),
        ("Oak", "above"),
    ):
        site = rated_site(municipality=town, names={"en": name})
        figure_of(site, snapshot=snapshot, band=band)
    answer = ask(press, town, PAGE)
    assert [row["name"] for row in answer.context["page"]] == ["Oak", "Ash", "Birch", "Beech"]
    only = ask(press, town, f"{PAGE}&show=below")
    assert [row["name"] for row in only.context["page"]] == ["Beech"]


@pytest.mark.parametrize(
    ("state", "low", "high", "said"),
    [
        ("up", 0.2, 1.4, "rose"),
        ("down", -1.4, -0.2, "fell"),
        ("same", -0.3, 0.4, "about the same"),
        ("", None, None, "cannot be told"),
    ],
)
def test_a_change_is_said_only_as_its_interval_allows(
    press: Client,
    town: Municipality,
    snapshot: Snapshot,
    state: str,
    low: float | None,
    high: float | None,
    said: str,
) -> None:
    change = {"change_state": state, "change_low": low, "change_high": high}
    figure_of(rated_site(municipality=town), snapshot=snapshot, **change)
    page = text_of(press, town)
    table = page[page.index("press-table") :]
    assert said in table
    others = {"rose", "fell", "about the same", "cannot be told"} - {said}
    assert not [word for word in others if word in table]


def test_a_period_that_is_not_public_yet_says_until_when_owners_may_reply(
    press: Client, town: Municipality
) -> None:
    SnapshotFactory.create(municipality=town, public_from=dt.date(2126, 12, 4))
    page = text_of(press, town)
    assert "may reply until Dec. 3, 2126" in page or "may reply until 3 December 2126" in page


def test_a_category_without_enough_votes_says_so(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    SiteCategoryFactory.create(municipality=town, code="market")
    page = text_of(press, town, f"{PAGE}&category=market")
    assert "too few votes in this period" in page
    assert "No place of this choice has enough votes" in page


def test_a_place_whose_owner_may_reply_is_marked_and_no_headline(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    site = rated_site(municipality=town, names={"en": "Fallen tree"})
    figure_of(site, snapshot=snapshot)
    assert ask(press, town, PAGE).context["headlines"]
    AlertFactory.create(site=site, reply_until=dt.date(2126, 1, 1))
    answer = ask(press, town, PAGE)
    assert answer.context["headlines"] == []
    assert "owner may reply" in answer.content.decode()


@pytest.mark.parametrize("path", [PAGE, "press/map.json?span=month", f"{PAGE}&show=waiting"])
def test_many_places_take_no_more_questions_than_few(
    press: Client, town: Municipality, snapshot: Snapshot, path: str
) -> None:
    asked = []
    for count in (3, 12):
        add_figures(snapshot, count)
        with CaptureQueriesContext(connection) as captured:
            assert ask(press, town, path).status_code == 200
        asked.append(len(captured))
    assert asked[0] == asked[1] <= MOST_QUESTIONS


def add_figures(snapshot: Snapshot, count: int) -> None:
    """Places with and without a figure, each of a kind and in a zone of its own."""
    town = snapshot.municipality
    for number in range(count):
        code = f"{count}-{number}"
        category = SiteCategoryFactory.create(municipality=town, code=code)
        zone = zone_with_shape(town, code=code, geometry=square(0, 0))
        given = {"municipality": town, "category": category, "geometry": spot(number / 20, 0.2)}
        figure_of(rated_site(**given), snapshot=snapshot, category=category)
        rated_site(**given)
        GroupFigureFactory.create(snapshot=snapshot, kind="category", category=category)
        GroupFigureFactory.create(snapshot=snapshot, kind="zone", zone=zone)


def test_the_map_holds_places_with_their_interval_and_another_answer_only_when_it_changed(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    site = rated_site(municipality=town, names={"en": "Swing"})
    figure_of(site, snapshot=snapshot)
    answer = ask(press, town, "press/map.json?span=month")
    (feature,) = answer.json()["features"]
    said = feature["properties"]
    assert (said["score"], said["low"], said["high"], said["votes"]) == (7.1, 6.4, 7.8, 20)
    again = press.get(
        f"/{town.slug}/press/map.json?span=month",
        headers={"accept-language": "en", "if-none-match": answer["ETag"]},
    )
    assert again.status_code == 304


def test_the_surface_is_painted_where_places_stand_together(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    for number in range(8):
        place = spot(0.4 + number / 50, 0.5)
        site = rated_site(municipality=town, geometry=place)
        SiteFigureFactory.create(snapshot=snapshot, site=site, category=site.periods.get().category)
    surface = ask(press, town, "press/map.json?span=month").json()["surface"]
    west, north = surface["corners"][0]
    east, south = surface["corners"][2]
    assert west < spot(0.4, 0.5).x < east
    assert south < spot(0.4, 0.5).y < north
    picture = press.get(surface["url"])
    assert picture.content.startswith(b"\x89PNG")
    assert "immutable" in picture["Cache-Control"]
    kept = press.get(surface["url"], headers={"if-none-match": picture["ETag"]})
    assert kept.status_code == 304


def test_too_few_places_make_no_surface(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    figure_of(rated_site(municipality=town), snapshot=snapshot)
    assert ask(press, town, "press/map.json").json()["surface"] is None
    picture = Image.open(io.BytesIO(ask(press, town, "press/surface.png").content))
    assert picture.convert("RGBA").getchannel("A").getextrema() == (0, 0)


def test_nothing_of_another_town_is_shown(press: Client, town: Municipality) -> None:
    SnapshotFactory.create(municipality=town)
    other = figure_of(rated_site(municipality=MunicipalityFactory.create(slug="other")))
    assert ask(press, town, "press/map.json").json()["features"] == []
    assert ask(press, town, f"press/sites/{other.site_id}/").status_code == 404
    assert ask(press, town, f"press/?category={other.category.code}").status_code == 404
    assert SiteFigure.objects.in_municipality(town).count() == 0
