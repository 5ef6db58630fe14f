"""Background work of reports: each task hands over to one service and decides nothing."""

from celery import shared_task
from django.utils import timezone

from incidents.services.ledger import publish_roots


@shared_task(name="incidents.tasks.seal_reports")
def seal_reports() -> None:
    """Seal the reports of each town whose day is over."""
    publish_roots(now=timezone.now())
