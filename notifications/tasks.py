"""Background work of notices: tells what is due; it decides nothing."""

import time

from celery import shared_task
from django.utils import timezone

from notifications.services.digests import send_digests
from notifications.services.paper import claim_run, make_posters
from notifications.services.sending import send_due

# The next call comes ten seconds after this one; other work of the worker gets its turn.
_LONGEST_S = 8.0


@shared_task(name="notifications.tasks.mail_daily_letters")
def mail_daily_letters() -> None:
    """Write the daily letters whose hour has come."""
    send_digests(now=timezone.now())


@shared_task(name="notifications.tasks.send_notices")
def send_notices() -> None:
    """Tell those who are to be told, slice by slice, for a few seconds."""
    started = time.monotonic()
    while time.monotonic() - started < _LONGEST_S:
        if not send_due(now=timezone.now()):
            return


@shared_task(name="notifications.tasks.draw_posters")
def draw_posters() -> None:
    """Draw the posters that have waited longest; beat wakes the next ones."""
    if run := claim_run(now=timezone.now()):
        make_posters(run=run, now=timezone.now())
