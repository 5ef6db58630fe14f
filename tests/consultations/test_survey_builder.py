"""Writing a survey: its questions are free until it begins and stand from then on."""

from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from consultations.models import Phase, Question
from consultations.services.surveys import (
    MOST_QUESTIONS,
    QuestionText,
    keep_question,
    move_question,
    remove_question,
)
from tests.consultations.surveys import Kind, answered, ask, coming, narrow, running
from tests.factories.departments import NOON, member
from tests.factories.zones import MunicipalityFactory, square

pytestmark = pytest.mark.django_db

YES_NO = ({"ro": "Da", "en": "Yes"}, {"ro": "Nu"})


def text(kind: str = Kind.ONE, **fields: Any) -> QuestionText:
    fields.setdefault("names", {"ro": "De acord?"})
    fields.setdefault("options", YES_NO if kind in (Kind.ONE, Kind.MANY) else ())
    return QuestionText(kind=kind, **fields)


def plan(phase: Phase, rest: str = "", town: Any = None) -> str:
    town = town or phase.process.municipality
    return f"/{town.slug}/plan/consultations/{phase.process.pk}/survey/{rest}"


def codes(phase: Phase) -> list[str]:
    rows = Question.objects.filter(phase=phase).order_by("position", "pk")
    return list(rows.values_list("code", flat=True))


def test_questions_come_in_the_order_in_which_they_are_written() -> None:
    phase = coming()

    first = keep_question(phase=phase, text=text(), now=NOON)
    keep_question(phase=phase, text=text(Kind.SCALE), now=NOON)

    assert codes(phase) == ["q1", "q2"]
    assert [one["code"] for one in first.options] == ["a1", "a2"]
    assert first.options[1]["names"] == {"ro": "Nu"}


def test_a_question_goes_up_and_down_and_not_beyond_the_ends() -> None:
    phase = coming()
    for _number in range(3):
        keep_question(phase=phase, text=text(), now=NOON)
    last = Question.objects.get(phase=phase, code="q3")

    move_question(question=last, is_up=True, now=NOON)
    assert codes(phase) == ["q1", "q3", "q2"]
    for _number in range(3):
        move_question(question=last, is_up=True, now=NOON)
    assert codes(phase) == ["q3", "q1", "q2"]
    move_question(question=last, is_up=False, now=NOON)
    assert codes(phase) == ["q1", "q3", "q2"]


def test_a_code_that_was_taken_out_is_given_again_and_never_twice() -> None:
    phase = coming()
    first = keep_question(phase=phase, text=text(), now=NOON)
    keep_question(phase=phase, text=text(), now=NOON)

    remove_question(question=first, now=NOON)
    keep_question(phase=phase, text=text(), now=NOON)

    assert codes(phase) == ["q2", "q1"]


def test_nothing_changes_once_the_survey_began() -> None:
    phase = running()
    question = ask(phase)

    for change in (
        lambda: keep_question(phase=phase, text=text(), now=NOON),
        lambda: keep_question(phase=phase, text=text(), question=question, now=NOON),
        lambda: move_question(question=question, is_up=True, now=NOON),
        lambda: remove_question(question=question, now=NOON),
    ):
        with pytest.raises(ValidationError) as refused:
            change()
        assert refused.value.code == "begun"


def test_nothing_changes_once_somebody_answered() -> None:
    phase = coming()
    question = ask(phase)
    answered(question, ["yes"])

    with pytest.raises(ValidationError) as refused:
        remove_question(question=question, now=NOON)

    assert refused.value.code == "begun"


