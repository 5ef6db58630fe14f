"""Settings that change later leave a term as it was told, and running ones move with a word."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from departments.models import Calendar, Department
from departments.services.calendars import DeclaredDay, publish_version
from incidents.models import Category, Incident
from incidents.services.clocks import differences
from incidents.services.recalculating import recalculate_terms
from incidents.services.recording import Actor, record
from incidents.workflow import Kind
from tests.factories.departments import (
    NOON,
    TODAY,
    CalendarFactory,
    CalendarVersionFactory,
    DepartmentFactory,
    act_of,
)
from tests.factories.incidents import CategoryFactory
from tests.incidents.test_terms_clocks import petition

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SYSTEM = Actor("system")
Change = Callable[[Incident], object]


def with_an_office(**category: Any) -> Incident:
    """A petition that an office answers, with a target beside the legal term."""
    incident = petition(category={"target_hours": 16} | category)
    office = DepartmentFactory.create(municipality=incident.municipality)
    happen(incident, Kind.ROUTED, department=office.pk)
    return incident


def happen(incident: Incident, kind: Kind, after: int = 0, **data: Any) -> None:
    """One more event."""
    record(incident=incident, kind=kind, data=data, actor=SYSTEM, now=NOON + DAY * after)


def another_law(incident: Incident) -> None:
    """The category follows no law any more."""
    Category.objects.filter(pk=incident.category_id or 0).update(regime="")


def another_target(incident: Incident) -> None:
    """The town promises less."""
    Category.objects.filter(pk=incident.category_id or 0).update(target_hours=80)


def first_calendar(incident: Incident) -> None:
    """A town without a calendar publishes one."""
    calendar = CalendarFactory.create(municipality=incident.municipality)
    declared = [DeclaredDay(TODAY + DAY, False)]
    publish_version(
        calendar=calendar, declared=declared, source="HG 1", act=act_of(incident.municipality)
    )


def another_calendar(incident: Incident) -> None:
    """The office keeps other days than the town."""
    off = [{"day": (TODAY + DAY).isoformat(), "is_working": False}]
    version = CalendarVersionFactory.create(
        calendar__municipality=incident.municipality, overlay=off, published_at=NOON - DAY * 9
    )
    Department.objects.filter(pk=incident.department_id or 0).update(calendar=version.calendar)


CHANGES = [another_law, another_target, first_calendar, another_calendar]


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_answered_is_recomputed_as_it_was_whatever_is_set_later(change: Change) -> None:
    incident = with_an_office()
    happen(incident, Kind.ANSWERED, outcome="done")
    before = set(incident.clocks.values_list("code", "due_on", "state"))
    change(incident)
    assert differences(incident) == []
    assert recalculate_terms(municipality=incident.municipality, now=NOON + DAY) == 0
    happen(incident, Kind.NOTED, 2)
    assert set(incident.clocks.values_list("code", "due_on", "state")) == before


@pytest.mark.parametrize("change", CHANGES)
def test_a_running_term_moves_only_with_a_word_about_it(change: Change) -> None:
    incident = with_an_office()
    change(incident)
    assert differences(incident) == []
    happen(incident, Kind.NOTED)
    assert set(incident.clocks.values_list("code", "due_on")) == {
        ("answer", TODAY + DAY * 30), ("forward", TODAY + DAY * 5), ("target", TODAY + DAY * 2),
    }  # fmt: skip
    assert recalculate_terms(municipality=incident.municipality, now=NOON + DAY) == 1
    incident.refresh_from_db()
    assert incident.events.filter(kind="recalculated").count() == 1
    assert differences(incident) == []
    assert recalculate_terms(municipality=incident.municipality, now=NOON + DAY) == 0


def test_an_event_that_decides_a_term_says_by_what_it_is_reckoned() -> None:
    calendar: Calendar = CalendarVersionFactory.create(number=1).calendar
    town = calendar.municipality
    incident = petition(town=town, category={"target_hours": 16})
    said = {"regime": "ro-petition", "target_hours": 16, "calendar": calendar.pk, "version": 1}
    assert _data(incident, "reported")["terms_by"] == said
    mere = CategoryFactory.create(municipality=town, regime="", target_hours=None)
    happen(incident, Kind.CATEGORISED, category=mere.pk)
    assert _data(incident, "categorised")["terms_by"]["regime"] == ""
    assert not incident.clocks.exists()


def _data(incident: Incident, kind: str) -> dict[str, Any]:
    event = incident.events.get(kind=kind)
    found: dict[str, Any] = json.loads(bytes(event.body))["data"]
    return found
