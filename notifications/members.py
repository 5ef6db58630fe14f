"""Exactly who is told a notice and why: one statement, under a role that planners never act as.

The only module that acts as `messenger` (tests/notifications/test_messenger_role.py). Numbers shown
to staff come from zones.reach instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.backends.postgis.adapter import PostGISAdapter
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from geo.roles import acting_as
from notifications.models import Announcement
from notifications.topics import Topic
from notifications.ways import Wishes
from zones.days import civil_day

#: Farther than this, a home is inside the area and not near the works.
_NEAR_M = 1000
_ROUND_M = 50

# Raw SQL because the drawn area is cut into pieces of 32 corners, each with a box of its own, for
# which the ORM has no words: a whole area has one box, and most homes in it are none of its own.
_HOMES_IN_AREA = """
    SELECT residence.id, residence.resident_id, residence.location, residence.assurance
    FROM piece
    JOIN residents_residence AS residence ON ST_Covers(piece.shape, residence.location)
    WHERE residence.resident_id > %(after)s AND residence.valid_from <= %(on)s
      AND (residence.valid_until IS NULL OR residence.valid_until > %(on)s)
"""
_HOMES_IN_TOWN = """
    SELECT residence.id, residence.resident_id, residence.location, residence.assurance
    FROM residents_residence AS residence
    JOIN residents_resident AS resident ON resident.id = residence.resident_id
    WHERE residence.resident_id > %(after)s AND residence.valid_from <= %(on)s
      AND (residence.valid_until IS NULL OR residence.valid_until > %(on)s)
      AND resident.municipality_id = %(municipality)s
"""
_STATEMENT = """
WITH piece AS MATERIALIZED (
    SELECT ST_Subdivide(%(area)s::geometry, 32) AS shape
), home AS (
    {homes}
), followed AS (
    SELECT user_id, min(name) AS name
    FROM notifications_followedarea
    WHERE municipality_id = %(municipality)s
      AND (topics = '[]'::jsonb OR topics ? %(topic)s)
      AND (%(area)s IS NULL OR ST_Intersects(geometry, %(area)s::geometry))
    GROUP BY user_id
), candidate AS (
    SELECT id, resident_id, location, assurance, '' AS name FROM home
    UNION ALL
    SELECT NULL, resident.id, NULL, NULL, followed.name
    FROM followed
    JOIN residents_resident AS resident
      ON resident.user_id = followed.user_id AND resident.municipality_id = %(municipality)s
    WHERE resident.id > %(after)s
), found AS (
    SELECT DISTINCT ON (resident_id) * FROM candidate ORDER BY resident_id, id NULLS LAST
)
SELECT resident.id, person.id, person.email, person.phone, person.language,
       found.id, found.assurance, found.name,
       ST_Distance(found.location::geography, %(shown)s::geometry::geography),
       wish.by_email, wish.by_push, wish.by_sms, wish.by_letter, wish.is_daily,
       wish.digest_hour, wish.quiet_from, wish.quiet_until, wish.muted_topics,
       ARRAY(
           SELECT browser.address_id
           FROM notifications_pushsubscription AS browser
           JOIN outbox_pushaddress AS address ON address.id = browser.address_id
           WHERE browser.user_id = person.id AND address.gone_at IS NULL
             AND browser.municipality_id = %(municipality)s
           ORDER BY browser.address_id
       )
FROM found
JOIN residents_resident AS resident ON resident.id = found.resident_id
JOIN accounts_user AS person ON person.id = resident.user_id AND person.is_active
LEFT JOIN notifications_preference AS wish
  ON wish.user_id = person.id AND wish.municipality_id = %(municipality)s
WHERE resident.municipality_id = %(municipality)s AND resident.finished_at IS NOT NULL
  AND (
    (%(urgent)s AND found.id IS NOT NULL)
    OR (
        NOT COALESCE(wish.muted_topics ? %(topic)s, false)
        AND NOT EXISTS (
            SELECT 1 FROM notifications_mute AS mute
            WHERE mute.user_id = person.id
              AND (mute.announcement_id = %(announcement)s OR mute.works_id = %(works)s)
        )
    )
  )
