"""Nothing on the disk tells in which order ratings came, nor when, more finely than it says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from scipy.stats import spearmanr

from tests.anonymity import stores
from tests.anonymity.identities import visitors
from tests.anonymity.searching import Searcher
from tests.anonymity.visiting import Vote, rate_all
from tests.stack import Stack, installation

pytestmark = [pytest.mark.install, pytest.mark.slow, pytest.mark.timeout(1200)]

SITES, VOTES = 80, 160
INBOXES = tuple(f"sign_registry_{name}inbox" for name in ("rating", "reason", "comment"))
KEPT = (
    "sign_registry_ratingtally",
    "sign_registry_reasontally",
    "sign_registry_comment",
    "submissions_submission",
)
# An honest shuffle is more orderly than this once in two thousand runs.
CHANCE = 0.0005


@dataclass
class Story:
    """What was done, and what lies on the disk afterwards."""

    sent: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    tallies: list[int] = field(default_factory=list)
    comments: list[int] = field(default_factory=list)
    log_of_intake: str = ""
    log_of_fold: str = ""
    files: dict[str, set[str]] = field(default_factory=dict)
    left: stores.Found = field(default_factory=dict)


def position(stack: Stack) -> str:
    """Where the write-ahead log ends now."""
    return str(stack.rows("SELECT pg_current_wal_insert_lsn()")[0][0])


def numbers(files: set[str]) -> set[str]:
    """File names of relations, as the write-ahead log names them."""
    return {name.rpartition("/")[2] for name in files}


def log_between(stack: Stack, start: str, end: str) -> str:
    """The write-ahead log in words."""
    return stack.postgres_program(
        *("pg_waldump", "-p", str(stack.folder / "data" / "pg_wal"), "-s", start, "-e", end)
    )


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """Rate in a known order, fold once, look."""
    told = Story()
    with installation() as stack:
        signs = stack.json("-m", "tests.anonymity.town", str(SITES))["signs"]
        told.files = {table: stores.relation_files(stack, table) for table in (*INBOXES, *KEPT)}
        with stack.serving() as (port, _process):
            began = position(stack)
            people = visitors()
            votes = [
                Vote(people[n], signs[n % SITES]["token"], 7, f"Remark number {n}.")
                for n in range(VOTES)
            ]
            rate_all(votes, [port])
            told.sent = [signs[n % SITES]["site"] for n in range(VOTES)]
            told.waiting = [
                row[0] for row in stack.rows(f"SELECT site_id FROM {INBOXES[0]} ORDER BY ctid")
            ]
            keys = [str(row[0]) for row in stack.rows(f"SELECT id FROM {INBOXES[0]}")]
            ended = position(stack)
            stack.python("manage.py", "fold_ratings")
        told.tallies = [
            row[0] for row in stack.rows(f"SELECT site_id FROM {KEPT[0]} ORDER BY ctid")
        ]
        told.comments = [
            int(re.findall(r"\d+", row[0])[0])
            for row in stack.rows(f"SELECT text FROM {KEPT[3]} ORDER BY ctid")
        ]
        folded = position(stack)
        stack.rows("CHECKPOINT")  # all of the log is on the disk now
        told.log_of_intake = log_between(stack, began, ended)
        told.log_of_fold = log_between(stack, ended, folded)
        stack.stop_servers()
        rows = Searcher((("row", "bytes"), bytes.fromhex(key.replace("-", ""))) for key in keys)
        told.left = rows.in_folder(stack.home)
        yield told


def is_in_order(first: list[int], second: list[int]) -> bool:
    """Whether the second list follows the order of the first more than chance would."""
    return bool(spearmanr([first.index(one) for one in second], range(len(second))).pvalue < CHANCE)


def test_the_measure_sees_an_order_where_there_is_one(story: Story) -> None:
    assert is_in_order(story.sent[:SITES], story.waiting[:SITES])


def test_sums_do_not_lie_in_the_order_in_which_ratings_came(story: Story) -> None:
    assert sorted(story.tallies) == sorted(set(story.sent))
    assert not is_in_order(story.sent, story.tallies)


def test_comments_do_not_lie_in_the_order_in_which_they_came(story: Story) -> None:
    assert sorted(story.comments) == list(range(VOTES))
    assert not is_in_order(list(range(VOTES)), story.comments)


def test_no_row_stays_behind_in_the_inbox(story: Story) -> None:
    """A deleted row still lies in its page, with the number of its transaction."""
    assert story.left == {}


def test_what_waits_is_never_written_to_the_log_of_the_database(story: Story) -> None:
    inboxes = numbers(set().union(*(story.files[table] for table in INBOXES)))
    named = set(re.findall(r"rel \d+/\d+/(\d+)", story.log_of_intake))
    assert not named & inboxes


def test_sums_change_only_when_they_are_folded(story: Story) -> None:
    kept = numbers(set().union(*(story.files[table] for table in KEPT)))
    intake = set(re.findall(r"rel \d+/\d+/(\d+)", story.log_of_intake))
    folded = set(re.findall(r"rel \d+/\d+/(\d+)", story.log_of_fold))
    assert not intake & kept
    assert folded & kept


def test_the_log_of_the_database_tells_that_somebody_rated_but_not_where(story: Story) -> None:
    """docs/anonymity.md says so: the end of each transaction has its time, and nothing else."""
    ends = re.findall(
        r"desc: COMMIT \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ UTC\n", story.log_of_intake
    )
    assert len(ends) >= VOTES
