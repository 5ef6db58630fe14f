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


def test_an_old_password_stays_as_it_was() -> None:
    known = UserFactory.create()
    known.set_password("hidden-valley-27")
    known.save()
    appoint_administrator(municipality=MunicipalityFactory.create(), email=known.email, act=ACT)
    assert User.objects.get().check_password("hidden-valley-27")


def test_the_command_appoints_without_a_question_and_says_where_to_sign_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: pytest.fail("asked for a password"))
    MunicipalityFactory.create(slug="here")
    call_command("appoint_administrator", "here", "ana@town.example")
    person = User.objects.get()
    assert may_administer(person, person.memberships.get().municipality)
    assert not person.has_usable_password()
    assert "ana@town.example" in (said := capsys.readouterr().out)
    assert "/accounts/?next=/here/ by a code" in said


@pytest.mark.parametrize(
    ("slug", "email", "sentence"),
    [
        ("nowhere", "ana@town.example", "There is no municipality"),
        ("here", "ana", "valid email address"),
    ],
)
def test_the_command_refuses_and_changes_nothing(slug: str, email: str, sentence: str) -> None:
    MunicipalityFactory.create(slug="here")
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("appoint_administrator", slug, email)
    assert refused.value.returncode == 2
    assert not User.objects.exists()
