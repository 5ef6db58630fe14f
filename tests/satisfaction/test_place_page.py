"""The public page of a place: its published figure, what people said, what was done."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from satisfaction.models import GroupFigure, ReasonShare, Snapshot
from sign_registry.models import Site, SiteCategory
from sign_registry.paths import site_path
from tests.factories.accounts import MembershipFactory
from tests.factories.comments import comment_in
from tests.factories.satisfaction import (
    GroupFigureFactory,
    SnapshotFactory,
    VoteBlockFactory,
    figure_of,
)
from tests.factories.sites import (
    CounterFactory,
    ReasonTagFactory,
    SiteCategoryFactory,
    VehicleAssignmentFactory,
    rated_site,
)
from zones.models import Municipality

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def town() -> Municipality:
    return SiteCategoryFactory.create().municipality


def page(client: Client, town: Municipality, path: str) -> Any:
    return client.get(f"/{town.slug}/{path}", headers={"accept-language": "en"})


def shown(client: Client, site: Site) -> str:
    answer = client.get(site_path(site.municipality.slug, site.pk), headers=ENGLISH)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_stable_path_of_a_place_leads_to_its_page() -> None:
    assert reverse("satisfaction:place", args=["town", 7]) == site_path("town", 7)


def test_a_place_without_votes_enough_says_so_and_how_to_vote(
    client: Client, town: Municipality
) -> None:
    text = shown(client, rated_site(municipality=town))
    assert "How good is this place?" in text
    assert "Not yet enough votes" in text
    assert "the town hall’s desk" in text


def test_a_published_score_stands_with_its_interval_period_and_votes(
    client: Client, town: Municipality
) -> None:
    site = rated_site(municipality=town)
    figure_of(site)
    text = shown(client, site)
    assert "7.1</strong>" in text
    assert "between 6.4 and 7.8" in text
    assert "20 votes, October 2026" in text
    assert text.count('<rect class="score-bar') == 10
    assert "fingerprint" in text
    assert f"/{town.slug}/open/ratings/" in text


def test_what_is_not_public_yet_is_not_shown(client: Client, town: Municipality) -> None:
    site = rated_site(municipality=town)
    later = SnapshotFactory.create(municipality=town, public_from=dt.date(2990, 1, 1))
    figure_of(site, snapshot=later)
    block = VoteBlockFactory.create(site=site)
    tag = ReasonTagFactory.create(category=SiteCategory.objects.get(municipality=town))
    ReasonShare.objects.create(block=block, site=site, reason=tag, given=6)
    text = shown(client, site)
    assert "Not yet enough votes" in text
    assert "7.1" not in text
    assert tag.name not in text


def test_the_longest_view_of_the_newest_public_figures_is_shown(
    client: Client, town: Municipality
) -> None:
    site = rated_site(municipality=town)
    figure_of(site)
    year = SnapshotFactory.create(
        municipality=town, span=Snapshot.Span.ROLLING, first_day=dt.date(2025, 11, 1)
    )
    figure_of(site, snapshot=year, score=8.2, low=7.9, high=8.4)
    assert "8.2</strong>" in shown(client, site)


def test_a_small_place_shows_what_is_known_of_its_like(client: Client, town: Municipality) -> None:
    site = rated_site(municipality=town)
    category = SiteCategory.objects.get(municipality=town)
    snapshot = SnapshotFactory.create(municipality=town)
    GroupFigureFactory.create(
        snapshot=snapshot, kind=GroupFigure.Kind.SMALL, category=category, score=7.9, places=5
    )
    text = shown(client, site)
    assert "Not yet enough votes" in text
    assert "7.9" in text


def test_released_reasons_and_comments_are_what_people_said(
    client: Client, town: Municipality
) -> None:
    site = rated_site(municipality=town)
    figure_of(site)
    tag = ReasonTagFactory.create(category=SiteCategory.objects.get(municipality=town))
    block = VoteBlockFactory.create(site=site)
    ReasonShare.objects.create(block=block, site=site, reason=tag, given=6)
    comment_in("released", "The swing creaks", site=site)
    comment_in("waiting", "Nobody read this yet", site=site)
    text = shown(client, site)
    assert tag.name in text
    assert "6 times" in text
    assert "The swing creaks" in text
    assert "Nobody read this yet" not in text


def test_only_who_enters_works_is_led_to_their_form_with_the_place_filled_in(
    client: Client, town: Municipality
) -> None:
    site = rated_site(municipality=town)
    path = page(client, town, f"sites/{site.pk}/").context["works_add_path"]
    client.force_login(MembershipFactory.create(municipality=town, role="planner").user)
    offered = page(client, town, f"sites/{site.pk}/")
    given = client.get(offered.context["works_add_path"]).context["form"].initial
    assert path == ""
    assert site.geometry is not None
    assert offered.context["works_add_path"] in offered.content.decode().replace("&amp;", "&")
    assert float(given["longitude"]) == pytest.approx(site.geometry.x, abs=1e-6)
    assert float(given["latitude"]) == pytest.approx(site.geometry.y, abs=1e-6)


def test_a_vehicle_names_its_line(client: Client, town: Municipality) -> None:
    assignment = VehicleAssignmentFactory.create(vehicle__municipality=town)
    text = page(client, town, f"sites/{assignment.vehicle.pk}/").content.decode()
    assert assignment.line.name in text


def test_a_counter_and_a_foreign_site_have_no_public_page(
    client: Client, town: Municipality
) -> None:
    for site in (CounterFactory.create(municipality=town), rated_site()):
        assert page(client, town, f"sites/{site.pk}/").status_code == 404
