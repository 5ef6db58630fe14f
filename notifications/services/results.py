"""What staff are told about a sending: shares of the published reach, never a number of people.

The way of each share is chosen so that two notices whose areas differ by one home do not tell
whether anybody lives there: what was planned and how far it is comes from the published numbers and
the clock alone, and what people did is told for large areas only, blurred by a secret.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from notifications.models import Announcement, Notice
from notifications.services.announcements import batch_of
from outbox.services import batch_progress

#: Shares are told in steps of this many hundredths.
STEP = 5
#: Below so many people of the published reach nothing is told of what they did.
LEAST_PEOPLE = 200
#: How long a sending is said to take: a minute, and another for each so many people.
PEOPLE_A_MINUTE = 2000


@dataclass(frozen=True, slots=True)
class Results:
    """Hundredths in steps of five; None is too few to show.

    Attributes:
        progress: how far the sending is said to be, by the clock.
        email, push, letter: who could be reached how, of the published reach.
        arrived: of the messages written, how many were taken by the mail servers and phones.
        read: of those told, how many opened the notice.
    """

    is_finished: bool
    progress: int
    email: int | None = None
    push: int | None = None
    letter: int | None = None
    arrived: int | None = None
    read: int | None = None
    is_too_small: bool = True


def results_of(announcement: Announcement, now: dt.datetime) -> Results:
    """What is shown on the page of a notice that goes out or went out."""
    reach = announcement.reach
    progress = shown_progress(announcement, now)
    people = int(reach.get("residents") or 0)
    if people < LEAST_PEOPLE:
        return Results(progress == 100, progress)
    done = _done(announcement, people) if progress == 100 else {}
    return Results(
        is_finished=progress == 100,
        progress=progress,
        **{way: _planned(reach, way, people) for way in ("email", "push", "letter")},
        arrived=done.get("arrived"),
        read=done.get("read"),
        is_too_small=False,
    )


def shown_progress(announcement: Announcement, now: dt.datetime) -> int:
    """How far it is said to be: by the published reach and the clock, so that it tells no number.

    It stays at 95 until the last message was written, should that take longer than foreseen.
    """
    begun = announcement.published_at
    if begun is None:
        return 0
    people = int(announcement.reach.get("residents") or 0)
    minutes = 1 + -(-people // PEOPLE_A_MINUTE)
    # The end is told at a full minute: when exactly the work ended would say how much it was.
    whole = begun.replace(second=0, microsecond=0) + dt.timedelta(minutes=minutes + 1)
    if now >= whole:
        return 100 if announcement.finished_at else 95
    share = 100 * (now - begun) / (whole - begun)
    return max(0, min(95, int(share // STEP) * STEP))


def blurred(count: int, of: int, *, key: str) -> int:
    """A share in steps of five, rounded up or down by a secret, the same at every look.

    The nearer step is the likelier one, so that the mean is right.
    """
    exact = 100 * min(count, of) / of if of else 0.0
    below, rest = divmod(exact, STEP)
    secret = settings.SECRET_KEY.encode()
    digest = hmac.new(secret, f"notice-share {key} {count} {of}".encode(), hashlib.sha256).digest()
    chance = int.from_bytes(digest[:8], "big") / 2**64
    return int(below) * STEP + (STEP if chance < rest / STEP else 0)


def _planned(reach: Mapping[str, Any], way: str, people: int) -> int | None:
    told = reach.get(way)
    return None if told is None else min(100, round(100 * told / people / STEP) * STEP)


def _done(announcement: Announcement, people: int) -> dict[str, int]:
    """What people and servers did, of the published reach: no exact count ever leaves here."""
    told = Notice.objects.filter(announcement=announcement)
    read = told.filter(read_at__isnull=False).count()
    messages = batch_progress(batch_of(announcement))
    found = {"read": blurred(read, max(people, 1), key=f"{announcement.pk} read")}
    if messages.total:
        share = messages.sent / messages.total
        arrived = blurred(round(share * people), people, key=f"{announcement.pk} arrived")
        found["arrived"] = arrived
    return found
