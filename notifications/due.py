"""What waits with notices: those that a second person has to look at before they go out."""

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from departments.access import Right
from departments.due import Due, holds_everywhere, waiting
from notifications.models import Announcement
from zones.days import civil_day
from zones.models import Municipality

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def due_for(
    user: "User | AnonymousUser", municipality: Municipality, now: dt.datetime
) -> list[Due]:
    """Notices that wait for approval. Two queries."""
    today = civil_day(now, municipality.timezone)
    if not holds_everywhere(user, municipality, Right.NOTIFY, today):
        return []
    state = Announcement.State.WAITING
    count = Announcement.objects.in_municipality(municipality).filter(state=state).count()
    text = ngettext(
        "%(count)d notice waits for a second person",
        "%(count)d notices wait for a second person",
        count,
    )
    return waiting([Due("notices", "list", count, text, f"notices/?state={state}")])
