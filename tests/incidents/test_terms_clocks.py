"""Terms that are kept are those the events say; calendars move them only with a word about it."""

import datetime as dt
import random
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from departments.models import Calendar
from departments.services.calendars import DeclaredDay, publish_version
from incidents.models import Clock, Incident
from incidents.regimes import FOLDER, read_regime, regimes
from incidents.services.clocks import Ground, differences, recomputed, refresh_clocks, stored
from incidents.services.extending import extend
from incidents.services.recalculating import recalculate_terms
from incidents.services.recording import Actor, record
from incidents.services.reporting import NewReporter
from incidents.workflow import MOVES, Kind, may_follow
from outbox.models import OutboxMessage
from tests.factories.departments import (
    NOON,
    TODAY,
    CalendarFactory,
    CalendarVersionFactory,
    DepartmentFactory,
    act_of,
    member,
)
from tests.factories.incidents import CategoryFactory, reported

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SYSTEM = Actor("system")
ANA = NewReporter(name="Ana Pop", email="ana@example.org", language="en")


def petition(**given: Any) -> Incident:
    """A registered report by somebody with a name, in a category of petitions."""
    town = given.pop("town", None)
    made = {"regime": "ro-petition", "target_hours": 16} | given.pop("category", {})
    fields = {"municipality": town} if town else {}
    category = CategoryFactory.create(**fields, **made)
    return reported(
        category.municipality,
        category=category,
        reporter=given.pop("reporter", ANA),
        register_number="77",
        registered_on=given.pop("on", TODAY),
        **given,
    )


def mayor(incident: Incident) -> Actor:
    """Somebody who signs for the whole town."""
    return Actor("authority", member(incident.municipality, "head").user)


def answer_of(incident: Incident) -> Clock:
    """The term of the answer."""
    return incident.clocks.get(code="answer")


def test_terms_are_kept_with_each_event_and_the_earliest_is_the_day_it_is_due() -> None:
    incident = petition()
    kept = {clock.code: clock for clock in incident.clocks.all()}
    assert kept["answer"].due_on == TODAY + DAY * 30
    assert kept["answer"].is_binding
    assert not kept["target"].is_binding
    assert kept["forward"].due_on == TODAY + DAY * 5
    assert incident.due_on == kept["target"].due_on == TODAY + DAY * 2
    record(incident=incident, kind=Kind.ANSWERED, data={"outcome": "done"}, actor=SYSTEM, now=NOON)
    assert incident.due_on is None
    assert set(incident.clocks.values_list("code", "state")) == {
        ("answer", "met"), ("target", "met"), ("forward", "ended"),
    }  # fmt: skip


def test_the_calendar_of_the_office_above_counts_else_the_town_s() -> None:
    incident = petition(category={"regime": "", "target_hours": 8})
    town = incident.municipality
    bridge = [{"day": (TODAY + DAY).isoformat(), "is_working": False}]
    own = CalendarVersionFactory.create(calendar__municipality=town, overlay=bridge).calendar
    above = DepartmentFactory.create(municipality=town, calendar=own)
    office = DepartmentFactory.create(municipality=town, parent=above)
    data = {"department": office.pk}
    record(incident=incident, kind=Kind.ROUTED, data=data, actor=SYSTEM, now=NOON)
    clock = incident.clocks.get(code="target")
    assert (clock.due_on, clock.calendar_version) == (TODAY + DAY * 2, 1)


