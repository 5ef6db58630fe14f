"""What waits with questions to the town."""

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from departments.access import Right
from departments.due import Due, holds_everywhere, waiting
from questions.models import Question
from zones.days import civil_day
from zones.models import Municipality

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def due_for(
    user: "User | AnonymousUser", municipality: Municipality, now: dt.datetime
) -> list[Due]:
    """Questions without an answer. Two queries."""
    today = civil_day(now, municipality.timezone)
    if not holds_everywhere(user, municipality, Right.MODERATE, today):
        return []
    count = Question.objects.in_municipality(municipality).waiting().count()
    text = ngettext(
        "%(count)d question of residents waits for an answer",
        "%(count)d questions of residents wait for an answer",
        count,
    )
    return waiting([Due("questions", "chat", count, text, "town/questions/")])
