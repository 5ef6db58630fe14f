"""Ending letters by the link in them: signed, of one person, one town, one way."""

import pytest
from django.core import signing
from django.test import Client

from accounts.models import User
from notifications.models import Preference
from notifications.paths import StopLink, read_stop_token, stop_path
from tests.factories.accounts import UserFactory
from tests.factories.notifications import PreferenceFactory
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="roman")


@pytest.fixture
def user() -> User:
    return UserFactory.create()


def link(town: Municipality, user: User, way: str = "email") -> str:
    return stop_path(town.slug, StopLink(town.pk, user.pk, way))


def hears_by_email(town: Municipality, user: User) -> bool:
    own = Preference.objects.in_municipality(town).of(user).first()
    return own is None or own.by_email


@pytest.fixture
def browser() -> Client:
    """A browser, or a mail program, that knows no token of forms."""
    return Client(enforce_csrf_checks=True)


def test_opening_the_link_changes_nothing(browser: Client, town: Municipality, user: User) -> None:
    answer = browser.get(link(town, user))

    assert answer.status_code == 200
    assert hears_by_email(town, user)


def test_one_press_ends_the_letters_and_another_brings_them_back(
    browser: Client, town: Municipality, user: User
) -> None:
    browser.post(link(town, user), {"List-Unsubscribe": "One-Click"})
    assert not hears_by_email(town, user)

    browser.post(link(town, user), {"List-Unsubscribe": "One-Click"})
    assert not hears_by_email(town, user)

    browser.post(link(town, user), {"undo": "1"})
    assert hears_by_email(town, user)


def test_the_rest_of_what_was_chosen_stays(browser: Client, town: Municipality, user: User) -> None:
    PreferenceFactory.create(municipality=town, user=user, by_push=True, digest_hour=9)

    browser.post(link(town, user))

    kept = Preference.objects.get(user=user)
    assert (kept.by_email, kept.by_push, kept.digest_hour) == (False, True, 9)


def test_another_town_and_another_person_keep_theirs(
    browser: Client, town: Municipality, user: User
) -> None:
    elsewhere, neighbour = MunicipalityFactory.create(), UserFactory.create()

    browser.post(link(town, user))

    assert hears_by_email(elsewhere, user)
    assert hears_by_email(town, neighbour)


def test_a_link_of_one_town_ends_nothing_in_another(
    browser: Client, town: Municipality, user: User
) -> None:
    elsewhere = MunicipalityFactory.create(slug="bacau")
    path = link(town, user).replace("/roman/", "/bacau/")

    assert browser.post(path).status_code == 404
    assert hears_by_email(elsewhere, user)


@pytest.mark.parametrize("way", ["push", ""])
def test_a_link_for_another_way_is_not_found(
    browser: Client, town: Municipality, user: User, way: str
) -> None:
    assert browser.post(link(town, user, way)).status_code == 404


def test_forged_links_are_not_found(browser: Client, town: Municipality, user: User) -> None:
    whole = link(town, user)
    token = whole.split("/")[3]
    other = signing.dumps([town.pk, user.pk, "email"], salt="something else")
    swapped = ":".join(
        [signing.dumps([town.pk, user.pk + 1, "email"]).split(":")[0], *token.split(":")[1:]]
    )

    for forged in (other, swapped, token[:-1], token + "x", "x"):
        assert read_stop_token(forged) is None
        assert browser.post(f"/roman/unsubscribe/{forged}/").status_code == 404
    assert hears_by_email(town, user)