def test_terms_cost_few_queries_however_many_events(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    incident = petition()
    for _event in range(20):
        record(incident=incident, kind=Kind.NOTED, data={}, actor=SYSTEM, now=NOON)
    stored_row = Incident.objects.select_related("municipality").get(pk=incident.pk)
    with django_assert_max_num_queries(6):
        refresh_clocks(stored_row, Ground(stored_row.municipality))


_DATA: dict[Kind, dict[str, Any]] = {
    Kind.ANSWERED: {"outcome": "done"},
    Kind.CLOSED: {},
    Kind.EXTENDED: {"code": "answer", "days": 15},
    Kind.FORWARDED: {"leg": 1},
    Kind.LEG_ACCEPTED: {"leg": 1, "registered_on": "2026-05-20"},
    Kind.LEG_DONE: {"leg": 1, "outcome": "done"},
    Kind.PASSED_ON: {"step": "relations"},
}
_PLAIN = (
    Kind.ASKED, Kind.REPLIED, Kind.LEG_REFUSED, Kind.LEG_WITHDRAWN, Kind.RETURNED, Kind.REOPENED,
    Kind.UNMERGED, Kind.REFUSED, Kind.OUTSIDE, Kind.UNROUTED, Kind.NOTED,
)  # fmt: skip


def _live(incident: Incident, dice: random.Random, moment: dt.datetime) -> dt.datetime:
    """A random history of a report, with calendars published in between."""
    town = incident.municipality
    office = DepartmentFactory.create(municipality=town)
    leader = {"leader": incident.pk}
    data = _DATA | {one: {} for one in _PLAIN} | {Kind.ROUTED: {"department": office.pk}}
    data |= {Kind.MERGED: leader, Kind.CATEGORISED: {"category": incident.category_id}}
    for _step in range(14):
        moment += dt.timedelta(hours=dice.randint(1, 200))
        if dice.random() < 0.15:
            _publish(town, moment, dice)
        kind = dice.choice([one for one in data if may_follow(one, incident.status)])
        registered = {"number": "8", "on": moment.date().isoformat()}
        if dice.random() < 0.1:
            kind, given = Kind.REGISTERED, registered
        else:
            given = data[kind]
        record(incident=incident, kind=kind, data=given, actor=SYSTEM, now=moment)
    return moment


def _publish(town: Any, moment: dt.datetime, dice: random.Random) -> None:
    calendar = Calendar.objects.in_municipality(town).first()
    if calendar is None:
        calendar = CalendarFactory.create(municipality=town)
    day = moment.date() + DAY * dice.randint(0, 40)
    declared = [DeclaredDay(day, dice.random() < 0.5, "bridge")]
    publish_version(calendar=calendar, declared=declared, source="HG 1", act=act_of(town, moment))


@pytest.mark.slow
def test_kept_terms_are_recomputable_after_any_history() -> None:
    assert set(_PLAIN) | set(_DATA) <= set(MOVES)
    dice = random.Random(6)
    for number in range(12):
        code = ("ro-petition", "bg-proposal", "bg-signal")[number % 3]
        incident = petition(category={"regime": code, "target_hours": 20})
        moment = _live(incident, dice, NOON)
        assert set(stored(incident)) == set(recomputed(incident))
        recalculate_terms(municipality=incident.municipality, now=moment + DAY)
        incident.refresh_from_db()
        assert differences(incident) == []


def test_a_kept_day_that_nobody_reckoned_is_found() -> None:
    incident = petition()
    Clock.objects.filter(incident=incident, code="answer").update(due_on=TODAY + DAY * 90)
    assert len(differences(incident)) == 2


# --- A calendar is published --------------------------------------------------------------------


def test_a_published_calendar_moves_running_terms_and_the_ledger_says_so() -> None:
    incident = petition(category={"regime": "", "target_hours": 16})
    town = incident.municipality
    _publish_off(town, TODAY + DAY)
    assert incident.clocks.get().due_on == TODAY + DAY * 2
    assert recalculate_terms(municipality=town, now=NOON + DAY / 24) == 1
    event = incident.events.get(kind="recalculated")
    assert b'"from":"2026-05-06T' in bytes(event.body)
    assert b'"to":"2026-05-07T' in bytes(event.body)
    incident.refresh_from_db()
    assert incident.due_on == TODAY + DAY * 3
    assert incident.clocks.get().calendar_version == 1
    assert recalculate_terms(municipality=town, now=NOON + DAY) == 0


def _publish_off(town: Any, day: dt.date) -> None:
    calendar = CalendarFactory.create(municipality=town)
    publish_version(
        calendar=calendar, declared=[DeclaredDay(day, False)], source="HG 1", act=act_of(town)
    )


def test_what_was_answered_stays_as_it_was() -> None:
    incident = petition(category={"regime": "", "target_hours": 16})
    record(incident=incident, kind=Kind.ANSWERED, data={"outcome": "done"}, actor=SYSTEM, now=NOON)
    _publish_off(incident.municipality, TODAY + DAY)
    assert recalculate_terms(municipality=incident.municipality, now=NOON + DAY) == 0


def test_a_worker_is_asked_when_a_calendar_is_published(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with (
        patch("incidents.receivers.current_app") as celery,
        django_capture_on_commit_callbacks(execute=True),
    ):
        celery.conf.task_always_eager = False
        celery.conf.broker_transport_options = {}
        CalendarVersionFactory.create()
    assert celery.send_task.call_args.args == ("incidents.tasks.recalculate_terms",)


# --- Extensions ---------------------------------------------------------------------------------


def test_an_extension_tells_the_person_first_and_then_counts() -> None:
    incident = petition()
    extend(incident=incident, days=15, reason="Measured anew.", actor=mayor(incident), now=NOON)
    assert answer_of(incident).due_on == TODAY + DAY * 45
    letter = OutboxMessage.objects.get(kind="term_extended")
    assert (letter.recipient, "Measured anew." in letter.body) == ("ana@example.org", True)
    assert "18 June 2026" in letter.body
    assert b"Measured" not in bytes(incident.events.get(kind="extended").body)


@pytest.mark.parametrize(
    ("days", "reason", "at", "code"),
    [
        (16, "More.", NOON, "too_long"),
        (0, "More.", NOON, "no_days"),
        (5, " ", NOON, "no_reason"),
        (5, "More.", NOON + DAY * 31, "too_late"),
    ],
)
def test_what_the_law_does_not_allow_is_refused(
    days: int, reason: str, at: dt.datetime, code: str
) -> None:
    incident = petition()
    with pytest.raises(ValidationError) as refused:
        extend(incident=incident, days=days, reason=reason, actor=mayor(incident), now=at)
    errors = refused.value.error_dict.values() if hasattr(refused.value, "error_dict") else ()
    assert [one[0].code for one in errors] == [code] or refused.value.code == code
    assert not OutboxMessage.objects.filter(kind="term_extended").exists()


def test_a_term_is_extended_once_and_only_by_the_authority() -> None:
    incident = petition()
    head = Actor("head", member(incident.municipality, "head", department=_office(incident)).user)
    with pytest.raises(PermissionDenied):
        extend(incident=incident, days=5, reason="More.", actor=head, now=NOON)
    extend(incident=incident, days=5, reason="More.", actor=mayor(incident), now=NOON)
    with pytest.raises(ValidationError) as refused:
        extend(incident=incident, days=5, reason="More.", actor=mayor(incident), now=NOON)
    assert refused.value.code == "extended_already"


def _office(incident: Incident) -> Any:
    return DepartmentFactory.create(municipality=incident.municipality)


@pytest.mark.parametrize(
    ("category", "code"),
    [({"regime": ""}, "no_term"), ({"regime": "bg-signal"}, "no_term")],
)
def test_only_a_term_that_binds_can_be_extended(category: dict[str, str], code: str) -> None:
    incident = petition(category=category)
    with pytest.raises(ValidationError) as refused:
        extend(incident=incident, days=5, reason="More.", actor=mayor(incident), now=NOON)
    assert refused.value.code == code


def test_whoever_has_no_e_mail_is_told_by_post_first() -> None:
    by_hand = NewReporter(name="Ana Pop", address="Str. Unirii 1", language="en")
    incident = petition(reporter=by_hand)
    with pytest.raises(ValidationError) as refused:
        extend(incident=incident, days=5, reason="More.", actor=mayor(incident), now=NOON)
    assert refused.value.code == "no_notice"
    extend(
        incident=incident, days=5, reason="More.", actor=mayor(incident), now=NOON,
        is_told_on_paper=True,
    )  # fmt: skip
    assert answer_of(incident).due_on == TODAY + DAY * 35


# --- The files ----------------------------------------------------------------------------------


def test_every_regime_names_its_sources_and_the_events_it_knows() -> None:
    for one in regimes().values():
        assert one.sources
        assert one.events
        assert set(one.names) == {"en", "ro", "bg"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('unit = "days"', 'unit = "moons"'),
        ('starts = ["registered"]', 'starts = ["born"]'),
        ("count = 30", "count = 0"),
        ('stops = ["answered"]', 'stops = ["closed"]'),
        ("most_days = 15", ""),
        ('code = "ro-petition"', 'code = "other"'),
        ("needs_identity = true", ""),
    ],
)
def test_a_wrong_file_is_refused(before: str, after: str) -> None:
    text = (FOLDER / "ro-petition.toml").read_text("utf-8")
    assert before in text
    with pytest.raises(ValueError, match="ro-petition"):
        read_regime(text.replace(before, after, 1), "ro-petition")
