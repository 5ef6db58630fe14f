"""Reports outlive the death of every program: kill -9 of web server, worker and database.

Residents send forms until they see a receipt, an officer and the worker take and close what came,
the worker seals the days. Whatever was answered is there, once, in a chain without a gap. Six kills
in the suite, a hundred by `make drill`.
"""

import http.client
import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, Queue
from typing import Any

import psycopg2
import pytest
from celery import Celery

from tests.install.hall import IS_DRILL, PATIENCE_S, Hall, running, until, victims
from tests.install.visitor import Visitor
from tests.stack import installation

pytestmark = [pytest.mark.install, pytest.mark.slow, pytest.mark.timeout(3600)]

REPORTS, KILLS = (600, 100) if IS_DRILL else (30, 6)
SEED = 20261123
SEALING = "incidents.tasks.seal_reports"
CLOSING = "tests.close_report"
RECEIPT = re.compile(r"^/drill/track/(\w{26})/receipt/$")
ONCE = re.compile(r'name="once" value="([\w-]+)"')
GONE = (OSError, http.client.HTTPException, psycopg2.Error)
RESIDENTS = 3


@dataclass
class Story:
    """What the people outside know: which reports and which acts were answered."""

    hall: Hall
    app: Celery
    town: dict[str, Any]
    sent: dict[int, str] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)
    to_close: "Queue[tuple[int, str]]" = field(default_factory=Queue)
    last: str = ""
    ends_at: float = field(default_factory=lambda: time.monotonic() + PATIENCE_S)

    @property
    def is_over(self) -> bool:
        """Everything was answered, or never will be."""
        return len(self.closed) == REPORTS or time.monotonic() > self.ends_at

    def insist(self, what: str, attempt: Callable[[], bool]) -> bool:
        """Try until it is answered, as people do who reload a page."""
        while not self.is_over:
            try:
                if attempt():
                    return True
            except GONE as gone:
                self.last = repr(gone)
            time.sleep(0.2)
        self.failures.append(f"{what}: {self.last}")
        return False


