"""What waits for a person of the staff: what one line of it says, and what departments add.

Every app below the start page offers one `due_for`; a line counts exactly the rows behind its path.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from departments.access import Right, memberships_with
from departments.models import Membership
from zones.days import civil_day
from zones.models import Municipality

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    #: Whoever may be asked about; apps about anonymous ratings know accounts by no other name.
    Person = User | AnonymousUser


class Urgency(IntEnum):
    """In this order lines stand."""

    LATE = 0
    TODAY = 1
    SOON = 2
    WAITS = 3


@dataclass(frozen=True, slots=True)
class Due:
    """One line: how many rows wait, in words, and the page below /<slug>/ that lists them.

    Attributes:
        text: with `%(count)d` until `waiting` filled it in.
        until: the first civil day on which one of them has to be done; nothing where none is set.
    """

    code: str
    icon: str
    count: int
    text: str
    path: str
    urgency: Urgency = Urgency.WAITS
    until: dt.date | None = None


def urgency_of(until: dt.date | None, today: dt.date) -> Urgency:
    """How a term presses on a civil day."""
    if until is None:
        return Urgency.WAITS
    if until < today:
        return Urgency.LATE
    return Urgency.TODAY if until == today else Urgency.SOON


def holds_everywhere(
    user: "User | AnonymousUser", municipality: Municipality, right: Right, today: dt.date
) -> bool:
    """Whether a person holds a right for the whole town, as its pages ask. One query."""
    return memberships_with(user, municipality, right, today).for_whole_town().exists()


def due_for(
    user: "User | AnonymousUser", municipality: Municipality, now: dt.datetime
) -> list[Due]:
    """Invitations that nobody answered, for administrators. Two queries."""
    today = civil_day(now, municipality.timezone)
    if not holds_everywhere(user, municipality, Right.ADMINISTER, today):
        return []
    invited = Membership.objects.in_municipality(municipality).invited(today).count()
    text = ngettext(
        "%(count)d invitation has no answer yet",
        "%(count)d invitations have no answer yet",
        invited,
    )
    return waiting([Due("invited", "person", invited, text, "town/staff/?state=invited")])


def waiting(lines: Iterable[Due]) -> list[Due]:
    """Those that count something, with the number put into their words."""
    return [replace(one, text=one.text % {"count": one.count}) for one in lines if one.count]
