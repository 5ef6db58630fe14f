"""The life of a sign: one table of the moves there are, who may make each, and what it needs.

Everything that is not in the table is forbidden. No ORM here: the services read the table.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Where a sign is in its life."""

    PLANNED = "planned"
    APPROVED = "approved"
    PRINTED = "printed"
    INSTALLED = "installed"
    DAMAGED = "damaged"
    MISSING = "missing"
    SUSPECTED_TAMPERED = "suspected_tampered"
    REPLACED = "replaced"
    RETIRED = "retired"
    ON_HOLD = "on_hold"
    LOST_IN_STORE = "lost_in_store"


class Who(StrEnum):
    """Who may make a move; the first two are rights of departments.access."""

    OFFICE = "run_signs"
    CREW = "crew"
    LINK = "link"  # a village mayor with a one-off link to install one sign


class Need(StrEnum):
    """What a move must bring along."""

    POINT = "point"
    REASON = "reason"
    PHOTO = "photo"
    NEW_CODE = "new_code"


class Move(NamedTuple):
    """One allowed move."""

    who: frozenset[Who]
    needs: frozenset[Need] = frozenset()


class IllegalTransition(Exception):  # noqa: N818 - the move is illegal, the program is not at fault
    """A sign cannot go from this state to that one, or not by this person."""

    def __init__(self, start: str, to: str) -> None:
        """Both states by their short names."""
        super().__init__(f"{start} → {to}")
        self.start = start
        self.to = to


# A sign that hangs further from where it was planned needs a reason.
FAR_M = 50

_OFFICE = frozenset({Who.OFFICE})
_CREW = frozenset({Who.OFFICE, Who.CREW})
_ANYBODY = frozenset({Who.OFFICE, Who.CREW, Who.LINK})
_POINT = frozenset({Need.POINT})
_REASON = frozenset({Need.REASON})
_PHOTO = frozenset({Need.PHOTO})
_AGAIN = frozenset({Need.REASON, Need.NEW_CODE})
_S = State

_APPROVE, _PRINT, _REPORT, _REPLACE = Move(_OFFICE), Move(_OFFICE), Move(_CREW), Move(_CREW)
_RETIRE, _HOLD = Move(_OFFICE, _REASON), Move(_CREW, _REASON)
_HANG, _PRINT_AGAIN = Move(_ANYBODY, _POINT), Move(_OFFICE, _AGAIN)

MOVES: Mapping[tuple[State, State], Move] = {
    (_S.PLANNED, _S.APPROVED): _APPROVE,
    (_S.PLANNED, _S.RETIRED): _RETIRE,
    (_S.APPROVED, _S.PLANNED): Move(_OFFICE),
    (_S.APPROVED, _S.PRINTED): _PRINT,
    (_S.APPROVED, _S.ON_HOLD): _HOLD,
    (_S.APPROVED, _S.RETIRED): _RETIRE,
    (_S.PRINTED, _S.INSTALLED): _HANG,
    (_S.PRINTED, _S.ON_HOLD): _HOLD,
    (_S.PRINTED, _S.LOST_IN_STORE): _REPORT,
    (_S.PRINTED, _S.APPROVED): _PRINT_AGAIN,
    (_S.PRINTED, _S.RETIRED): _RETIRE,
    (_S.LOST_IN_STORE, _S.PRINTED): _REPORT,
    (_S.LOST_IN_STORE, _S.APPROVED): _PRINT_AGAIN,
    (_S.LOST_IN_STORE, _S.RETIRED): _RETIRE,
    (_S.INSTALLED, _S.DAMAGED): _REPORT,
    (_S.INSTALLED, _S.MISSING): _REPORT,
    (_S.INSTALLED, _S.SUSPECTED_TAMPERED): _HOLD,
    (_S.INSTALLED, _S.REPLACED): _REPLACE,
    (_S.INSTALLED, _S.APPROVED): _PRINT_AGAIN,
    (_S.INSTALLED, _S.ON_HOLD): _HOLD,
    (_S.INSTALLED, _S.RETIRED): _RETIRE,
    (_S.DAMAGED, _S.INSTALLED): _HANG._replace(who=_CREW),
    (_S.DAMAGED, _S.MISSING): _REPORT,
    (_S.DAMAGED, _S.SUSPECTED_TAMPERED): _HOLD,
    (_S.DAMAGED, _S.REPLACED): _REPLACE,
    (_S.DAMAGED, _S.APPROVED): _PRINT_AGAIN,
    (_S.DAMAGED, _S.RETIRED): _RETIRE,
    (_S.MISSING, _S.INSTALLED): _HANG._replace(who=_CREW),
    (_S.MISSING, _S.REPLACED): _REPLACE,
    (_S.MISSING, _S.APPROVED): _PRINT_AGAIN,
    (_S.MISSING, _S.RETIRED): _RETIRE,
    # Whoever clears a suspicion shows what hangs there now.
    (_S.SUSPECTED_TAMPERED, _S.INSTALLED): Move(_CREW, _PHOTO),
    (_S.SUSPECTED_TAMPERED, _S.MISSING): _REPORT,
    (_S.SUSPECTED_TAMPERED, _S.REPLACED): _REPLACE,
    (_S.SUSPECTED_TAMPERED, _S.APPROVED): _PRINT_AGAIN,
    (_S.SUSPECTED_TAMPERED, _S.RETIRED): _RETIRE,
    (_S.ON_HOLD, _S.APPROVED): Move(_OFFICE),
    (_S.ON_HOLD, _S.PRINTED): Move(_CREW),
    (_S.ON_HOLD, _S.INSTALLED): Move(_CREW),
    (_S.ON_HOLD, _S.MISSING): _REPORT,
    (_S.ON_HOLD, _S.RETIRED): _RETIRE,
}

# What a sign can go back to when its site opens again: only to what it was before.
BACK_FROM_HOLD = frozenset({_S.APPROVED, _S.PRINTED, _S.INSTALLED})
# The living code of a sign in these states opens its page.
ANSWERING = frozenset({_S.INSTALLED, _S.DAMAGED})
# A sheet with the living code of such a sign exists.
ON_PAPER = frozenset(
    {_S.PRINTED, _S.INSTALLED, _S.DAMAGED, _S.MISSING, _S.SUSPECTED_TAMPERED, _S.LOST_IN_STORE}
)


def move_for(start: str, to: str) -> Move:
    """The rule of a move.

    Raises:
        IllegalTransition: the table does not know it.
    """
    try:
        return MOVES[State(start), State(to)]
    except (KeyError, ValueError) as error:
        raise IllegalTransition(start, to) from error


def needs_of(start: str, to: str, *, distance_m: float | None = None) -> frozenset[Need]:
    """What a move must bring along; hanging a sign far from its planned point needs a reason."""
    needs = move_for(start, to).needs
    if Need.POINT in needs and distance_m is not None and distance_m > FAR_M:
        return needs | {Need.REASON}
    return needs


def moves_of(start: str, who: Who) -> Iterator[State]:
    """Where somebody may move a sign next, in the order of the table: for buttons."""
    return (to for (begun, to), move in MOVES.items() if begun == start and who in move.who)


def has_ended(state: str) -> bool:
    """Whether no move leads out of a state."""
    return not any(start == state for start, _ in MOVES)
