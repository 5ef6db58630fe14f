"""Background work of the outbox: a round of deliveries, and clearing away; it decides nothing."""

import time

from celery import shared_task
from django.utils import timezone

from outbox.delivery import Outcome, deliver_next, round_of_deliveries
from outbox.services import clear_old
from outbox.waking import DELIVERY_TASK

# One conversation may last minutes with a slow server; the task must end before Celery's limit.
_LONGEST_S = 60.0


@shared_task(name=DELIVERY_TASK)
def deliver_messages() -> None:
    """Deliver what is due, one by one over lines that stay open, until nothing is."""
    started = time.monotonic()
    with round_of_deliveries(timezone.now()) as within:
        while time.monotonic() - started < _LONGEST_S:
            if deliver_next(now=timezone.now(), within=within) is Outcome.NOTHING_DUE:
                return


@shared_task(name="outbox.tasks.clear_messages")
def clear_messages() -> None:
    """Delete what was finished long ago."""
    clear_old(now=timezone.now())
