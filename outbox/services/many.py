"""Writing a slice of the messages of one sending, and telling how far the sending is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q

from outbox.models import OutboxMessage
from outbox.services.writing import NewMessage, as_row, refuse
from outbox.waking import wake_worker

_ROWS_PER_STATEMENT = 500
_LONGEST = {"recipient": 254, "subject": 300, "sender": 320, "unsubscribe_url": 500, "link": 500}


@dataclass(frozen=True, slots=True)
class Progress:
    """How many messages of a sending stand where."""

    waiting: int
    sent: int
    bounced: int
    dead: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.waiting + self.sent + self.bounced + self.dead

    @property
    def is_finished(self) -> bool:
        """Whether nothing waits any more."""
        return self.waiting == 0


@transaction.atomic
def enqueue_many(letters: Sequence[NewMessage]) -> int:
    """Write a slice of messages in few statements; a key that is known is not written again.

    The caller passes slices of some hundreds, so that memory stays flat however many readers there
    are. A message that cannot leave as it is does not hold up the others: it is written as given up
    with the reason, where the town office sees it.

    Returns:
        How many messages were new.
    """
    rows = [_row(new) for new in letters]
    OutboxMessage.objects.bulk_create(rows, batch_size=_ROWS_PER_STATEMENT, ignore_conflicts=True)
    # Each row brought a name of its own, so those found under it are those of this call.
    names = [row.reference for row in rows]
    written = OutboxMessage.objects.filter(reference__in=names).count()
    if written:
        transaction.on_commit(wake_worker, robust=True)
    return written


def batch_progress(batch: str) -> Progress:
    """How far a sending is; one query. All zero where nothing was written under this name."""
    states = OutboxMessage.State
    counts = (
        OutboxMessage.objects.in_batch(batch)
        .exclude(batch="")
        .aggregate(**{state.value: Count("pk", filter=Q(state=state)) for state in states})
    )
    return Progress(**{state.value: counts[state.value] for state in states})


def _row(new: NewMessage) -> OutboxMessage:
    row = as_row(new)
    try:
        refuse(new)
        row.clean_fields(exclude=["push_address"])
    except ValidationError as refused:
        row.state = OutboxMessage.State.DEAD
        row.last_error = " ".join(refused.messages)[:500]
        for name, longest in _LONGEST.items():
            setattr(row, name, getattr(row, name)[:longest])
        if row.is_secret:
            row.body = row.html = ""
    return row
