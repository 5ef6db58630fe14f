"""By which ways a person is told something, and not before when; arithmetic without a database.

Times of day are wall-clock times of the town, so that quiet hours stay quiet when clocks change.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

NORMAL, SOON, URGENT = "normal", "soon", "urgent"
EMAIL, PUSH, SMS, LETTER, DIGEST, PAGE = "email", "push", "sms", "letter", "digest", "page"
#: “At once, but not at night” for those who chose no quiet hours of their own.
NIGHT = (dt.time(22), dt.time(7))


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody chose; the defaults are those of whoever never chose anything."""

    by_email: bool = True
    by_push: bool = False
    by_sms: bool = False
    by_letter: bool = False
    is_daily: bool = True
    digest_hour: int = 17
    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None
    muted_topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reachable:
    """By which ways a message can arrive at all."""

    email: bool = False
    push: bool = False
    phone: bool = False
    letter: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The ways, the most telling first, and the first moment at which a message may leave.

    No way at all means that the person is not told; `page` alone means on the own page only.
    """

    ways: tuple[str, ...]
    not_before: dt.datetime


def ways_for(
    wishes: Wishes,
    reachable: Reachable,
    *,
    urgency: str,
    topic: str,
    now: dt.datetime,
    timezone: str,
) -> Plan:
    """Decide how somebody is told.

    Urgent notices leave at once by every chosen way, day and night; a text message is for them
    alone. What is due soon waits for the end of the night. Everything else goes into the daily
    letter of those who chose it, and by itself, outside quiet hours, to the others. A letter by
    post is for those whom nothing else reaches. Whoever muted a topic is not told of it.
    """
    if topic in wishes.muted_topics:
        return Plan((), now)
    if urgency == NORMAL and wishes.is_daily and wishes.by_email and reachable.email:
        return Plan((DIGEST,), now)
    chosen = (
        (EMAIL, wishes.by_email and reachable.email),
        (PUSH, wishes.by_push and reachable.push),
        (SMS, urgency == URGENT and wishes.by_sms and reachable.phone),
    )
    ways = tuple(way for way, is_open in chosen if is_open)
    if not ways:
        return Plan((LETTER,) if wishes.by_letter and reachable.letter else (PAGE,), now)
    if urgency == URGENT:
        return Plan(ways, now)
    return Plan(ways, quiet_end(now, timezone, *_quiet(wishes, urgency)))


def quiet_end(
    now: dt.datetime, timezone: str, quiet_from: dt.time | None, quiet_until: dt.time | None
) -> dt.datetime:
    """The first moment outside quiet hours: now, or the end of the quiet hours that hold now."""
    zone = ZoneInfo(timezone)
    local = now.astimezone(zone)
    if quiet_from is None or quiet_until is None:
        return now
    if not is_quiet(local.time(), quiet_from, quiet_until):
        return now
    day = local.date()
    if quiet_from > quiet_until and local.time() >= quiet_from:
        day += dt.timedelta(days=1)
    # An hour that clocks skip or repeat has two readings; the later one is quiet in neither.
    readings = (
        dt.datetime.combine(day, quiet_until.replace(fold=fold), zone).astimezone(dt.UTC)
        for fold in (0, 1)
    )
    return max(readings)


def is_quiet(time: dt.time, quiet_from: dt.time | None, quiet_until: dt.time | None) -> bool:
    """Whether a time of day lies in [from, until), which may go over midnight; equal is never."""
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return False
    if quiet_from < quiet_until:
        return quiet_from <= time < quiet_until
    return time >= quiet_from or time < quiet_until


def digest_is_due(wishes: Wishes, now: dt.datetime, timezone: str) -> bool:
    """Whether the daily letter of this civil day may leave: its hour has come and it is not quiet.

    Whoever asked for the letter at an hour that lies in the own quiet hours gets it at that hour.
    """
    local = now.astimezone(ZoneInfo(timezone))
    if local.hour < wishes.digest_hour:
        return False
    quiet = (wishes.quiet_from, wishes.quiet_until)
    return not is_quiet(local.time(), *quiet) or is_quiet(dt.time(wishes.digest_hour), *quiet)


def _quiet(wishes: Wishes, urgency: str) -> tuple[dt.time | None, dt.time | None]:
    if wishes.quiet_from is not None and wishes.quiet_until is not None:
        return wishes.quiet_from, wishes.quiet_until
    return NIGHT if urgency == SOON else (None, None)
