"""Background work of notices: tells what is due; it decides nothing."""

from celery import shared_task
from django.utils import timezone

from notifications.services.digests import send_digests


@shared_task(name="notifications.tasks.mail_daily_letters")
def mail_daily_letters() -> None:
    """Write the daily letters whose hour has come."""
    send_digests(now=timezone.now())
