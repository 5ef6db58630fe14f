"""The rating lane's own way into the database: one connection a thread, as the role for ratings.

A vote is committed before it is answered, so an answered vote survives the death of this process.
"""

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg2
from django.db import connections
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class
from psycopg2.extras import RealDictCursor, register_default_jsonb

from sign_registry import intake_sql

# A vote takes a millisecond; whoever waits longer should be told to try again.
_TIMEOUT_MS = 3000
_local = threading.local()


class IntakeError(Exception):
    """The database cannot be reached now; nothing was stored."""


def _open() -> Connection:
    parameters = {
        name: value
        for name, value in connections["rating"].get_connection_params().items()
        if name in {"dbname", "user", "password", "host", "port", "sslmode", "sslrootcert"}
    }
    opened: Connection = psycopg2.connect(
        **parameters,
        connect_timeout=3,
        # A crash empties an unlogged table in any case: waiting for the disk would be in vain.
        options=f"-c statement_timeout={_TIMEOUT_MS} -c synchronous_commit=off -c jit=off",
    )
    opened.autocommit = True
    with opened.cursor() as cursor:
        for statement in intake_sql.PREPARED:
            cursor.execute(statement)
    return opened


def _connection() -> Connection:
    known: Connection | None = getattr(_local, "connection", None)
    if known is None or known.closed:
        known = _local.connection = _open()
    return known


def close() -> None:
    """Let go of this thread's connection."""
    known: Connection | None = getattr(_local, "connection", None)
    if known is not None:
        known.close()
        _local.connection = None


def _stored(statement: str, values: Sequence[Any]) -> int:
    """Rows added; tried again once where the connection had been lost.

    That cannot count a vote twice: when the server went down, its unlogged rows went with it.
    """
    for attempt in (1, 2):
        try:
            with _connection().cursor() as cursor:
                cursor.execute(statement, values)
                return int(cursor.rowcount)
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            close()
            if attempt == 2:
                raise IntakeError from error
    raise IntakeError


def store_vote(*, token: str, score: int, is_set_aside: bool, now: datetime) -> bool:
    """Add a vote to the inbox; False where this code does not take votes (any more)."""
    return _stored(intake_sql.VOTE, (now, token, score, is_set_aside)) == 1


def store_reasons(*, token: str, reasons: list[int], now: datetime) -> int:
    """Add reasons to their inbox; those that do not belong to the site are left out."""
    return _stored(intake_sql.REASON, (now, token, reasons))


def store_comment(*, token: str, about: str, text: str, masked: int, now: datetime) -> bool:
    """Add a comment, already masked, to its inbox."""
    return _stored(intake_sql.COMMENT, (now, token, about, text, masked)) == 1


def rows(statement: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a page shows; asked again once where the connection had been lost."""
    for attempt in (1, 2):
        try:
            with _connection().cursor(cursor_factory=RealDictCursor) as cursor:
                register_default_jsonb(cursor)
                cursor.execute(statement, values)
                return [dict(row) for row in cursor.fetchall()]
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            close()
            if attempt == 2:
                raise IntakeError from error
    raise IntakeError
