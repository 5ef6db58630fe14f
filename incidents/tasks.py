"""Background work of reports: each task hands over to one service and decides nothing."""

from celery import shared_task
from django.utils import timezone

from incidents.services.ledger import publish_roots
from incidents.services.leg_letters import mail_day_sheets as write_day_sheets
from incidents.services.recalculating import recalculate_everywhere
from incidents.services.warning import warn_everywhere


@shared_task(name="incidents.tasks.seal_reports")
def seal_reports() -> None:
    """Seal the reports of each town whose day is over."""
    publish_roots(now=timezone.now())


@shared_task(name="incidents.tasks.warn_of_terms")
def warn_of_terms() -> None:
    """Give the warnings of the day; before seven and on days off it waits."""
    warn_everywhere(now=timezone.now())


@shared_task(name="incidents.tasks.recalculate_terms")
def recalculate_terms() -> None:
    """Reckon terms again by the calendars that are in force now."""
    recalculate_everywhere(now=timezone.now())


@shared_task(name="incidents.tasks.mail_day_sheets")
def mail_day_sheets() -> None:
    """Write to other institutions what waits for them."""
    write_day_sheets(now=timezone.now())
