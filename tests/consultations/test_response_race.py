"""One survey filled in many times by one person at the same moment, over real connections."""

import os

import pytest
import time_machine

from consultations.models import Question, Response, ResponseValue
from consultations.services.responding import Given, respond
from submissions.models import Submission
from tests.consultations.surveys import ask, resident, running
from tests.consultations.test_vote_race import all_at_once
from tests.factories.departments import NOON

ROUNDS = 50 if os.environ.get("MEGDAN_DRILL") == "1" else 2
AT_ONCE = 20

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.drill,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]


@pytest.mark.parametrize("number", range(ROUNDS))
def test_one_response_is_left_and_it_is_one_that_was_sent(number: int) -> None:
    with time_machine.travel(NOON, tick=False):
        phase = running()
        scale, text = ask(phase, Question.Kind.SCALE), ask(phase, Question.Kind.TEXT)
        person = resident(phase)

    def send(thread: int) -> None:
        score = thread % 10 + 1
        given = {scale.code: Given(score=score), text.code: Given(text=f"Score {score}")}
        respond(phase=phase, answers=given, user=person, now=NOON)

    found = all_at_once(AT_ONCE, send)

    assert found == {"done": AT_ONCE}
    assert Response.objects.filter(phase=phase).count() == 1
    score = ResponseValue.objects.get(question=scale).value
    kept = Submission.objects.exclude(text="")
    assert [one.text for one in kept] == [f"Score {score}"]
