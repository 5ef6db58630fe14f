"""Ratings outlive the death of every program: kill -9 of web server, fold and database.

Every sender keeps a ledger of what was answered. Whatever was answered is counted once; whatever
was under way may or may not be. The longer version: MEGDAN_PROOF_VOTES=20000.
"""

import http.client
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest

from deploy.local.places import ROOT
from deploy.local.tools import PYTHON
from tests.anonymity.identities import visitors
from tests.stack import Stack, free_port, installation, wait_for

pytestmark = [pytest.mark.install, pytest.mark.slow, pytest.mark.timeout(1200)]

VOTES = int(os.environ.get("MEGDAN_PROOF_VOTES", "300"))
WAITING = 50 * VOTES
NONCE = re.compile(rb'name="nonce" value="([\w=-]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SUMS = "SELECT coalesce(sum(x), 0) FROM sign_registry_ratingtally, unnest(counted || set_aside) x"
INBOX = "SELECT count(*) FROM sign_registry_ratinginbox"


@dataclass
class Ledger:
    """What senders know: answered votes, and votes whose answer never came."""

    answered: int = 0
    unanswered: int = 0
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, name: str) -> None:
        """Count one."""
        with self.lock:
            setattr(self, name, getattr(self, name) + 1)


@dataclass(frozen=True)
class Site:
    """An installation with a town, and its signs."""

    stack: Stack
    tokens: list[str]

    def one(self, question: str) -> int:
        """A number from the database."""
        return int(self.stack.rows(question)[0][0])

    def stored(self) -> int:
        """Votes counted and votes that wait."""
        return self.one(SUMS) + self.one(INBOX)


@pytest.fixture
def site() -> Iterator[Site]:
    """A fresh one for each story."""
    with installation(MEGDAN_BEHIND_PROXY="1") as stack:
        signs = stack.json("-m", "tests.anonymity.town", "20")["signs"]
        yield Site(stack, [one["token"] for one in signs])


def send(port: int, token: str, address: str, ledger: Ledger) -> None:
    """One vote; only what happens after the form was sent goes into the ledger."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"X-Forwarded-For": address}
    with closing(connection):
        try:
            connection.request("GET", f"/S/{token}", headers=headers)
            page = connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            return None
        nonce = NONCE.search(page)
        if nonce is None:
            return ledger.note("refused")
        body = urlencode({"score": "7", "nonce": nonce[1].decode()})
        try:
            connection.request("POST", f"/S/{token}", body, headers | FORM)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return ledger.note("unanswered")
        return ledger.note("answered" if status == 200 else "refused")


def send_many(
    port: Callable[[], int], site: Site, ledger: Ledger, until: Callable[[], bool]
) -> None:
    """Four senders, each from many addresses, until told to stop."""
    people = visitors()

    def sender(first: int) -> None:
        number = first
        while not until():
            token = site.tokens[number % len(site.tokens)]
            send(port(), token, people[number % len(people)].address, ledger)
            number += 4

    threads = [threading.Thread(target=sender, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def granian(stack: Stack, port: int) -> "subprocess.Popen[bytes]":
    """The web server in a session of its own, so that all of it can be killed at once."""
    process = stack.start(
        *("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "4", "config.wsgi:application"),
        log="web.log",
    )
    wait_for(port, process, stack.logs / "web.log")
    return process


def kill_all_of(process: "subprocess.Popen[bytes]") -> None:
    """kill -9, without a word to say goodbye."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_no_answered_vote_is_lost_when_the_web_server_is_killed(site: Site) -> None:
    port, ledger = free_port(), Ledger()
    running = [granian(site.stack, port)]
    sending = threading.Thread(
        target=send_many, args=(lambda: port, site, ledger, lambda: ledger.answered >= VOTES)
    )
    sending.start()
    for share in (0.3, 0.6):
        while ledger.answered < share * VOTES:
            time.sleep(0.01)
        kill_all_of(running[-1])
        running.append(granian(site.stack, port))
    sending.join()
    kill_all_of(running[-1])
    stored = site.stored()
    assert ledger.answered <= stored <= ledger.answered + ledger.unanswered
    site.stack.python("manage.py", "fold_ratings")
    assert (site.one(SUMS), site.one(INBOX)) == (stored, 0)


