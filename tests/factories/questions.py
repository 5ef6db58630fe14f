"""Questions to a town, for tests."""

import datetime as dt

from questions.models import Question
from questions.services import Wording, ask, publish, write
from tests.factories.accounts import UserFactory
from zones.models import Municipality

ASKED_AT = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)


def asked(town: Municipality, text: str = "When is the desk open?") -> Question:
    """One that waits."""
    return ask(municipality=town, text=text, now=ASKED_AT)


def answered(town: Municipality, question: str, answer: str, position: int = 100) -> Question:
    """One that everybody reads."""
    first = town.languages[0]
    wording = Wording({first: question}, {first: answer}, None, position)
    row = write(municipality=town, wording=wording, now=ASKED_AT)
    return publish(question=row, actor=UserFactory.create(), now=ASKED_AT)
