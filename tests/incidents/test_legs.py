"""Reports with other institutions: sent, answered, refused, taken back, passed around."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from departments.models import Department
from incidents.models import Incident, IncidentEvent, Leg
from incidents.partner_links import Link, leg_path
from incidents.services import legs
from incidents.services.chain import chain_of
from incidents.services.leg_letters import mail_day_sheets
from incidents.services.legs import Acceptance, NewLeg
from incidents.services.recording import SYSTEM, Actor, record
from incidents.services.reporting import NewReporter
from incidents.workflow import Kind, Status
from outbox.models import OutboxMessage
from tests.factories.departments import NOON, TODAY, DepartmentFactory, member
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db
ANA = NewReporter(name="Ana Ionescu", email="ana@home.example", language="ro")
BASIS = "OG 27/2002, art. 6^1"


@pytest.fixture
def town() -> Municipality:
    """A town with reports."""
    return MunicipalityFactory.create(modules=["reports"])


def body(town: Municipality, **fields: Any) -> Department:
    """A water company."""
    return DepartmentFactory.create(
        municipality=town, **{"kind": "outside", "email": "water@water.example", **fields}
    )


def sent(town: Municipality, incident: Incident | None = None, **fields: Any) -> Leg:
    """A report on its way."""
    incident = incident or reported(town, reporter=ANA)
    new = NewLeg(receiver=fields.pop("receiver", None) or body(town), legal_basis=BASIS, **fields)
    return legs.forward(incident=incident, leg=new, actor=SYSTEM, now=NOON)


def partner(leg: Leg) -> Actor:
    """The receiver of a leg."""
    return Actor("partner", department=leg.receiver)


def code(error: pytest.ExceptionInfo[ValidationError], field: str) -> str | None:
    """The code of what is wrong at a field."""
    return error.value.error_dict[field][0].code


def test_a_report_is_sent_and_its_receiver_is_written_to(town: Municipality) -> None:
    leg = sent(town, message="The pipe is yours.")
    incident = Incident.objects.get()
    letter = OutboxMessage.objects.get(recipient="water@water.example")
    assert (incident.status, incident.waits_for, leg.number) == (Status.FORWARDED, "partner", 1)
    assert incident.reference in letter.subject
    assert "The pipe is yours." in letter.body
    assert "/partner/" in letter.body
    assert "Ana" not in letter.body + letter.subject


def test_the_letter_has_two_buttons_and_no_markup_of_others(town: Municipality) -> None:
    leg = sent(town, message="<b>The</b> pipe is yours.")
    html = OutboxMessage.objects.get(recipient="water@water.example").html
    path = leg_path(town.slug, Link(town.pk, leg.pk))
    assert re.findall(r'href="([^"]+)"', html) == [
        f"{town.sign_origin.rstrip('/')}{path}#ours",
        f"{town.sign_origin.rstrip('/')}{path}#not-ours",
    ]
    assert "&lt;b&gt;The" in html
    assert "<form" not in html
    assert "<img" not in html


def test_words_of_a_sending_stay_outside_the_ledger(town: Municipality) -> None:
    sent(town, message="Ana Ionescu lives there.")
    body_of = bytes(IncidentEvent.objects.get(kind="forwarded").body)
    assert b"Ana" not in body_of
    assert b"secret_message" in body_of


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"legal_basis": "  "}, "legal_basis", "no_basis"),
        ({"message": "x" * 4001}, "message", "too_long"),
        ({"tells_identity": True}, "tells_identity", "not_needed"),
    ],
)
def test_a_sending_is_refused(
    town: Municipality, changes: dict[str, Any], field: str, expected: str
) -> None:
    incident = reported(town, reporter=ANA)
    new = NewLeg(**{"receiver": body(town), "legal_basis": BASIS, **changes})
    with pytest.raises(ValidationError) as refused:
        legs.forward(incident=incident, leg=new, actor=SYSTEM, now=NOON)
    assert code(refused, field) == expected
    assert not Leg.objects.exists()
    assert not OutboxMessage.objects.filter(kind="leg").exists()


def test_only_bodies_of_the_town_receive(town: Municipality) -> None:
    for receiver, expected in (
        (body(MunicipalityFactory.create()), "other_town"),
        (DepartmentFactory.create(municipality=town), "not_a_body"),
        (body(town, is_active=False), "not_a_body"),
    ):
        with pytest.raises(ValidationError) as refused:
            sent(town, receiver=receiver)
        assert code(refused, "receiver") == expected


def test_the_name_goes_along_where_the_law_asks_for_an_answer(town: Municipality) -> None:
    category = CategoryFactory.create(municipality=town, regime="ro-petition")
    leg = sent(town, reported(town, category=category, reporter=ANA), tells_identity=True)
    assert leg.tells_identity
    with pytest.raises(ValidationError):  # nobody is named, so nobody can be told
        sent(town, reported(town, category=category), tells_identity=True)


def test_whoever_does_not_handle_the_report_sends_nothing(town: Municipality) -> None:
    clerk = Actor("clerk", member(town, "clerk").user)
    new = NewLeg(receiver=body(town), legal_basis=BASIS)
    with pytest.raises(PermissionDenied):
        legs.forward(incident=reported(town), leg=new, actor=clerk, now=NOON)


def test_accepted_with_a_day_and_the_number_of_the_other_register(town: Municipality) -> None:
    leg = sent(town)
    promise = Acceptance(TODAY + dt.timedelta(days=9), "W-17", TODAY)
    leg = legs.accept(leg=leg, promise=promise, actor=partner(leg), now=NOON)
    incident = Incident.objects.get()
    assert (leg.state, leg.register_number, leg.done_by) == ("accepted", "W-17", promise.done_by)
    assert (incident.status, incident.waits_for) == (Status.FORWARDED, "partner")


@pytest.mark.parametrize(
    ("promise", "field", "expected"),
    [
        (Acceptance(None), "done_by", "no_day"),
        (Acceptance(TODAY - dt.timedelta(days=1)), "done_by", "past"),
        (Acceptance(TODAY, "1", TODAY - dt.timedelta(days=1)), "registered_on", "before_sending"),
        (Acceptance(TODAY, "1", TODAY + dt.timedelta(days=1)), "registered_on", "in_future"),
    ],
)
def test_a_promise_that_cannot_be(
    town: Municipality, promise: Acceptance, field: str, expected: str
) -> None:
    leg = sent(town)
    with pytest.raises(ValidationError) as refused:
        legs.accept(leg=leg, promise=promise, actor=partner(leg), now=NOON)
    assert code(refused, field) == expected


def test_refused_it_comes_back_with_the_proposed_owner(town: Municipality) -> None:
    other, leg = body(town, code="gas"), sent(town)
    legs.refuse(leg=leg, reason="A gas pipe.", proposed=other, actor=partner(leg), now=NOON)
    incident = Incident.objects.get()
    assert (incident.status, incident.waits_for) == (Status.TRIAGE, "")
    (row,) = chain_of(incident)
    assert other.name in row.says
    assert row.words == "A gas pipe."


def test_done_answers_the_report(town: Municipality) -> None:
    leg = sent(town)
    legs.finish(leg=leg, outcome="done", words="Mended.", actor=partner(leg), now=NOON)
    incident = Incident.objects.get()
    assert (incident.status, incident.outcome) == (Status.ANSWERED, "done")
    assert chain_of(incident)[0].words == "Mended."


def test_what_ended_ends_once(town: Municipality) -> None:
    leg = sent(town)
    legs.withdraw(leg=leg, reason="A mistake.", actor=SYSTEM, now=NOON)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: legs.finish(leg=leg, outcome="done", words="x", actor=SYSTEM, now=NOON),
        lambda: legs.refuse(leg=leg, reason="x", proposed=None, actor=SYSTEM, now=NOON),
        lambda: legs.withdraw(leg=leg, reason="x", actor=SYSTEM, now=NOON),
        lambda: legs.accept(leg=leg, promise=Acceptance(TODAY), actor=SYSTEM, now=NOON),
    )
    for verb in verbs:
        with pytest.raises(ValidationError) as refused:
            verb()
        assert refused.value.code == "ended"


def test_the_third_sending_calls_the_mayor(town: Municipality) -> None:
    mayor = member(town, "head").user
    member(town, "head", department=DepartmentFactory.create(municipality=town))
    incident = reported(town)
    for turn in range(3):
        leg = sent(town, incident, receiver=body(town))
        calls = OutboxMessage.objects.filter(kind="arbiter")
        assert calls.count() == (1 if turn == 2 else 0)
        if turn < 2:
            legs.refuse(leg=leg, reason="No.", proposed=None, actor=partner(leg), now=NOON)
        incident.refresh_from_db()
    assert calls.get().recipient == mayor.email
    assert Incident.objects.passed_around().get() == incident
    assert IncidentEvent.objects.filter(kind=Kind.WARNED).count() == 1


def test_the_chain_covers_what_names_a_person(town: Municipality) -> None:
    leg = sent(town)
    legs.refuse(leg=leg, reason="Call 0712 345 678.", proposed=None, actor=partner(leg), now=NOON)
    assert "345" not in chain_of(Incident.objects.get())[0].words


def test_each_receiver_gets_one_list_a_day(town: Municipality) -> None:
    receiver = body(town)
    for _ in range(3):
        sent(town, receiver=receiver)
    sent(town, receiver=body(town, email=""))
    assert mail_day_sheets(now=NOON) == 1
    mail_day_sheets(now=NOON + dt.timedelta(hours=2))
    letter = OutboxMessage.objects.get(kind="day_sheet")
    assert "/partner/sheet/" in letter.body
    mail_day_sheets(now=NOON + dt.timedelta(days=1))
    assert OutboxMessage.objects.filter(kind="day_sheet").count() == 2


def test_nothing_is_listed_once_it_ended(town: Municipality) -> None:
    leg = sent(town)
    record(incident=leg.incident, kind=Kind.NOTED, data={}, actor=SYSTEM, now=NOON)
    legs.withdraw(leg=leg, reason="A mistake.", actor=SYSTEM, now=NOON)
    assert mail_day_sheets(now=NOON) == 0
