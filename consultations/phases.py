"""What may be done in a consultation at a moment; no ORM, the clock is given.

A phase holds in [starts_at, ends_at): at its last moment it is over, so that two phases that follow
each other never hold at once, and none is missed between them.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _


class PhaseKind(models.TextChoices):
    """What happens in a phase."""

    INFORMATION = "information", _("information")
    SURVEY = "survey", _("survey")
    IDEAS = "ideas", _("ideas on the map")
    DEBATE = "debate", _("debate")
    DRAFT = "draft", _("remarks on a draft")
    PROPOSALS = "proposals", _("proposals for the budget")
    REVIEW = "review", _("review by the departments")
    VOTE = "vote", _("vote")
    RESULT = "result", _("result")
    REALISATION = "realisation", _("realisation")


class Action(models.TextChoices):
    """What somebody may want to do."""

    READ = "read", _("read")
    ANSWER = "answer", _("answer questions")
    PROPOSE = "propose", _("propose")
    SUPPORT = "support", _("support")
    COMMENT = "comment", _("comment")
    REVIEW = "review", _("review")
    VOTE = "vote", _("vote")
    SEE_RESULT = "see_result", _("see the result")


#: What each phase opens. Reading is open from the publication on, whatever the phase.
OPENS: Mapping[PhaseKind, frozenset[Action]] = {
    PhaseKind.INFORMATION: frozenset({Action.READ}),
    PhaseKind.SURVEY: frozenset({Action.READ, Action.ANSWER}),
    PhaseKind.IDEAS: frozenset({Action.READ, Action.PROPOSE, Action.SUPPORT, Action.COMMENT}),
    PhaseKind.DEBATE: frozenset({Action.READ, Action.COMMENT}),
    PhaseKind.DRAFT: frozenset({Action.READ, Action.COMMENT}),
    PhaseKind.PROPOSALS: frozenset({Action.READ, Action.PROPOSE, Action.COMMENT}),
    PhaseKind.REVIEW: frozenset({Action.READ, Action.REVIEW}),
    PhaseKind.VOTE: frozenset({Action.READ, Action.VOTE}),
    PhaseKind.RESULT: frozenset({Action.READ, Action.SEE_RESULT}),
    PhaseKind.REALISATION: frozenset({Action.READ, Action.SEE_RESULT}),
}
#: A running vote must show nothing of itself, in no other phase either.
_SECRET_WHILE = PhaseKind.VOTE


class Window(Protocol):
    """A phase as rows and tests have it."""

    @property
    def kind(self) -> str:
        """One of `PhaseKind`."""

    @property
    def starts_at(self) -> dt.datetime:
        """The first moment."""

    @property
    def ends_at(self) -> dt.datetime | None:
        """The first moment after it; nothing where it stays open."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether something may be done, and if not, since when or from when.

    Attributes:
        opens_at: when it can be done next; nothing if never.
        closed_at: when it could be done last; nothing if it never could.
    """

    is_open: bool
    opens_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None


def holds(phase: Window, now: dt.datetime) -> bool:
    """Whether a phase is under way; its end is not part of it."""
    return phase.starts_at <= now and (phase.ends_at is None or now < phase.ends_at)


def under_way(phases: Iterable[Window], now: dt.datetime) -> list[Window]:
    """The phases that hold, in the order of their beginning."""
    return sorted((one for one in phases if holds(one, now)), key=lambda one: one.starts_at)


def opening(action: Action, phases: Sequence[Window], now: dt.datetime) -> Opening:
    """Whether an action is open now, and when it was or will be."""
    open_in = [one for one in phases if action in OPENS[PhaseKind(one.kind)]]
    if action is Action.SEE_RESULT and any(
        one.kind == _SECRET_WHILE and holds(one, now) for one in phases
    ):
        ends = [one.ends_at for one in phases if one.kind == _SECRET_WHILE and holds(one, now)]
        return Opening(False, opens_at=max((one for one in ends if one), default=None))
    coming = [one.starts_at for one in open_in if one.starts_at > now]
    over = [one.ends_at for one in open_in if one.ends_at is not None and one.ends_at <= now]
    return Opening(
        any(holds(one, now) for one in open_in),
        opens_at=min(coming, default=None),
        closed_at=max(over, default=None),
    )


def faults_of(phases: Sequence[Window]) -> list[str]:
    """What is wrong with a plan of phases, in codes; nothing where it can be published.

    `empty`, `backwards` (an end before its beginning), `two_votes` (at once), `endless_vote`,
    `result_first` (a result that is shown before its vote is over).
    """
    found = [] if phases else ["empty"]
    if any(one.ends_at is not None and one.ends_at <= one.starts_at for one in phases):
        found.append("backwards")
    votes = sorted(
        (one for one in phases if one.kind == PhaseKind.VOTE), key=lambda one: one.starts_at
    )
    if any(one.ends_at is None for one in votes):
        found.append("endless_vote")
    elif any(
        first.ends_at is not None and first.ends_at > second.starts_at
        for first, second in pairwise(votes)
    ):
        found.append("two_votes")
    last = max((one.ends_at for one in votes if one.ends_at), default=None)
    results = [one.starts_at for one in phases if one.kind == PhaseKind.RESULT]
    if last is not None and any(starts_at < last for starts_at in results):
        found.append("result_first")
    return found
