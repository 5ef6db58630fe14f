"""Passes on what somebody could not use: a letter to the town's administrators."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from departments.models import Membership
from outbox.services import enqueue_mail
from portal.accessibility_law import ANSWER_DAYS
from zones.days import civil_day
from zones.models import Municipality

KIND = "barrier"


@dataclass(frozen=True, slots=True)
class Barrier:
    """What somebody says: the page, what did not work, and where to answer, if anywhere."""

    text: str
    page: str = ""
    email: str = ""


@transaction.atomic
def tell_barrier(*, municipality: Municipality, barrier: Barrier, now: dt.datetime) -> dt.date:
    """Write to every administrator; give the day until which the town answers.

    Raises:
        ValidationError: `nobody`, the town has no administrator who could read it.
    """
    today = civil_day(now, municipality.timezone)
    until = today + dt.timedelta(days=ANSWER_DAYS)
    readers = _readers(municipality, today)
    if not readers:
        raise ValidationError(_("Nobody at the town hall can read this yet."), code="nobody")
    for address in readers:
        enqueue_mail(
            recipient=address,
            subject=_("Somebody could not use a page of this site"),
            body=_body(barrier, until),
            kind=KIND,
            now=now,
            language=get_language() or "",
            sender=municipality.mail_sender,
            queue=municipality.slug,
        )
    return until


def _readers(municipality: Municipality, today: dt.date) -> list[str]:
    held = Membership.objects.in_municipality(municipality).in_force(today).for_whole_town()
    rows = held.as_administrator().filter(user__is_active=True).exclude(user__email="")
    return sorted(set(rows.values_list("user__email", flat=True)))


def _body(barrier: Barrier, until: dt.date) -> str:
    words = {
        "text": barrier.text,
        "page": barrier.page or "–",
        "email": barrier.email or _("the person left no address"),
        "day": date_format(until, "DATE_FORMAT"),
    }
    return (
        _(
            "Through the accessibility statement somebody wrote:\n\n%(text)s\n\nPage: %(page)s\n"
            "Answer to: %(email)s\n\nThe statement promises an answer by %(day)s."
        )
        % words
    )
