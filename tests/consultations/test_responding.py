"""Filling in a survey: one for each person, decided on the server, nothing typed is lost."""

from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from consultations.models import Phase, Response, ResponseValue
from consultations.services.responding import Given, respond, response_of
from submissions.models import Submission
from tests.consultations.surveys import (
    Kind,
    ask,
    narrow,
    over,
    resident,
    running,
    somebody,
)
from tests.factories.consultations import DAY, ProcessFactory
from tests.factories.departments import NOON, member
from tests.factories.zones import MunicipalityFactory, StreetFactory, spot, square, zone_with_shape

pytestmark = pytest.mark.django_db


def page(phase: Phase, town: Any = None) -> str:
    town = town or phase.process.municipality
    return f"/{town.slug}/consultations/{phase.process.pk}/survey/"


def code_of(refused: pytest.ExceptionInfo[ValidationError], question: Any) -> str:
    return str(refused.value.error_dict[question.code][0].code)


def test_one_response_for_each_person_whatever_is_sent_again() -> None:
    phase, user = running(), somebody()
    question = ask(phase)

    for codes in (("yes",), ("no",), ("yes",)):
        respond(phase=phase, answers={question.code: Given(codes)}, user=user, now=NOON)

    assert ResponseValue.objects.get(response__phase=phase).value == ["yes"]
    assert response_of(phase, user) == {question.code: Given(("yes",))}


@pytest.mark.parametrize("is_inside", [True, False])
def test_where_somebody_lives_decides_as_whom_they_speak(is_inside: bool) -> None:
    phase = running()
    narrow(phase, square(0, 0) if is_inside else square(2, 2))

    response = respond(phase=phase, answers={}, user=resident(phase), now=NOON)

    assert (response.standing, response.assurance) == ("inside" if is_inside else "outside", 2)


def test_nobody_calls_themselves_a_resident_of_the_area() -> None:
    phase = running()

    as_inside = respond(phase=phase, answers={}, user=somebody(), now=NOON, speaks_as="inside")
    as_business = respond(phase=phase, answers={}, user=somebody(), now=NOON, speaks_as="business")

    assert (as_inside.standing, as_business.standing) == ("outside", "business")


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Kind.ONE, Given(("maybe",))),
        (Kind.ONE, Given(("yes", "no"))),
        (Kind.MANY, Given(("yes", "yes"))),
        (Kind.SCALE, Given(score=0)),
        (Kind.SCALE, Given(score=11)),
        (Kind.SCALE, Given(text="ten")),
        (Kind.TEXT, Given(score=3)),
        (Kind.POINT, Given(place=square(0, 0))),
        (Kind.AREA, Given(place=spot(0.5, 0.5))),
    ],
)
def test_what_does_not_fit_the_question_is_refused(kind: str, given: Given) -> None:
    phase = running()
    question = ask(phase, kind)

    with pytest.raises(ValidationError) as refused:
        respond(phase=phase, answers={question.code: given}, user=somebody(), now=NOON)

    assert code_of(refused, question) == "unknown"
    assert not Response.objects.exists()


def test_a_question_that_must_be_answered_is() -> None:
    phase = running()
    question = ask(phase, is_required=True)

    with pytest.raises(ValidationError) as refused:
        respond(phase=phase, answers={}, user=somebody(), now=NOON)

    assert code_of(refused, question) == "required"


def test_a_question_of_another_survey_is_refused() -> None:
    phase, other = running(), ask(running())

    with pytest.raises(ValidationError) as refused:
        respond(phase=phase, answers={other.code: Given(("yes",))}, user=somebody(), now=NOON)

    assert refused.value.code == "unknown"


@pytest.mark.parametrize("is_in_area", [True, False])
def test_a_place_lies_in_the_town_and_where_asked_in_the_area(is_in_area: bool) -> None:
    phase = running()
    narrow(phase, square(0, 0))
    question = ask(phase, Kind.POINT, is_in_area=is_in_area)

    def say(column: float) -> None:
        given = Given(place=spot(column, 0.5))
        respond(phase=phase, answers={question.code: given}, user=somebody(), now=NOON)

    say(1.0)  # on the border of the area
    with pytest.raises(ValidationError) as refused:
        say(4.5)
    assert code_of(refused, question) == "outside"
    if is_in_area:
        with pytest.raises(ValidationError) as refused:
            say(1.5)
        assert code_of(refused, question) == "outside"
    else:
        say(1.5)


def test_nothing_is_taken_before_and_after_and_of_drafts() -> None:
    running_one = running()
    draft = running(process=ProcessFactory.create(state="draft", published_at=None))

    for phase, now in (
        (running_one, NOON + 10 * DAY),
        (running_one, NOON - 2 * DAY),
        (draft, NOON),
    ):
        with pytest.raises(ValidationError) as refused:
            respond(phase=phase, answers={}, user=somebody(), now=now)
        assert refused.value.code == "closed"


def test_the_same_words_stay_released_and_others_are_looked_at_anew() -> None:
    phase, user = running(), somebody()
    question = ask(phase, Kind.TEXT)

    def say(text: str) -> Submission:
        respond(phase=phase, answers={question.code: Given(text=text)}, user=user, now=NOON)
        row = ResponseValue.objects.select_related("submission").get(response__user=user)
        assert row.submission is not None
        return row.submission

    first = say("More trees")
    Submission.objects.filter(pk=first.pk).update(state="released")

    assert say("More trees").state == "released"
    assert say("Fewer trees").state == "waiting"
    first.refresh_from_db()
    assert first.text == ""


