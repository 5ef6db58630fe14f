"""Invitations, calendars and works: what their verbs refuse, and one entry of history for each."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from departments.acts import Act
from departments.models import CalendarVersion, Invitation
from departments.services import (
    DeclaredDay,
    Invited,
    RoleFacts,
    WorksFacts,
    accept_invitations,
    invite,
    legal_calendar,
    publish_version,
    save_calendar,
    save_works,
    send_invitation,
    withdraw_invitation,
)
from outbox.models import OutboxMessage
from tests.departments.test_offices import code_of
from tests.factories.accounts import UserFactory
from tests.factories.departments import (
    NOON,
    TODAY,
    CalendarFactory,
    CalendarVersionFactory,
    DepartmentFactory,
    act_of,
    changes,
    member,
)
from tests.factories.zones import MunicipalityFactory, spot
from zones.models import Municipality

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SITE = "https://town.example/"
BRIDGE = DeclaredDay(dt.date(2026, 1, 5), False, "punte", "HG 1")


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(mail_sender="hall@town.example")


def test_an_invitation_gives_the_role_and_writes_one_letter(town: Municipality) -> None:
    person = Invited("Ion@town.example", "Ion", "ro")
    role = invite(
        municipality=town, person=person, facts=RoleFacts("crew"), act=act_of(town), site=SITE
    )
    letter = OutboxMessage.objects.get()
    assert (letter.sender, letter.is_secret) == ("hall@town.example", True)
    assert "https://town.example/accounts/invitation/" in letter.body
    assert [change.subject for change in changes(town)] == ["membership", "invitation"]
    accept_invitations(user=role.user, now=NOON + DAY)
    assert role.invitations.get().accepted_at == NOON + DAY


def link_in(letter: OutboxMessage) -> str:
    """Path of the page that the letter asks to open."""
    return str(re.findall(r"https://town\.example(/accounts/invitation/\S+)", letter.body)[0])


@pytest.mark.parametrize("is_written_anew", [False, True])
def test_a_withdrawn_invitation_opens_no_account(
    client: Client, town: Municipality, is_written_anew: bool
) -> None:
    person, facts = Invited("ana@town.example"), RoleFacts("crew")
    act = act_of(town)
    role = invite(municipality=town, person=person, facts=facts, act=act, site=SITE)
    first = link_in(OutboxMessage.objects.get())
    assert client.get(first).status_code == 200
    if is_written_anew:
        send_invitation(membership=role, act=act, site=SITE)
    else:
        withdraw_invitation(invitation=role.invitations.get(), act=act)
    for answer in (client.get(first), client.post(first)):
        assert answer.status_code == 410
    assert "_auth_user_id" not in client.session
    if is_written_anew:
        assert client.get(link_in(OutboxMessage.objects.latest("pk"))).status_code == 200


def test_withdrawing_in_one_town_leaves_the_letter_of_another(
    client: Client, town: Municipality
) -> None:
    person, facts = Invited("ana@town.example"), RoleFacts("crew")
    other = MunicipalityFactory.create()
    role = invite(municipality=town, person=person, facts=facts, act=act_of(town), site=SITE)
    invite(municipality=other, person=person, facts=facts, act=act_of(other), site=SITE)
    withdraw_invitation(invitation=role.invitations.get(), act=act_of(town))
    assert client.get(link_in(OutboxMessage.objects.latest("pk"))).status_code == 200


@pytest.mark.parametrize("email", ["nobody", "locked@town.example"])
def test_an_address_that_cannot_be_invited_is_refused(town: Municipality, email: str) -> None:
    UserFactory.create(email="locked@town.example", is_active=False)
    act = act_of(town)
    with pytest.raises(ValidationError) as refused:
        invite(
            municipality=town,
            person=Invited(email),
            facts=RoleFacts("crew"),
            act=act,
            site=SITE,
        )
    assert list(refused.value.error_dict) == ["email"]
    assert changes(town) == []
    assert not OutboxMessage.objects.exists()


def test_no_letter_goes_out_for_a_role_that_is_over(town: Municipality) -> None:
    over = member(town, "crew", valid_until=TODAY)
    with pytest.raises(ValidationError) as refused:
        send_invitation(membership=over, act=act_of(town), site=SITE)
    assert code_of(refused) == "ended"


def test_an_answered_invitation_is_not_withdrawn(town: Municipality) -> None:
    role = member(town, "crew")
    answered = Invitation.objects.create(membership=role, sent_at=NOON, accepted_at=NOON)
    with pytest.raises(ValidationError) as refused:
        withdraw_invitation(invitation=answered, act=act_of(town))
    assert code_of(refused) == "answered"


def test_withdrawing_never_takes_the_last_administrator(town: Municipality) -> None:
    last = member(town, "administrator")
    waiting = Invitation.objects.create(membership=last, sent_at=NOON)
    with pytest.raises(ValidationError) as refused:
        withdraw_invitation(invitation=waiting, act=Act(None, NOON))
    assert code_of(refused) == "last_administrator"
    waiting.refresh_from_db()
    assert waiting.withdrawn_at is None


def test_a_version_says_what_differs_and_earlier_ones_stay(town: Municipality) -> None:
    act, calendar = act_of(town), CalendarFactory.create(municipality=town)
    for declared in ([BRIDGE], []):
        publish_version(calendar=calendar, declared=declared, source="HG 1", act=act)
    first, second = CalendarVersion.objects.order_by("number")
    assert not legal_calendar(calendar, first).is_working(BRIDGE.day)
    assert legal_calendar(calendar).is_working(BRIDGE.day)
    assert (first.number, second.number, len(changes(town))) == (1, 2, 2)


@pytest.mark.parametrize(
    ("declared", "source", "code"),
    [
        ([BRIDGE, BRIDGE], "HG", "twice"),
        ([BRIDGE], " ", {"source": "no_source"}),
        ([], "HG", "unchanged"),
    ],
)
def test_a_version_that_cannot_be_is_not_published(
    town: Municipality, declared: list[DeclaredDay], source: str, code: object
) -> None:
    version = CalendarVersionFactory.create(calendar__municipality=town)
    act = act_of(town)
    with pytest.raises(ValidationError) as refused:
        publish_version(calendar=version.calendar, declared=declared, source=source, act=act)
    assert code_of(refused) == code
    assert CalendarVersion.objects.count() == 1


def test_a_calendar_of_an_unknown_country_is_refused(town: Municipality) -> None:
    act = act_of(town)
    with pytest.raises(ValidationError) as refused:
        save_calendar(municipality=town, code="hall", names={"ro": "P"}, country="XX", act=act)
    assert code_of(refused) == {"country": "unknown_country"}
    save_calendar(municipality=town, code="hall", names={"ro": "P"}, country="RO", act=act)
    assert len(changes(town)) == 1


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("owner", None, {"owner": "elsewhere"}),
        ("geometry", spot(50, 50), {"geometry": "outside"}),
        ("ends_on", TODAY, {"ends_on": "backwards"}),
    ],
)
def test_works_that_cannot_be_are_refused(
    town: Municipality, field: str, value: object, code: object
) -> None:
    owner = DepartmentFactory.create(municipality=town)
    facts = WorksFacts(owner, "repair", {"ro": "Asfaltare"}, spot(1, 1), TODAY)
    act = act_of(town)
    good = save_works(municipality=town, facts=facts, act=act)
    wrong: Any = {field: value or DepartmentFactory.create()}
    with pytest.raises(ValidationError) as refused:
        save_works(municipality=town, facts=replace(facts, **wrong), act=act, works=good)
    assert code_of(refused) == code
    assert len(changes(town)) == 1
