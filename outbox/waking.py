"""Wakes the worker when a message was written; beat finds the message also when this fails."""

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

DELIVERY_TASK = "outbox.tasks.deliver_messages"
# A page waits for this call, so a Redis that is away is asked once and not again.
ASK_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}

logger = structlog.get_logger(__name__)


def wake_worker() -> None:
    """Ask for a round of deliveries now; without Redis the next beat asks for it."""
    if current_app.conf.task_always_eager:
        return  # without a worker there is none to wake
    options = {**(current_app.conf.broker_transport_options or {}), **ASK_ONCE}
    try:
        with current_app.connection_for_write(transport_options=options) as connection:
            current_app.send_task(
                DELIVERY_TASK, expires=30, retry=False, ignore_result=True, connection=connection
            )
    except OperationalError:
        logger.warning("The worker could not be woken; the message goes with the next beat.")
