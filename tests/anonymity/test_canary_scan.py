"""Hundreds of ratings by known devices, then a search of everything that was kept anywhere.

The long version, with 20,000 ratings, is a drill: set MEGDAN_PROOF_VOTES=20000.
"""

import math
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.anonymity import proxy, stores
from tests.anonymity.identities import visitors
from tests.anonymity.visiting import Vote, rate_all
from tests.stack import Stack, installation

pytestmark = [pytest.mark.install, pytest.mark.slow, pytest.mark.timeout(1800)]

VOTES = int(os.environ.get("MEGDAN_PROOF_VOTES", "300"))
SITES = 60
CHANCE = 8
LEAKING = "tests.anonymity.leaking:application"
needs_nginx = pytest.mark.skipif(
    proxy.program() is None, reason="nginx is not installed: apt-get install nginx-light"
)


@dataclass
class Kept:
    """What was found while the servers ran, and on the disk when they had stopped."""

    found: stores.Found
    names: list[str]
    counted: int


def votes(town: dict[str, Any], count: int) -> list[Vote]:
    """Ratings of all signs by all devices, some with a comment."""
    people, signs = visitors(), town["signs"]
    # After each round of all pairs the devices move on by one sign, so that the long version too
    # stays below what one device may say at one sign in an hour.
    pairs = math.lcm(len(people), len(signs))
    return [
        Vote(
            people[(number + number // pairs) % len(people)],
            signs[number % len(signs)]["token"],
            1 + number % 10,
            f"A bench is broken, said visitor {number}." if number % 10 == 0 else "",
        )
        for number in range(count)
    ]


def rate(stack: Stack, port: int, town: dict[str, Any], sample: str | None) -> None:
    """Straight to the program and, where there is one, through the proxy in turn."""
    if proxy.program() is None:
        rate_all(votes(town, VOTES), [port], town["session"])
        return
    with proxy.sign_host(stack, port, sample) as front:
        rate_all(votes(town, VOTES), [port, front], town["session"])


def keep(stack: Stack, town: dict[str, Any], application: str, sample: str | None = None) -> Kept:
    """Rate, fold, look at backup and memory, stop everything, search the disk."""
    began, search = time.time() - 1, stores.searcher(town["session"])
    with stack.serving(application) as (port, _process):
        rate(stack, port, town, sample)
        found = stores.living(stack, search)
        names = [*stores.memory(stack)]
        stack.python("manage.py", "fold_ratings")
        for store, hits in stores.living(stack, search).items():
            found.setdefault(store, Counter()).update(hits)
    counted = stack.rows("SELECT sum(one) FROM sign_registry_ratingtally, unnest(counted) one")
    own_files = stores.relation_files(stack, *stores.OF_ACCOUNTS)
    if application == LEAKING:
        stack.redis().save()
    stack.stop_servers()
    found |= stores.lying(stack, search, own_files, began)
    return Kept(found, names, int(counted[0][0] or 0))


@pytest.fixture(scope="module")
def kept() -> Iterator[tuple[Kept, Kept]]:
    """One installation: first as it is, then with a leak into every store."""
    with installation(MEGDAN_BEHIND_PROXY="1") as stack:
        town = stack.json("-m", "tests.anonymity.town", str(SITES))
        honest = keep(stack, town, "config.wsgi:application")
        stack.start_servers()
        stack.rows("CREATE TABLE leak (who inet, what text); GRANT INSERT ON leak TO megdan_app")
        logging = proxy.SAMPLE.read_text().replace("access_log off;", "")
        yield honest, keep(stack, town, LEAKING, logging)


def test_the_ratings_arrived(kept: tuple[Kept, Kept]) -> None:
    assert kept[0].counted == VOTES
    assert any(name.startswith(stores.LANE) for name in kept[0].names)


def test_nothing_that_is_kept_holds_a_trace_of_anybody(kept: tuple[Kept, Kept]) -> None:
    assert stores.of_kind(kept[0].found, stores.SURE, stores.SESSION) == {}


def test_short_traces_are_not_more_frequent_than_chance(kept: tuple[Kept, Kept]) -> None:
    """Four bytes turn up by themselves; those of devices that came no more often than others."""
    found = kept[0].found
    surplus = stores.how_many(found, stores.SHORT) - stores.how_many(found, stores.NEVER)
    assert surplus <= CHANCE


def test_redis_holds_names_of_agreed_shapes_only(kept: tuple[Kept, Kept]) -> None:
    assert stores.names_not_allowed(kept[0].names) == []


def test_a_leak_into_each_store_is_found(kept: tuple[Kept, Kept]) -> None:
    found = kept[1].found
    wanted = {*stores.STORES.values(), "backup", "memory of redis"}
    if proxy.program() is None:
        wanted.discard("nginx")
    assert wanted - set(stores.of_kind(found, stores.SURE)) == set()
    assert stores.how_many(found, stores.SHORT) - stores.how_many(found, stores.NEVER) > CHANCE


@needs_nginx
def test_the_sample_of_nginx_was_part_of_it(kept: tuple[Kept, Kept]) -> None:
    assert "nginx" in kept[1].found
