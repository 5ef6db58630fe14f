"""The tables of ratings have the columns that were written down here, and no others."""

from typing import Any

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

# No column for a person, a device, a network, a time finer than the part of a day, or an order.
# A new column is a decision about anonymity: it goes into docs/anonymity.md and then here.
ALLOWED = {
    "sign_registry_ratinginbox": {
        "id": "uuid",
        "site_id": "bigint",
        "line_id": "bigint",
        "day": "date",
        "day_part": "smallint",
        "score": "smallint",
        "is_set_aside": "boolean",
    },
    "sign_registry_reasoninbox": {
        "id": "uuid",
        "site_id": "bigint",
        "month": "date",
        "reason_id": "bigint",
    },
    "sign_registry_commentinbox": {
        "id": "uuid",
        "site_id": "bigint",
        "month": "date",
        "about": "character varying(5)",
        "text": "character varying(500)",
        "masked": "smallint",
    },
    "sign_registry_ratingtally": {
        "id": "uuid",
        "site_id": "bigint",
        "line_id": "bigint",
        "grain": "character varying(5)",
        "day": "date",
        "day_part": "smallint",
        "counted": "integer[]",
        "set_aside": "integer[]",
    },
    "sign_registry_reasontally": {
        "id": "uuid",
        "site_id": "bigint",
        "month": "date",
        "reason_id": "bigint",
        "given": "integer",
    },
    "sign_registry_comment": {
        "id": "uuid",
        "site_id": "bigint",
        "month": "date",
        "about": "character varying(5)",
        "submission_id": "uuid",
        "is_unnamed": "boolean",
    },
    "sign_registry_signpulse": {
        "id": "uuid",
        "sign_id": "bigint",
        "week": "date",
        "scans": "integer",
    },
    "sign_registry_setasidecase": {
        "id": "uuid",
        "site_id": "bigint",
        "line_id": "bigint",
        "day": "date",
        "day_part": "smallint",
        "moved": "integer[]",
        "rule": "character varying(40)",
        "values": "jsonb",
        "state": "character varying(9)",
        "decided_by_id": "bigint",
        "decided_on": "date",
        "reason": "character varying(300)",
    },
}
UNLOGGED = {
    "sign_registry_ratinginbox",
    "sign_registry_reasoninbox",
    "sign_registry_commentinbox",
}
# What a rating may point to; a person is not among it. Staff decide about cases, as a membership.
REFERRED = {
    "departments_membership",
    "sign_registry_reasontag",
    "sign_registry_sign",
    "sign_registry_site",
    "submissions_submission",
}


def asked(statement: str, *values: Any) -> list[tuple[str, ...]]:
    """Rows of the catalogue."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def test_the_columns_are_the_ones_written_down() -> None:
    found: dict[str, dict[str, str]] = {}
    rows = asked(
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)"
        " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relname = ANY(%s) AND a.attnum > 0 AND NOT a.attisdropped",
        list(ALLOWED),
    )
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    assert found == ALLOWED


def test_no_table_of_ratings_is_missing_from_the_list() -> None:
    rows = asked(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'm') AND relname ~ %s",
        "sign_registry_.*(rating|reason(inbox|tally)|comment|pulse|aside|inbox|tally)",
    )
    assert {name for (name,) in rows} == set(ALLOWED)


def test_no_number_tells_an_order() -> None:
    rows = asked(
        "SELECT c.relname, pg_get_expr(d.adbin, d.adrelid)"
        " FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid WHERE c.relname = ANY(%s)",
        list(ALLOWED),
    )
    assert {expression for _, expression in rows} == {"gen_random_uuid()"}
    identities = asked(
        "SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relname = ANY(%s) AND a.attidentity <> ''",
        list(ALLOWED),
    )
    assert identities == []


def test_no_trigger_copies_a_rating_elsewhere() -> None:
    rows = asked(
        "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE c.relname = ANY(%s) AND NOT t.tgisinternal",
        list(ALLOWED),
    )
    assert rows == []


def test_what_waits_to_be_counted_is_unlogged_and_nothing_else_is() -> None:
    rows = asked(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relpersistence = 'u'"
        " AND relnamespace = 'public'::regnamespace"
    )
    assert {name for (name,) in rows} == UNLOGGED


def test_ratings_refer_to_places_and_never_to_accounts() -> None:
    rows = asked(
        "SELECT DISTINCT confrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
        list(ALLOWED),
    )
    assert {name for (name,) in rows} <= REFERRED


def test_the_role_of_the_lane_may_only_add_to_the_inboxes() -> None:
    rows = asked(
        "SELECT DISTINCT c.relname, p.privilege FROM pg_class c,"
        " unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p(privilege)"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        " AND has_table_privilege(%s, c.oid, p.privilege)",
        connection.settings_dict["USER"].removesuffix("_app") + "_rating",
    )
    assert set(rows) == {(table, "INSERT") for table in UNLOGGED}
