"""What waits for a person of the staff across all parts of the service, most pressing first."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

import consultations.due
import departments.due
import incidents.due
import notifications.due
import questions.due
import residents.due
import satisfaction.due
import sign_registry.due
from departments.access import Right
from departments.due import Due, Urgency, holds_everywhere, waiting
from outbox.models import OutboxMessage
from portal.outgoing import own_messages
from zones.days import civil_day
from zones.models import Correction, Municipality, ZoneDraft

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Asked = Callable[[User | AnonymousUser, Municipality, dt.datetime], list[Due]]


def due_for(
    user: "User | AnonymousUser", municipality: Municipality, now: dt.datetime
) -> list[Due]:
    """Lines of every app: late ones, those of today, those with a term, then all others.

    Among equals those of the upper layers stand first. The number of queries depends on the rights
    a person holds, not on how much waits.
    """
    lines = [line for ask in _asked() for line in ask(user, municipality, now)]
    return sorted(lines, key=lambda one: (one.urgency, one.until or dt.date.max))


def _asked() -> "Sequence[Asked]":
    return (
        incidents.due.due_for,
        consultations.due.due_for,
        questions.due.due_for,
        notifications.due.due_for,
        residents.due.due_for,
        satisfaction.due.due_for,
        sign_registry.due.due_for,
        departments.due.due_for,
        _town,
    )


def _town(user: "User | AnonymousUser", municipality: Municipality, now: dt.datetime) -> list[Due]:
    """What the town office has on its own pages."""
    today = civil_day(now, municipality.timezone)
    lines: list[Due] = []
    if holds_everywhere(user, municipality, Right.PLAN, today):
        lines.append(_drafts(municipality))
    if holds_everywhere(user, municipality, Right.ADMINISTER, today):
        lines += [_corrections(municipality), _dead(municipality)]
    return waiting(lines)


def _drafts(municipality: Municipality) -> Due:
    rows = ZoneDraft.objects.in_municipality(municipality).filter(state=ZoneDraft.State.WAITING)
    count = rows.count()
    text = ngettext(
        "%(count)d drawing of zones waits for a second person",
        "%(count)d drawings of zones wait for a second person",
        count,
    )
    return Due("zone_drafts", "area", count, text, "plan/zones/")


def _corrections(municipality: Municipality) -> Due:
    count = Correction.objects.in_municipality(municipality).waiting().count()
    text = ngettext(
        "%(count)d remark of residents about the map is open",
        "%(count)d remarks of residents about the map are open",
        count,
    )
    return Due("corrections", "pencil", count, text, "town/corrections/")


def _dead(municipality: Municipality) -> Due:
    count = own_messages(municipality).filter(state=OutboxMessage.State.DEAD).count()
    text = ngettext(
        "%(count)d letter did not leave the town hall",
        "%(count)d letters did not leave the town hall",
        count,
    )
    return Due("dead_letters", "warn", count, text, "town/outbox/", Urgency.LATE)
