"""What was written about a report stays: the database itself refuses, whoever asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections
from pytest_django import Settings

from incidents.services.ledger import publish_town
from incidents.signing import make_key
from portal import database_roles
from tests.factories.departments import NOON
from tests.factories.incidents import reported
from tests.ledger_guard import TABLES, owner_at_work

BOTH = pytest.mark.django_db(databases=["default", "owner"])
CHANGES = ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
BY_FORCE = [
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "ALTER TABLE {} DISABLE TRIGGER {}_stays",
    "DROP TRIGGER {}_stays ON {}",
    "DROP TABLE {} CASCADE",
    "DROP FUNCTION incidents_ledger_stays() CASCADE",
    "SET session_replication_role = replica",
]


@pytest.fixture
def as_owner(db: None) -> Iterator[None]:
    """The owner's own connection behind everything."""
    with owner_at_work():
        yield


@BOTH
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", [*CHANGES[:2], *BY_FORCE])
def test_the_program_may_not_touch_what_was_written(table: str, change: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{database_roles.program_role()}"')
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            cursor.execute(change.format(table, table))


@BOTH
def test_the_program_has_no_right_to_empty_a_table_outside_tests() -> None:
    with connections["owner"].cursor() as cursor:
        database_roles.grant_rights()
        for table in TABLES:
            cursor.execute(
                "SELECT has_table_privilege(%s, %s, 'TRUNCATE')",
                [database_roles.program_role(), table],
            )
            assert cursor.fetchone() == (False,)


@BOTH
@pytest.mark.usefixtures("as_owner")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("replica", [False, True])
def test_the_owner_is_refused_too(
    table: str, change: str, replica: bool, settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    make_key()
    publish_town(municipality=reported().municipality, now=NOON)
    with connection.cursor() as cursor:
        if replica:
            cursor.execute("SET LOCAL session_replication_role = replica")
        with pytest.raises(IntegrityError, match="what was written stays"):
            cursor.execute(change.format(table))
