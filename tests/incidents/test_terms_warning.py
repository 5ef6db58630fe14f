"""Warnings climb, are written down, and go as one letter a day; danger does not wait."""

import datetime as dt
import json
from typing import Any

import pytest

from accounts.models import User
from departments.models import Department, Membership
from incidents.models import Alert, Incident
from incidents.services.recording import Actor, record
from incidents.services.warning import alarm, warn_of_terms
from incidents.workflow import Kind
from outbox.models import OutboxMessage
from tests.factories.departments import NOON, TODAY, DepartmentFactory, member
from tests.factories.incidents import CategoryFactory, reported
from tests.incidents.test_terms_clocks import petition
from zones.models import Municipality

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SYSTEM = Actor("system")
DUE = TODAY + DAY * 30


class Staff:
    """A town with everybody on the ladder, and a report that lies with a handler."""

    def __init__(self) -> None:
        self.incident = petition(category={"target_hours": None})
        town = self.town = self.incident.municipality
        self.above: Department = DepartmentFactory.create(municipality=town)
        self.office: Department = DepartmentFactory.create(municipality=town, parent=self.above)
        self.mayor = member(town, "head")
        self.deputy = member(town, "head", department=self.above)
        self.head = member(town, "head", department=self.office)
        self.handler = member(town, "handler", department=self.office)
        give(self.incident, self.office, self.handler.user.pk)


def give(incident: Incident, office: Department, handler: int | None = None) -> None:
    """Send a report to an office and to somebody in it."""
    data = {"department": office.pk}
    record(incident=incident, kind=Kind.ROUTED, data=data, actor=SYSTEM, now=NOON)
    if handler:
        data = {"handler": handler}
        record(incident=incident, kind=Kind.ASSIGNED, data=data, actor=SYSTEM, now=NOON)


def warn(town: Municipality, day: dt.date, hour: int = 9) -> int:
    """The round of a day, at an hour of UTC."""
    now = dt.datetime.combine(day, dt.time(hour), dt.UTC)
    return warn_of_terms(municipality=town, now=now)


def told(day: dt.date) -> set[Any]:
    """Who was warned on a day."""
    return set(Alert.objects.filter(at__date=day).values_list("user", flat=True))


def letters() -> list[str]:
    """Who got a letter about terms."""
    rows = OutboxMessage.objects.filter(kind="terms").order_by("pk")
    return list(rows.values_list("recipient", flat=True))


def body_of(incident: Incident) -> dict[str, Any]:
    """What the last warning says in the ledger."""
    event = incident.events.filter(kind="warned").latest("seq")
    found: dict[str, Any] = json.loads(bytes(event.body))["data"]
    return found


def test_a_term_that_nobody_keeps_climbs_to_the_mayor() -> None:
    staff = Staff()
    handler, head, deputy, mayor = (
        one.user for one in (staff.handler, staff.head, staff.deputy, staff.mayor)
    )
    for after, expected in (
        (18, {handler}),
        (25, {handler, head}),
        (30, {handler, head}),
        (31, {handler, head, deputy}),
        (35, {handler, head, deputy, mayor}),
    ):
        day = TODAY + DAY * after
        assert warn(staff.town, day) == 1
        assert told(day) == {one.pk for one in expected}
    assert body_of(staff.incident) == {
        "code": "answer",
        "due_on": DUE.isoformat(),
        "days_before": -3,
        "is_binding": True,
        "level": "mayor",
        "people": {
            "handler": [handler.pk], "head": [head.pk], "deputy": [deputy.pk], "mayor": [mayor.pk],
        },
    }  # fmt: skip


def test_a_second_round_and_a_round_after_a_broken_one_warn_nobody_twice() -> None:
    staff = Staff()
    day = TODAY + DAY * 18
    assert (warn(staff.town, day), warn(staff.town, day, 10)) == (1, 0)
    assert letters() == [staff.handler.user.email]
    OutboxMessage.objects.all().delete()  # as if it had broken off before the letters
    assert warn(staff.town, day, 11) == 0
    assert letters() == [staff.handler.user.email]
    assert Alert.objects.count() == 1


def test_an_answer_stops_the_warnings() -> None:
    staff = Staff()
    record(
        incident=staff.incident,
        kind=Kind.ANSWERED,
        data={"outcome": "done"},
        actor=SYSTEM,
        now=NOON,
    )
    assert warn(staff.town, DUE) == 0


def test_nights_and_days_off_wait_for_the_next_working_day() -> None:
    staff = Staff()
    assert warn(staff.town, TODAY + DAY * 18, hour=3) == 0
    assert warn(staff.town, dt.date(2026, 5, 30)) == 0  # a Saturday
    assert warn(staff.town, dt.date(2026, 5, 29)) == 1


