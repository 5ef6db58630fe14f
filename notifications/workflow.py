"""Where a notice goes from where it stands, when it goes out, when two must decide; no ORM."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

#: Time that nothing shortens: whoever hit the wrong button needs it to see that.
SHORTEST_DELAY = dt.timedelta(minutes=1)


class Step(StrEnum):
    """What somebody does with a notice."""

    HAND_IN = "hand_in"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    STOP = "stop"
    RESUME = "resume"
    BEGIN = "begin"
    FINISH = "finish"
    WITHDRAW = "withdraw"


#: From which states a step may be taken. Handing in leads to one of two states, by the reach.
FROM: Mapping[Step, frozenset[str]] = {
    Step.HAND_IN: frozenset({"draft"}),
    Step.APPROVE: frozenset({"waiting"}),
    Step.SEND_BACK: frozenset({"waiting"}),
    Step.STOP: frozenset({"scheduled"}),
    Step.RESUME: frozenset({"stopped"}),
    Step.BEGIN: frozenset({"scheduled"}),
    Step.FINISH: frozenset({"sending"}),
    Step.WITHDRAW: frozenset({"sending", "sent"}),
}
TO: Mapping[Step, str] = {
    Step.HAND_IN: "scheduled",
    Step.APPROVE: "scheduled",
    Step.SEND_BACK: "draft",
    Step.STOP: "stopped",
    Step.RESUME: "draft",
    Step.BEGIN: "sending",
    Step.FINISH: "sent",
    Step.WITHDRAW: "withdrawn",
}


def may_step(state: str, step: Step) -> bool:
    """Whether a notice that stands in `state` can take a step."""
    return state in FROM[step]


def needs_second_person(homes: int | None, limit: int) -> bool:
    """Whether two must decide: more homes are reached than the town lets one person reach.

    Args:
        homes: as published; None where nobody knows, which is no reason to be less careful.
    """
    return homes is None or homes > limit


def goes_out_at(
    *, now: dt.datetime, wanted_at: dt.datetime | None, delay_minutes: int, is_urgent: bool
) -> dt.datetime:
    """The moment a notice goes out: as scheduled, and never before it could still be stopped.

    What is urgent waits a minute instead of the town's delay.
    """
    delay = SHORTEST_DELAY if is_urgent else dt.timedelta(minutes=delay_minutes)
    earliest = now + max(delay, SHORTEST_DELAY)
    return max(earliest, wanted_at) if wanted_at else earliest
