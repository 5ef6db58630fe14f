"""What may happen to a report in which status; no ORM, no clock."""

from collections.abc import Mapping
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a report stands."""

    NEW = "new", _("not yet confirmed")
    TRIAGE = "triage", _("being sorted")
    OPEN = "open", _("with the department")
    WORKING = "working", _("being worked on")
    FORWARDED = "forwarded", _("with another institution")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")
    MERGED = "merged", _("part of another report")
    OUTSIDE = "outside", _("not a matter of the town hall")
    REFUSED = "refused", _("not a report")


class WaitsFor(models.TextChoices):
    """For whom the work waits."""

    PLACE = "place", _("which side of the border")
    REPORTER = "reporter", _("the reporter's answer")
    OPINION = "opinion", _("another department's opinion")
    PARTNER = "partner", _("the other institution")
    HEAD = "head", _("the head of department")
    AUTHORITY = "authority", _("the signature")
    RELATIONS = "relations", _("public relations")


class Outcome(models.TextChoices):
    """How it ended for the reporter."""

    DONE = "done", _("done")
    PLANNED = "planned", _("planned")
    NOT_DONE = "not_done", _("not done, with reasons")
    NOT_FOUND = "not_found", _("not found")
    NOT_OURS = "not_ours", _("another body is competent")
    EXPLAINED = "explained", _("explained")


class Kind(StrEnum):
    """What an event can be."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    REGISTERED = "registered"
    CATEGORISED = "categorised"
    MOVED = "moved"
    DOUBTED = "doubted"
    ROUTED = "routed"
    UNROUTED = "unrouted"
    OUTSIDE = "outside"
    ASSIGNED = "assigned"
    ASKED = "asked"
    REPLIED = "replied"
    OPINION_ASKED = "opinion_asked"
    OPINION_GIVEN = "opinion_given"
    NOTED = "noted"
    ATTACHED = "attached"
    FORWARDED = "forwarded"
    LEG_ACCEPTED = "leg_accepted"
    LEG_REFUSED = "leg_refused"
    LEG_DONE = "leg_done"
    LEG_WITHDRAWN = "leg_withdrawn"
    EXTENDED = "extended"
    RECALCULATED = "recalculated"
    DRAFTED = "drafted"
    PASSED_ON = "passed_on"
    RETURNED = "returned"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"
    MERGED = "merged"
    UNMERGED = "unmerged"
    SPLIT = "split"
    ABSORBED = "absorbed"
    RELEASED = "released"
    HIDDEN = "hidden"
    REFUSED = "refused"
    FOLLOWED = "followed"
    WARNED = "warned"
    TOLD = "told"
    RATED = "rated"
    ERASED = "erased"


S = Status
WORKED_ON = frozenset({S.OPEN, S.WORKING})
SORTED = frozenset({S.TRIAGE, S.OPEN, S.WORKING})
ALIVE = frozenset({S.NEW, S.TRIAGE, S.OPEN, S.WORKING, S.FORWARDED})
ENDED = frozenset({S.ANSWERED, S.CLOSED, S.MERGED, S.OUTSIDE, S.REFUSED})
ANY = ALIVE | ENDED

#: kind -> (from which statuses, to which status; None leaves it as it is)
MOVES: Mapping[Kind, tuple[frozenset[Status], Status | None]] = {
    Kind.CONFIRMED: (frozenset({S.NEW}), S.TRIAGE),
    Kind.REGISTERED: (ANY, None),
    Kind.CATEGORISED: (SORTED | {S.NEW}, None),
    Kind.MOVED: (SORTED | {S.NEW}, None),
    Kind.DOUBTED: (frozenset({S.TRIAGE}), None),
    Kind.ROUTED: (SORTED | {S.FORWARDED}, S.OPEN),
    Kind.UNROUTED: (SORTED | {S.FORWARDED}, S.TRIAGE),
    Kind.OUTSIDE: (SORTED, S.OUTSIDE),
    Kind.ASSIGNED: (WORKED_ON, S.WORKING),
    Kind.ASKED: (SORTED, None),
    Kind.REPLIED: (ANY, None),
    Kind.OPINION_ASKED: (WORKED_ON, None),
    Kind.OPINION_GIVEN: (ANY, None),
    Kind.NOTED: (ANY, None),
    Kind.ATTACHED: (ANY, None),
    Kind.FORWARDED: (SORTED, S.FORWARDED),
    Kind.LEG_ACCEPTED: (frozenset({S.FORWARDED}), None),
    Kind.LEG_REFUSED: (frozenset({S.FORWARDED}), S.OPEN),
    Kind.LEG_DONE: (frozenset({S.FORWARDED}), S.ANSWERED),
    Kind.LEG_WITHDRAWN: (frozenset({S.FORWARDED}), S.OPEN),
    Kind.EXTENDED: (ALIVE, None),
    Kind.RECALCULATED: (ANY, None),
    Kind.DRAFTED: (WORKED_ON, S.WORKING),
    Kind.PASSED_ON: (WORKED_ON, S.WORKING),
    Kind.RETURNED: (WORKED_ON, S.WORKING),
    Kind.ANSWERED: (SORTED, S.ANSWERED),
    Kind.CLOSED: (ALIVE | {S.ANSWERED}, S.CLOSED),
    Kind.REOPENED: (frozenset({S.ANSWERED, S.CLOSED, S.OUTSIDE, S.REFUSED}), S.OPEN),
    Kind.MERGED: (SORTED, S.MERGED),
    Kind.UNMERGED: (frozenset({S.MERGED}), S.OPEN),
    Kind.SPLIT: (SORTED, None),
    Kind.ABSORBED: (SORTED, None),
    Kind.RELEASED: (ANY, None),
    Kind.HIDDEN: (ANY, None),
    Kind.REFUSED: (SORTED | {S.NEW}, S.REFUSED),
    Kind.FOLLOWED: (ANY, None),
    Kind.WARNED: (ANY, None),
    Kind.TOLD: (ANY, None),
    Kind.RATED: (frozenset({S.ANSWERED, S.CLOSED}), None),
    Kind.ERASED: (ANY, None),
}


def may_follow(kind: Kind, status: str) -> bool:
    """Whether something may happen to a report that stands so."""
    return kind in MOVES and status in MOVES[kind][0]
