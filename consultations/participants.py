"""Who took part in a consultation, for letters alone; nobody learns how somebody took part.

Acts as `messenger`, which reads that a survey came in and that a line of a roll is marked, but no
answer and no ballot (tests/notifications/test_messenger_role.py). Whoever voted in a vote that
still runs is left out, so that no figure here tells how many came.
"""

from dataclasses import dataclass

from django.db import connection

from consultations.models import Process
from geo.roles import acting_as
from notifications.topics import Topic

# Raw SQL because the role may read single columns only, and the ORM asks for whole rows.
_TOOK_PART = """
    SELECT said.author_id AS person FROM consultations_contribution AS said
    WHERE said.process_id = %(process)s
    UNION
    SELECT support.user_id FROM consultations_support AS support
    JOIN consultations_contribution AS said ON said.id = support.contribution_id
    WHERE said.process_id = %(process)s
    UNION
    SELECT survey.user_id FROM consultations_response AS survey
    JOIN consultations_phase AS phase ON phase.id = survey.phase_id
    WHERE phase.process_id = %(process)s
    UNION
    SELECT resident.user_id FROM consultations_rollentry AS line
    JOIN consultations_roll AS roll ON roll.id = line.roll_id AND roll.closed_at IS NOT NULL
    JOIN consultations_phase AS phase ON phase.id = roll.phase_id
    JOIN residents_resident AS resident ON resident.id = line.resident_id
    WHERE phase.process_id = %(process)s AND line.channel <> ''
"""
_REACHED = f"""
FROM accounts_user AS one
LEFT JOIN notifications_preference AS wish
  ON wish.user_id = one.id AND wish.municipality_id = %(municipality)s
WHERE one.id IN ({_TOOK_PART}) AND one.is_active AND one.email <> ''
  AND COALESCE(wish.by_email, true) AND wish.bounced_at IS NULL
  AND NOT COALESCE(wish.muted_topics ? %(topic)s, false)
"""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody to write to."""

    user_pk: int
    email: str
    language: str


def participants(*, process: Process, after: int, limit: int) -> list[Participant]:
    """The next people who took part and want e-mail, by number of their account. One query.

    Args:
        after: number of the last account already written to, 0 at the start.
    """
    statement = (
        f"SELECT one.id, one.email, one.language {_REACHED} AND one.id > %(after)s "
        "ORDER BY one.id LIMIT %(limit)s"
    )
    values = {**_values(process), "after": after, "limit": limit}
    with acting_as("messenger"), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Participant(*row) for row in cursor.fetchall()]


def count_participants(*, process: Process) -> int:
    """How many would be written to; to be rounded before anybody sees it. One query."""
    with acting_as("messenger"), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_REACHED}", _values(process))
        return int(cursor.fetchone()[0])


def _values(process: Process) -> dict[str, int | str]:
    return {
        "process": process.pk,
        "municipality": process.municipality_id,
        "topic": Topic.CONSULTATIONS.value,
    }
