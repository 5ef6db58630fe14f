"""From what a consultation is begun: its phases with their usual length, and what it needs; no ORM.

The days are proposals that a planner changes; what the law asks is reckoned elsewhere.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from consultations.eligibility import Whose
from consultations.phases import PhaseKind

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stage:
    """A phase of a template.

    Attributes:
        days: how long it usually lasts; nothing where it stays open.
    """

    kind: PhaseKind
    days: int | None


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A kind of consultation.

    Attributes:
        stages: in their order, each begins where the one before ends.
        needs_law: whether a legal notice has to be given before.
        needs_drawing: whether it cannot be understood without a drawing.
        whose: whose votes count unless somebody sets it otherwise; only where there is a vote.
        ballot: how the vote is set at the beginning, as `ballots.BallotForm` reads it.
    """

    code: str
    label: StrOrPromise
    hint: StrOrPromise
    stages: tuple[Stage, ...]
    needs_law: bool = False
    needs_drawing: bool = False
    whose: Whose = Whose.AREA
    ballot: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_vote(self) -> bool:
        """Whether people vote in it."""
        return any(stage.kind == PhaseKind.VOTE for stage in self.stages)

    @property
    def needs_area(self) -> bool:
        """Whether it concerns a part of the town only."""
        return self.whose == Whose.AREA

    def dates(self, starts_on: dt.date) -> list[tuple[PhaseKind, dt.date, dt.date | None]]:
        """Each phase with its first day and the first day after it."""
        found: list[tuple[PhaseKind, dt.date, dt.date | None]] = []
        begins = starts_on
        for stage in self.stages:
            ends = None if stage.days is None else begins + stage.days * DAY
            found.append((stage.kind, begins, ends))
            begins = ends or begins
        return found


_ONE_CHOICE = {"ballot": "approval", "most": 1, "rule": "greedy", "k": 10}
_BUDGET = {"ballot": "approval", "most": 5, "rule": "equal-shares", "completion": "add1", "k": 10}

_ALL = (
    Blueprint(
        "street_works",
        _("Street works"),
        _("A street is rebuilt: people of the area see the plan, answer questions and debate."),
        (
            Stage(PhaseKind.INFORMATION, 7),
            Stage(PhaseKind.SURVEY, 14),
            Stage(PhaseKind.DEBATE, 14),
            Stage(PhaseKind.RESULT, 30),
            Stage(PhaseKind.REALISATION, None),
        ),
        needs_drawing=True,
    ),
    Blueprint(
        "tram_line",
        _("Tram or bus line"),
        _("Alternatives on the map are debated, then those who live along them vote."),
        (
            Stage(PhaseKind.INFORMATION, 14),
            Stage(PhaseKind.SURVEY, 21),
            Stage(PhaseKind.DEBATE, 21),
            Stage(PhaseKind.VOTE, 14),
            Stage(PhaseKind.RESULT, 30),
            Stage(PhaseKind.REALISATION, None),
        ),
        needs_drawing=True,
        ballot=_ONE_CHOICE,
    ),
    Blueprint(
        "zoning_plan",
        _("Zoning plan"),
        _("A plan of what may be built is shown, and remarks are taken as the law asks."),
        (
            Stage(PhaseKind.INFORMATION, 15),
            Stage(PhaseKind.DRAFT, 30),
            Stage(PhaseKind.DEBATE, 14),
            Stage(PhaseKind.RESULT, 30),
        ),
        needs_law=True,
        needs_drawing=True,
    ),
    Blueprint(
        "budget_year",
        _("Budget of a year"),
        _("Residents propose what to pay for, departments review it, the town votes."),
        (
            Stage(PhaseKind.INFORMATION, 7),
            Stage(PhaseKind.PROPOSALS, 30),
            Stage(PhaseKind.REVIEW, 30),
            Stage(PhaseKind.VOTE, 21),
            Stage(PhaseKind.RESULT, 30),
            Stage(PhaseKind.REALISATION, None),
        ),
        whose=Whose.TOWN,
        ballot=_BUDGET,
    ),
    Blueprint(
        "draft_decision",
        _("Draft of a decision"),
        _("The text of a decision is open to remarks for as long as the law asks."),
        (Stage(PhaseKind.DRAFT, 45), Stage(PhaseKind.RESULT, 30)),
        needs_law=True,
        whose=Whose.TOWN,
    ),
)

BLUEPRINTS: Mapping[str, Blueprint] = {one.code: one for one in _ALL}
#: For a form: what each is called and what it is for.
CHOICES = [(one.code, format_lazy("{}: {}", one.label, one.hint)) for one in _ALL]


def blueprint_of(code: str) -> Blueprint | None:
    """The template of a consultation; nothing for one that is no longer offered."""
    return BLUEPRINTS.get(code)
