"""Background work of consultations: makes and closes rolls, writes to those who took part."""

import time

import structlog
from celery import shared_task
from django.core.exceptions import ValidationError
from django.utils import timezone

from consultations.models import Phase, Process
from consultations.phases import PhaseKind
from consultations.services.closing import CountsDifferError, close_vote, may_close_by_itself
from consultations.services.letters import send_letters
from consultations.services.rolls import make_roll

logger = structlog.get_logger(__name__)
# The next call comes ten seconds after this one; other work of the worker gets its turn.
_LONGEST_S = 8.0


@shared_task(name="consultations.tasks.run_votes")
def run_votes() -> None:
    """Make the rolls of votes that begin, close those that are over; one that fails stops no other.

    What cannot be done is said in the log each time, until somebody puts it right.
    """
    now = timezone.now()
    votes = Phase.objects.filter(kind=PhaseKind.VOTE, starts_at__lte=now)
    begun = votes.filter(process__state=Process.State.PUBLISHED, roll__isnull=True)
    for phase in begun.order_by("pk"):
        try:
            make_roll(phase=phase, now=now)
        except ValidationError as refused:
            logger.error("roll_not_made", phase=phase.pk, why=refused.messages)
    over = votes.filter(ends_at__lte=now, roll__closed_at__isnull=True, roll__isnull=False)
    for phase in over.order_by("pk"):
        try:
            if may_close_by_itself(phase, now):
                close_vote(phase=phase, now=now)
        except (CountsDifferError, ValidationError) as refused:
            logger.error("vote_not_closed", phase=phase.pk, why=str(refused))


@shared_task(name="consultations.tasks.write_to_participants")
def write_to_participants() -> None:
    """Write letters that are under way, slice by slice, for a few seconds."""
    started = time.monotonic()
    while time.monotonic() - started < _LONGEST_S:
        if not send_letters(now=timezone.now()):
            return
