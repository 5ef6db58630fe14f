"""Ways through the demonstration: a strip and its steps, in a demonstration alone; guides."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from departments.models import Membership
from portal.walk_rows import WALK_MARK, paths_of
from portal.walks import WALKS, walk_called, walks_in
from tests.factories.accounts import MembershipFactory
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    """A town without people or signs."""
    return MunicipalityFactory.create(slug="bare")


@pytest.fixture
def demo(settings: Settings) -> None:
    settings.MEGDAN_DEMO = True


def go(client: Client, town: Municipality, walk: str = "office", step: object = 1) -> int:
    """Press a button of a way; answers with the status."""
    asked = {"town": town.slug, "walk": walk, "step": str(step)}
    return client.post("/demo/walk/", asked).status_code


@pytest.mark.usefixtures("demo")
def test_a_step_opens_its_page_signed_in_as_whoever_sees_it(client: Client) -> None:
    held = MembershipFactory.create(role=Membership.Role.ADMINISTRATOR)
    town = held.municipality
    answer = client.post("/demo/walk/", {"town": town.slug, "walk": "office", "step": "1"})
    assert answer["Location"] == f"/{town.slug}/town/"
    assert client.session["_auth_user_id"] == str(held.user.pk)
    shown = client.get(answer["Location"]).content.decode()
    assert 'class="walk"' in shown
    assert 'name="step" value="2"' in shown
    assert 'name="step" value="0"' not in shown


@pytest.mark.usefixtures("demo")
def test_a_strangers_step_signs_out(client: Client) -> None:
    held = MembershipFactory.create(role=Membership.Role.ADMINISTRATOR)
    town = held.municipality
    go(client, town)
    go(client, town, "check", 3)
    assert "_auth_user_id" not in client.session
    assert 'class="walk"' in client.get(f"/{town.slug}/data/").content.decode()


@pytest.mark.usefixtures("demo")
def test_the_tour_ends_by_its_button(client: Client) -> None:
    held = MembershipFactory.create(role=Membership.Role.ADMINISTRATOR)
    go(client, held.municipality)
    assert client.post("/demo/walk/end/")["Location"] == "/demo/"
    assert WALK_MARK not in client.session
    assert 'class="walk"' not in client.get(f"/{held.municipality.slug}/").content.decode()


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("step", ["0", "99", "x", "", "-1", "²"])
def test_what_is_no_step_is_not_found(client: Client, step: str) -> None:
    held = MembershipFactory.create(role=Membership.Role.ADMINISTRATOR)
    assert go(client, held.municipality, step=step) == 404


@pytest.mark.usefixtures("demo")
def test_a_way_that_is_not_ours_is_not_found(client: Client, town: Municipality) -> None:
    assert go(client, town, walk="elsewhere") == 404
    missing = {"town": "nowhere", "walk": "office", "step": "1"}
    assert client.post("/demo/walk/", missing).status_code == 404


@pytest.mark.usefixtures("demo")
def test_nobody_is_made_up_where_a_role_has_no_person(client: Client, town: Municipality) -> None:
    assert go(client, town) == 404
    assert "_auth_user_id" not in client.session


def test_outside_a_demonstration_nobody_is_walked(client: Client, settings: Settings) -> None:
    settings.MEGDAN_DEMO = False
    held = MembershipFactory.create(role=Membership.Role.ADMINISTRATOR)
    assert go(client, held.municipality) == 404
    assert client.post("/demo/walk/end/").status_code == 404
    session = client.session
    session[WALK_MARK] = [held.municipality.slug, "office", 1]
    session.save()
    assert 'class="walk"' not in client.get(f"/{held.municipality.slug}/").content.decode()


def test_a_guide_has_the_steps_that_can_be_gone(client: Client, town: Municipality) -> None:
    listed = client.get(f"/{town.slug}/guides/").content.decode()
    for walk in walks_in(town.modules):
        assert f"/{town.slug}/guides/{walk.code}/" in listed
        shown = client.get(f"/{town.slug}/guides/{walk.code}/").content.decode()
        assert shown.count("data-step=") == sum(bool(path) for path in paths_of(walk, town))
    assert client.get(f"/{town.slug}/guides/elsewhere/").status_code == 404


def test_each_way_is_called_once() -> None:
    assert len({walk.code for walk in WALKS}) == len(WALKS)
    assert all(walk_called(walk.code, [walk.module]) is walk for walk in WALKS)


def test_each_picture_belongs_to_a_step() -> None:
    """A picture whose step is gone, or of a language that nobody reads, is left over."""
    folder = Path(__file__).parents[2] / "portal" / "static" / "portal" / "guides"
    steps = {f"{walk.code}-{at}" for walk in WALKS for at in range(1, len(walk.steps) + 1)}
    there = {file.stem for file in folder.glob("*.webp")}
    assert {f"{step}-{language}" for step in steps for language in ("en", "bg")} <= there
    # In Piatra-Neamț there are no figures yet; its readers see the other pictures in Romanian.
    assert there <= {f"{step}-{language}" for step in steps for language in ("en", "ro", "bg")}
