"""A browser set to English, and a rating lane with a corner of Redis of its own."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from sign_registry import intake, intake_sql, pulses
from tests.sign_registry.lane_visitor import Visitor


@pytest.fixture
def client() -> Client:
    """A browser set to English, whatever the first language of the town."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def lane_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Names that no other test process uses; gone at the end."""
    prefix = f"test:{os.getpid()}:lane:"
    monkeypatch.setattr(pulses, "PREFIX", prefix)
    yield prefix
    memory = pulses.memory()
    for name in memory.scan_iter(match=f"{prefix}*", count=1000):
        memory.delete(name)
    memory.close()


def prepare_statements(raw: Any) -> None:
    """Make the statements of the lane known to a connection, once."""
    with raw.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = 'vote'")
        if cursor.fetchone() == (0,):
            for statement in intake_sql.PREPARED:
                cursor.execute(statement)


@pytest.fixture
def visitor(db: None, lane_memory: str, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """Somebody in front of the signs of the test; the lane works inside the test's transaction."""
    connection.ensure_connection()
    prepare_statements(connection.connection)
    monkeypatch.setattr(intake, "_connection", lambda: connection.connection)
    monkeypatch.setattr(intake, "close", lambda: None)
    return Visitor()


@pytest.fixture
def outside_visitor(
    django_db_setup: None, transactional_db: None, lane_memory: str
) -> Iterator[Visitor]:
    """As above, on the lane's own connection and role; slow, because the test has to commit."""
    yield Visitor()
    intake.close()
