"""Who can tell whose ballot it was: before the close the owner of the database, afterwards nobody.

The attacker reads everything as the owner: hidden columns, places in the file, numbers in turn. The
control shows that the attack works while the vote runs; after the close it must do no better than
chance, over many small votes.
"""

import os
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest

from accounts.models import User
from consultations.models import Ballot, RollEntry
from consultations.services.closing import close_vote
from consultations.services.voting import cast
from tests.consultations.votes import (
    AFTER,
    Vote,
    a_vote,
    as_owner,
    throw_boxes_away,
)
from tests.factories.departments import NOON

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

VOTERS = 24
VOTES = 200 if os.environ.get("MEGDAN_DRILL") == "1" else 8
#: Orders that rows can be read in, on both sides of the join.
HIDDEN = ("xmin::text::bigint", "ctid")


@pytest.fixture(autouse=True)
def no_box_is_left() -> Iterator[None]:
    """Tests that commit leave no table behind."""
    yield
    throw_boxes_away()


def run_a_vote() -> tuple[Vote, dict[int, int]]:
    """Everybody votes in an order that has nothing to do with any number; who chose what."""
    vote = a_vote(voters=VOTERS, projects=1, ballot="points", most=VOTERS)
    code = vote.codes[0]
    truth: dict[int, int] = {}
    for place in range(VOTERS):
        # 7 shares no divisor with 24: each voter once, in another order than they registered.
        user: User = vote.users[place * 7 % VOTERS]
        points = place * 11 % VOTERS + 1
        cast(phase=vote.phase, user=user, choices={code: points}, now=NOON)
        truth[RollEntry.objects.get(resident__user=user).pk] = points
    return vote, truth


def guessed(vote: Vote, table: str, order_of_lines: str, order_of_ballots: str) -> dict[int, int]:
    """Pair the n-th line of the roll with the n-th ballot."""
    lines = as_owner(
        "SELECT e.id FROM consultations_rollentry e JOIN consultations_roll r ON r.id = e.roll_id"
        f" WHERE r.phase_id = %s AND e.channel <> '' ORDER BY e.{order_of_lines}",
        vote.phase.pk,
    )
    where = f"WHERE phase_id = {vote.phase.pk}" if table == "consultations_ballot" else ""
    ballots = as_owner(
        f"SELECT choices ->> '{vote.codes[0]}' FROM {table} {where} ORDER BY {order_of_ballots}"
    )
    return {line[0]: int(ballot[0]) for line, ballot in zip(lines, ballots, strict=True)}


def hits(guess: dict[int, int], truth: dict[int, int]) -> int:
    """How many voters the attacker got right."""
    return sum(truth[line] == points for line, points in guess.items())


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's coefficient of two orders without ties."""
    ranks = [sorted(values).index for values in (first, second)]
    gaps = [(ranks[0](a) - ranks[1](b)) ** 2 for a, b in zip(first, second, strict=True)]
    count = len(gaps)
    return 1 - 6 * sum(gaps) / (count * (count**2 - 1))


@pytest.mark.parametrize("hidden", HIDDEN)
def test_control_before_the_close_the_owner_reads_every_vote(hidden: str) -> None:
    vote, truth = run_a_vote()
    box = f"consultations_intake_{vote.phase.pk}"
    assert hits(guessed(vote, box, hidden, hidden), truth) == VOTERS


def test_control_one_transaction_wrote_both_halves() -> None:
    vote, truth = run_a_vote()
    pairs = as_owner(
        f"SELECT e.id, (i.choices ->> '{vote.codes[0]}')::int FROM consultations_rollentry e"
        f" JOIN consultations_intake_{vote.phase.pk} i ON i.xmin = e.xmin WHERE e.channel <> ''"
    )
    assert dict(pairs) == truth


def test_after_the_close_the_halves_have_nothing_in_common() -> None:
    vote, _truth = run_a_vote()
    close_vote(phase=vote.phase, now=AFTER)
    lines = "consultations_rollentry e JOIN consultations_roll r ON r.id = e.roll_id"
    assert as_owner(
        f"SELECT count(DISTINCT e.xmin::text) FROM {lines} WHERE r.phase_id = %s", vote.phase.pk
    ) == [(1,)]
    ballots = "consultations_ballot WHERE phase_id = %s"
    assert as_owner(f"SELECT count(DISTINCT xmin::text) FROM {ballots}", vote.phase.pk) == [(1,)]
    gone = "SELECT to_regclass(%s)"
    assert as_owner(gone, f"consultations_intake_{vote.phase.pk}") == [(None,)]


def test_a_ballot_has_no_column_that_could_lead_to_anybody() -> None:
    columns = {field.attname for field in Ballot._meta.concrete_fields}
    assert columns == {"id", "phase_id", "choices", "zone_id", "channel"}


@pytest.mark.slow
@pytest.mark.drill
@pytest.mark.timeout(1800)
def test_after_the_close_no_order_does_better_than_chance() -> None:
    votes = VOTES
    orders = ("id", "ctid", "xmin::text::bigint")
    right: dict[tuple[str, str], int] = {}
    correlated: dict[str, list[float]] = {order: [] for order in orders}
    for _round in range(votes):
        vote, truth = run_a_vote()
        close_vote(phase=vote.phase, now=AFTER)
        for first in ("id", "ctid"):
            for second in orders:
                guess = guessed(vote, "consultations_ballot", first, second)
                right[first, second] = right.get((first, second), 0) + hits(guess, truth)
        cast_order = list(truth.values())
        for order in orders:
            rows = as_owner(
                f"SELECT (choices ->> '{vote.codes[0]}')::int FROM consultations_ballot"
                f" WHERE phase_id = %s ORDER BY {order}, ctid",
                vote.phase.pk,
            )
            found = [row[0] for row in rows]
            places = [float(found.index(points)) for points in cast_order]
            correlated[order].append(rank_correlation(places, list(map(float, range(VOTERS)))))
    # Of one shuffled vote one guess is right on average, with a variance of one.
    for pair, count in right.items():
        assert count <= votes + 5 * votes**0.5, (pair, count)
    # The mean of so many coefficients has the deviation 1 / sqrt(votes * (VOTERS - 1)).
    for order, values in correlated.items():
        mean = sum(values) / votes
        assert abs(mean) < 4 / (votes * (VOTERS - 1)) ** 0.5, (order, mean)


def test_control_without_the_shuffle_the_same_test_is_red() -> None:
    vote, truth = run_a_vote()
    kept = as_owner(
        f"SELECT (choices ->> '{vote.codes[0]}')::int FROM consultations_intake_{vote.phase.pk}"
    )
    order: list[Any] = [row[0] for row in kept]
    places = [float(order.index(points)) for points in truth.values()]
    assert all(one < other for one, other in pairwise(places))
    assert rank_correlation(places, list(map(float, range(VOTERS)))) == 1.0
