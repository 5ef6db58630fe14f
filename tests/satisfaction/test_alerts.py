"""Worsenings: a lasting fall is found once, its owner is told, and the answer is kept."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from departments.models import Department, Membership
from outbox.models import OutboxMessage
from satisfaction.models import Alert
from satisfaction.services.alert_letters import remind_of_answers
from satisfaction.services.alerts import answer_alert, close_alert, look_for_worsening
from sign_registry.models import Site, SiteZone
from tests.factories.departments import DepartmentFactory, WorksFactory, changes, member
from tests.factories.ratings import votes
from tests.factories.satisfaction import AlertFactory, VoteBlockFactory
from tests.factories.sites import rated_site
from tests.factories.zones import MunicipalityFactory, square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db
# A Monday.
NOW = dt.datetime(2026, 11, 2, 2, tzinfo=dt.UTC)
WEEK = dt.timedelta(weeks=1)
GOOD = {"s6": 2, "s7": 4, "s8": 4, "s9": 2}
BAD = {"s3": 2, "s4": 4, "s5": 4, "s6": 2}


def weeks(site: Site, *lots: dict[str, int], last: dt.date = dt.date(2026, 11, 2)) -> None:
    """Votes of successive weeks, the last of which ends on a Monday."""
    for back, lot in enumerate(reversed(lots)):
        until = last - back * WEEK
        VoteBlockFactory.create(
            site=site,
            category=site.periods.get().category,
            first_day=until - WEEK,
            until=until,
            month=until.replace(day=1),
            counted=votes(**lot),
            released_on=until,
        )


@pytest.fixture
def town() -> Municipality:
    """A town where ten places go on as ever."""
    town = MunicipalityFactory.create()
    for _number in range(10):
        weeks(rated_site(municipality=town), *[GOOD] * 20)
    return town


@pytest.fixture
def office(town: Municipality) -> Department:
    return DepartmentFactory.create(municipality=town)


@pytest.fixture
def fallen(town: Municipality, office: Department) -> Site:
    """A place of the office that people like less since six weeks."""
    site = rated_site(municipality=town, owner=office)
    weeks(site, *[GOOD] * 14, *[BAD] * 6)
    return site


def alert_of(town: Municipality, **fields: Any) -> Alert:
    return AlertFactory.create(site=rated_site(municipality=town), **fields)


# --- Finding -------------------------------------------------------------------------------------


def test_only_the_place_that_fell_is_found_and_when_it_fell(
    town: Municipality, fallen: Site
) -> None:
    assert look_for_worsening(now=NOW, municipality=town) == 1
    alert = Alert.objects.get()
    assert alert.site == fallen
    assert alert.since == dt.date(2026, 9, 21)
    assert alert.change_low < alert.change < alert.change_high < 0
    assert (round(alert.score_before, 1), round(alert.score_after, 1)) == (7.5, 4.5)
    # Ten and five working days from Monday the second on, without a holiday between.
    assert alert.answer_due_on == dt.date(2026, 11, 16)
    assert alert.reply_until == dt.date(2026, 11, 9)


def test_what_is_known_is_not_told_again(town: Municipality, fallen: Site) -> None:
    assert look_for_worsening(now=NOW) == 1
    assert look_for_worsening(now=NOW) == 0
    Alert.objects.update(state=Alert.State.ANSWERED)
    assert look_for_worsening(now=NOW) == 0
    weeks(fallen, *[BAD] * 4, last=dt.date(2026, 11, 30))
    assert look_for_worsening(now=NOW + 4 * WEEK) == 0
    assert Alert.objects.count() == 1
    assert OutboxMessage.objects.count() <= 1


def test_a_further_fall_after_the_answer_is_told(town: Municipality, fallen: Site) -> None:
    look_for_worsening(now=NOW)
    Alert.objects.update(state=Alert.State.ANSWERED)
    weeks(fallen, *[{"s1": 8, "s2": 6}] * 5, last=dt.date(2026, 12, 7))
    assert look_for_worsening(now=NOW + 5 * WEEK) == 1
    newest = Alert.objects.newest_first()[0]
    assert round(newest.score_before, 1) == 4.5
    assert newest.since == dt.date(2026, 11, 2)


def test_a_place_that_is_low_from_the_start_did_not_fall(town: Municipality) -> None:
    weeks(rated_site(municipality=town), *[BAD] * 20)
    assert look_for_worsening(now=NOW) == 0


def test_a_rise_a_closed_place_and_a_town_without_votes_are_no_alarm(town: Municipality) -> None:
    weeks(rated_site(municipality=town), *[BAD] * 14, *[GOOD] * 6)
    closed = rated_site(municipality=town, closed_on=dt.date(2026, 10, 1))
    weeks(closed, *[GOOD] * 14, *[BAD] * 6)
    MunicipalityFactory.create()
    assert look_for_worsening(now=NOW) == 0


# --- Letters -------------------------------------------------------------------------------------


def test_owners_of_the_department_and_area_are_told_in_their_language(
    town: Municipality, office: Department, fallen: Site
) -> None:
    zone = zone_with_shape(town, code="near", geometry=square(0, 0))
    SiteZone.objects.create(site=fallen, kind=zone.kind, zone=zone)
    far = zone_with_shape(town, code="far", geometry=square(2, 2))
    above = DepartmentFactory.create(municipality=town)
    Department.objects.filter(pk=office.pk).update(parent=above)
    told = [
        member(town, role, department=department)
        for role, department in (("owner", office), ("head", above))
    ]
    told[0].areas.add(zone)
    told[0].user.language = "en"
    told[0].user.save()
    elsewhere = member(town, "owner", department=office)
    elsewhere.areas.add(far)
    member(town, "owner", department=DepartmentFactory.create(municipality=town))
    member(town, "press")
    member(town, "administrator")
    look_for_worsening(now=NOW)
    letters = {letter.recipient: letter for letter in OutboxMessage.objects.all()}
    assert set(letters) == {one.user.email for one in told}
    mine = letters[told[0].user.email]
    assert mine.language == "en"
    assert "has fallen from 7.5 to 4.5" in mine.body
    assert f"/{town.slug}/mine/alerts/{Alert.objects.get().pk}/" in mine.body


def test_where_nobody_owns_the_administrators_are_told(town: Municipality, fallen: Site) -> None:
    administrator = member(town, "administrator")
    look_for_worsening(now=NOW)
    assert [one.recipient for one in OutboxMessage.objects.all()] == [administrator.user.email]


def test_who_did_not_answer_in_time_is_reminded_once_and_the_administrator_told(
    town: Municipality, office: Department, fallen: Site
) -> None:
    member(town, "owner", department=office)
    member(town, "administrator")
    look_for_worsening(now=NOW)
    assert remind_of_answers(now=NOW + 2 * WEEK) == 0
    assert remind_of_answers(now=NOW + 2 * WEEK + dt.timedelta(days=1)) == 2
    assert remind_of_answers(now=NOW + 3 * WEEK) == 0
    Alert.objects.update(state=Alert.State.ANSWERED)
    OutboxMessage.objects.all().delete()
    assert remind_of_answers(now=NOW + 3 * WEEK) == 0


# --- Answers -------------------------------------------------------------------------------------


@pytest.fixture
def owner(town: Municipality) -> Membership:
    found: Membership = member(town, "owner")
    return found


def test_an_answer_is_kept_with_who_gave_it_and_in_the_history(
    town: Municipality, owner: Membership
) -> None:
    alert = alert_of(town)
    works = WorksFactory.create(municipality=town)
    answered = answer_alert(
        alert=alert, actor=owner, now=NOW, works=works, replies={"ro": " Reparăm. ", "en": ""}
    )
    answered.refresh_from_db()
    assert answered.state == Alert.State.ANSWERED
    assert answered.works == works
    assert answered.replies == {"ro": "Reparăm."}
    assert (answered.answered_by, answered.answered_on) == (owner, dt.date(2026, 11, 2))
    kept = changes(town)[-1]
    assert (kept.subject, kept.changed_by) == ("worsening", owner.user)
    assert kept.after is not None
    assert kept.after["state"] == "answered"


def test_what_is_no_answer_is_refused(town: Municipality, owner: Membership) -> None:
    alert = alert_of(town)
    foreign = WorksFactory.create()
    for given, code in (
        ({}, "no_answer"),
        ({"replies": {"ro": "  "}}, "no_answer"),
        ({"replies": {"xx": "Text"}}, "unknown_language"),
        ({"replies": {"ro": "x" * 301}}, "invalid_names"),
        ({"works": foreign}, "elsewhere"),
    ):
        with pytest.raises(ValidationError) as refused:
            answer_alert(alert=alert, actor=owner, now=NOW, **given)
        codes = {error.code for error in _all(refused.value)}
        assert codes == {code}
    assert Alert.objects.get().state == Alert.State.OPEN


def test_nobody_else_may_answer(town: Municipality) -> None:
    alert = alert_of(town)
    for stranger in (member(town, "press"), member(MunicipalityFactory.create(), "owner")):
        with pytest.raises(PermissionDenied):
            answer_alert(alert=alert, actor=stranger, now=NOW, replies={"ro": "Da"})


def test_an_alert_is_answered_or_closed_only_once(town: Municipality, owner: Membership) -> None:
    alert = alert_of(town)
    with pytest.raises(ValidationError):
        close_alert(alert=alert, actor=owner, now=NOW, reason=" ")
    close_alert(alert=alert, actor=owner, now=NOW, reason="The place is being rebuilt")
    with pytest.raises(ValidationError) as refused:
        answer_alert(alert=alert, actor=owner, now=NOW, replies={"ro": "Da"})
    assert refused.value.code == "not_open"


def _all(refused: ValidationError) -> list[Any]:
    named = getattr(refused, "error_dict", None)
    return [one for found in named.values() for one in found] if named else refused.error_list
