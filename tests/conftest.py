"""Gives tests a database made by the owner and used as the app, and no network but loopback."""

import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.commands.flush import Command as Flush
from django.db import connections
from django.utils import translation
from pytest_django import DjangoDbBlocker

from tests.ledger_guard import empties_the_ledger_too


def _make_database(*, keep: bool) -> None:
    """Create and migrate as the owner, grant, then point the app's alias at the same database."""
    owner = connections["owner"]
    owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=keep)
    name = owner.settings_dict["NAME"]
    call_command("setup_database", "--grants-only", verbosity=0)
    app = connections["default"]
    for alias in ("default", "rating"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
    with owner.cursor() as cursor:
        # Only here: tests of whole transactions clean up after themselves with TRUNCATE.
        role = owner.ops.quote_name(app.settings_dict["USER"])
        cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {role}")


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_keepdb: bool,
) -> Iterator[None]:
    """One test database for the session (one per xdist worker), dropped at its end."""
    before = connections["owner"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        _make_database(keep=django_db_keepdb)
    yield
    with django_db_blocker.unblock():
        for connection in connections.all(initialized_only=True):
            connection.close()
        if not django_db_keepdb:
            connections["owner"].creation.destroy_test_db(before, verbosity=0)


def _is_local(address: object) -> bool:
    """Loopback addresses and Unix sockets; everything else would leave this machine."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse each connection that would leave this machine."""
    patch = pytest.MonkeyPatch()
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        if not _is_local(address):
            raise RuntimeError(f"a test tried to reach {address!r}; tests stay on this machine")
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        if not _is_local(address):
            raise RuntimeError(f"a test tried to reach {address!r}; tests stay on this machine")
        return connect_ex(self, address)

    patch.setattr(socket.socket, "connect", guarded)
    patch.setattr(socket.socket, "connect_ex", guarded_ex)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def ledger_may_be_emptied() -> Iterator[None]:
    """Let tests of whole transactions clean up; everywhere else the guard stands."""
    patch = pytest.MonkeyPatch()
    patch.setattr(Flush, "handle", empties_the_ledger_too())
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Begin each test in the source language; a page asked in Romanian leaves Romanian behind."""
    with translation.override("en", deactivate=True):
        yield