ORDER BY resident.id
LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody to be told, by which ways it is possible and wished, and why."""

    resident_pk: int
    user_pk: int
    email: str
    phone: str
    language: str
    #: The residence inside the area; None for those who only follow it.
    residence_pk: int | None
    assurance: int | None
    reason: dict[str, Any]
    wishes: Wishes
    push_addresses: tuple[int, ...]


def members(*, announcement: Announcement, after: int, limit: int) -> list[Member]:
    """Give the next people to be told, in the order of their numbers as residents.

    Those whose home the area covers on the civil day on which the notice goes out, and those who
    follow a place that it meets. Muted topics and things are left out, but an urgent notice goes to
    every home inside.

    Args:
        announcement: whom it is aimed at; without a target the whole town.
        after: number of the last resident already told, 0 at the start.
        limit: how many at most.
    """
    statement, values = question(announcement, after, limit)
    with acting_as("messenger"), connection.cursor() as cursor:
        # Compiling the statement takes longer than running it.
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    return [_member(row, announcement) for row in rows]


def explained(*, announcement: Announcement) -> str:
    """The plan by which PostgreSQL finds the members, for tests and the bench."""
    statement, values = question(announcement, 0, 500)
    with acting_as("messenger"), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", values)
        return "\n".join(str(row[0]) for row in cursor.fetchall())


def question(announcement: Announcement, after: int, limit: int) -> tuple[str, dict[str, Any]]:
    """The one statement and its values; only `members` runs it for the program."""
    town = announcement.municipality
    goes_out = announcement.send_at or announcement.published_at or announcement.created_at
    area = announcement.target.geometry if announcement.target is not None else None
    homes = _HOMES_IN_TOWN if announcement.target is None else _HOMES_IN_AREA
    return _STATEMENT.format(homes=homes), {
        "area": _adapted(area),
        "shown": _adapted(announcement.geometry),
        "on": civil_day(goes_out, town.timezone),
        "municipality": town.pk,
        "topic": announcement.topic,
        "announcement": announcement.pk,
        "works": announcement.works_id,
        "urgent": _is_urgent(announcement),
        "after": after,
        "limit": limit,
    }


def _adapted(geometry: GEOSGeometry | None) -> PostGISAdapter | None:
    return None if geometry is None else PostGISAdapter(geometry)


def _member(row: Sequence[Any], announcement: Announcement) -> Member:
    resident, user, email, phone, language, residence, assurance, name, metres = row[:9]
    lives_here = residence is not None
    return Member(
        resident_pk=resident,
        user_pk=user,
        email=email,
        phone=phone,
        language=language,
        residence_pk=residence,
        assurance=assurance,
        reason=_reason(announcement, lives_here=lives_here, name=name, metres=metres),
        # An urgent notice came this far in spite of what was muted, and must not end here.
        wishes=_wishes(row[9:18], whatever_muted=lives_here and _is_urgent(announcement)),
        push_addresses=tuple(row[18]),
    )


def _reason(
    announcement: Announcement, *, lives_here: bool, name: str, metres: float | None
) -> dict[str, Any]:
    """Why, in the words of notifications.reasons."""
    if not lives_here:
        return {"why": "follow", "name": name}
    if metres is not None and 0 < metres <= _NEAR_M:
        rounded = int(-(-metres // _ROUND_M) * _ROUND_M)
        return {"why": "near", "metres": rounded, "of": _thing(announcement)}
    return {"why": "home" if announcement.target_id is not None else "town"}


def _is_urgent(announcement: Announcement) -> bool:
    return announcement.urgency == Announcement.Urgency.URGENT


def _thing(announcement: Announcement) -> str:
    if announcement.works_id is not None or announcement.topic == Topic.WORKS:
        return "works"
    return "event" if announcement.topic == Topic.EVENTS else "site"


def _wishes(row: Sequence[Any], *, whatever_muted: bool) -> Wishes:
    """What they chose; the defaults for whoever never chose anything."""
    if row[0] is None:
        return Wishes()
    email, push, sms, letter, daily, hour, quiet_from, quiet_until, muted = row
    return Wishes(
        by_email=email,
        by_push=push,
        by_sms=sms,
        by_letter=letter,
        is_daily=daily,
        digest_hour=hour,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        muted_topics=frozenset() if whatever_muted else frozenset(muted),
    )
