"""Adds up what waits in the inboxes, and old sums into coarser ones, each in one statement.

Raw, because reading and deleting must be one step: a row that comes in while the statement runs is
neither lost nor counted twice. tests/sign_registry/test_fold*.py compare with slow answers.
"""

import datetime as dt
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction

SCORES = range(1, 11)
# Day parts are kept for 35 days, weeks for 400.
DAY_PARTS_DAYS = 35
WEEKS_DAYS = 400
# Whoever changes tallies holds this lock until the end of the transaction.
_LOCK = 0x4D47_0003
_INBOXES = "sign_registry_ratinginbox, sign_registry_reasoninbox, sign_registry_commentinbox"
# Shorter than a vote may wait for its answer.
_PATIENCE_MS = 1000


class SetAside(NamedTuple):
    """Votes of one period that came in as set aside."""

    site: int
    line: int | None
    day: dt.date
    day_part: int
    votes: list[int]


class Totals(NamedTuple):
    """What a fold of votes did."""

    votes: int
    set_aside: list[SetAside]


def _counters(name: str, condition: str) -> str:
    counts = ", ".join(
        f"count(*) FILTER (WHERE score = {score} AND {condition})" for score in SCORES
    )
    return f"ARRAY[{counts}]::int[] AS {name}"


def _added(column: str) -> str:
    """The counters of the stored row and of the new one, added place by place."""
    return (
        f"{column} = (SELECT array_agg(old + new ORDER BY place) FROM "  # noqa: S608 - a column name
        f"unnest(tally.{column}, EXCLUDED.{column}) WITH ORDINALITY AS both_rows (old, new, place))"
    )


_SUMMED = ", ".join(
    f"ARRAY[{', '.join(f'sum({column}[{score}])' for score in SCORES)}]::int[] AS {column}"
    for column in ("counted", "set_aside")
)
_UPSERT = f"""
INSERT INTO sign_registry_ratingtally AS tally
       (id, site_id, line_id, grain, day, day_part, counted, set_aside)
SELECT gen_random_uuid(), site_id, line_id, %(grain)s, day, day_part, counted, set_aside
FROM sums ORDER BY random()
ON CONFLICT ON CONSTRAINT signs_tally_once
DO UPDATE SET {_added("counted")}, {_added("set_aside")}
"""  # noqa: S608 - constants of this module

# Votes for a site that is gone by now are dropped with it, as all its other rows were.
_FOLD_VOTES = f"""
WITH gone AS (
    DELETE FROM sign_registry_ratinginbox
    RETURNING site_id, line_id, day, day_part, score, is_set_aside
), sums AS (
    SELECT site_id, line_id, day, day_part, count(*) AS votes,
           {_counters("counted", "NOT is_set_aside")}, {_counters("set_aside", "is_set_aside")}
    FROM gone
    JOIN sign_registry_site site ON site.id = gone.site_id
    GROUP BY site_id, line_id, day, day_part
), stored AS ({_UPSERT})
SELECT site_id, line_id, day, day_part, set_aside, votes FROM sums ORDER BY random()
"""  # noqa: S608 - constants of this module

_FOLD_REASONS = """
WITH gone AS (
    DELETE FROM sign_registry_reasoninbox RETURNING site_id, month, reason_id
), sums AS (
    SELECT gone.site_id, gone.month, gone.reason_id, count(*) AS given FROM gone
    JOIN sign_registry_site site ON site.id = gone.site_id
    JOIN sign_registry_reasontag tag ON tag.id = gone.reason_id
    GROUP BY gone.site_id, gone.month, gone.reason_id
)
INSERT INTO sign_registry_reasontally AS tally (id, site_id, month, reason_id, given)
SELECT gen_random_uuid(), site_id, month, reason_id, given FROM sums ORDER BY random()
ON CONFLICT ON CONSTRAINT signs_reason_tally_once
DO UPDATE SET given = tally.given + EXCLUDED.given
"""

