"""Two modules may learn whom to write to, and the database refuses them everything else."""

import ast

import pytest
from django.db import ProgrammingError, connection

from geo.roles import acting_as
from tests.test_architecture import modules, short

#: Who lives in an area, and who took part in a consultation.
ONLY = {"notifications/members.py", "consultations/participants.py"}


def acting_parts(source: str) -> list[str]:
    """The narrow roles that a piece of code takes on; "?" where it does not say which."""
    return [
        str(node.args[0].value) if node.args and isinstance(node.args[0], ast.Constant) else "?"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "acting_as"
    ]


def test_only_two_modules_act_as_messenger() -> None:
    found = {
        short(path): parts
        for path in modules(tests=False)
        if (parts := acting_parts(path.read_text("utf-8")))
    }
    assert all(set(found.pop(module)) == {"messenger"} for module in ONLY)
    assert {part for parts in found.values() for part in parts} == {"reach"}


@pytest.mark.parametrize(
    "code", ["with acting_as('messenger'): ...", "geo.roles.acting_as(part='messenger')"]
)
def test_another_one_would_be_found(code: str) -> None:
    assert set(acting_parts(code)) & {"messenger", "?"}


def test_nobody_else_names_the_role() -> None:
    spelled = '"messenger"'
    faults = [
        short(path)
        for path in modules(tests=False)
        if spelled in path.read_text("utf-8") and short(path) not in {*ONLY, "geo/roles.py"}
    ]
    assert not faults


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT password FROM accounts_user",
        "SELECT full_name FROM accounts_user",
        "SELECT * FROM accounts_user",
        "SELECT auth FROM outbox_pushaddress",
        "SELECT 1 FROM residents_reveal",
        "SELECT 1 FROM residents_reachbasis",
        "SELECT 1 FROM residents_addressletter",
        "SELECT 1 FROM zones_address",
        "SELECT 1 FROM sign_registry_site",
        "SELECT 1 FROM notifications_announcement",
        "SELECT 1 FROM consultations_responsevalue",
        "SELECT 1 FROM consultations_ballot",
        "SELECT submission_id FROM consultations_contribution",
        "SELECT zone_id FROM consultations_response",
        "SELECT zone_id FROM consultations_rollentry",
        "UPDATE residents_residence SET assurance = 3",
        "DELETE FROM notifications_mute",
        "INSERT INTO notifications_preference (by_email) VALUES (true)",
    ],
)
def test_the_messenger_is_refused_everything_else(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        acting_as("messenger"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
def test_the_messenger_reads_what_sending_takes() -> None:
    with acting_as("messenger"), connection.cursor() as cursor:
        cursor.execute("SELECT email, phone, language, is_active FROM accounts_user")
        cursor.execute("SELECT id, gone_at FROM outbox_pushaddress")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0].endswith("_messenger")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 FROM residents_resident",
        "SELECT 1 FROM residents_residence",
        "SELECT 1 FROM residents_reachbasis",
        "SELECT 1 FROM accounts_user",
        "SELECT 1 FROM notifications_preference",
        "SELECT 1 FROM notifications_followedarea",
        "UPDATE zones_reachcell SET count = 0",
        "DELETE FROM zones_address",
    ],
)
def test_whoever_counts_an_area_is_refused_people(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        acting_as("reach"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db(databases=["default", "owner"])
def test_whoever_counts_reads_three_tables_and_no_more() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        role = cursor.fetchone()[0].removesuffix("_app") + "_reach"
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'p') "
            "AND relnamespace = 'public'::regnamespace "
            "AND (has_table_privilege(%s, oid, 'SELECT') "
            "     OR has_any_column_privilege(%s, oid, 'SELECT'))",
            [role, role],
        )
        readable = {row[0] for row in cursor.fetchall()}
    of_everybody = {"spatial_ref_sys", "geometry_columns", "geography_columns"}
    assert readable - of_everybody == {"zones_reachcell", "zones_address", "zones_municipality"}
