"""Who administers which town, and how a person is appointed."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accounts.models import User
from departments.access import may_administer
from departments.acts import Act
from departments.models import Membership
from departments.services import appoint_administrator
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.departments import NOON
from tests.factories.zones import MunicipalityFactory

pytestmark = pytest.mark.django_db
ACT = Act(None, NOON)


def test_an_administrator_holds_one_town_and_no_other() -> None:
    membership = MembershipFactory.create()
    assert may_administer(membership.user, membership.municipality)
    assert not may_administer(membership.user, MunicipalityFactory.create())


def test_nobody_and_locked_people_hold_nothing() -> None:
    membership = MembershipFactory.create(user=UserFactory.create(is_active=False))
    assert not may_administer(membership.user, membership.municipality)
    assert not may_administer(AnonymousUser(), membership.municipality)


def test_appointing_twice_leaves_one_role() -> None:
    town = MunicipalityFactory.create()
    for _ in range(2):
        appoint_administrator(municipality=town, email="ana@town.example", act=ACT, full_name="Ana")
    assert Membership.objects.in_municipality(town).count() == 1
    assert not User.objects.get().has_usable_password()


def test_a_locked_account_gets_no_role() -> None:
    locked = UserFactory.create(is_active=False)
    town = MunicipalityFactory.create()
    with pytest.raises(ValidationError, match="locked"):
        appoint_administrator(municipality=town, email=locked.email, act=ACT)


def test_the_command_asks_twice_and_appoints(monkeypatch: pytest.MonkeyPatch) -> None:
    town = MunicipalityFactory.create()
    monkeypatch.setattr("getpass.getpass", lambda prompt: "hidden-valley-27")
    call_command("appoint_administrator", town.slug, "ana@town.example", verbosity=0)
    assert User.objects.get().check_password("hidden-valley-27")


@pytest.mark.parametrize(
    ("slug", "passwords", "sentence"),
    [
        ("nowhere", ["a", "a"], "There is no municipality"),
        ("here", ["hidden-valley-27", "other"], "differ"),
        ("here", ["12345678", "12345678"], "too common"),
    ],
)
def test_the_command_refuses_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, slug: str, passwords: list[str], sentence: str
) -> None:
    MunicipalityFactory.create(slug="here")
    typed = iter(passwords)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("appoint_administrator", slug, "ana@town.example")
    assert refused.value.returncode == 2
    assert not User.objects.exists()
