"""What the events of a report say together; no ORM, no clock, the same answer for ever.

Each event is `(kind, at, data)` as its body holds them. `data` of the kinds that change something:

    reported     {category, geometry (EWKT without SRID), accuracy_dm, site, is_confirmed, ...}
    categorised  {category}             moved       {geometry, accuracy_dm, site}
    registered   {number, on}           routed      {department, rule, ...}
    doubted      {choices: [...]}       assigned    {handler}
    asked, opinion_asked, forwarded     set whom it waits for; their answers clear it
    passed_on    {step}                 answered    {outcome}
    merged       {leader (uid and id)}  absorbed    {works}
    reopened, unmerged                  go back to the department, or to sorting without one
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from incidents.workflow import MOVES, Kind, Status, WaitsFor


class BrokenHistoryError(ValueError):
    """Events that cannot have followed one another."""


@dataclass(frozen=True, slots=True)
class Folded:
    """The columns of a report that follow from its events; ids are those of the rows."""

    status: str = Status.NEW
    waits_for: str = ""
    category: int | None = None
    geometry: str = ""  # WKT in EPSG:4326, "" where no place is known
    accuracy_dm: int | None = None  # tenths of a metre
    site: int | None = None
    department: int | None = None
    handler: int | None = None
    leader: int | None = None
    parent: int | None = None
    works: int | None = None
    is_released: bool = False
    register_number: str = ""
    registered_on: str = ""  # ISO date
    outcome: str = ""
    answered_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None


_WAITING = {
    Kind.DOUBTED: WaitsFor.PLACE,
    Kind.ASKED: WaitsFor.REPORTER,
    Kind.OPINION_ASKED: WaitsFor.OPINION,
    Kind.FORWARDED: WaitsFor.PARTNER,
}
_NO_LONGER = {
    Kind.REPLIED: WaitsFor.REPORTER,
    Kind.OPINION_GIVEN: WaitsFor.OPINION,
}
_CLEARS = frozenset(
    {
        Kind.ROUTED, Kind.UNROUTED, Kind.OUTSIDE, Kind.LEG_REFUSED, Kind.LEG_DONE,
        Kind.LEG_WITHDRAWN, Kind.DRAFTED, Kind.RETURNED, Kind.ANSWERED, Kind.CLOSED, Kind.REOPENED,
        Kind.MERGED, Kind.UNMERGED, Kind.REFUSED,
    }
)  # fmt: skip


def fold(events: Iterable[tuple[str, dt.datetime, Mapping[str, Any]]]) -> Folded:
    """The columns after all events.

    Raises:
        BrokenHistoryError: an event that could not follow those before it.
    """
    state: Folded | None = None
    for kind, at, data in events:
        state = (
            begin(data) if state is None and kind == Kind.REPORTED else apply(state, kind, at, data)
        )
    if state is None:
        raise BrokenHistoryError("A report begins with the event “reported”.")
    return state


def begin(data: Mapping[str, Any]) -> Folded:
    """The columns after the first event."""
    status = Status.TRIAGE if data.get("is_confirmed", True) else Status.NEW
    return replace(
        _placed(Folded(parent=data.get("parent")), data),
        status=status,
        category=data.get("category"),
    )


def apply(state: Folded | None, kind: str, at: dt.datetime, data: Mapping[str, Any]) -> Folded:
    """The columns after one more event.

    Raises:
        BrokenHistoryError: it may not follow.
    """
    try:
        known = Kind(kind)
        sources, goal = MOVES[known]
    except (ValueError, KeyError) as error:
        message = f"{kind} is no change of a report"
        raise BrokenHistoryError(message) from error
    if state is None or state.status not in sources:
        message = f"{kind} cannot follow {state.status if state else 'nothing'}"
        raise BrokenHistoryError(message)
    state = replace(state, status=goal or state.status)
    state = _waiting(state, known, data)
    change = _CHANGES.get(known)
    return change(state, at, data) if change else state


def _waiting(state: Folded, kind: Kind, data: Mapping[str, Any]) -> Folded:
    if kind in _WAITING:
        return replace(state, waits_for=_WAITING[kind])
    if kind == Kind.PASSED_ON:
        return replace(state, waits_for=data["step"])
    if kind in _CLEARS or _NO_LONGER.get(kind) == state.waits_for:
        return replace(state, waits_for="")
    return state


def _placed(state: Folded, data: Mapping[str, Any]) -> Folded:
    return replace(
        state,
        geometry=data.get("geometry") or "",
        accuracy_dm=data.get("accuracy_dm"),
        site=data.get("site"),
    )


def _back(state: Folded) -> Folded:
    """To the department, or to sorting where there is none."""
    return replace(state, status=Status.OPEN if state.department else Status.TRIAGE)


_CHANGES: Mapping[Kind, Any] = {
    Kind.CATEGORISED: lambda state, _at, data: replace(state, category=data["category"]),
    Kind.MOVED: lambda state, _at, data: _placed(state, data),
    Kind.REGISTERED: lambda state, _at, data: replace(
        state, register_number=data["number"], registered_on=data["on"]
    ),
    Kind.ROUTED: lambda state, _at, data: replace(
        state, department=data["department"], handler=None
    ),
    Kind.UNROUTED: lambda state, _at, _data: replace(state, department=None, handler=None),
    Kind.ASSIGNED: lambda state, _at, data: replace(state, handler=data["handler"]),
    Kind.LEG_REFUSED: lambda state, _at, _data: _back(state),
    Kind.LEG_WITHDRAWN: lambda state, _at, _data: _back(state),
    Kind.LEG_DONE: lambda state, at, data: replace(state, outcome=data["outcome"], answered_at=at),
    Kind.ANSWERED: lambda state, at, data: replace(state, outcome=data["outcome"], answered_at=at),
    Kind.OUTSIDE: lambda state, at, _data: replace(state, outcome="not_ours", closed_at=at),
    Kind.CLOSED: lambda state, at, data: replace(
        state, closed_at=at, outcome=data.get("outcome") or state.outcome
    ),
    Kind.REFUSED: lambda state, at, _data: replace(state, closed_at=at),
    Kind.REOPENED: lambda state, _at, _data: _back(
        replace(state, outcome="", answered_at=None, closed_at=None)
    ),
    Kind.MERGED: lambda state, at, data: replace(state, leader=data["leader"], closed_at=at),
    Kind.UNMERGED: lambda state, _at, _data: _back(replace(state, leader=None, closed_at=None)),
    Kind.ABSORBED: lambda state, _at, data: replace(state, works=data["works"]),
    Kind.RELEASED: lambda state, _at, _data: replace(state, is_released=True),
    Kind.HIDDEN: lambda state, _at, _data: replace(state, is_released=False),
}
