"""A vote outlives the death of every program: kill -9 of web server, database and worker.

Residents send their ballots until they are told that it is done. Whatever was answered is counted,
once; marks of the roll and ballots agree, and the worker closes the vote by itself. Six kills in
the suite, a hundred by `make drill`.
"""

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg2
import pytest

from tests.install.hall import IS_DRILL, PATIENCE_S, Hall, running, until
from tests.install.visitor import Visitor
from tests.stack import installation

pytestmark = [pytest.mark.install, pytest.mark.slow, pytest.mark.timeout(3600)]

VOTERS, KILLS = (600, 100) if IS_DRILL else (45, 6)
SEED = 20261123
PEOPLE = 3
CLOSING = "consultations.tasks.run_votes"
GONE = (OSError, http.client.HTTPException, psycopg2.Error)


@dataclass
class Story:
    """What the people outside know: whose ballot was answered."""

    hall: Hall
    town: dict[str, Any]
    done: set[int] = field(default_factory=set)
    #: Told by a redirect, not by the page that says "already".
    acknowledged: set[int] = field(default_factory=set)
    last: str = ""
    ends_at: float = field(default_factory=lambda: time.monotonic() + PATIENCE_S)

    @property
    def is_over(self) -> bool:
        """Everybody was answered, or never will be."""
        return len(self.done) == VOTERS or time.monotonic() > self.ends_at

    @property
    def page(self) -> str:
        """The ballot."""
        return f"/drill/consultations/{self.town['process']}/vote/"

    def code_of(self, voter: int) -> str:
        """What a voter chooses."""
        codes: list[str] = self.town["codes"]
        return codes[voter * voter % len(codes)]


@pytest.fixture
def story() -> Iterator[Story]:
    """A town hall at work; the worker closes the vote once its end has come."""
    with installation(MEGDAN_BEHIND_PROXY="1", MEGDAN_STAFF_SECOND_FACTOR="0") as stack:
        stack.python("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        town = stack.json("-m", "tests.install.vote_town", str(VOTERS))
        hall = Hall(stack)
        with running(hall, [CLOSING]):
            yield Story(hall, town)


def vote_all(story: Story, first: int) -> None:
    """Every third voter, each of whom tries until it is said that the ballot is in the box."""
    for voter in range(first, VOTERS, PEOPLE):
        session = story.town["sessions"][voter]
        address = f"198.18.{voter // 250}.{voter % 250 + 1}"
        visitor = Visitor(lambda: story.hall.web_port, address, {"sessionid": session})
        while not story.is_over and voter not in story.done:
            try:
                cast(story, visitor, voter)
            except GONE as gone:
                story.last = repr(gone)
            if voter not in story.done:
                time.sleep(0.2)


def cast(story: Story, visitor: Visitor, voter: int) -> None:
    """Open the ballot and cast it; one who is told "already" was counted before the answer died."""
    opened = visitor.get(story.page)
    story.last = f"GET {opened.status}"
    if opened.status != 200:
        return
    answer = visitor.post(story.page, {"choice": story.code_of(voter), "cast": "1"})
    story.last = f"POST {answer.status} {answer.location}"
    if answer.location == f"{story.page}done/":
        story.acknowledged.add(voter)
        story.done.add(voter)
    elif answer.status == 409:
        story.done.add(voter)


def kill_in_the_middle(story: Story) -> Counter[str]:
    """Kill at points spread over the whole vote."""
    chance = random.Random(SEED)
    points = sorted(chance.sample(range(1, VOTERS - 2), KILLS))
    chosen = ["web", "database", "worker", *chance.choices(["web", "database"], k=KILLS - 3)]
    chance.shuffle(chosen)
    for point, victim in zip(points, chosen, strict=True):
        until(
            lambda point=point: len(story.done) >= point or story.is_over,  # type: ignore[misc]
            f"only {len(story.done)} voted: {story.last}",
        )
        time.sleep(chance.random() * 0.05)
        story.hall.kill(victim)
    return Counter(chosen)


def counts_of(story: Story) -> tuple[int, int]:
    """Marks of the roll, and ballots in the box."""
    rows = story.hall.stack.rows
    marks = rows("SELECT count(*) FROM consultations_rollentry WHERE channel = 'online'")
    box = rows(f"SELECT count(*) FROM consultations_intake_{story.town['phase']}")
    return int(marks[0][0]), int(box[0][0])


def test_every_answered_ballot_is_counted_once_and_marks_and_ballots_agree(story: Story) -> None:
    people = [threading.Thread(target=vote_all, args=(story, n)) for n in range(PEOPLE)]
    for one in people:
        one.start()
    killed = kill_in_the_middle(story)
    for one in people:
        one.join()
    assert len(story.done) == VOTERS, story.last
    assert counts_of(story) == (VOTERS, VOTERS)
    rows = story.hall.stack.rows
    rows("UPDATE consultations_phase SET ends_at = now() WHERE id = %s", (story.town["phase"],))
    closed = "SELECT count(*) FROM consultations_roll WHERE closed_at IS NOT NULL"
    until(lambda: rows(closed) == [(1,)], "the worker never closed the vote")
    chosen = Counter(story.code_of(voter) for voter in range(VOTERS))
    found = rows(
        "SELECT code, count(*) FROM consultations_ballot, jsonb_object_keys(choices) code"
        " GROUP BY code"
    )
    assert dict(found) == dict(chosen)
    marked = "SELECT count(*) FROM consultations_rollentry WHERE channel = 'online'"
    assert rows(marked) == [(VOTERS,)]
    lost = len(story.done) - len(story.acknowledged)
    print(f"{VOTERS} votes, kills {dict(killed)}, {lost} answers lost")  # noqa: T201 - the result