@pytest.fixture
def story() -> Iterator[Story]:
    """A town hall at work."""
    with installation(MEGDAN_BEHIND_PROXY="1", MEGDAN_STAFF_SECOND_FACTOR="0") as stack:
        stack.python("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        town = stack.json("-m", "tests.install.report_town")
        hall = Hall(stack, tasks="tests.install.report_worker")
        with running(hall, [SEALING]) as app:
            yield Story(hall, app, town)


def report_all(story: Story, first: int) -> None:
    """Every third report, each by a person of its own who stops at the receipt."""
    for number in range(first, REPORTS, RESIDENTS):
        address = f"198.18.{number // 250}.{number % 250 + 1}"
        visitor = Visitor(lambda: story.hall.web_port, address)
        form: dict[str, str] = {}
        for step in (begun, sent):
            what = f"{step.__name__} {number}"
            if not story.insist(what, partial(step, story, visitor, form, number)):
                return
        story.to_close.put((number, story.sent[number]))


def begun(story: Story, visitor: Visitor, form: dict[str, str], number: int) -> bool:
    """Open the form and fill it in."""
    page = visitor.get("/drill/report/")
    once = ONCE.search(page.body)
    if once is None:
        story.last = f"{page.status}, no form"
        return False
    east, north = story.town["place"]
    place = f"{east + number % 40 * 1e-4:.6f},{north + number // 40 * 1e-4:.6f}"
    words = f"Report {number}."
    form.update(category="lamp", marks=place, shape="point", words=words, once=once[1])
    return True


def sent(story: Story, visitor: Visitor, form: dict[str, str], number: int) -> bool:
    """Send it, past the question whether it is the same as another; only a receipt counts."""
    answer = visitor.post("/drill/report/", form)
    if answer.status == 200:
        answer = visitor.post("/drill/report/", {"decided": "new"})
    receipt = RECEIPT.match(answer.location)
    story.last = f"{answer.status} {answer.location}"
    if receipt:
        story.sent[number] = receipt[1]
    return receipt is not None


def close_all(story: Story) -> None:
    """An officer at the desk, who leaves every second report to the worker."""
    officer = Visitor(
        lambda: story.hall.web_port, "198.18.9.1", {"sessionid": story.town["session"]}
    )
    while not story.is_over:
        try:
            number, tracking = story.to_close.get(timeout=0.2)
        except Empty:
            continue
        act = by_worker if number % 2 else by_hand
        if not story.insist(f"closing {number}", partial(closed, story, act, officer, tracking)):
            return
        story.closed.add(number)


Act = Callable[[Story, Visitor, int], bool]


def closed(story: Story, act: Act, officer: Visitor, tracking: str) -> bool:
    """Find the report and do it; one that was answered and is not there ends the proof."""
    question = "SELECT id FROM incidents_incident WHERE tracking = %s"
    rows = story.hall.stack.rows(question, (tracking,))
    if not rows:
        raise AssertionError(f"{tracking} was answered and is lost")
    return act(story, officer, int(rows[0][0]))


def by_hand(story: Story, officer: Visitor, pk: int) -> bool:
    """Two buttons at the desk; both lead back to the page of the report."""
    page = f"/drill/desk/{pk}/"
    story.last = f"{page} {officer.get(page).status}"
    answers = [
        officer.post(f"{page}assign/", {}),
        officer.post(f"{page}close/", {"outcome": "done", "why": "Mended."}),
    ]
    return all(one.location == page for one in answers)


def by_worker(story: Story, officer: Visitor, pk: int) -> bool:
    """Ask the worker, and look whether it did."""
    story.app.send_task(CLOSING, [pk, story.town["officer"]], ignore_result=True)
    ends_at = time.monotonic() + 5
    question = "SELECT status FROM incidents_incident WHERE id = %s"
    while time.monotonic() < ends_at:
        if story.hall.stack.rows(question, (pk,)) == [("closed",)]:
            return True
        time.sleep(0.1)
    return False


def kill_in_the_middle(story: Story) -> Counter[str]:
    """Kill at points spread over all that people do."""
    chance = random.Random(SEED)
    points = sorted(chance.sample(range(1, 2 * REPORTS - 5), KILLS))
    chosen = victims(chance, KILLS)
    for point, victim in zip(points, chosen, strict=True):
        until(
            lambda point=point: len(story.sent) + len(story.closed) >= point or story.is_over,  # type: ignore[misc]
            f"only {len(story.sent)} reports and {len(story.closed)} closed",
        )
        time.sleep(chance.random() * 0.2)
        story.hall.kill(victim)
    return Counter(chosen)


def test_no_answered_report_is_lost_none_is_doubled_and_every_chain_is_whole(
    story: Story,
) -> None:
    people = [threading.Thread(target=report_all, args=(story, n)) for n in range(RESIDENTS)]
    people += [threading.Thread(target=close_all, args=(story,)) for _ in range(2)]
    for one in people:
        one.start()
    killed = kill_in_the_middle(story)
    for one in people:
        one.join()
    assert not story.failures
    assert len(story.closed) == REPORTS, story.last
    rows = story.hall.stack.rows
    words = "SELECT words, count(*) FROM incidents_reporter WHERE words LIKE 'Report %%' GROUP BY 1"
    assert dict(rows(words)) == {f"Report {number}.": 1 for number in range(REPORTS)}
    known = {tracking for (tracking,) in rows("SELECT tracking FROM incidents_incident")}
    assert set(story.sent.values()) <= known
    acts = (
        "SELECT kind, count(*), count(DISTINCT incident_id) FROM incidents_incidentevent GROUP BY 1"
    )
    counted = {kind: (events, reports) for kind, events, reports in rows(acts)}
    all_of_them = REPORTS + story.town["old"]
    assert counted["reported"] == (all_of_them, all_of_them)
    assert counted["assigned"] == counted["closed"] == (REPORTS, REPORTS)
    figures = json.loads(story.hall.stack.python("manage.py", "verify_ledger", "drill", "--json"))
    print(f"{REPORTS} reports, kills {dict(killed)}, {figures}")  # noqa: T201 - the drill's result
    assert (figures["whole"], figures["reports"]) == (True, all_of_them)
    assert figures["seals"] >= 1
