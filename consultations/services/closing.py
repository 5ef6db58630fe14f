"""Ends a vote: counts agree, ballots are mixed, the box is thrown away; all at once or not."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from consultations.ballots import BallotForm
from consultations.models import Channel, PaperBallot, Phase, Roll, RollEntry
from consultations.services import intake
from consultations.services.integrity import report_of

#: So long after its end a vote waits for papers that were handed out and not entered.
PAPERS_WAIT = dt.timedelta(days=3)


class CountsDifferError(Exception):
    """Marks of the roll and ballots of the box do not agree; nothing was opened."""


@transaction.atomic
def close_vote(*, phase: Phase, now: dt.datetime) -> Roll:
    """Mix the ballots into `Ballot` and throw the box away; a second call changes nothing.

    Raises:
        ValidationError: `vote_running` before its end, `no_roll` where nobody could vote.
        CountsDifferError: a mark without a ballot, or a ballot without a mark.
    """
    intake.enter_alone(phase.pk)
    roll = Roll.objects.select_for_update().filter(phase=phase).first()
    if roll is None:
        raise ValidationError(_("Make the roll first."), code="no_roll")
    if roll.closed_at is not None:
        return roll
    if phase.ends_at is None or now < phase.ends_at:
        raise ValidationError(_("The vote still runs."), code="vote_running")
    marks, ballots = marks_of(roll), intake.counts(phase.pk)
    _require_agreement(marks, ballots, phase)
    form = BallotForm.of(phase.settings)
    roll.report = report_of(roll, marks=marks, ballots=ballots, least=form.k)
    moved = intake.empty(phase.pk, least=form.k)
    if moved != sum(ballots.values()):
        raise CountsDifferError(f"vote {phase.pk}: {moved} ballots mixed of {ballots}")
    roll.closed_at = now
    roll.save(update_fields=["closed_at", "report"])
    return roll


def marks_of(roll: Roll) -> dict[str, int]:
    """How many lines are marked, by channel."""
    marked = RollEntry.objects.filter(roll=roll).exclude(channel="").order_by()
    return dict(marked.values_list("channel").annotate(count=Count("pk")))


def papers_missing(phase: Phase) -> int:
    """How many papers were handed out and neither entered nor declared void."""
    handed = RollEntry.objects.filter(roll__phase=phase, channel=Channel.PAPER).count()
    settled = PaperBallot.objects.filter(phase=phase, state=PaperBallot.State.COUNTED).count()
    return max(0, handed - settled)


def may_close_by_itself(phase: Phase, now: dt.datetime) -> bool:
    """Whether nothing is waited for: the end has come, and papers are in or long overdue."""
    if phase.ends_at is None or now < phase.ends_at:
        return False
    return now >= phase.ends_at + PAPERS_WAIT or not papers_missing(phase)


def _require_agreement(marks: Mapping[str, int], ballots: Mapping[str, int], phase: Phase) -> None:
    """Each mark of the web is a ballot; of papers fewer may have come back than were handed out."""
    online, paper = Channel.ONLINE, Channel.PAPER
    entered = PaperBallot.objects.filter(phase=phase, state=PaperBallot.State.COUNTED).count()
    if (
        marks.get(online, 0) != ballots.get(online, 0)
        or ballots.get(paper, 0) != entered
        or entered > marks.get(paper, 0)
        or set(ballots) - {online, paper}
    ):
        raise CountsDifferError(f"vote {phase.pk}: marks {marks}, ballots {dict(ballots)}")
