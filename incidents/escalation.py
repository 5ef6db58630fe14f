"""When a term warns and how far up; no ORM, no clock.

A term that binds climbs from the handler to the head, to the deputy mayor and to the mayor. A term
that does not bind warns the handler and the head and goes no further.
"""

import datetime as dt
from collections.abc import Collection

from departments.legal_days import LegalCalendar

HANDLER, HEAD, DEPUTY, MAYOR = "handler", "head", "deputy", "mayor"
EARLY = (10, 3)
"""Days before; a term that is no longer than that from its start has no such warning."""
MISSED, AFTER, WEEK = -1, -3, 7
OPENS, CLOSES = dt.time(7), dt.time(20)
"""Letters leave between these by the clock of the town, on working days."""
DAY = dt.timedelta(days=1)


def is_quiet(local: dt.datetime, calendar: LegalCalendar) -> bool:
    """Whether letters wait: nights, and days on which offices do not work."""
    return not OPENS <= local.time() < CLOSES or not calendar.is_working(local.date())


def stage_of(
    *,
    started_on: dt.date,
    due_on: dt.date,
    today: dt.date,
    calendar: LegalCalendar,
    sent: Collection[int],
) -> int | None:
    """Days before the last day (negative: after it) of the warning that is to be sent, if one is.

    A warning whose day is off goes on the working day before it, so that there is time to act; that
    a term was missed is never said in advance. Only the most urgent one is sent.
    """
    tomorrow = calendar.next_working(today + DAY)
    reached = _reached(started_on, due_on, today, tomorrow)
    if reached is None or any(one <= reached for one in sent):
        return None
    return reached


def _reached(started_on: dt.date, due_on: dt.date, today: dt.date, tomorrow: dt.date) -> int | None:
    over = (today - due_on).days
    if over >= -AFTER:
        return AFTER - (over + AFTER) // WEEK * WEEK
    if over >= 1:
        return MISSED
    if due_on < tomorrow:
        return 0
    long_enough = [one for one in EARLY if (due_on - started_on).days > one]
    return min((one for one in long_enough if due_on - DAY * one < tomorrow), default=None)


def levels_of(stage: int, *, is_binding: bool) -> tuple[str, ...]:
    """Who is warned, from the bottom."""
    if stage > EARLY[1]:
        return (HANDLER,)
    if stage >= 0 or not is_binding:
        return (HANDLER, HEAD)
    if stage > AFTER:
        return (HANDLER, HEAD, DEPUTY)
    return (HANDLER, HEAD, DEPUTY, MAYOR)
