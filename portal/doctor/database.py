"""Whether the database is reached, new enough, set up as the code wants it, and told the time."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.apps import apps
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from geo.roles import NARROW, narrow_role
from portal.database_roles import model_tables, program_role
from portal.doctor.findings import Finding, fail, ok, warn

POSTGRESQL_FLOOR, POSTGIS_FLOOR = 150_000, (3, 3)
SKEW_WARN_S, SKEW_FAIL_S = 2.0, 30.0
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
_GRANT_CURE = "Run manage.py setup_database as the owner."


def check_database() -> Iterator[Finding]:
    """Versions, the clock, migrations and rights; four questions and one for the rights."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int, current_setting('server_version'), "
            "postgis_lib_version(), clock_timestamp()"
        )
        number, version, postgis, clock = cursor.fetchone()
    yield _floor("PostgreSQL", version, is_new_enough=number >= POSTGRESQL_FLOOR)
    parts = tuple(int(part) for part in postgis.split(".")[:2])
    yield _floor("PostGIS", postgis, is_new_enough=parts >= POSTGIS_FLOOR)
    yield skew(clock, datetime.now(UTC))
    yield _migrations(connection)
    yield from _rights()


def _floor(name: str, version: str, *, is_new_enough: bool) -> Finding:
    if is_new_enough:
        return ok(name, version)
    return fail(
        name, f"{version} is too old", "Upgrade to PostgreSQL 15 with PostGIS 3.3 or newer."
    )


def skew(database: datetime, machine: datetime) -> Finding:
    """How far the clock of the database is from the one of this machine."""
    seconds = abs((database - machine).total_seconds())
    if seconds < SKEW_WARN_S:
        return ok("clock", f"database and machine agree within {seconds:.1f} s")
    told = f"database and machine differ by {seconds:.0f} s"
    cure = "Run a time service (chrony) on both machines: terms and codes go by the clock."
    return (fail if seconds >= SKEW_FAIL_S else warn)("clock", told, cure)


def _migrations(database: BaseDatabaseWrapper) -> Finding:
    executor = MigrationExecutor(database)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        first = missing[0][0]
        return fail(
            "migrations",
            f"{len(missing)} are missing, the first is {first.app_label}.{first.name}",
            "Run manage.py prepare.",
        )
    newer = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    if newer:
        return fail(
            "migrations",
            f"the database has {len(newer)} that this code does not know",
            "The code is older than the database: install the release that was here.",
        )
    return ok("migrations", "all are applied")


def _rights() -> Iterator[Finding]:
    """Each role may do what stands at the models, and nothing more."""
    app = program_role()
    wanted = {(app, table): set(RIGHTS) for table in model_tables(append_only=False)}
    wanted |= {(app, table): {"SELECT", "INSERT"} for table in model_tables(append_only=True)}
    for part in NARROW:
        managed = (m for m in apps.get_models(include_auto_created=True) if m._meta.managed)
        for model in managed:
            may = set(getattr(model, f"{part}_role_may", ()))
            wanted[narrow_role(part), model._meta.db_table] = may
    wrong = _differences(wanted)
    for role in (app, *map(narrow_role, NARROW)):
        of_role = [text for name, text in wrong if name == role]
        if of_role:
            yield fail(f"role {role}", "; ".join(of_role[:3]), _GRANT_CURE)
        else:
            yield ok(f"role {role}", "may do what it should and no more")
    yield _schema(app)


def _differences(wanted: dict[tuple[str, str], set[str]]) -> list[tuple[str, str]]:
    """Role and what it may too much or too little; tables that are missing are of migrations."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [_roles(wanted)])
        known = {name for (name,) in cursor.fetchall()}
        asked = [pair for pair in wanted if pair[0] in known]
        cursor.execute(
            "SELECT role, name, array(SELECT r FROM unnest(%s) AS r "
            "WHERE has_table_privilege(role, to_regclass(quote_ident(name)), r)) "
            "FROM unnest(%s, %s) AS asked(role, name) "
            "WHERE to_regclass(quote_ident(name)) IS NOT NULL",
            [list(RIGHTS), [role for role, _ in asked], [table for _, table in asked]],
        )
        rows = cursor.fetchall()
    found = [(role, "the role is missing") for role in _roles(wanted) if role not in known]
    for role, table, held in rows:
        for too_much in sorted(set(held) - wanted[role, table]):
            found.append((role, f"may {too_much} {table}"))
        for too_little in sorted(wanted[role, table] - set(held)):
            found.append((role, f"may not {too_little} {table}"))
    return found


def _roles(wanted: dict[tuple[str, str], set[str]]) -> list[str]:
    return sorted({role for role, _ in wanted})


def _schema(app: str) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_schema_privilege(%s, 'public', 'CREATE'), "
            "(SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = %s), "
            "(SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = %s)",
            [app, app, app],
        )
        may_create, is_mighty, owned = cursor.fetchone()
    if may_create or is_mighty or owned:
        return fail(
            "schema",
            f"{app} could change tables: it owns {owned}"
            + (", may make new ones" if may_create else "")
            + (", is an administrator" if is_mighty else ""),
            "DATABASE_URL must name a plain role that owns nothing; run manage.py setup_database.",
        )
    return ok("schema", f"{app} can change no table")
