"""Danger wakes the duty officer at every hour, and does not wait for a confirmed address."""

import datetime as dt

import pytest

from incidents.models import Category
from incidents.services.reporting import NewReporter
from incidents.workflow import Status
from outbox.models import OutboxMessage
from tests.factories.departments import NOON, member
from tests.factories.incidents import CategoryFactory, reported

pytestmark = pytest.mark.django_db

NEXT_SUNDAY = NOON + dt.timedelta(days=6 - NOON.weekday())
HOURS = [NOON + dt.timedelta(hours=step) for step in range(0, 24, 3)]
HOURS += [NEXT_SUNDAY + dt.timedelta(hours=step) for step in (0, 14)]
AT_NIGHT = NOON + dt.timedelta(hours=14)


@pytest.fixture
def wire() -> Category:
    """A live wire, in a town with one person on duty."""
    found: Category = CategoryFactory.create(is_hazard=True)
    member(found.municipality, "dispatcher")
    return found


@pytest.mark.parametrize("hour", HOURS, ids=lambda hour: hour.strftime("%a-%H"))
def test_danger_alarms_day_and_night(wire: Category, hour: dt.datetime) -> None:
    reported(wire.municipality, category=wire, now=hour)

    (letter,) = OutboxMessage.objects.filter(kind="alert")
    assert letter.is_urgent
    assert letter.next_attempt_at == hour


def test_danger_does_not_wait_for_a_confirmed_address(wire: Category) -> None:
    who = NewReporter(email="ana@example.org", is_confirmed=False)

    report = reported(wire.municipality, category=wire, now=AT_NIGHT, reporter=who)

    assert report.status == Status.NEW
    assert OutboxMessage.objects.filter(kind="alert", next_attempt_at=AT_NIGHT).count() == 1


def test_what_is_no_danger_wakes_nobody(wire: Category) -> None:
    lamp = CategoryFactory.create(municipality=wire.municipality)

    reported(wire.municipality, category=lamp, now=AT_NIGHT)

    assert not OutboxMessage.objects.filter(kind="alert").exists()
