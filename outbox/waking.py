"""Wakes the worker when a message was written; beat finds the message also when this fails."""

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

DELIVERY_TASK = "outbox.tasks.deliver_messages"

logger = structlog.get_logger(__name__)


def wake_worker() -> None:
    """Ask for a round of deliveries now; without Redis the next beat asks for it."""
    try:
        current_app.send_task(DELIVERY_TASK, expires=30, retry=False, ignore_result=True)
    except OperationalError:
        logger.warning("The worker could not be woken; the message goes with the next beat.")
