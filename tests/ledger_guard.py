"""Lifts the guard of the ledger, as only the owner of the tables can: to clean up, or to tamper."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections

TABLES = ("incidents_incidentevent", "incidents_ledgerroot", "incidents_publishedhead")
_DOWN = "ALTER TABLE {0} DISABLE TRIGGER {0}_stays, DISABLE TRIGGER {0}_is_kept"
_UP = "ALTER TABLE {0} ENABLE ALWAYS TRIGGER {0}_stays, ENABLE ALWAYS TRIGGER {0}_is_kept"


@contextmanager
def lifted(cursor: Any) -> Iterator[None]:
    """No guard for a while; `cursor` is the owner's."""
    for table in TABLES:
        cursor.execute(_DOWN.format(table))
    try:
        yield
    finally:
        for table in TABLES:
            cursor.execute(_UP.format(table))


@contextmanager
def lifted_for_all() -> Iterator[None]:
    """The same for every connection, by one that no test is forbidden to use."""
    owner = connections["owner"]
    with closing(owner.get_new_connection(owner.get_connection_params())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor, lifted(cursor):
            yield


@contextmanager
def owner_at_work() -> Iterator[None]:
    """Whatever is done to the database, the owner of the tables does it."""
    app, owner = connections["default"], connections["owner"]
    connections["default"] = owner
    try:
        with owner.cursor() as cursor:
            # Rows just written wait for no check: tables can be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
    finally:
        connections["default"] = app


def empties_the_ledger_too() -> Callable[..., None]:
    """What `flush` does in tests: it empties all tables, and the guard refuses some of them."""
    plain = Flush.handle

    def handle(command: Flush, **options: Any) -> None:
        with lifted_for_all():
            plain(command, **options)

    return handle
