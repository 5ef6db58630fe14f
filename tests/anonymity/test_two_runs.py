"""The same ratings given by other people leave exactly the same behind.

This finds what no search can: a hash with a secret salt differs as soon as the people differ.
"""

import dataclasses
import re
from collections.abc import Iterator

import pytest

from tests.anonymity import stores
from tests.anonymity.identities import Visitor, visitors
from tests.anonymity.visiting import Vote, rate_all
from tests.stack import Stack, installation

pytestmark = [pytest.mark.install, pytest.mark.slow, pytest.mark.timeout(1200)]

HONEST, LEAKING = "config.wsgi:application", "tests.anonymity.leaking:application"
VOTES = 80
# Drawn at random or counted by the system, in every run anew.
RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|PID[: ]+\d+")
PORT = re.compile(r"127\.0\.0\.1:\d+")


def left_behind(stack: Stack, name: str, people: list[Visitor], application: str) -> list[str]:
    """Every line of the backup and of the logs after one run, without what chance decided."""
    stack.administer(f"CREATE DATABASE {name} TEMPLATE {stack.database}")
    run = dataclasses.replace(stack, database=name, run=name)
    run.logs.mkdir()
    run.python("manage.py", "setup_database", "--grants-only")
    stack.redis().flushall()
    signs = stack.json("-m", "tests.anonymity.signs_of")
    with run.serving(application) as (port, _process):
        rate_all(
            (
                Vote(
                    people[number % len(people)],
                    signs[number * 7 % len(signs)],
                    1 + number * 3 % 10,
                    f"Remark {number}." if number % 8 == 0 else "",
                )
                for number in range(VOTES)
            ),
            [port],
        )
        run.python("manage.py", "fold_ratings")
    # A word against injection, which pg_dump draws anew each time.
    lines = [one for one in stores.dump(run).splitlines() if "restrict " not in one]
    for log in sorted(run.logs.iterdir()):
        lines += [f"{log.name}: {line}" for line in log.read_text().splitlines()]
    memory = [f"redis: {re.sub('[0-9a-f]{16}$', '#', name)}" for name in stores.memory(run)]
    return sorted(PORT.sub("#", RANDOM.sub("#", line)) for line in [*lines, *memory])


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """An installation with a town, on which each run works on a copy of its own."""
    with installation(LEAKS="salted") as made:
        made.python("-m", "tests.anonymity.town", "20")
        yield made


def others() -> list[Visitor]:
    """The same number of people, every one with another address and another browser."""
    return visitors()[100:130]


def test_other_people_leave_the_same_behind(stack: Stack) -> None:
    first = left_behind(stack, "honest_one", visitors()[:30], HONEST)
    second = left_behind(stack, "honest_two", others(), HONEST)
    assert any("sign_registry_ratingtally" in line for line in first)
    assert first == second


def test_a_salted_hash_in_a_log_is_found(stack: Stack) -> None:
    first = left_behind(stack, "leaking_one", visitors()[:30], LEAKING)
    second = left_behind(stack, "leaking_two", others(), LEAKING)
    assert first != second
    assert all("visit by" in line for line in set(first) ^ set(second))
