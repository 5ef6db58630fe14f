"""Fifty votes of one person at the same moment, over real connections: exactly one counts.

Three rounds in the suite, two hundred by `make drill`.
"""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import User
from consultations.models import Ballot, Phase
from consultations.services import intake
from consultations.services.closing import close_vote
from consultations.services.voting import cast
from tests.consultations.votes import AFTER, a_vote, marks, throw_boxes_away
from tests.factories.departments import NOON

ROUNDS = 200 if os.environ.get("MEGDAN_DRILL") == "1" else 3
AT_ONCE = 50

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.drill,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
]


@pytest.fixture(autouse=True)
def no_box_is_left() -> Iterator[None]:
    """Tests that commit leave no table behind."""
    yield
    throw_boxes_away()


def all_at_once(count: int, act: Any) -> Counter[str]:
    """The same act in many threads, each with a connection of its own; what became of them."""
    ready, found = threading.Barrier(count), []

    def run(number: int) -> None:
        try:
            ready.wait()
            act(number)
            found.append("done")
        except ValidationError as refused:
            found.append(str(refused.code or [one.code for one in refused.error_list]))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return Counter(found)


def vote_once(phase: Phase, user: User, codes: Any, number: int) -> None:
    cast(phase=phase, user=user, choices={codes[number % len(codes)]: 1}, now=NOON)


def test_of_fifty_votes_of_one_person_one_counts() -> None:
    vote = a_vote(voters=ROUNDS)
    for number, user in enumerate(vote.users, start=1):
        found = all_at_once(
            AT_ONCE, lambda n, user=user: vote_once(vote.phase, user, vote.codes, n)
        )
        assert found == {"done": 1, "voted_already": AT_ONCE - 1}
        assert intake.counts(vote.phase.pk) == {"online": number}
    assert len(marks(vote.phase)) == ROUNDS


def test_votes_that_meet_the_close_are_counted_or_refused_whole() -> None:
    vote = a_vote(voters=12)

    def act(number: int) -> None:
        if number == 12:
            close_vote(phase=vote.phase, now=AFTER)
        else:
            vote_once(vote.phase, vote.users[number], vote.codes, number)

    found = all_at_once(13, act)
    assert set(found) <= {"done", "vote_closed"}
    assert Ballot.objects.count() == len(marks(vote.phase)) == found["done"] - 1
