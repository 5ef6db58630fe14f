"""What the page of terms shows: who has how much due this week, and each term with its report."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404, QueryDict

from accounts.models import User
from incidents.desk_words import days_left
from incidents.models import Clock, Incident
from incidents.term_words import term_name

WEEK = dt.timedelta(days=7)
WEEK_AHEAD, OVER, ALL = "week", "late", "all"
NOBODY = "none"
_LONGEST_NUMBER = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """Which terms somebody wants to see; a handler of 0 is nobody."""

    which: str = WEEK_AHEAD
    handler: int | None = None

    @property
    def is_any(self) -> bool:
        """Whether the list is narrowed more than usual."""
        return self.which != WEEK_AHEAD or self.handler is not None


def read_asked(given: QueryDict) -> Asked:
    """The choice of an address.

    Raises:
        Http404: nobody could have clicked it.
    """
    which, handler = given.get("which", WEEK_AHEAD), given.get("handler", "")
    if which not in (WEEK_AHEAD, OVER, ALL):
        raise Http404
    if handler in ("", NOBODY):
        return Asked(which, 0 if handler else None)
    if not handler.isdecimal() or len(handler) > _LONGEST_NUMBER:
        raise Http404
    return Asked(which, int(handler))


def running_terms(cases: QuerySet[Incident], asked: Asked, today: dt.date) -> QuerySet[Clock]:
    """Terms that run for some reports, what is due first comes first."""
    rows = Clock.objects.running().filter(incident__in=cases.order_by())
    if asked.which == WEEK_AHEAD:
        rows = rows.filter(due_on__lte=today + WEEK)
    elif asked.which == OVER:
        rows = rows.due_before(today)
    if asked.handler is not None:
        rows = rows.filter(incident__handler=asked.handler or None)
    return rows.select_related(
        "incident__category", "incident__department", "incident__handler"
    ).order_by("due_on", "-is_binding", "pk")


def row_of(clock: Clock, today: dt.date) -> dict[str, Any]:
    """One line of the list."""
    left = (clock.due_on - today).days
    return {
        "one": clock.incident,
        "clock": clock,
        "term": term_name(clock.code),
        "words": days_left(left),
        "is_late": left < 0,
        "is_near": 0 <= left <= 1,
    }


def by_handler(cases: QuerySet[Incident], today: dt.date) -> list[Mapping[str, Any]]:
    """How many reports of each person are due within a week, late, and wait for somebody.

    Two queries; reports that nobody has come first, then who has most that is late.
    """
    late = Q(clocks__due_on__lt=today)
    counted = (
        Incident.objects.filter(pk__in=cases.order_by().values("pk"))
        .filter(clocks__state=Clock.State.RUNNING, clocks__due_on__lte=today + WEEK)
        .values("handler")
        .annotate(
            due=Count("pk", distinct=True, filter=~late),
            late=Count("pk", distinct=True, filter=late),
            waiting=Count("pk", distinct=True, filter=~Q(waits_for="")),
        )
        .order_by("handler")
    )
    rows = list(counted)
    people = _people(row["handler"] for row in rows)
    return [
        {**row, "person": people.get(row["handler"]), "key": row["handler"] or NOBODY}
        for row in sorted(rows, key=lambda row: (row["handler"] is not None, -row["late"]))
    ]


def _people(ids: Iterable[int | None]) -> dict[int, User]:
    return User.objects.in_bulk([one for one in ids if one is not None])
