"""Background work of submissions: nothing uncleaned stays on the disk; it decides nothing."""

from celery import shared_task
from django.utils import timezone

from submissions.sweeping import sweep


@shared_task(name="submissions.tasks.sweep_files")
def sweep_files() -> None:
    """Take away what a crash left."""
    sweep(timezone.now())
