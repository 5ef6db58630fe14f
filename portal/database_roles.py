"""Says which database role may do what, and brings the database to it as the owner.

The running program is `app`. The narrow roles are for parts that must see less than the program:
`rating` (anonymous ratings), `reach` (counts of people), `messenger` (exact members of an area).
"""

from typing import LiteralString

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg2 import sql

from geo.roles import NARROW, TAKEN_ON, app_role, narrow_role

OWNER = "owner"
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm")


def program_role() -> str:
    """The role that the running program connects as; it must not be the owner."""
    role = app_role()
    if not role or role == connections[OWNER].settings_dict["USER"]:
        raise ImproperlyConfigured(
            "DATABASE_URL must name a role of its own, another than DATABASE_OWNER_URL does; "
            "otherwise the program could change its own tables."
        )
    return role


def narrow_roles() -> list[str]:
    """Names such as megdan_rating where the program itself is megdan_app."""
    return [narrow_role(part) for part in NARROW]


def model_tables(*, append_only: bool) -> list[str]:
    """Tables of the models, divided by the class attribute `append_only = True`.

    Rows of an append-only table are added and never changed or deleted.
    """
    models = apps.get_models(include_auto_created=True)
    return sorted(
        {
            model._meta.db_table
            for model in models
            if model._meta.managed and getattr(model, "append_only", False) == append_only
        }
    )


def _run(statement: LiteralString, *names: str, values: tuple[str, ...] = ()) -> None:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)), values)


def _existing_tables() -> set[str]:
    with connections[OWNER].cursor() as cursor:
        return set(connections[OWNER].introspection.table_names(cursor))


def _exists(question: str, name: str) -> bool:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(question, [name])
        return cursor.fetchone() is not None


def make_roles() -> None:
    """Create the missing roles; the app's password comes from DATABASE_URL, the others have none.

    A role without a password can only come in through a socket that trusts the account.
    """
    password = str(connections["default"].settings_dict["PASSWORD"])
    for role in (program_role(), *narrow_roles()):
        if _exists("SELECT 1 FROM pg_roles WHERE rolname = %s", role):
            continue
        try:
            _run("CREATE ROLE {} LOGIN", role)
            if password and role == program_role():
                _run("ALTER ROLE {} PASSWORD %s", role, values=(password,))
        except ProgrammingError as error:
            raise ImproperlyConfigured(
                f"The role {role} is missing and the owner may not create it; "
                f"run this as the database's administrator: CREATE ROLE {role} LOGIN;"
            ) from error


def make_extensions() -> None:
    """Create the missing extensions; only an administrator may create PostGIS."""
    for extension in EXTENSIONS:
        if _exists("SELECT 1 FROM pg_extension WHERE extname = %s", extension):
            continue
        try:
            _run("CREATE EXTENSION {}", extension)
        except ProgrammingError as error:
            raise ImproperlyConfigured(
                f"The extension {extension} is missing and the owner may not create it; "
                f"run this as the database's administrator: CREATE EXTENSION {extension};"
            ) from error


def grant_rights() -> None:
    """Bring the rights on database, schema and tables to the wanted state, all at once."""
    app = program_role()
    with transaction.atomic(using=OWNER):
        _grant_database(app)
        existing = _existing_tables()
        for table in existing.intersection(model_tables(append_only=False)):
            _run("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}", table, app)
        for table in existing.intersection(model_tables(append_only=True)):
            _run("REVOKE ALL ON {} FROM {}", table, app)
            _run("GRANT SELECT, INSERT ON {} TO {}", table, app)
        _grant_more(app, existing)
        for part in NARROW:
            _grant_narrow(part, existing)
        record = MigrationRecorder.Migration._meta.db_table
        if record in existing:
            _run("GRANT SELECT ON {} TO {}", record, app)
        _run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}", app)


def _grant_more(app: str, existing: set[str]) -> None:
    """What the program may do beyond rows stands at the models: empty a table, run a function.

    `app_role_may_execute = ("a_function",)` names functions that run with the rights of the owner.
    """
    for model in apps.get_models():
        # A deleted row still lies in its page; only an emptied table holds nothing.
        if getattr(model, "app_role_may_truncate", False) and model._meta.db_table in existing:
            _run("GRANT TRUNCATE ON {} TO {}", model._meta.db_table, app)
        for function in getattr(model, "app_role_may_execute", ()):
            if _exists("SELECT 1 FROM pg_proc WHERE proname = %s", function):
                _run("GRANT EXECUTE ON FUNCTION {} TO {}", function, app)


def _grant_narrow(part: str, existing: set[str]) -> None:
    """What a narrow role may do stands at the models, as in `rating_role_may = ("SELECT",)`.

    `messenger_role_may_read = ("email",)` gives it some columns and keeps the others from it.

    The lane of ratings connects by itself; the program takes the other two on for one statement.
    """
    role = narrow_role(part)
    for model in apps.get_models():
        if model._meta.db_table in existing:
            _run("REVOKE ALL ON {} FROM {}", model._meta.db_table, role)
            for right in getattr(model, f"{part}_role_may", ()):
                _NARROW_GRANTS[right](model._meta.db_table, role)
            for column in getattr(model, f"{part}_role_may_read", ()):
                _run("GRANT SELECT ({}) ON {} TO {}", column, model._meta.db_table, role)
    if part in TAKEN_ON:
        _run("GRANT {} TO {}", role, program_role())


_NARROW_GRANTS = {
    "SELECT": lambda table, role: _run("GRANT SELECT ON {} TO {}", table, role),
    "INSERT": lambda table, role: _run("GRANT INSERT ON {} TO {}", table, role),
}


def _grant_database(app: str) -> None:
    database = str(connections[OWNER].settings_dict["NAME"])
    _run("REVOKE ALL ON DATABASE {} FROM PUBLIC", database)
    _run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    _run("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}", database, app)
    for role in (app, *narrow_roles()):
        _run("GRANT CONNECT ON DATABASE {} TO {}", database, role)
        _run("GRANT USAGE ON SCHEMA public TO {}", role)