def test_whoever_stands_in_is_told_and_the_log_says_for_whom() -> None:
    staff = Staff()
    stand_in = member(staff.town, "head", department=staff.office, deputy_for=staff.head)
    for_handler = member(staff.town, "handler", department=staff.office, deputy_for=staff.handler)
    past = {"valid_until": TODAY}
    member(staff.town, "head", department=staff.office, deputy_for=staff.head, **past)
    warn(staff.town, TODAY + DAY * 25)
    rows = set(Alert.objects.values_list("user", "instead_of", "level"))
    assert rows == {
        (staff.handler.user.pk, None, "handler"),
        (for_handler.user.pk, staff.handler.user.pk, "handler"),
        (staff.head.user.pk, None, "head"),
        (stand_in.user.pk, staff.head.user.pk, "head"),
    }
    letter = OutboxMessage.objects.get(recipient=stand_in.user.email)
    assert str(staff.head.user) in letter.body


def test_one_letter_a_day_names_all_reports_of_a_person_in_the_person_s_language() -> None:
    staff = Staff()
    staff.handler.user.language = "en"
    staff.handler.user.save()
    second = petition(town=staff.town, category={"code": "hole", "target_hours": None})
    give(second, staff.office, staff.handler.user.pk)
    assert warn(staff.town, TODAY + DAY * 18) == 2
    (letter,) = OutboxMessage.objects.filter(kind="terms")
    assert letter.language == "en"
    assert staff.incident.reference in letter.body
    assert second.reference in letter.body
    assert "due in 12 days, on 3 June 2026" in letter.body
    assert "Ana" not in letter.body


def test_a_target_of_the_town_hall_warns_and_does_not_climb() -> None:
    staff = Staff()
    category = CategoryFactory.create(municipality=staff.town, target_hours=8)
    mere = reported(staff.town, category=category)
    give(mere, staff.office)
    warn(staff.town, TODAY + DAY * 10)
    rows = Alert.objects.filter(incident=mere)
    assert {row.level for row in rows} == {"head"}


def test_what_nobody_holds_goes_to_those_who_sort_and_silence_is_written_down() -> None:
    incident = petition(category={"target_hours": None})
    warn(incident.municipality, TODAY + DAY * 2)  # five days to send it on, three before
    alert = Alert.objects.get()
    assert (alert.user, alert.level) == (None, "head")
    assert body_of(incident)["people"] == {}
    sorter = member(incident.municipality, "dispatcher")
    warn(incident.municipality, TODAY + DAY * 4)
    assert told(TODAY + DAY * 4) == {sorter.user.pk}


def test_people_of_another_area_or_category_are_not_asked() -> None:
    staff = Staff()
    elsewhere = CategoryFactory.create(municipality=staff.town)
    staff.handler.user.is_active = False
    staff.handler.user.save()
    staff.head.report_scopes.create(category=elsewhere)
    warn(staff.town, TODAY + DAY * 25)
    # The head of the office does not answer for this kind, so the next above does.
    assert told(TODAY + DAY * 25) == {staff.deputy.user.pk}


@pytest.mark.parametrize("how", ["nobody_has_it", "left_the_town_hall", "locked_out"])
def test_a_report_whose_handler_is_missing_is_told_to_the_head(how: str) -> None:
    staff = Staff()
    if how == "nobody_has_it":
        give(staff.incident, staff.office)
    elif how == "left_the_town_hall":
        Membership.objects.filter(pk=staff.handler.pk).update(valid_until=TODAY)
    else:
        User.objects.filter(pk=staff.handler.user_id).update(is_active=False)
    day = TODAY + DAY * 18
    warn(staff.town, day)
    assert told(day) == {staff.head.user_id}
    assert letters() == [staff.head.user.email]


def test_without_any_head_of_an_office_the_mayor_is_told() -> None:
    staff = Staff()
    absent = [staff.handler.pk, staff.head.pk, staff.deputy.pk]
    Membership.objects.filter(pk__in=absent).update(valid_until=TODAY)
    warn(staff.town, TODAY + DAY * 18)
    assert told(TODAY + DAY * 18) == {staff.mayor.user_id}


# --- Danger -------------------------------------------------------------------------------------


def danger(**category: Any) -> Incident:
    """A live wire, reported at night."""
    kind = CategoryFactory.create(is_hazard=True, **category)
    town = kind.municipality
    member(town, "dispatcher")
    return reported(town, category=kind, now=NOON + DAY / 2)


def test_danger_alarms_the_duty_officers_at_night_and_once() -> None:
    incident = danger()
    (letter,) = OutboxMessage.objects.filter(kind="alert")
    assert letter.is_urgent
    assert letter.next_attempt_at == NOON + DAY / 2
    assert body_of(incident)["code"] == "hazard"
    assert alarm(incident, NOON + DAY) == 0
    office = DepartmentFactory.create(municipality=incident.municipality)
    head = member(incident.municipality, "head", department=office)
    give(incident, office)
    assert alarm(incident, NOON + DAY) == 1
    assert Alert.objects.get(user=head.user).code == "hazard"


def test_danger_is_not_in_the_letter_of_the_day() -> None:
    incident = danger()
    warn(incident.municipality, TODAY + DAY)
    assert letters() == []


def test_what_is_no_danger_alarms_nobody() -> None:
    staff = Staff()
    assert alarm(staff.incident, NOON) == 0