_TAKE_COMMENTS = """
WITH gone AS (
    DELETE FROM sign_registry_commentinbox RETURNING site_id, month, about, text, masked
)
SELECT gone.site_id, gone.month, gone.about, gone.text, gone.masked FROM gone
JOIN sign_registry_site site ON site.id = gone.site_id
ORDER BY random()
"""

_ADD_SCANS = """
INSERT INTO sign_registry_signpulse AS pulse (id, sign_id, week, scans)
SELECT gen_random_uuid(), sign.id, %(week)s, told.scans
FROM unnest(%(signs)s::bigint[], %(scans)s::int[]) AS told (sign, scans)
JOIN sign_registry_sign sign ON sign.id = told.sign
ORDER BY random()
ON CONFLICT ON CONSTRAINT signs_pulse_once DO UPDATE SET scans = pulse.scans + EXCLUDED.scans
"""


def _coarser(old_grain: str, first_day: str) -> str:
    return f"""
WITH gone AS (
    DELETE FROM sign_registry_ratingtally tally
    USING sign_registry_site site
    WHERE site.id = tally.site_id AND site.municipality_id = %(town)s
      AND tally.grain = '{old_grain}'
      AND date_trunc('week', tally.day)::date + 7 <= %(before)s
    RETURNING tally.site_id, tally.line_id, tally.day, tally.counted, tally.set_aside
), sums AS (
    SELECT site_id, line_id, {first_day} AS day, NULL::smallint AS day_part, {_SUMMED}
    FROM gone GROUP BY 1, 2, 3
)
{_UPSERT}
"""  # noqa: S608 - constants of this module


# A week is folded when all its seven days are old enough, so that it is folded only once.
_DAY_PARTS_TO_WEEKS = _coarser("part", "date_trunc('week', day)::date")
# A week belongs to the month in which its Thursday lies, as ISO 8601 gives weeks to years.
_WEEKS_TO_MONTHS = _coarser("week", "date_trunc('month', day + 3)::date")


def hold_tallies() -> None:
    """Keep everybody else who changes tallies waiting until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def hold_inboxes() -> bool:
    """Keep new votes waiting for a moment; False where somebody is in the way."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE_MS}ms'")
        try:
            with transaction.atomic():
                cursor.execute(f"LOCK TABLE {_INBOXES} IN ACCESS EXCLUSIVE MODE")
        except OperationalError:
            return False
        return True


def empty_inboxes() -> None:
    """Give the emptied tables new files.

    A deleted row lies in its page until that is written anew, with the number of its transaction,
    and the write-ahead log knows when that one ended.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {_INBOXES}")


def fold_votes() -> Totals:
    """Empty the inbox of votes into the tallies of day parts."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD_VOTES, {"grain": "part"})
        found = cursor.fetchall()
    aside = [SetAside(*row[:5]) for row in found if any(row[4])]
    return Totals(sum(row[5] for row in found), aside)


def fold_reasons() -> None:
    """Empty the inbox of reasons into the sums of months."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD_REASONS)


def take_comments() -> list[tuple[Any, ...]]:
    """Empty the inbox of comments: site, month, about, text, masked; in random order."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_COMMENTS)
        return list(cursor.fetchall())


def add_scans(week: dt.date, scans: dict[int, int]) -> None:
    """Add scans of a week by sign."""
    values: dict[str, Any] = {"week": week, "signs": list(scans), "scans": list(scans.values())}
    with connection.cursor() as cursor:
        cursor.execute(_ADD_SCANS, values)


def day_parts_to_weeks(*, town: int, today: dt.date) -> int:
    """Fold weeks that ended at least 35 days ago; says how many week rows were touched."""
    return _fold(_DAY_PARTS_TO_WEEKS, "week", town, today - dt.timedelta(days=DAY_PARTS_DAYS))


def weeks_to_months(*, town: int, today: dt.date) -> int:
    """Fold weeks that ended at least 400 days ago; says how many month rows were touched."""
    return _fold(_WEEKS_TO_MONTHS, "month", town, today - dt.timedelta(days=WEEKS_DAYS))


def _fold(statement: str, grain: str, town: int, before: dt.date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"grain": grain, "town": town, "before": before})
        return int(cursor.rowcount)
