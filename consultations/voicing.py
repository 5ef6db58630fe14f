"""What may be said in which phase; no ORM, the clock is given."""

import datetime as dt
from collections.abc import Iterable, Mapping

from consultations.phases import OPENS, Action, PhaseKind, Window, holds

IDEA, REMARK, COMMENT = "idea", "remark", "comment"
#: Kinds of a contribution by the phase that takes them; a reply is always a comment.
KINDS: Mapping[PhaseKind, tuple[str, ...]] = {
    PhaseKind.IDEAS: (IDEA, COMMENT),
    PhaseKind.DEBATE: (COMMENT,),
    PhaseKind.DRAFT: (REMARK,),
    PhaseKind.PROPOSALS: (COMMENT,),
}
#: Kinds that say nothing without a place.
PLACED = frozenset({IDEA})

_TAKING_PART = frozenset(
    {Action.ANSWER, Action.PROPOSE, Action.SUPPORT, Action.COMMENT, Action.VOTE}
)
#: Phases in which somebody outside may do more than read.
ACTIVE = frozenset(str(kind) for kind, actions in OPENS.items() if actions & _TAKING_PART)


def phases_by_kind(phases: Iterable[Window], now: dt.datetime) -> dict[str, Window]:
    """What may be said now, each with the phase that takes it."""
    found: dict[str, Window] = {}
    for phase in sorted(phases, key=lambda one: one.starts_at):
        if holds(phase, now):
            for kind in KINDS.get(PhaseKind(phase.kind), ()):
                found.setdefault(kind, phase)
    return found


def action_of(kind: str) -> Action:
    """What a phase must open for a kind."""
    return Action.PROPOSE if kind == IDEA else Action.COMMENT
