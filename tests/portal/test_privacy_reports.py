"""Erasing a person leaves the reports, whole and provable, as those of nobody."""

import datetime as dt

import pytest
from django.utils import timezone

from incidents.models import EventSecret, Follower, Incident, MailDraft, Remark, Reporter
from incidents.services.dialogue import reply
from incidents.services.recording import SYSTEM, Actor, record
from incidents.services.reporting import NewReporter
from incidents.services.verifying import Tally, verify_town
from incidents.workflow import Kind
from portal.privacy.erasing import erase
from portal.privacy.holding import exported
from portal.privacy.retention import keep_no_longer
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON
from tests.factories.incidents import reported

pytestmark = pytest.mark.django_db
YEARS = dt.timedelta(days=2 * 365 + 1)


def told(**given: object) -> NewReporter:
    return NewReporter(**{"name": "Ana Pop", "phone": "0722", "language": "ro", **given})  # type: ignore[arg-type]


def test_who_is_erased_leaves_reports_of_nobody() -> None:
    user = UserFactory.create(email="ana@example.org")
    own = reported(reporter=told(user=user, email=user.email), words="Ana Pop sees no light.")
    by_mail = reported(own.municipality, reporter=told(email="ANA@example.org"))
    other = reported(own.municipality, reporter=told(name="Ion", email="ion@example.org"))
    reply(incident=own, text="Ask Ana Pop", actor=Actor("reporter"), now=NOON)
    Follower.objects.create(incident=other, email="Ana@example.org", since=NOON)
    assert "Ana Pop sees no light." in exported(user)

    erase(user=user, now=timezone.now())

    for incident in (own, by_mail):
        reporter = Reporter.objects.get(incident=incident)
        assert (reporter.name, reporter.email, reporter.words, bytes(reporter.salt)) == (
            "", "", "", b"",
        )  # fmt: skip
        assert incident.events.filter(kind=Kind.ERASED).count() == 1
    assert not EventSecret.objects.filter(incident=own, name="text").exists()
    assert Remark.objects.get(incident=own).text == ""
    assert not Follower.objects.exists()
    assert Reporter.objects.get(incident=other).name == "Ion"
    assert [str(fault) for fault in verify_town(own.municipality, Tally())] == []


def test_names_end_two_years_after_the_report() -> None:
    old, fresh, open_one = (reported(reporter=told()) for _number in range(3))
    for incident, ended in ((old, NOON), (fresh, NOON + dt.timedelta(days=30))):
        data = {"outcome": "done"}
        record(incident=incident, kind=Kind.CLOSED, data=data, actor=SYSTEM, now=ended)
    done = keep_no_longer(now=NOON + YEARS)
    assert done["reporters"] == 1
    names = dict(Reporter.objects.values_list("incident", "name"))
    assert names == {old.pk: "", fresh.pk: "Ana Pop", open_one.pk: "Ana Pop"}
    assert keep_no_longer(now=NOON + YEARS)["reporters"] == 0


def test_who_never_confirmed_is_forgotten_after_a_week() -> None:
    incident = reported(reporter=told(email="x@example.org", is_confirmed=False))
    keep_no_longer(now=NOON + dt.timedelta(days=6))
    assert Reporter.objects.get().name
    keep_no_longer(now=NOON + dt.timedelta(days=8))
    assert Reporter.objects.get(incident=incident).name == ""
    assert Incident.objects.filter(pk=incident.pk).exists()


def test_letters_that_were_worked_off_end_after_a_year() -> None:
    town = reported().municipality
    for number, state in enumerate(("waiting", "made")):
        MailDraft.objects.create(
            municipality=town, message_id=f"{number}", sender="a@example.org", text="x",
            received_at=NOON, state=state,
        )  # fmt: skip
    assert keep_no_longer(now=NOON + dt.timedelta(days=366))["letters_in"] == 1
    assert MailDraft.objects.get().state == "waiting"
