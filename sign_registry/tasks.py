"""Background work of the sign registry: each task hands over to one service and decides nothing."""

from celery import shared_task
from django.utils import timezone

from sign_registry.services import ratings, silence
from sign_registry.services.printing import claim_batch, make_batch


@shared_task(name="sign_registry.tasks.print_signs")
def print_signs() -> None:
    """Make the print run that has waited longest; beat wakes the next one."""
    if batch := claim_batch(now=timezone.now()):
        make_batch(batch=batch, now=timezone.now())


@shared_task(name="sign_registry.tasks.fold_ratings")
def fold_ratings() -> None:
    """Empty the inboxes of anonymous ratings into sums."""
    ratings.fold_inboxes(now=timezone.now())


@shared_task(name="sign_registry.tasks.fold_tallies")
def fold_tallies() -> None:
    """Make old sums coarser."""
    ratings.fold_tallies(now=timezone.now())


@shared_task(name="sign_registry.tasks.look_for_silent_signs")
def look_for_silent_signs() -> None:
    """Put signs that fell silent on the crew's list."""
    silence.look_for_silence(now=timezone.now())


@shared_task(name="sign_registry.tasks.mail_signs_digest")
def mail_signs_digest() -> None:
    """Tell the heads of crews which signs wait for a look."""
    silence.mail_digest(now=timezone.now())
