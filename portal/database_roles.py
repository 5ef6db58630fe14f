"""Says which database role may do what, and brings the database to it as the owner."""

from django.apps import apps
from django.db import connections
from psycopg2 import sql

EXTENSIONS = ("postgis", "btree_gist", "pg_trgm")
# The app's own role comes from DATABASE_URL; these three are narrower (docs/operations.md).
NARROW_ROLES = ("megdan_rating", "megdan_reach", "megdan_messenger")


def app_role() -> str:
    """The role that the running program connects as."""
    return str(connections["default"].settings_dict["USER"])


def append_only_tables() -> list[str]:
    """Tables of the models that say `append_only = True`: rows are added and never changed."""
    return sorted(
        model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)
    )


def _run(statement: str, *names: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _role_exists(role: str) -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None


def make_roles() -> None:
    """Create the roles that do not exist yet; existing ones keep their passwords."""
    for role in (app_role(), *NARROW_ROLES):
        if not _role_exists(role):
            _run("CREATE ROLE {} LOGIN", role)


def make_extensions() -> None:
    """Create the extensions that the migrations need."""
    for extension in EXTENSIONS:
        _run("CREATE EXTENSION IF NOT EXISTS {}", extension)


def grant_rights() -> None:
    """Give the app its rows to read and write, and take back what append-only tables forbid."""
    role = app_role()
    _run("GRANT USAGE ON SCHEMA public TO {}", role)
    _run("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}", role)
    _run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}", role)
    for table in append_only_tables():
        _run("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}", table, role)
