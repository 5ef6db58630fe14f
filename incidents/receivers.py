"""What happens here when something happens in departments, which knows nothing of reports."""

from typing import Any

import structlog
from celery import current_app
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from departments.models import CalendarVersion, Department
from incidents.models import Category
from outbox.waking import ASK_ONCE

RECALCULATE = "incidents.tasks.recalculate_terms"
logger = structlog.get_logger(__name__)


@receiver(post_save, sender=CalendarVersion, dispatch_uid="incidents.terms_follow_calendars")
def follow_calendar(sender: Any, instance: CalendarVersion, created: bool, **kwargs: Any) -> None:
    """A calendar was published: the terms that go by it are reckoned again once that is kept."""
    if created:
        transaction.on_commit(ask_for_recalculation, robust=True)


@receiver(post_save, sender=Department, dispatch_uid="incidents.terms_follow_departments")
@receiver(post_save, sender=Category, dispatch_uid="incidents.terms_follow_categories")
def follow_change(sender: Any, created: bool, **kwargs: Any) -> None:
    """A department may go by another calendar, a category by another law or target."""
    if not created:
        transaction.on_commit(ask_for_recalculation, robust=True)


def ask_for_recalculation() -> None:
    """Ask a worker to do it now; without Redis the night's round does it."""
    if current_app.conf.task_always_eager:
        return  # without a worker there is none to ask
    options = {**(current_app.conf.broker_transport_options or {}), **ASK_ONCE}
    try:
        with current_app.connection_for_write(transport_options=options) as connection:
            current_app.send_task(
                RECALCULATE, expires=3600, retry=False, ignore_result=True, connection=connection
            )
    except OperationalError:
        logger.warning("The worker could not be asked; terms are reckoned again in the night.")
