"""A database of the bench's own beside the one the environment names, and Django set up on it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2
from django.db import connections

from config import environment

DATABASE = "megdan_bench"


@contextmanager
def owner(database: str) -> Iterator[Any]:
    """A connection as the owner to a database of the cluster that DATABASE_OWNER_URL names."""
    settings = environment.database("DATABASE_OWNER_URL", "")
    connection = psycopg2.connect(
        dbname=database,
        user=settings.get("USER") or None,
        password=settings.get("PASSWORD") or None,
        host=settings.get("HOST") or settings.get("OPTIONS", {}).get("host"),
        port=settings.get("PORT") or None,
    )
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def scratch_database() -> Iterator[None]:
    """Make, migrate and in the end drop a database beside the one the environment names."""
    if "DATABASE_OWNER_URL" not in os.environ:
        sys.exit("bench: set DATABASE_OWNER_URL and DATABASE_URL, or start it by `make bench`.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("MEGDAN_SECRET_KEY", "bench-signs-nothing")
    _administer(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE}")
    for name in ("DATABASE_OWNER_URL", "DATABASE_URL"):
        url = urlsplit(os.environ[name])
        os.environ[name] = urlunsplit(url._replace(path=f"/{DATABASE}"))
    for words in (
        ["setup_database"],
        ["migrate", "--database", "owner", "--verbosity", "0", "--skip-checks"],
    ):
        subprocess.run([sys.executable, "manage.py", *words], check=True)
    subprocess.run([sys.executable, "manage.py", "setup_database", "--grants-only"], check=True)
    django.setup()
    try:
        yield
    finally:
        connections.close_all()
        _administer(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def _administer(*statements: str) -> None:
    with owner("postgres") as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
