"""The SQL that finds, ends and begins the zones of residences, all at once; decides nothing.

Raw SQL because a town's residents are placed in one set-based pass after each change of the
borders; the tests hold it against shapely's slow answer.
"""

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from zones.days import civil_day
from zones.models import Municipality

_LIVED = """
    lived AS (
        SELECT residence.id, residence.address_id, residence.location
        FROM residents_residence AS residence
        JOIN residents_resident AS resident ON resident.id = residence.resident_id
        WHERE resident.municipality_id = %(town)s
          AND (%(every)s OR residence.id = ANY(%(residences)s))
          AND residence.valid_from <= %(on)s
          AND (residence.valid_until IS NULL OR residence.valid_until > %(on)s)
    )
"""
# An address of the register belongs where its placement says. A pin is answered by polygon: its
# edge counts; of several zones of a kind the smallest wins, then the lowest number.
_WANTED = f"""
    WITH {_LIVED}, by_address AS (
        SELECT lived.id AS residence_id, placement.kind_id, placement.zone_id
        FROM lived
        JOIN zones_addressplacement AS placement
            ON placement.address_id = lived.address_id AND placement.valid_until IS NULL
    ), by_pin AS (
        SELECT DISTINCT ON (lived.id, zone.kind_id)
               lived.id AS residence_id, zone.kind_id, zone.id AS zone_id
        FROM lived
        JOIN zones_zoneshape AS shape ON ST_Covers(shape.geometry, lived.location)
        JOIN zones_zone AS zone ON zone.id = shape.zone_id
        JOIN zones_zonekind AS kind ON kind.id = zone.kind_id
        WHERE lived.address_id IS NULL AND kind.municipality_id = %(town)s
          AND kind.code <> 'built' AND shape.valid_from <= %(on)s
          AND (shape.valid_until IS NULL OR shape.valid_until > %(on)s)
        ORDER BY lived.id, zone.kind_id, shape.area_m2, zone.id
    ), wanted AS (
        SELECT * FROM by_address UNION ALL SELECT * FROM by_pin
    ), held AS (
        SELECT held.residence_id, held.kind_id, held.zone_id, held.valid_from
        FROM residents_residentzone AS held
        JOIN residents_residence AS residence ON residence.id = held.residence_id
        JOIN residents_resident AS resident ON resident.id = residence.resident_id
        WHERE held.valid_until IS NULL AND resident.municipality_id = %(town)s
          AND (%(every)s OR residence.id = ANY(%(residences)s))
    )
"""  # noqa: S608 - joins constants of this module
_FIND = f"""
    CREATE TEMPORARY TABLE resident_change ON COMMIT DROP AS
    {_WANTED}
    SELECT residence_id, kind_id, held.zone_id AS was_zone_id, held.valid_from AS since,
           wanted.zone_id
    FROM wanted FULL JOIN held USING (residence_id, kind_id)
    WHERE wanted.zone_id IS DISTINCT FROM held.zone_id
"""  # noqa: S608 - joins constants of this module
# What began at this very moment, or later by another clock, never was.
_FORGET = """
    DELETE FROM residents_residentzone AS held USING resident_change AS change
    WHERE held.residence_id = change.residence_id AND held.kind_id = change.kind_id
      AND held.valid_until IS NULL AND held.valid_from >= %(now)s
"""
_CLOSE = """
    UPDATE residents_residentzone AS held SET valid_until = %(now)s
    FROM resident_change AS change
    WHERE held.residence_id = change.residence_id AND held.kind_id = change.kind_id
      AND held.valid_until IS NULL
"""
_OPEN = """
    INSERT INTO residents_residentzone (residence_id, kind_id, zone_id, valid_from)
    SELECT residence_id, kind_id, zone_id, %(now)s FROM resident_change WHERE zone_id IS NOT NULL
"""
_COUNT = """
    SELECT count(*) FROM residents_residentzone AS held
    JOIN residents_residence AS residence ON residence.id = held.residence_id
    JOIN residents_resident AS resident ON resident.id = residence.resident_id
    WHERE held.valid_until IS NULL AND resident.municipality_id = %(town)s
      AND (%(every)s OR residence.id = ANY(%(residences)s))
"""
# Worth a word: who still lives there, belonged to a zone of that kind before, and sees another
# name now. A zone under a new number that kept its name is no news to anybody.
_NEWS = f"""
    WITH {_LIVED}
    SELECT change.residence_id, change.kind_id, was.names, zone.names, change.since
    FROM resident_change AS change
    JOIN lived ON lived.id = change.residence_id
    LEFT JOIN zones_zone AS was ON was.id = change.was_zone_id
    LEFT JOIN zones_zone AS zone ON zone.id = change.zone_id
    WHERE was.names IS DISTINCT FROM zone.names
      AND (change.was_zone_id IS NOT NULL OR EXISTS (
        SELECT FROM residents_residentzone AS earlier
        WHERE earlier.residence_id = change.residence_id AND earlier.kind_id = change.kind_id
          AND earlier.valid_until IS NOT NULL))
    ORDER BY change.residence_id, change.kind_id
"""  # noqa: S608 - joins constants of this module


@dataclass(frozen=True, slots=True)
class Written:
    """Memberships begun, ended, and left as they were."""

    opened: int
    closed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class ZoneNews:
    """A residence that belongs to another zone of a kind than before; names by language."""

    residence_id: int
    kind_id: int
    before: dict[str, str]
    after: dict[str, str]
    since: dt.datetime | None


def values_of(
    municipality: Municipality, now: dt.datetime, only: Collection[int] | None
) -> dict[str, Any]:
    """What the statements below are asked with; `only` are numbers of residences."""
    return {
        "town": municipality.pk,
        "on": civil_day(now, municipality.timezone),
        "now": now,
        "every": only is None,
        "residences": list(only or ()),
    }


def write_changes(values: dict[str, Any]) -> Written:
    """End and begin what differs from where residences belong; the changes stay readable."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.resident_change")
        cursor.execute(_FIND, values)
        closed = opened = 0
        if cursor.rowcount:
            cursor.execute(_FORGET, values)
            closed = int(cursor.rowcount)
            cursor.execute(_CLOSE, values)
            closed += int(cursor.rowcount)
            cursor.execute(_OPEN, values)
            opened = int(cursor.rowcount)
        cursor.execute(_COUNT, values)
        (held,) = cursor.fetchone()
    return Written(opened, closed, held - opened)


def read_news(values: dict[str, Any]) -> list[ZoneNews]:
    """What of the changes just written is worth a word to the people concerned."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, values)
        return [
            ZoneNews(residence, kind, _names(before), _names(after), since)
            for residence, kind, before, after, since in cursor.fetchall()
        ]


def _names(stored: str | None) -> dict[str, str]:
    """Names of a zone as the driver hands them over; none where there is no zone."""
    names: dict[str, str] = json.loads(stored) if stored else {}
    return names
