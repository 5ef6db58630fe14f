"""Events are chained, columns are what they say, and what may not follow is refused."""

import pytest
from django.core.exceptions import ValidationError

from incidents.canonical import NOTHING, commitment, event_hash
from incidents.models import EventSecret, Incident
from incidents.services.recording import Actor, record
from incidents.workflow import Kind, Status
from tests.factories.departments import NOON, DepartmentFactory
from tests.factories.incidents import reported

pytestmark = pytest.mark.django_db
DISPATCHER = Actor("dispatcher")


def test_a_report_begins_with_its_first_event() -> None:
    incident = reported()
    event = incident.events.get()
    assert (event.seq, event.kind, bytes(event.previous)) == (1, "reported", NOTHING)
    assert bytes(event.hash) == event_hash(NOTHING, bytes(event.body)) == bytes(incident.head_hash)
    assert incident.status == Status.TRIAGE
    assert len(incident.tracking) == 26
    assert incident.reference == "2026-000001"


def test_columns_follow_the_events_and_the_chain_goes_on() -> None:
    incident = reported()
    office = DepartmentFactory.create(municipality=incident.municipality)
    data = {"department": office.pk, "rule": None}
    event = record(incident=incident, kind=Kind.ROUTED, data=data, actor=DISPATCHER, now=NOON)
    stored = Incident.objects.get(pk=incident.pk)
    assert (stored.status, stored.department, stored.head_seq) == (Status.OPEN, office, 2)
    assert bytes(event.previous) == bytes(incident.events.get(seq=1).hash)


def test_what_may_not_follow_is_refused_and_nothing_is_written() -> None:
    incident = reported()
    with pytest.raises(ValidationError) as refused:
        record(incident=incident, kind=Kind.UNMERGED, data={}, actor=DISPATCHER, now=NOON)
    assert refused.value.code == "cannot_follow"
    assert incident.events.count() == 1


def test_words_stay_beside_the_ledger() -> None:
    incident = reported()
    said = {"text": "Ana Pop telephoned."}
    event = record(
        incident=incident, kind=Kind.NOTED, data={}, actor=DISPATCHER, now=NOON, secrets=said
    )
    kept = EventSecret.objects.get(incident=incident, seq=event.seq, name="text")
    body = bytes(event.body).decode()
    assert "Ana" not in body
    assert commitment(bytes(kept.salt), kept.value) in body
