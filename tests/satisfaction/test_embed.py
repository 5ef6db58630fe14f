"""A figure in somebody else's page: public ones only, without cookies, and said in words."""

import datetime as dt
import io
from typing import Any

import pytest
import time_machine
from django.test import Client
from PIL import Image

from departments.models import Membership
from satisfaction.models import GroupFigure
from sign_registry.models import Site
from tests.factories.accounts import MembershipFactory
from tests.factories.satisfaction import (
    AlertFactory,
    GroupFigureFactory,
    SnapshotFactory,
    figure_of,
)
from tests.factories.sites import rated_site
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)


@pytest.fixture
def public_from() -> dt.date:
    """The day from which everybody may see the figures."""
    return dt.date(2026, 11, 9)


@pytest.fixture
def site(public_from: dt.date) -> Site:
    """A place with a figure of October, in a town with one."""
    town = MunicipalityFactory.create(slug="ours", names={"en": 'Town "of" <ours>'})
    snapshot = SnapshotFactory.create(municipality=town, public_from=public_from)
    place = rated_site(municipality=town, names={"en": 'Park <script> "x"'})
    figure = figure_of(place, snapshot=snapshot)
    GroupFigureFactory.create(snapshot=snapshot)
    GroupFigureFactory.create(
        snapshot=snapshot, kind=GroupFigure.Kind.CATEGORY, category=figure.category, score=6.2
    )
    return place


def ask(client: Client, path: str, now: dt.datetime = NOW) -> Any:
    with time_machine.travel(now, tick=False):
        return client.get(f"/ours/embed/{path}", headers={"accept-language": "en"})


def test_the_frame_may_stand_anywhere_and_leaves_nothing_behind(client: Client, site: Site) -> None:
    answer = ask(client, "ratings/")
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src 'none'" in policy
    assert "X-Frame-Options" not in answer
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert "<script" not in answer.content.decode()
    assert "//" not in answer.content.decode().replace("http://testserver", "")


def test_only_this_answer_may_be_framed(client: Client, site: Site) -> None:
    answer = client.get("/ours/")
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


def test_the_frame_says_score_interval_votes_period_and_source(client: Client, site: Site) -> None:
    page = ask(client, "ratings/").content.decode()
    for said in ("7.1", "between 6.4 and 7.8", "20 votes, October 2026", "/ours/open/ratings/"):
        assert said in page
    assert "month-2026-10-v1" in page
    assert "6.2" in ask(client, "ratings/?category=playground").content.decode()


def test_a_place_is_named_and_escaped(client: Client, site: Site) -> None:
    page = ask(client, f"ratings/?site={site.pk}").content.decode()
    assert "Park &lt;script&gt;" in page
    assert f"/ours/sites/{site.pk}/" in page


def test_the_language_comes_with_the_address(client: Client, site: Site) -> None:
    page = ask(client, "ratings/?lang=bg").content.decode()
    assert '<html lang="bg">' in page
    assert '<html lang="en">' in ask(client, "ratings/?lang=xx").content.decode()


@pytest.mark.parametrize("public_from", [dt.date(2026, 11, 17)])
def test_before_the_day_of_publication_nothing_is_shown(client: Client, site: Site) -> None:
    page = ask(client, "ratings/").content.decode()
    assert "No figure is shown here" in page
    assert "7.1" not in page
    assert ask(client, "ratings.png").status_code == 404
    assert "7.1" in ask(client, "ratings/", NOW + dt.timedelta(days=1)).content.decode()


def test_a_place_whose_owner_may_reply_is_not_shown_alone(client: Client, site: Site) -> None:
    AlertFactory.create(site=site, reply_until=dt.date(2026, 11, 16))
    path = f"ratings/?site={site.pk}"
    assert "7.1" not in ask(client, path).content.decode()
    assert ask(client, f"ratings.png?site={site.pk}").status_code == 404
    day_after = NOW + dt.timedelta(days=1)
    assert "7.1" in ask(client, path, day_after).content.decode()


@pytest.mark.parametrize("about", ["site={}", "site=99999999", "site=x", "site=1" + "0" * 30])
def test_a_place_elsewhere_is_not_there(client: Client, site: Site, about: str) -> None:
    other = rated_site(municipality=MunicipalityFactory.create(slug="theirs"))
    for path in ("ratings/", "ratings.png"):
        assert ask(client, f"{path}?{about.format(other.pk)}").status_code == 404


def test_the_picture_carries_its_words(client: Client, site: Site) -> None:
    answer = ask(client, f"ratings.png?site={site.pk}&lang=bg")
    assert answer["Content-Type"] == "image/png"
    assert not answer.cookies
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == (1600, 900)
    assert "Park <script>" in picture.info["Description"]


def press(client: Client, town: Municipality, asked: str = "") -> str:
    member = MembershipFactory.create(municipality=town, role=Membership.Role.PRESS)
    client.force_login(member.user)
    with time_machine.travel(NOW, tick=False):
        answer = client.get(f"/ours/press/embed/{asked}", headers={"accept-language": "en"})
    return str(answer.content.decode())


def test_lines_to_copy_escape_names_twice(client: Client, site: Site) -> None:
    """Once as an attribute of the copied line, once as text in the field it is copied from."""
    page = press(client, site.municipality, f"?about=site:{site.pk}")
    assert "Park &amp;lt;script&amp;gt; &amp;quot;x&amp;quot;" in page
    assert "alt=&quot;In October 2026" in page
    assert "<script> " not in page


def test_places_under_reply_are_not_offered(client: Client, site: Site) -> None:
    assert f"site:{site.pk}" in press(client, site.municipality)
    AlertFactory.create(site=site, reply_until=dt.date(2026, 11, 20))
    assert f'value="site:{site.pk}"' not in press(client, site.municipality)
    page = press(client, site.municipality, f"?about=site:{site.pk}")
    assert "cannot be shown elsewhere now" in page
