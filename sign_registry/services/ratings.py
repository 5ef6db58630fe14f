"""Folds anonymous ratings into sums every ten minutes, and old sums into coarser ones."""

import datetime as dt
from typing import NamedTuple

import structlog
from django.db import transaction
from redis.exceptions import RedisError

from sign_registry import fold, pulses
from sign_registry.models import Comment
from sign_registry.services.set_aside import judge_hours, note_limit
from submissions.masking import Masked
from submissions.models import Submission
from submissions.services import covered_text
from zones.days import civil_day
from zones.models import Municipality

ORIGIN = "rating"
_log = structlog.get_logger(__name__)


class Folded(NamedTuple):
    """What one fold moved."""

    votes: int
    comments: int
    cases: int


def fold_inboxes(*, now: dt.datetime) -> Folded:
    """Empty the inboxes into sums; then set aside the bursts of hours that are over.

    All or nothing: a fold that dies in the middle leaves every row where it was. Rows that come in
    meanwhile wait for the next one.
    """
    with transaction.atomic():
        votes, comments = _fold_waiting()
    late_votes, late_comments = _leave_nothing_behind()
    try:
        _fold_scans()
        cases = judge_hours(now=now)
    except RedisError:
        # Votes are safe; what was only in memory waits for the next time, or is gone with it.
        _log.warning("lane_memory_unreachable")
        cases = 0
    return Folded(votes + late_votes, comments + late_comments, cases)


def _fold_waiting() -> tuple[int, int]:
    """Empty the inboxes; how many votes and comments there were."""
    fold.hold_tallies()
    totals = fold.fold_votes()
    note_limit(totals.set_aside)
    fold.fold_reasons()
    return totals.votes, _fold_comments()


@transaction.atomic
def _leave_nothing_behind() -> tuple[int, int]:
    """Fold the few rows that came meanwhile, and give the inboxes new files.

    New votes wait for it, a few milliseconds. Where something is in the way, the next fold does it.
    """
    fold.hold_tallies()
    if not fold.hold_inboxes():
        _log.warning("inboxes_not_emptied")
        return 0, 0
    folded = _fold_waiting()
    fold.empty_inboxes()
    return folded


def _fold_comments() -> int:
    """Make comments of what came in: held, dated by month, in random order."""
    taken = fold.take_comments()
    submissions = [
        covered_text(
            Masked(text, masked), origin=ORIGIN, received_on=month, state=Submission.State.HELD
        )
        for _, month, _, text, masked in taken
    ]
    Submission.objects.bulk_create(submissions)
    Comment.objects.bulk_create(
        Comment(site_id=site, month=month, about=about, submission=submission)
        for (site, month, about, _, _), submission in zip(taken, submissions, strict=True)
    )
    return len(taken)


@transaction.atomic
def _fold_scans() -> None:
    for week, scans in pulses.take_scans(pulses.memory()).items():
        fold.add_scans(week, scans)


@transaction.atomic
def fold_tallies(*, now: dt.datetime) -> int:
    """Make day parts of old weeks weeks, and old weeks months; says how many rows it touched."""
    fold.hold_tallies()
    touched = 0
    for town in Municipality.objects.only("pk", "timezone"):
        today = civil_day(now, town.timezone)
        touched += fold.day_parts_to_weeks(town=town.pk, today=today)
        touched += fold.weeks_to_months(town=town.pk, today=today)
    return touched
