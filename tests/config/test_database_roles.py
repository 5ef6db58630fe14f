"""What each database role is refused; the database itself says no, not the program."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection, connections

from config.routers import OwnerMigrates
from portal import database_roles
from zones.models import Street

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def assert_refused(role: str, statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{role}"')
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute(statement)


def test_app_connects_as_its_own_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (database_roles.program_role(),)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE stray (id int)",
        "ALTER TABLE zones_street ADD COLUMN stray int",
        "DELETE FROM django_migrations",
        "UPDATE spatial_ref_sys SET proj4text = ''",
    ],
)
def test_app_is_refused_what_belongs_to_the_owner(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("part", ["rating", "messenger"])
def test_narrow_roles_are_refused_the_register(part: str) -> None:
    role = next(name for name in database_roles.narrow_roles() if name.endswith(part))
    assert_refused(role, "SELECT 1 FROM zones_address")


@pytest.mark.parametrize("verb", ["UPDATE zones_street SET code = ''", "DELETE FROM zones_street"])
def test_app_is_refused_to_change_an_append_only_table(
    verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Street, "append_only", True, raising=False)
    database_roles.grant_rights()
    assert_refused(database_roles.program_role(), verb)


def test_grants_can_be_given_twice() -> None:
    database_roles.grant_rights()
    database_roles.grant_rights()


def test_one_role_for_both_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = connections["owner"].settings_dict["USER"]
    monkeypatch.setitem(connections["default"].settings_dict, "USER", owner)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must name a role of its own"):
        database_roles.program_role()


def test_only_the_owner_migrates() -> None:
    router = OwnerMigrates()
    assert router.allow_migrate("owner", "zones")
    assert not router.allow_migrate("default", "zones")