def fill_inbox(site: Site, count: int) -> None:
    """As many votes as a week brings, without the way over HTTP."""
    site.stack.rows(
        "INSERT INTO sign_registry_ratinginbox (id, site_id, day, day_part, score, is_set_aside)"
        " SELECT gen_random_uuid(), (SELECT ids[1 + n %% cardinality(ids)] FROM"
        " (SELECT array_agg(id) AS ids FROM sign_registry_site) s), current_date, n %% 4,"
        " 1 + n %% 10, false FROM generate_series(1, %s) n",
        (count,),
    )


def test_a_fold_killed_in_the_middle_leaves_every_vote_where_it_was(site: Site) -> None:
    fill_inbox(site, WAITING)
    busy = "SELECT count(*) FROM pg_stat_activity WHERE query ~ 'DELETE FROM sign_registry_rating'"
    # Somebody holds the sums, so that the fold is surely in its middle when it dies.
    holder = site.stack.connect()
    holder.autocommit = False
    holder.cursor().execute("LOCK TABLE sign_registry_ratingtally IN SHARE MODE")
    fold = subprocess.Popen(
        [str(PYTHON), "manage.py", "fold_ratings"], cwd=ROOT, env=site.stack.env
    )
    deadline = time.monotonic() + 120
    while site.one(f"{busy} AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()") == 0:
        assert time.monotonic() < deadline, "the fold never began"
        assert fold.poll() is None, "the fold was not stopped by the lock"
        time.sleep(0.05)
    fold.kill()
    fold.wait()
    holder.close()
    while site.one(f"{busy} AND state = 'active' AND pid <> pg_backend_pid()"):
        time.sleep(0.05)
    assert (site.one(SUMS), site.one(INBOX)) == (0, WAITING)
    site.stack.python("manage.py", "fold_ratings")
    assert (site.one(SUMS), site.one(INBOX)) == (WAITING, 0)


def test_a_killed_database_loses_what_waited_and_nothing_that_was_counted(site: Site) -> None:
    ledger = Ledger()
    with site.stack.serving() as (port, _process):
        send_many(lambda: port, site, ledger, lambda: ledger.answered >= VOTES)
        site.stack.python("manage.py", "fold_ratings")
        counted = site.one(SUMS)
        assert counted == ledger.answered
        send_many(lambda: port, site, ledger, lambda: ledger.answered >= 2 * VOTES)
        site.stack.kill_postgres()
        down = Ledger()
        send(port, site.tokens[0], visitors()[0].address, down)
        assert (down.answered, down.unanswered) == (0, 0)  # it is said that the vote was not taken
        site.stack.start_postgres()
        # docs/anonymity.md: the ten minutes that waited may go; the sums stay.
        assert (site.one(SUMS), site.one(INBOX)) == (counted, 0)
        after = Ledger()
        send_many(lambda: port, site, after, lambda: after.answered >= 20)
        assert site.one(INBOX) == after.answered


def post(port: int, token: str, nonce: str) -> int:
    """Status of a vote with any nonce."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with closing(connection):
        connection.request("POST", f"/S/{token}", urlencode({"score": 1, "nonce": nonce}), FORM)
        return connection.getresponse().status


def fresh_nonce(port: int, token: str) -> str:
    """What the page of a sign holds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with closing(connection):
        connection.request("GET", f"/S/{token}")
        found = NONCE.search(connection.getresponse().read())
    assert found is not None
    return found[1].decode()


def test_forged_altered_and_retired_codes_never_count(site: Site) -> None:
    first, second, retired = site.tokens[:3]
    with site.stack.serving() as (port, _process):
        nonce = fresh_nonce(port, first)
        old = fresh_nonce(port, retired)
        site.stack.rows(
            "UPDATE sign_registry_sign SET state = 'retired' WHERE id ="
            " (SELECT sign_id FROM sign_registry_signcode WHERE token = %s)",
            (retired,),
        )
        altered = [
            first[:place] + symbol + first[place + 1 :]
            for place in range(len(first))
            for symbol in "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
            if symbol != first[place]
        ]
        assert not set(altered) & set(site.tokens)
        assert {post(port, code, nonce) for code in altered} <= {404}
        assert post(port, second, nonce) == 400  # made for another sign
        assert post(port, first, nonce[:-2] + ("AA" if nonce[-2:] != "AA" else "BB")) == 400
        assert post(port, retired, old) in (409, 410)
        assert site.stored() == 0
        assert [post(port, first, nonce) for _ in range(3)] == [200, 200, 200]
        assert site.stored() == 1  # the same form again is answered, and counted once