def test_words_that_are_too_long_are_an_error_of_their_question() -> None:
    phase = running()
    question = ask(phase, Kind.TEXT)

    given = Given(text="a" * 4001)
    with pytest.raises(ValidationError) as refused:
        respond(phase=phase, answers={question.code: given}, user=somebody(), now=NOON)

    assert code_of(refused, question) == "too_long"
    assert not Response.objects.exists()


@time_machine.travel(NOON, tick=False)
def test_the_page_keeps_what_was_typed_beside_what_is_wrong(client: Client) -> None:
    phase = running()
    text, point = ask(phase, Kind.TEXT), ask(phase, Kind.POINT)
    client.force_login(somebody())

    answer = client.post(
        page(phase),
        {
            f"answer_{text.code}": "A bench, please",
            f"answer_{point.code}_shape": '{"type": "Point", "coordinates": [26, "x"]}',
        },
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {f"answer_{point.code}_shape"}
    assert "A bench, please" in answer.content.decode()
    assert not Response.objects.exists()


@time_machine.travel(NOON, tick=False)
def test_places_are_named_without_the_map(client: Client) -> None:
    phase = running()
    town = phase.process.municipality
    line, area, point = (ask(phase, kind) for kind in (Kind.LINE, Kind.AREA, Kind.POINT))
    street = StreetFactory.create(
        municipality=town,
        names={"ro": "Strada Mare"},
        axis="MULTILINESTRING ((26.301 46.901, 26.309 46.901))",
    )
    zone = zone_with_shape(town, code="north", geometry=square(1, 1))
    client.force_login(somebody())

    answer = client.post(
        page(phase),
        {
            f"answer_{line.code}_where": "strada mare",
            f"answer_{area.code}_where": zone.pk,
            f"answer_{point.code}_street": "Strada Mare",
        },
    )

    assert answer.status_code == 302, answer.context["form"].errors
    kept: dict[int, Any] = {row.question_id: row.geometry for row in ResponseValue.objects.all()}
    street.refresh_from_db()
    assert kept[line.pk].equals(street.axis)
    assert kept[area.pk].equals(square(1, 1))
    assert kept[point.pk].coords == pytest.approx((26.305, 46.901))


@time_machine.travel(NOON, tick=False)
def test_an_unknown_street_is_said_at_its_field(client: Client) -> None:
    phase = running()
    line = ask(phase, Kind.LINE)
    client.force_login(somebody())

    answer = client.post(page(phase), {f"answer_{line.code}_where": "Strada Nicaieri"})

    assert answer.context["form"].errors.keys() == {f"answer_{line.code}_where"}


@time_machine.travel(NOON, tick=False)
def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    phase = running()
    question = ask(phase)

    assert client.get(page(phase)).status_code == 200
    answer = client.post(page(phase), {f"answer_{question.code}": "yes"})

    assert (answer.status_code, "next=" in answer["Location"]) == (302, True)
    assert not Response.objects.exists()


@time_machine.travel(NOON, tick=False)
def test_the_page_shows_what_the_person_answered_before(client: Client) -> None:
    phase, user = running(), somebody()
    question = ask(phase, Kind.SCALE)
    respond(phase=phase, answers={question.code: Given(score=7)}, user=user, now=NOON)
    client.force_login(user)

    form = client.get(page(phase)).context["form"]

    assert form[f"answer_{question.code}"].value() == "7"


@time_machine.travel(NOON, tick=False)
def test_surveys_of_other_towns_and_drafts_are_not_found(client: Client) -> None:
    phase = running()
    draft = running(process=ProcessFactory.create(state="draft", published_at=None))
    other = MunicipalityFactory.create(modules=["consultations"])

    assert client.get(page(phase, other)).status_code == 404
    assert client.get(page(draft)).status_code == 404


@time_machine.travel(NOON, tick=False)
def test_a_survey_that_is_over_takes_nothing_and_shows_no_form(client: Client) -> None:
    phase = over()
    question = ask(phase)
    client.force_login(somebody())

    assert "form" not in client.get(page(phase)).context
    assert client.post(page(phase), {f"answer_{question.code}": "yes"}).status_code == 422
    assert not Response.objects.exists()


@time_machine.travel(NOON, tick=False)
def test_moderators_release_what_was_written_in_surveys_of_their_town(client: Client) -> None:
    phase = running()
    town = phase.process.municipality
    question = ask(phase, Kind.TEXT)
    given = {question.code: Given(text="More trees")}
    respond(phase=phase, answers=given, user=somebody(), now=NOON)
    words = ResponseValue.objects.get(question=question)
    other = MunicipalityFactory.create(modules=["consultations"])
    desk, typed = "plan/consultations/survey-words/", {"words": words.pk, "state": "released"}

    client.force_login(member(other, "moderator").user)
    assert client.post(f"/{other.slug}/{desk}", typed).status_code == 404
    client.force_login(member(town, "moderator").user)
    assert list(client.get(f"/{town.slug}/{desk}").context["page"]) == [words]
    client.post(f"/{town.slug}/{desk}", {**typed, "state": "refused"})
    assert Submission.objects.get().state == "waiting"  # a refusal says why
    client.post(f"/{town.slug}/{desk}", typed)

    assert Submission.objects.get().state == "released"
    assert not client.get(f"/{town.slug}/{desk}").context["page"].object_list
