"""Each verb of the desk does one thing, and refuses whoever's role does not cover the report."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from departments.access import Right
from incidents.models import Incident
from incidents.services import assigning, closing, dialogue, merging, sorting
from incidents.services.recording import Actor
from incidents.workflow import Status
from tests.factories.departments import NOON, DepartmentFactory
from tests.factories.desk import Hall, hall, may
from tests.factories.incidents import CategoryFactory
from tests.factories.zones import ZoneFactory, ZoneKindFactory, spot

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Hall:
    return hall()


def last(incident: Incident) -> str:
    return str(incident.events.order_by("-seq").values_list("kind", flat=True)[0])


def of(actor: Actor) -> User:
    assert actor.user is not None
    return actor.user


def code_of(call: Callable[..., Any], **given: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        call(now=NOON, **given)
    error = refused.value
    return error.error_list[0].code or ""


# --- Whose report it is ----------------------------------------------------------------------


def test_one_hat_must_cover_department_area_and_category(house: Hall) -> None:
    incident = house.sent()
    zone = ZoneFactory.create(kind=ZoneKindFactory.create(municipality=house.town))
    assert may(house.handler(), incident)
    assert not may(house.stranger(), incident)
    assert not may(house.someone("handler", department=house.roads, areas=[zone]), incident)
    incident.zone_ids = [zone.pk]
    assert may(house.someone("handler", department=house.roads, areas=[zone]), incident)


def test_a_role_for_other_categories_does_not_cover_it(house: Hall) -> None:
    incident = house.sent()
    actor = house.handler()
    scope = house.town.memberships.get(user=actor.user).report_scopes
    scope.create(category=CategoryFactory.create(municipality=house.town, parent=None))
    assert not may(actor, incident)
    scope.create(category=house.group)
    assert may(actor, incident)


def test_a_deputy_mayor_stands_above_the_departments_below(house: Hall) -> None:
    deputy = DepartmentFactory.create(municipality=house.town)
    house.roads.parent = deputy
    house.roads.save()
    assert may(house.someone("head", department=deputy), house.sent(), Right.SIGN)


# --- Sorting ---------------------------------------------------------------------------------


def test_a_dispatcher_sends_a_report_to_a_department(house: Hall) -> None:
    incident = house.report()
    dispatcher = house.someone("dispatcher")
    sorting.send_to(incident=incident, department=house.parks, actor=dispatcher, now=NOON)
    assert (incident.status, incident.department) == (Status.OPEN, house.parks)


def test_a_department_of_another_town_gets_nothing(house: Hall) -> None:
    other = DepartmentFactory.create()
    given = {"incident": house.report(), "actor": house.someone("dispatcher")}
    assert code_of(sorting.send_to, department=other, **given) == "other_town"


def test_a_handler_hands_a_report_back_to_sorting_with_a_reason(house: Hall) -> None:
    incident, handler = house.sent(), house.handler()
    assert code_of(sorting.hand_back, incident=incident, why=" ", actor=handler) == "no_reason"
    sorting.hand_back(incident=incident, why="A lamp of the park.", actor=handler, now=NOON)
    assert (incident.status, incident.department) == (Status.TRIAGE, None)


def test_spam_is_refused_with_a_reason_from_the_list(house: Hall) -> None:
    incident, actor = house.report(), house.someone("dispatcher")
    wrong = {"incident": incident, "reason": "boring", "why": "", "actor": actor}
    assert code_of(sorting.refuse, **wrong) == "no_reason"
    sorting.refuse(incident=incident, reason="spam", why="Casino", actor=actor, now=NOON)
    assert incident.status == Status.REFUSED


def test_what_is_not_the_towns_names_its_owner(house: Hall) -> None:
    incident = house.report()
    actor = house.someone("dispatcher")
    sorting.send_outside(incident=incident, owner=house.parks, actor=actor, now=NOON)
    assert (incident.status, incident.outcome) == (Status.OUTSIDE, "not_ours")


def test_another_category_must_be_one_in_use(house: Hall) -> None:
    incident, actor = house.sent(), house.handler()
    group, other = house.category.parent, CategoryFactory.create(municipality=house.town)
    call: dict[str, Any] = {"incident": incident, "ask_rules": False, "actor": actor}
    assert code_of(sorting.recategorise, category=group, **call) == "not_offered"
    sorting.recategorise(category=other, now=NOON, **call)
    assert incident.category == other


def test_a_place_is_put_right(house: Hall) -> None:
    incident, actor = house.sent(), house.handler()
    there = spot(1.5, 1.5)
    sorting.move_place(incident=incident, geometry=there, ask_rules=False, actor=actor, now=NOON)
    assert incident.geometry is not None
    assert incident.geometry.distance(there) < 1e-6


# --- Assigning -------------------------------------------------------------------------------


def test_a_handler_takes_a_report(house: Hall) -> None:
    incident, handler = house.sent(), house.handler()
    assigning.assign(incident=incident, handler=of(handler), actor=handler, now=NOON)
    assert (incident.status, incident.handler) == (Status.WORKING, handler.user)


def test_a_colleague_of_another_department_cannot_be_given_it(house: Hall) -> None:
    stranger = house.stranger()
    given = {"incident": house.sent(), "handler": stranger.user, "actor": house.handler()}
    assert code_of(assigning.assign, **given) == "not_covered"


def test_colleagues_are_those_of_the_department_and_above(house: Hall) -> None:
    handler, mayor = house.handler(), house.someone("head")
    house.stranger()
    found = assigning.colleagues(house.sent(), NOON)
    assert set(found) == {handler.user, mayor.user}


# --- Dialogue --------------------------------------------------------------------------------


def test_a_question_waits_for_the_reporter_until_the_answer(house: Hall) -> None:
    incident, handler = house.sent(), house.handler()
    question = dialogue.ask_reporter(incident=incident, text="Which pole?", actor=handler, now=NOON)
    assert (incident.waits_for, question.seq) == ("reporter", incident.head_seq)
    said = dialogue.reply(incident=incident, text="The third.", actor=Actor("reporter"), now=NOON)
    assert (incident.waits_for, said.answers) == ("", question)


def test_a_note_stays_in_the_house(house: Hall) -> None:
    incident = house.sent()
    dialogue.note(incident=incident, text="Ion rang.", actor=house.handler(), now=NOON)
    assert not incident.remarks.with_reporter().exists()
    assert b"Ion" not in bytes(incident.events.get(kind="noted").body)


def test_a_department_that_is_asked_sees_the_report_and_answers(house: Hall) -> None:
    incident, stranger = house.sent(), house.stranger()
    asked = dialogue.ask_opinion(
        incident=incident, department=house.parks, text="Yours?", actor=house.handler(), now=NOON
    )
    assert incident.waits_for == "opinion"
    assert not may(stranger, incident)  # seen, but not worked on
    dialogue.give_opinion(asked=asked, text="No.", actor=stranger, now=NOON)
    incident.refresh_from_db()
    assert incident.waits_for == ""
    again = {"asked": asked, "text": "No!", "actor": stranger}
    assert code_of(dialogue.give_opinion, **again) == "given"


def test_only_the_asked_department_gives_its_opinion(house: Hall) -> None:
    incident, handler = house.sent(), house.handler()
    asked = dialogue.ask_opinion(
        incident=incident, department=house.parks, text="Yours?", actor=handler, now=NOON
    )
    with pytest.raises(PermissionDenied):
        dialogue.give_opinion(asked=asked, text="No.", actor=handler, now=NOON)


def test_an_empty_remark_is_none(house: Hall) -> None:
    given = {"incident": house.sent(), "actor": house.handler()}
    assert code_of(dialogue.note, text="  ", **given) == "no_text"
    assert code_of(dialogue.note, text="x" * 4001, **given) == "too_long"


# --- Closing ---------------------------------------------------------------------------------


def test_closing_needs_a_reason_and_opening_again_too(house: Hall) -> None:
    incident, handler = house.sent(), house.handler()
    empty = {"incident": incident, "why": "", "actor": handler}
    assert code_of(closing.close, outcome="done", **empty) == "no_reason"
    closing.close(incident=incident, outcome="done", why="New bulb", actor=handler, now=NOON)
    assert (incident.status, incident.outcome) == (Status.CLOSED, "done")
    assert code_of(closing.reopen, **empty) == "no_reason"
    closing.reopen(incident=incident, why="Dark again", actor=handler, now=NOON)
    assert (incident.status, incident.outcome) == (Status.OPEN, "")


def test_what_the_law_wants_answered_is_not_just_closed() -> None:
    house = hall(regime="ro_og27_2002")
    incident = house.sent()
    given = {"outcome": "done", "why": "New bulb", "actor": house.handler()}
    assert code_of(closing.close, incident=incident, **given) == "needs_answer"


# --- Merging ---------------------------------------------------------------------------------


def test_a_merged_report_follows_its_leader_and_comes_back(house: Hall) -> None:
    one, leader, handler = house.sent(), house.sent(), house.handler()
    merging.merge(incident=one, leader=leader, actor=handler, now=NOON)
    assert (one.status, one.leader) == (Status.MERGED, leader)
    merging.unmerge(incident=one, actor=handler, now=NOON)
    assert (one.status, one.leader) == (Status.OPEN, None)


def test_merging_makes_no_chains_and_no_rings(house: Hall) -> None:
    one, two, three = house.sent(), house.sent(), house.sent()
    actor = house.handler()
    merging.merge(incident=one, leader=two, actor=actor, now=NOON)
    assert code_of(merging.merge, incident=two, leader=three, actor=actor) == "leads"
    assert code_of(merging.merge, incident=three, leader=one, actor=actor) == "follows"
    assert code_of(merging.merge, incident=three, leader=three, actor=actor) == "same_report"


def test_nobody_merges_into_a_report_of_another_department(house: Hall) -> None:
    mine, theirs = house.sent(), house.sent(house.parks)
    with pytest.raises(PermissionDenied):
        merging.merge(incident=mine, leader=theirs, actor=house.handler(), now=NOON)


def test_a_closed_report_leads_nobody(house: Hall) -> None:
    mine, closed, actor = house.sent(), house.sent(), house.handler()
    closing.close(incident=closed, outcome="done", why="Done", actor=actor, now=NOON)
    assert code_of(merging.merge, incident=mine, leader=closed, actor=actor) == "ended"


def test_a_split_report_has_a_second_one_with_the_same_reporter(house: Hall) -> None:
    incident = house.sent()
    other = CategoryFactory.create(municipality=house.town)
    part = merging.Part(other, "And the bench is broken.")
    made = merging.split(incident=incident, part=part, actor=house.handler(), now=NOON)
    assert (made.parent, made.category) == (incident, other)
    assert made.reporter.email == incident.reporter.email
    assert last(incident) == "split"
    assert made.geometry == incident.geometry


# --- Refusals --------------------------------------------------------------------------------

VERBS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "hand back": (sorting.hand_back, {"why": "x"}),
    "refuse": (sorting.refuse, {"reason": "spam", "why": ""}),
    "outside": (sorting.send_outside, {}),
    "place": (sorting.move_place, {"geometry": None, "ask_rules": False}),
    "question": (dialogue.ask_reporter, {"text": "x"}),
    "note": (dialogue.note, {"text": "x"}),
    "close": (closing.close, {"outcome": "done", "why": "x"}),
    "reopen": (closing.reopen, {"why": "x"}),
    "unmerge": (merging.unmerge, {}),
    "split": (merging.split, {"part": merging.Part(None, "x")}),
}


@pytest.mark.parametrize("name", VERBS)
def test_a_stranger_can_do_nothing(house: Hall, name: str) -> None:
    verb, given = VERBS[name]
    incident, stranger = house.sent(), house.stranger()
    with pytest.raises(PermissionDenied):
        verb(incident=incident, actor=stranger, now=NOON, **given)
    assert incident.events.count() == 2


def test_a_stranger_cannot_send_assign_sort_or_ask(house: Hall) -> None:
    incident, stranger = house.sent(), house.stranger()
    with pytest.raises(PermissionDenied):
        sorting.send_to(incident=incident, department=house.parks, actor=stranger, now=NOON)
    with pytest.raises(PermissionDenied):
        assigning.assign(incident=incident, handler=of(stranger), actor=stranger, now=NOON)
    with pytest.raises(PermissionDenied):
        sorting.recategorise(
            incident=incident, category=house.category, ask_rules=False, actor=stranger, now=NOON
        )
    with pytest.raises(PermissionDenied):
        dialogue.ask_opinion(
            incident=incident, department=house.parks, text="x", actor=stranger, now=NOON
        )


def test_a_handler_does_not_sort(house: Hall) -> None:
    with pytest.raises(PermissionDenied):
        sorting.refuse(
            incident=house.sent(), reason="spam", why="", actor=house.handler(), now=NOON
        )


def test_the_reporter_does_nothing_at_the_desk(house: Hall) -> None:
    with pytest.raises(PermissionDenied):
        dialogue.note(incident=house.sent(), text="x", actor=Actor("reporter"), now=NOON)
