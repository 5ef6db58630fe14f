"""What waits around signs: comments to look at, rounds to walk, signs that are in trouble."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Min
from django.utils.translation import ngettext

from departments.access import ROLES_WITH, Right, departments_with, membership_for
from departments.due import Due, holds_everywhere, urgency_of, waiting
from sign_registry.comment_reach import moderated_comments
from sign_registry.models import CrewRound, Sign
from sign_registry.workflow import State
from zones.days import civil_day
from zones.models import Municipality

if TYPE_CHECKING:
    from departments.due import Person


def due_for(user: "Person", municipality: Municipality, now: dt.datetime) -> list[Due]:
    """Lines about signs, as the rights of a person allow; at most ten queries a role."""
    today = civil_day(now, municipality.timezone)
    return waiting(
        [
            *_comments(user, municipality, now, today),
            *_rounds(user, municipality, now, today),
            *_signs(user, municipality, today),
        ]
    )


def _comments(
    user: "Person", municipality: Municipality, now: dt.datetime, today: dt.date
) -> list[Due]:
    if membership_for(user, municipality, Right.MODERATE, now) is None:
        return []
    departments = departments_with(user, municipality, Right.MODERATE, today)
    found = moderated_comments(municipality, departments, today).waiting()
    places, signs = found.about_the_place().count(), found.about_the_sign().count()
    words = ngettext(
        "%(count)d comment about a place waits to be read",
        "%(count)d comments about places wait to be read",
        places,
    )
    remarks = ngettext(
        "%(count)d remark about a sign waits to be read",
        "%(count)d remarks about signs wait to be read",
        signs,
    )
    return [
        Due("comments", "chat", places, words, "town/comments/"),
        Due("remarks", "pencil", signs, remarks, "town/comments/?about=sign"),
    ]


def _rounds(
    user: "Person", municipality: Municipality, now: dt.datetime, today: dt.date
) -> list[Due]:
    member = membership_for(user, municipality, Right.CREW, now)
    if member is None:
        return []
    departments = departments_with(user, municipality, Right.CREW, today)
    rounds = CrewRound.objects.in_municipality(municipality).unfinished()
    if departments is not None or member.role not in ROLES_WITH[Right.RUN_SIGNS]:
        rounds = rounds.for_whom(member, departments)
    first = rounds.aggregate(first=Min("planned_on"))["first"]
    count = rounds.count()
    text = ngettext(
        "%(count)d round of signs is to be walked",
        "%(count)d rounds of signs are to be walked",
        count,
    )
    return [Due("rounds", "pin", count, text, "crew/", urgency_of(first, today), first)]


def _signs(user: "Person", municipality: Municipality, today: dt.date) -> list[Due]:
    if not holds_everywhere(user, municipality, Right.RUN_SIGNS, today):
        return []
    missing, damaged, planned = (
        Sign.objects.in_municipality(municipality).in_state(state).count()
        for state in (State.MISSING, State.DAMAGED, State.PLANNED)
    )
    return [
        Due(
            "signs_missing",
            "warn",
            missing,
            ngettext("%(count)d sign is missing", "%(count)d signs are missing", missing),
            f"signs/?state={State.MISSING}",
        ),
        Due(
            "signs_damaged",
            "warn",
            damaged,
            ngettext("%(count)d sign is damaged", "%(count)d signs are damaged", damaged),
            f"signs/?state={State.DAMAGED}",
        ),
        Due(
            "signs_planned",
            "check",
            planned,
            ngettext(
                "%(count)d planned sign waits to be approved",
                "%(count)d planned signs wait to be approved",
                planned,
            ),
            f"signs/?state={State.PLANNED}",
        ),
    ]