@pytest.mark.parametrize("options", [(), YES_NO[:1], [{"ro": str(one)} for one in range(31)]])
def test_choices_need_answers_to_choose_from(options: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        keep_question(phase=coming(), text=text(options=options), now=NOON)

    assert refused.value.error_dict["options"][0].code == "options"


def test_a_question_needs_words() -> None:
    with pytest.raises(ValidationError) as refused:
        keep_question(phase=coming(), text=text(names={}), now=NOON)

    assert "names" in refused.value.error_dict


def test_a_survey_has_an_end() -> None:
    phase = coming()
    for _number in range(MOST_QUESTIONS):
        keep_question(phase=phase, text=text(), now=NOON)

    with pytest.raises(ValidationError) as refused:
        keep_question(phase=phase, text=text(), now=NOON)

    assert refused.value.code == "too_many"


def test_only_places_of_a_consultation_with_an_area_can_be_kept_to_it() -> None:
    phase, placed = coming(), coming()
    narrow(placed, square(0, 0))

    kept = [
        keep_question(phase=where, text=text(kind, is_in_area=True), now=NOON).is_in_area
        for where, kind in ((phase, Kind.POINT), (placed, Kind.POINT), (placed, Kind.TEXT))
    ]

    assert kept == [False, True, False]


@time_machine.travel(NOON, tick=False)
def test_a_planner_writes_a_survey_on_the_pages(client: Client) -> None:
    phase = coming()
    client.force_login(member(phase.process.municipality, "planner").user)

    answer = client.post(
        plan(phase, "new/"),
        {"names_ro": "Unde?", "kind": "one", "options_ro": "Aici\n\n Acolo ", "options_en": ""},
    )

    assert answer.status_code == 302, answer.context["form"].errors
    question = Question.objects.get(phase=phase)
    assert [one["names"] for one in question.options] == [{"ro": "Aici"}, {"ro": "Acolo"}]
    assert client.get(plan(phase)).status_code == 200
    assert client.get(plan(phase, "preview/")).status_code == 200
    changed = client.get(plan(phase, f"{question.pk}/")).context["form"]
    assert changed["options_ro"].value() == "Aici\nAcolo"
    client.post(plan(phase, f"{question.pk}/remove/"))
    assert codes(phase) == []


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"options_ro": "Da\nNu", "options_en": "Yes"}, "options_en"),
        ({"options_ro": "Da\nDa"}, "options_ro"),
        ({"options_ro": "Da"}, "options_ro"),
        ({"options_ro": "Da\n" + "u" * 301}, "options_ro"),
        ({"options_ro": "Da\nNu", "names_ro": ""}, "names_ro"),
        ({"options_ro": "Da\nNu", "kind": "guess"}, "kind"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    client: Client, typed: dict[str, str], field: str
) -> None:
    phase = coming()
    client.force_login(member(phase.process.municipality, "planner").user)

    answer = client.post(plan(phase, "new/"), {"names_ro": "Unde?", "kind": "one", **typed})

    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)
    assert not Question.objects.exists()


@time_machine.travel(NOON, tick=False)
def test_the_page_of_a_survey_that_began_refuses_in_a_sentence(client: Client) -> None:
    phase = running()
    question = ask(phase)
    client.force_login(member(phase.process.municipality, "planner").user)

    moved = client.post(plan(phase, f"{question.pk}/move/"), {"to": "up"}, follow=True)
    added = client.post(
        plan(phase, "new/"), {"names_ro": "Unde?", "kind": "scale", "options_ro": ""}
    )

    assert len(list(moved.context["messages"])) == 1
    assert (added.status_code, len(added.context["form"].non_field_errors())) == (422, 1)


@time_machine.travel(NOON, tick=False)
def test_strangers_and_other_towns_see_nothing(client: Client) -> None:
    phase = coming()
    question = ask(phase)
    pages = ("", "new/", "preview/", f"{question.pk}/")

    assert {client.get(plan(phase, one)).status_code for one in pages} == {302}
    client.force_login(member(phase.process.municipality, "crew").user)
    assert {client.get(plan(phase, one)).status_code for one in pages} == {403}
    other = MunicipalityFactory.create(modules=["consultations"])
    client.force_login(member(other, "planner").user)
    assert {client.get(plan(phase, one, other)).status_code for one in pages} == {404}
    sent = client.post(plan(phase, f"{question.pk}/remove/", other))
    assert (sent.status_code, codes(phase)) == (404, [question.code])


@time_machine.travel(NOON, tick=False)
def test_a_question_of_another_consultation_is_not_found(client: Client) -> None:
    phase = coming()
    other = ask(coming())
    client.force_login(member(phase.process.municipality, "planner").user)

    assert client.get(plan(phase, f"{other.pk}/")).status_code == 404
    assert client.get(plan(phase, f"?phase={other.phase_id}")).status_code == 404
