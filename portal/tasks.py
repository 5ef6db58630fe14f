"""Background work of the portal itself: the worker shows that it lives, and data ends in time."""

from celery import shared_task
from celery.signals import worker_ready
from django.utils import timezone

from portal.geodata.editions import freeze_due
from portal.heartbeat import record_heartbeat
from portal.loading import work_on_next
from portal.placing import follow_next
from portal.practice.making import work_on_next_order
from portal.privacy.erasing import erase_due
from portal.privacy.retention import keep_no_longer
from portal.reach import publish_due


@shared_task(name="portal.tasks.beat_heart")
def beat_heart() -> None:
    """Leave the time in Redis; beat asks for it every ten seconds."""
    record_heartbeat(now=timezone.now())


@shared_task(name="portal.tasks.end_what_is_over")
def end_what_is_over() -> None:
    """Erase whose seven days are over, and delete what was kept long enough."""
    erase_due(now=timezone.now())
    keep_no_longer(now=timezone.now())


@worker_ready.connect
def greet(**_details: object) -> None:
    """Count a worker as living from its start, before beat asks for the first time."""
    record_heartbeat(now=timezone.now())


@shared_task(name="portal.tasks.publish_reach")
def publish_reach() -> None:
    """Count homes and people by squares in the towns where the quarter or the register asks it."""
    publish_due(now=timezone.now())


@shared_task(name="portal.tasks.publish_geodata")
def publish_geodata() -> None:
    """Freeze the open geodata of the month in the towns where it is missing."""
    freeze_due(now=timezone.now())


@shared_task(name="portal.tasks.follow_zones")
def follow_zones() -> None:
    """Let addresses, sites and residents follow zones that were published in the editor."""
    while follow_next(now=timezone.now()):
        pass


@shared_task(name="portal.tasks.load_files")
def load_files() -> None:
    """Read, try or store files that were handed in for the registers of towns."""
    while work_on_next():
        pass


@shared_task(name="portal.tasks.make_practice_copies")
def make_practice_copies() -> None:
    """Make and remove practice copies as administrators ordered."""
    while work_on_next_order():
        pass
