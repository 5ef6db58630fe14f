"""Asks the apps for what pages of adoption tell of people, and lets nothing through unprotected."""

import datetime as dt
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from consultations.services.by_zone import neighbours
from consultations.suppression import K
from portal.adoption.months import Month, last_months, months_told, rounded
from residents.services.adoption import counted_and_confirmed, joined_by_month
from zones.models import Municipality, ZoneKind, ZoneShape


def months_of(
    municipality: Municipality, kind: ZoneKind, shapes: Sequence[ZoneShape], today: dt.date
) -> list[Month]:
    """The last twelve months that are over, the oldest first. Two queries.

    Told only in a town whose residents are told at all (`neighbourhoods.town_of`); the page asks.
    """
    months = last_months(today)
    rows = joined_by_month(
        municipality=municipality,
        kind=kind.code,
        since=_midnight(months[0], municipality),
        until=_midnight(today.replace(day=1), municipality),
    )
    zones = [shape.zone_id for shape in shapes]
    near: Mapping[int, set[int]] = neighbours(zones) if rows else {}
    return months_told(rows, months, zones, near)


def confirmed_of(municipality: Municipality, today: dt.date) -> tuple[int, int] | None:
    """Residents as of the first of the month, and those with a proved address, to the nearest five.

    Nothing where fewer than `K` proved theirs, or fewer than `K` did not. One query.
    """
    everybody, proved = counted_and_confirmed(municipality=municipality, on=today.replace(day=1))
    if min(proved, everybody - proved) < K:
        return None
    return rounded(everybody), rounded(proved)


def _midnight(day: dt.date, municipality: Municipality) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ZoneInfo(municipality.timezone))
