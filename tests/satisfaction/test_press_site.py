"""A place as the press office sees it, and the list of falls: what is shown, and what waits."""

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from departments.models import Membership
from satisfaction.models import Snapshot
from tests.factories.accounts import MembershipFactory
from tests.factories.comments import comment_in
from tests.factories.departments import WorksFactory
from tests.factories.satisfaction import (
    AlertFactory,
    SnapshotFactory,
    VoteBlockFactory,
    figure_of,
)
from tests.factories.sites import ReasonTagFactory, SiteCategoryFactory, rated_site
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db
Role = Membership.Role
FAR_AWAY = dt.date(2126, 1, 1)


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
    return client.get(f"/{town.slug}/press/{path}", headers={"accept-language": "en"})


def test_a_place_is_said_drawn_and_written_in_tables(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    figure = figure_of(rated_site(municipality=town, names={"en": "Swing"}), snapshot=snapshot)
    page = ask(press, town, f"sites/{figure.site_id}/").content.decode()
    for said in ("7.1 out of 10", "between 6.4 and 7.8", "20 votes", "like its kind"):
        assert said in page
    assert page.count("score-bar") == 10
    assert '<th scope="row">8</th><td class="number">10</td>' in page


def test_a_place_with_too_few_votes_shows_no_number(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    site = rated_site(municipality=town)
    page = ask(press, town, f"sites/{site.pk}/").content.decode()
    assert "Not yet enough votes" in page
    assert "score-bar" not in page


def test_the_trend_leaves_a_gap_where_votes_were_few_and_pins_works(
    press: Client, town: Municipality
) -> None:
    site = rated_site(municipality=town)
    months = [dt.date(2026, month, 1) for month in (6, 7, 8, 9)]
    for first, until in pairwise(months):
        made = SnapshotFactory.create(municipality=town, first_day=first, until=until)
        if first.month != 7:
            figure_of(site, snapshot=made)
    assert site.geometry is not None
    WorksFactory.create(
        municipality=town, geometry=site.geometry, starts_on=dt.date(2026, 7, 9),
        names={"en": "New sand"},
    )  # fmt: skip
    answer = ask(press, town, f"sites/{site.pk}/")
    trend = answer.context["trend"]
    assert [row["y"] is None for row in trend["rows"]] == [False, True, False]
    assert len(trend["lines"]) == 2
    assert "New sand" in answer.content.decode()
    assert trend["pins"][0]["number"] == 1


def test_reasons_are_those_of_releases_within_the_period(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    category = SiteCategoryFactory.create(municipality=town)
    site = rated_site(municipality=town, category=category)
    figure_of(site, snapshot=snapshot)
    for name, month in (("dirty", dt.date(2026, 10, 1)), ("far", dt.date(2026, 9, 1))):
        reason = ReasonTagFactory.create(category=category, names={"en": name})
        block = VoteBlockFactory.create(site=site, category=category, month=month)
        block.reasons.create(site=site, reason=reason, given=5)
    answer = ask(press, town, f"sites/{site.pk}/")
    assert [row["tag"].name for row in answer.context["reasons"]] == ["dirty"]


def test_only_released_comments_are_shown(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    site = rated_site(municipality=town)
    comment_in("released", "The swing squeaks.", site=site)
    comment_in("waiting", "Nobody read this yet.", site=site)
    page = ask(press, town, f"sites/{site.pk}/").content.decode()
    assert "The swing squeaks." in page
    assert "Nobody read this yet." not in page


def test_a_place_whose_owner_may_reply_is_not_to_be_published(
    press: Client, town: Municipality, snapshot: Snapshot
) -> None:
    site = rated_site(municipality=town)
    figure_of(site, snapshot=snapshot)
    assert "Cite and export" in ask(press, town, f"sites/{site.pk}/").content.decode()
    AlertFactory.create(site=site, reply_until=FAR_AWAY)
    page = ask(press, town, f"sites/{site.pk}/").content.decode()
    assert "do not publish this place alone" in page
    assert "Cite and export" not in page


def test_falls_are_listed_with_the_owners_reply(press: Client, town: Municipality) -> None:
    site = rated_site(municipality=town, names={"en": "Swing"})
    AlertFactory.create(
        site=site, state="answered", answered_on=dt.date(2026, 11, 5), replies={"en": "Oiled it."}
    )
    page = ask(press, town, "alerts/").content.decode()
    assert "From 7.4 to 5.6" in page
    assert "a fall of 1.0 to 2.6 points" in page
    assert "Oiled it." in page
    assert "Swing" not in ask(press, town, "alerts/?state=open").content.decode()
    assert ask(press, town, "alerts/?state=lost").status_code == 404
    assert ask(press, town, "alerts/?category=lost").status_code == 404


def test_the_table_of_falls_leaves_out_those_whose_owner_may_still_reply(
    press: Client, town: Municipality
) -> None:
    for name, until in (("Told", dt.date(2026, 11, 1)), ("Not yet", FAR_AWAY)):
        site = rated_site(municipality=town, names={"en": name})
        AlertFactory.create(site=site, reply_until=until)
    table = ask(press, town, "alerts/?format=csv").getvalue().decode()
    assert "Told" in table
    assert "Not yet" not in table


def test_only_those_who_publish_take_the_table_of_falls(client: Client, town: Municipality) -> None:
    client.force_login(MembershipFactory.create(municipality=town, role=Role.OBSERVER).user)
    assert ask(client, town, "alerts/").status_code == 200
    assert ask(client, town, "alerts/?format=csv").status_code == 403


def test_falls_of_another_town_are_not_there(press: Client, town: Municipality) -> None:
    AlertFactory.create(site=rated_site(names={"en": "Elsewhere"}))
    assert "Elsewhere" not in ask(press, town, "alerts/").content.decode()
