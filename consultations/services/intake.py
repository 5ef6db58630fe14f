"""The box of a running vote: opened, filled, counted from outside, emptied once at the close.

The only way to the tables named `consultations_intake_<vote>`. They belong to the owner of the
database; the program calls four functions of the owner (migration 0005) and can do nothing else
with them. Raw SQL because no model may know where ballots lie before they are mixed.
"""

import json
from collections.abc import Mapping

from django.db import connection

_LOCK = "hashtextextended('consultations_intake', %s)"


def enter(vote: int) -> None:
    """Come in with a ballot: many do at once, and the close waits until they are out.

    To be called first in the transaction. What is answered afterwards is on the disk, however the
    server was set up.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO on")
        cursor.execute(f"SELECT pg_advisory_xact_lock_shared({_LOCK})", [vote])


def enter_alone(vote: int) -> None:
    """Wait until nobody is inside, and keep everybody out to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO on")
        cursor.execute(f"SELECT pg_advisory_xact_lock({_LOCK})", [vote])


def open_box(vote: int) -> None:
    """Make the box; one that stands there stays as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consultations_open_intake(%s)", [vote])


def put(vote: int, *, zone: int | None, choices: Mapping[str, int], channel: str) -> bool:
    """Throw one ballot in; False where there is no box (any more)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT consultations_put_ballot(%s, %s, %s::jsonb, %s)",
            [vote, zone, json.dumps(dict(choices)), channel],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def counts(vote: int) -> dict[str, int]:
    """How many ballots lie in it, by channel."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT way, ballots FROM consultations_count_intake(%s)", [vote])
        return dict(cursor.fetchall())


def empty(vote: int, *, least: int) -> int:
    """Mix the ballots into `Ballot`, throw the box away, and say how many there were.

    Args:
        least: a zone or a channel is written on ballots only where it has so many.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT consultations_close_intake(%s, %s)", [vote, least])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
