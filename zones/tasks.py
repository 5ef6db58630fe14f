"""Background work of the ground: the worker bakes tiles. It decides nothing."""

import time

from celery import shared_task
from django.utils import timezone

from zones.tiles.baking import bake_next, request_missing_bakes

#: A task ends well before Celery's limit of five minutes; beat wakes the next one.
_LONGEST_S = 120.0


@shared_task(name="zones.tasks.bake_tiles")
def bake_tiles() -> None:
    """Ask for bakes that a change of a register calls for, then bake what is due."""
    started = time.monotonic()
    request_missing_bakes(now=timezone.now())
    while time.monotonic() - started < _LONGEST_S:
        if bake_next(now=timezone.now()) is None:
            return
